import { expect, it } from 'vitest';
import { checkSlots, toTemplatePart } from '../../../widget/template/template.ts';
import { Words } from '../../../widget/words/words.ts';
import { CHOICE, PHOTO, TEXT } from './slots.ts';

const WORDS = new Words();

it.each([
  { name: 'a text', slot: TEXT, value: 'Plum & Smoke', problem: undefined },
  { name: 'a text in a right-to-left script', slot: TEXT, value: 'خوخ', problem: undefined },
  { name: 'an emoji of several parts', slot: TEXT, value: '👩‍🌾', problem: undefined },
  {
    name: 'a text of the full length inside of spaces',
    slot: TEXT,
    value: `  ${'x'.repeat(24)}\t\n`,
    problem: undefined,
  },
  { name: 'a text that is too long', slot: TEXT, value: 'x'.repeat(25), problem: 'Please use at most 24 characters.' },
  { name: 'no text', slot: TEXT, value: ' \t ', problem: 'Please fill this in.' },
  ...[
    ['zero width space', '\u200b'],
    ['soft hyphen', '\u00ad'],
    ['word joiner', '\u2060'],
    ['byte order mark', '\ufeff'],
    ['joiner', '\u200d'],
    ['non-joiner', '\u200c'],
    ['variation selector', '\ufe0f'],
    ['variation selector of the supplement', '\u{e0101}'],
    ['Hangul filler', '\u3164'],
    ['half-width Hangul filler', '\uffa0'],
    ['tag', '\u{e0041}'],
    ['grapheme joiner', '\u034f'],
    ['empty braille cell', '\u2800'],
  ].map(([name, value]) => ({
    name: `${name} alone`,
    slot: TEXT,
    value: ` ${value}${value} `,
    problem: 'Please fill this in.',
  })),
  { name: 'no text where none is needed', slot: { ...TEXT, required: false }, value: '', problem: undefined },
  { name: 'a control character', slot: TEXT, value: 'a\u0007b', problem: 'hidden' },
  { name: 'a character that turns the text around it', slot: TEXT, value: 'a\u202eb', problem: 'hidden' },
  { name: 'an isolate', slot: TEXT, value: '\u2067ab\u2069', problem: 'hidden' },
  { name: 'half a character', slot: TEXT, value: 'a\ud83d', problem: 'hidden' },
  { name: 'a choice', slot: CHOICE, value: 'Cedar', problem: undefined },
  { name: 'no choice', slot: CHOICE, value: '', problem: 'Please choose one.' },
  { name: 'a choice that is not offered', slot: CHOICE, value: 'Tar', problem: 'Please choose one.' },
  { name: 'no photo', slot: { ...PHOTO, required: true }, value: '', problem: 'Please add a photo.' },
  { name: 'no photo where none is needed', slot: PHOTO, value: '', problem: undefined },
])('judges $name', ({ slot, value, problem }) => {
  const problems = checkSlots([slot], { [slot.name]: value }, WORDS);

  if (problem === undefined) expect(problems).toEqual({});
  else expect(problems[slot.name]).toContain(problem);
});

it('has the problems of all slots in their order, those without a value too', () => {
  expect(Object.keys(checkSlots([TEXT, PHOTO, CHOICE], {}, WORDS))).toEqual(['name', 'scent']);
});

it('sends tidied values, and nothing for an empty slot', () => {
  expect(toTemplatePart({ name: '  Plum \n &\tSmoke ', scent: 'Plum', line: '  ' })).toEqual({
    peelTemplate: { slots: { name: 'Plum & Smoke', scent: 'Plum' } },
  });
});

it.each(['👨‍👩‍👧', '❤️‍🔥', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴‍☠️', 'می‌خواهم', 'ന്\u200d', '葛\u{e0100}'])(
  'sends what shapes a visible character: %s',
  (name) => {
    expect(toTemplatePart({ name: `${name}\u200b` })).toEqual({ peelTemplate: { slots: { name } } });
  },
);

it('sends no hidden text', () => {
  const hidden = 'A\u{e0064}\u{e007f}\ufe0fd\u200d\u200da\u3164';

  expect(toTemplatePart({ name: hidden })).toEqual({ peelTemplate: { slots: { name: 'Ad\u200da' } } });
});

it('names the picture that is changed', () => {
  const { peelTemplate } = toTemplatePart({ scent: 'Plum' }, 'https://peel.example/images/a1.png');

  expect(peelTemplate.previous).toBe('https://peel.example/images/a1.png');
});
