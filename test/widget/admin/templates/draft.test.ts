import { describe, expect, it } from 'vitest';
import {
  differences,
  example,
  freeName,
  isSameVersion,
  problemsOf,
  slotUses,
  withSlotField,
} from '../../../../widget/admin/templates/draft.ts';
import { TEMPLATE } from '../../../../widget/admin/words/templates.ts';
import type { DeskTemplate } from '../../../../worker/desk-protocol.ts';

const MUG: DeskTemplate = {
  prompt: 'A mug for {{who}} in {{ style }}, for {{who}}.',
  slots: [
    { name: 'who', label: 'For whom', type: 'text', maxLength: 20 },
    { name: 'style', label: 'Style', type: 'choice', choices: ['ink'] },
  ],
};
const withSlot = (change: object): DeskTemplate => ({
  ...MUG,
  slots: [{ ...MUG.slots![0]!, ...change }, MUG.slots![1]!],
});

it('counts where a slot stands, and names what is no slot', () => {
  const { uses, unknown } = slotUses({ ...MUG, prompt: `${MUG.prompt} {{season}} {{season}}` });

  expect([...uses]).toEqual([
    ['who', 2],
    ['style', 1],
  ]);
  expect(unknown).toEqual(['season']);
});

it('the example breaks no rule', () => {
  expect([...problemsOf(example())]).toEqual([]);
  expect([...problemsOf(MUG)]).toEqual([]);
});

describe('what is wrong', () => {
  it.each([
    ['an unknown slot', { ...MUG, prompt: `${MUG.prompt} {{season}}` }, 'prompt', TEMPLATE.unknown('season')],
    ['no prompt', { prompt: ' ' }, 'prompt', TEMPLATE.noPrompt],
    ['an unused slot', withSlot({ name: 'whom' }), 'slots.0.name', TEMPLATE.unused('whom')],
    ['a name with a blank', withSlot({ name: 'the who' }), 'slots.0.name', TEMPLATE.nameRule],
    ['no label', withSlot({ label: ' ' }), 'slots.0.label', TEMPLATE.noLabel],
    ['a name twice', { ...MUG, slots: [...MUG.slots!, MUG.slots![0]!] }, 'slots.2.name', TEMPLATE.twice],
    [
      'no choices',
      { ...MUG, slots: [MUG.slots![0]!, { ...MUG.slots![1]!, choices: [] }] },
      'slots.1.choices',
      TEMPLATE.noChoices,
    ],
  ])('is named: %s', (_, template, field, words) => {
    expect(problemsOf(template).get(field)).toBe(words);
  });

  it('is not a photo that the words do not name', () => {
    expect([...problemsOf({ ...MUG, slots: [...MUG.slots!, { name: 'face', label: 'Face', type: 'photo' }] })]).toEqual(
      [],
    );
  });
});

it('a slot of another kind loses the fields of its old one', () => {
  expect(withSlotField(MUG.slots![0]!, { type: 'choice' })).toEqual({
    ...MUG.slots![0],
    type: 'choice',
    choices: [],
    maxLength: undefined,
  } as object);
  expect(withSlotField({ ...MUG.slots![1]!, required: true }, { type: 'photo', required: false })).toEqual({
    ...{ name: 'style', label: 'Style', type: 'photo' },
  });
});

it('another slot has a free name', () => {
  expect(freeName([])).toBe('slot1');
  expect(freeName([{ name: 'slot2', label: '', type: 'text' }])).toBe('slot3');
});

describe('a version', () => {
  it('goes on with other labels, limits and choices', () => {
    expect(isSameVersion(MUG, withSlot({ label: 'Who', maxLength: 5 }))).toBe(true);
  });

  it.each<[string, Partial<DeskTemplate>]>([
    ['prompt', { prompt: 'Another' }],
    ['standing instruction', { systemInstruction: 'No words.' }],
    ['pictures', { pictures: ['a'.repeat(64)] }],
    ['photo slots', { slots: [...MUG.slots!, { name: 'face', label: 'Face', type: 'photo' }] }],
  ])('is another with another %s', (_, change) => {
    expect(isSameVersion(MUG, { ...MUG, ...change })).toBe(false);
  });

  it('tells what differs', () => {
    const after = {
      prompt: 'A cup for {{name}}',
      systemInstruction: 'x',
      slots: [
        { name: 'name', label: 'N', type: 'text' as const },
        { ...MUG.slots![1]!, label: 'Look' },
      ],
    };

    expect(differences(MUG, after)).toEqual([
      ...[TEMPLATE.changes.prompt, TEMPLATE.changes.standing],
      ...['Slots added: name.', 'Slots removed: who.', 'Slots changed: style.'],
    ]);
    expect(differences(MUG, structuredClone(MUG))).toEqual([]);
  });
});
