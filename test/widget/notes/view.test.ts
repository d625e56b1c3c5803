import { afterEach, expect, it, vi } from 'vitest';
import { type NoteState, noteOf } from '../../../widget/notes/note.ts';
import { type NoteView, renderNote, styles } from '../../../widget/notes/view.ts';
import { Words } from '../../../widget/words/words.ts';
import { HOSTILE } from './hostile.ts';
import { type MountOptions, mount } from './mount.ts';

const REFUSED: NoteState = {
  refusal: { stage: 'prompt', reason: 'prompt-blocked', words: 'I cannot draw that.', charged: 'no' },
};

afterEach(() => document.body.replaceChildren());

function show(state: NoteState, view: Partial<NoteView> = {}, options: MountOptions = {}) {
  const mounted = mount(styles, options);
  const onLink = vi.fn();
  mounted.draw(renderNote({ words: new Words(), note: noteOf(state, 0), perDay: 20, onLink, ...view }));
  return { ...mounted, onLink };
}

it('says what happened, what to do, and that the try counts', () => {
  const { text } = show(REFUSED);

  expect(text('[part=notice]')).toBe(
    'That one can’t be drawn The picture service did not accept these words. Leave out real people, brands and ' +
      'violence, and say it in another way. It answered: I cannot draw that. This try counts towards today’s 20. ' +
      'Change the words',
  );
});

it('is silent about the day where a site has no limit of the day, or where the try does not count', () => {
  expect(show(REFUSED, { perDay: undefined }).text()).not.toContain('counts');
  expect(show({ trouble: 'part' }).text()).not.toContain('counts');
});

it('speaks of money only where the site shows prices', () => {
  expect(show(REFUSED).text()).not.toMatch(/charged/);
  expect(show(REFUSED, { showPrices: true }).text()).toContain('Nothing was charged.');
});

it('offers its next steps as buttons', () => {
  const { root, onLink } = show({ problem: { reason: 'PICTURE_UNREACHABLE', message: '' } });
  const buttons = [...root.querySelectorAll('button')];

  expect(buttons.map(({ innerText }) => innerText)).toEqual(['Load it again', 'Another take']);
  buttons[1]?.click();
  expect(onLink.mock.calls).toEqual([['take']]);
});

it('gives the owner’s slot a place in a pause, and only there', () => {
  const pause = show({ problem: { reason: 'VISITOR_DAY', message: '' } });
  const offer = document.createElement('a');
  offer.slot = 'quota';
  offer.textContent = 'Sign in for more';
  pause.host.append(offer);

  expect(offer.assignedSlot?.closest('[part=notice]')).not.toBeNull();
  expect(show(REFUSED).root.querySelector('slot')).toBeNull();
});

it.each([
  { width: 280, dir: 'ltr' },
  { width: 280, dir: 'rtl' },
  { width: 390, dir: 'rtl' },
  { width: 700, dir: 'ltr' },
] as const)('keeps everything inside, with the icon at the start: $width $dir', ({ width, dir }) => {
  const longest: NoteState = { refusal: { ...REFUSED.refusal, words: 'Donaudampfschifffahrt'.repeat(14) } };
  const { host, root, find } = show(longest, {}, { width, dir });
  const outer = host.getBoundingClientRect();
  const icon = find('.icon').getBoundingClientRect();
  const words = find('.note-words').getBoundingClientRect();

  for (const element of root.querySelectorAll('[part=notice], [part=notice] *')) {
    const { left, right } = element.getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(outer.left - 0.5);
    expect(right).toBeLessThanOrEqual(outer.right + 0.5);
  }
  if (dir === 'ltr') expect(icon.right).toBeLessThanOrEqual(words.left);
  else expect(icon.left).toBeGreaterThanOrEqual(words.right);
  for (const button of root.querySelectorAll('button')) expect(button.offsetHeight).toBeGreaterThanOrEqual(24);
});

it('reads a quote in its own direction', () => {
  const { find } = show({ refusal: { ...REFUSED.refusal, words: 'لا أستطيع رسم ذلك' } });

  expect(getComputedStyle(find('q')).direction).toBe('rtl');
});

it('shows 300 hostile answers as text and nothing else', () => {
  const { root, draw, find } = show(REFUSED);
  const count = root.querySelectorAll('*').length;

  for (const text of HOSTILE) {
    const note = noteOf({ refusal: { ...REFUSED.refusal, words: text } }, 0);
    draw(renderNote({ words: new Words(), note, perDay: 20, onLink: vi.fn() }));
    if (note.quote) expect(find('q').textContent).toBe(note.quote);
    expect(root.querySelectorAll('*').length - (note.quote ? 0 : -2)).toBe(count);
  }
  for (const text of HOSTILE) {
    const note = noteOf({ problem: { reason: 'UPSTREAM_BROKEN', message: text, requestId: text } }, 0);
    draw(renderNote({ words: new Words(), note, perDay: 20, onLink: vi.fn() }));
    expect(root.querySelector('[part=notice]')?.textContent).not.toMatch(/[<>{}]/);
  }

  expect(HOSTILE.length).toBeGreaterThanOrEqual(300);
  expect('wasHit' in globalThis).toBe(false);
});
