/** Words, figures and times in the language of the page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Words } from '../../widget/words/words.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  inside,
  mount,
  press,
  send,
  textOf,
  tidyUp,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(() => {
  document.documentElement.lang = '';
  tidyUp();
});

describe('the language', () => {
  it('is that of the nearest ancestor, through shadow roots, or of the element itself', async () => {
    document.documentElement.lang = 'fr';
    const outer = document.createElement('div');
    outer.lang = 'de-CH';
    document.body.append(outer);
    const root = outer.attachShadow({ mode: 'open' });
    const inner = create(worker);
    const own = create(worker, { lang: 'es' });

    root.append(inner);
    document.body.append(own);
    await Promise.all([inner.updateComplete, own.updateComplete]);

    expect([inner, own].map((studio) => inside(studio, '.base').lang)).toEqual(['de-CH', 'es']);
  });

  it.each(['xx', 'tlh', '', 'not a language', '-', '\u202e'])('is English where %j is not known', async (lang) => {
    const studio = await mount(worker, { lang });

    expect(inside(studio, '.base').lang).toBe('en');
    expect(textOf(studio, '.primary')).toBe('Make picture');
  });

  it('may change while the element is shown', async () => {
    const studio = await mount(worker);

    studio.lang = 'de';

    await vi.waitFor(() => expect(inside(studio, '.base').lang).toBe('de'));
    studio.lang = '';
    await vi.waitFor(() => expect(inside(studio, '.base').lang).toBe('en'));
    expect(textOf(studio, '.primary')).toBe('Make picture');
  });
});

it.each([
  { lang: 'en', time: /5:00\sPM/, figures: '3,000' },
  { lang: 'de', time: /17:00/, figures: '3.000' },
  { lang: 'ar-EG', time: /٥:٠٠/, figures: '٣٬٠٠٠' },
])('writes figures and times as $lang does', async ({ lang, time, figures }) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-23T12:00:00') });
  worker.site = () => Response.json({ ...FACTS, limits: { perMinute: 3, perDay: 5000, left: 3000 } });
  const studio = await mount(worker, { lang });
  expect(textOf(studio, '.foot')).toContain(figures);
  worker.generate = () => failure(429, 'VISITOR_DAY', '18000s');

  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');

  await vi.waitFor(() => expect(textOf(studio, '.primary')).toMatch(time));
});

describe('the page’s own words', () => {
  it('win over ours, in the first view and in what is loaded later', async () => {
    const studio = await mount(worker, {
      strings: { make: 'Bake it', download: 'Take the cake', badge: 'Baked by AI' },
    });
    expect(textOf(studio, '.primary')).toBe('Bake it');

    await draw(studio);

    expect(textOf(studio, '.download')).toBe('Take the cake');
    expect(textOf(studio, '[part=badge]')).toBe('Baked by AI');
  });

  it('may come later and change', async () => {
    const studio = await mount(worker);
    studio.strings = { make: 'Bake it' };
    await vi.waitFor(() => expect(textOf(studio, '.primary')).toBe('Bake it'));

    studio.strings = { make: 'Cook it' };
    await vi.waitFor(() => expect(textOf(studio, '.primary')).toBe('Cook it'));
    studio.strings = undefined;

    await vi.waitFor(() => expect(textOf(studio, '.primary')).toBe('Make picture'));
  });

  it('win in another language too, where figures stay those of the language', async () => {
    const studio = await mount(worker, { lang: 'de', strings: { leftToday: 'Noch {n}' } });

    expect(textOf(studio, '.foot')).toContain('Noch 20');
  });
});

it('breaks no figure from its unit', async () => {
  const studio = await mount(worker);
  expect(inside(studio, '.time').textContent).toBe('about 12\u00a0s');

  await draw(studio);

  expect(inside(studio, '[part=caption]').textContent).toMatch(/made in \d+\u00a0s/);
});

it('shows the first words in the language of the page, and not in English first', async () => {
  document.documentElement.lang = 'de';
  const studio = create(worker);
  const seen: string[] = [];
  document.body.append(studio);
  const note = () => {
    const base = studio.shadowRoot?.querySelector<HTMLElement>('.base');
    if (base) seen.push(base.lang);
  };
  new MutationObserver(note).observe(studio.shadowRoot as ShadowRoot, { childList: true });

  await eventOf(studio, 'peel-ready');
  await studio.updateComplete;

  expect(new Set(seen)).toEqual(new Set(['de']));
});

it('isolates the words of visitor, owner and model, whatever their direction', async () => {
  worker.site = () => Response.json({ ...FACTS, ideas: [{ text: 'ثعلب في الثلج' }] });
  const studio = await mount(worker, { lang: 'en' });
  expect(inside(studio, '[part=idea] [dir=auto]').textContent).toBe('ثعلب في الثلج');

  await draw(studio, 'ثعلب في الثلج');
  await press(studio, '[part=caption] .link');
  await appear(studio, '.details');

  expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').dir).toBe('auto');
  expect(inside(studio, '[part=caption] p').dir).toBe('auto');
});

it('uses the words of a number', () => {
  const words = new Words('en', undefined, { x: { one: '{n} fox', other: '{n} foxes' } });

  expect([1, 2].map((n) => words.say('x' as never, { n }))).toEqual(['1 fox', '2 foxes']);
});
