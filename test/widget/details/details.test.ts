import { nothing } from 'lit';
import { afterEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type DetailsView, renderDetails, renderSources, styles } from '../../../widget/details/details.ts';
import type { Result } from '../../../widget/model.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { addEnglish, Words } from '../../../widget/words/words.ts';
import { HOSTILE } from '../notes/hostile.ts';
import { type MountOptions, mount } from '../notes/mount.ts';
import { resultOf } from '../save/result.ts';

addEnglish(STAGE);
afterEach(() => document.body.replaceChildren());

const GROUNDED: Partial<Result> = {
  sources: [
    { url: 'https://lighthouses.example/dover', title: 'Lighthouses of Dover' },
    { url: 'https://tides.example/', title: 'tides.example' },
  ],
  queries: ['lighthouse Dover', 'tide Dover'],
  suggestionUrl: `${location.origin}/images/a1b2/suggestion.html`,
};

function show(result: Partial<Result> = {}, view: Partial<DetailsView> = {}, options: MountOptions = {}) {
  const mounted = mount(styles, options);
  const onAlt = vi.fn();
  mounted.draw(renderDetails({ words: new Words(), result: resultOf(result), onAlt, ...view }));
  return { ...mounted, onAlt };
}

it('says what was asked and what came of it', () => {
  const { text } = show();

  expect(text('dl')).toBe(
    'Asked Wide · 16:9 · 2K Delivered 2752 × 1536 Made by Nano Banana 2.1 gemini-nano-banana-2.1 Time 16 s',
  );
  expect(text()).toContain('Carries an invisible mark that says it was made with AI.');
});

it('names the version and the one that it changed', () => {
  expect(show({}, { version: 3 }).text('dl')).toMatch(/Version 3$/);
  expect(show({}, { version: 3, changedFrom: 1 }).text('dl')).toMatch(/Version 3, changed from 1$/);
});

it('invents no time for a picture that was there already', () => {
  expect(show({ cached: true }).text('dl')).toMatch(/Time was here already$/);
});

it('writes figures as the language does', () => {
  expect(show({}, { words: new Words('ar-EG') }).text('dl')).toContain('٢٧٥٢ × ١٥٣٦');
});

it('shows ideas on the way and what was said only where there are some, without their asterisks', async () => {
  const { root, text } = show({ thoughts: '**Mixing colours**\n\nOrange first.', text: 'Here is your fox.' });

  expect(show().root.querySelector('details')).toBeNull();
  expect([...root.querySelectorAll('summary')].map(({ innerText }) => innerText)).toEqual([
    'Ideas on the way',
    'Said beside it',
  ]);
  for (const summary of root.querySelectorAll('summary')) summary.click();
  expect(text()).toContain('Mixing colours Orange first.');
  expect(text()).toContain('Here is your fox.');
});

it('lets the visitor write another description', async () => {
  const { find, onAlt } = show();
  const field = find<HTMLTextAreaElement>('textarea');

  expect(field.value).toBe('Picture made with AI: A fox in the snow');
  expect(field.labels?.[0]?.innerText).toBe('Description for people who cannot see it');
  await userEvent.fill(field, '  A red fox between birches.  ');
  field.blur();
  expect(onAlt.mock.calls).toEqual([['A red fox between birches.']]);
});

it('links every page that was looked up, and tells it nothing', () => {
  const { root, text } = show(GROUNDED);
  const links = [...root.querySelectorAll<HTMLAnchorElement>('[part=source] a')];

  expect(text('[part=sources]')).toMatch(
    /^Sources \(2\) Lighthouses of Dover lighthouses\.example tides\.example Searches behind this picture/,
  );
  expect(links.map(({ href, rel, target }) => [href, rel, target])).toEqual([
    ['https://lighthouses.example/dover', 'noopener noreferrer nofollow', '_blank'],
    ['https://tides.example/', 'noopener noreferrer nofollow', '_blank'],
  ]);
});

it('shows Google’s suggestion in a frame that can run nothing, with its height kept', () => {
  const { find } = show(GROUNDED, { words: new Words('de') });
  const frame = find<HTMLIFrameElement>('iframe');

  expect(frame.getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox');
  expect(frame.hasAttribute('srcdoc')).toBe(false);
  expect([frame.src, frame.lang, frame.title]).toEqual([
    GROUNDED.suggestionUrl,
    'de',
    'Google’s suggestions for this search',
  ]);
  expect(frame.offsetHeight).toBe(76);
});

it.each([
  'https://evil.example/images/a1b2/suggestion.html',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://peel.example/1',
  'http://[',
])('frames nothing from elsewhere: %s', (suggestionUrl) => {
  expect(show({ suggestionUrl }).root.querySelector('iframe')).toBeNull();
});

it('has no section of sources without a search', () => {
  expect(renderSources(new Words(), resultOf())).toBe(nothing);
});

it.each([
  { width: 280, dir: 'ltr' },
  { width: 280, dir: 'rtl' },
  { width: 190, dir: 'ltr' },
  { width: 700, dir: 'rtl' },
] as const)('keeps everything inside: $width $dir', ({ width, dir }) => {
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänswitwe'.repeat(4);
  const more = { ...GROUNDED, thoughts: long, sources: [{ url: `https://${'a'.repeat(60)}.example/`, title: long }] };
  const { host, root } = show(more, { version: 12, changedFrom: 11 }, { width, dir });
  for (const summary of root.querySelectorAll('summary')) summary.click();
  const outer = host.getBoundingClientRect();

  for (const element of root.querySelectorAll('.details *')) {
    const { left, right } = element.getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(outer.left - 0.5);
    expect(right).toBeLessThanOrEqual(outer.right + 0.5);
  }
  for (const target of root.querySelectorAll<HTMLElement>('a, summary, textarea')) {
    expect(target.offsetHeight).toBeGreaterThanOrEqual(24);
  }
});

it('shows 300 hostile texts as text and nothing else', () => {
  const { root, draw, find } = show({ ...GROUNDED, thoughts: 'x', text: 'x' });
  const kinds = () => [...new Set([...root.querySelectorAll('*')].map(({ localName }) => localName))].sort();
  const expected = kinds();

  for (const text of HOSTILE) {
    const sources = [
      { url: text, title: 'Its address' },
      { url: 'https://fine.example/', title: text },
    ];
    const suggestionUrl = text;
    const base = resultOf({ alt: text, text, thoughts: text, queries: [text], sources, suggestionUrl, mimeType: text });
    const { settings } = base.order;
    const model = { ...settings.model, displayName: text, id: text };
    const result = {
      ...base,
      order: { ...base.order, settings: { ...settings, model, aspectRatio: text, size: text } },
    };
    draw(renderDetails({ words: new Words(), result, onAlt: vi.fn() }));

    expect(kinds().filter((name) => !expected.includes(name))).toEqual([]);
    expect(find<HTMLTextAreaElement>('textarea').value).toBe(text.replace(/\r\n?/g, '\n'));
    for (const { protocol, href } of root.querySelectorAll('a')) expect(protocol, href).toMatch(/^https?:$/);
    for (const { src } of root.querySelectorAll('iframe')) expect(new URL(src).origin).toBe(location.origin);
    for (const element of root.querySelectorAll('*')) {
      expect(element.getAttributeNames().filter((name) => name.startsWith('on'))).toEqual([]);
    }
  }
  expect('wasHit' in globalThis).toBe(false);
});
