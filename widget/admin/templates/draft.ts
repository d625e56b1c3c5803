/** A template while its owner writes it: its slots in the words, what is wrong with it, and how it differs. */
import type { DeskSlot, DeskTemplate } from '../../../worker/desk-protocol.ts';
import { EXAMPLE, TEMPLATE } from '../words/templates.ts';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const NAME = /^[A-Za-z]\w{0,39}$/;

export const example = (): DeskTemplate => ({
  prompt: EXAMPLE.prompt,
  systemInstruction: EXAMPLE.systemInstruction,
  slots: [
    { name: 'subject', label: EXAMPLE.subject, type: 'text', maxLength: 80, required: true },
    { name: 'season', label: EXAMPLE.season, type: 'choice', choices: [...EXAMPLE.seasons], required: true },
  ],
});

/** As people read a digest. */
export const shortVersion = (version: string): string => version.slice(0, 7);

/** How often each slot stands in the prompt, and names that are no slot's. */
export function slotUses({ prompt, slots = [] }: DeskTemplate): { uses: Map<string, number>; unknown: string[] } {
  const named = [...prompt.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
  const uses = new Map(slots.map(({ name }) => [name, named.filter((each) => each === name).length]));
  return { uses, unknown: [...new Set(named.filter((name) => name !== '' && !uses.has(name)))] };
}

/** What is wrong with a draft, by field, such as `slots.1.name`. Finer rules are the worker's. */
export function problemsOf(template: DeskTemplate): Map<string, string> {
  const problems = new Map<string, string>();
  const { prompt, slots = [] } = template;
  const { uses, unknown } = slotUses(template);
  if (prompt.trim() === '') problems.set('prompt', TEMPLATE.noPrompt);
  if (unknown[0] !== undefined) problems.set('prompt', TEMPLATE.unknown(unknown[0]));
  for (const [at, { name, label, type, choices }] of slots.entries()) {
    const isTwice = slots.findIndex((slot) => slot.name === name) < at;
    if (!NAME.test(name)) problems.set(`slots.${at}.name`, TEMPLATE.nameRule);
    else if (isTwice) problems.set(`slots.${at}.name`, TEMPLATE.twice);
    else if (type !== 'photo' && uses.get(name) === 0) problems.set(`slots.${at}.name`, TEMPLATE.unused(name));
    if (label.trim() === '') problems.set(`slots.${at}.label`, TEMPLATE.noLabel);
    if (type === 'choice' && !choices?.length) problems.set(`slots.${at}.choices`, TEMPLATE.noChoices);
  }
  return problems;
}

/** The slot with another value in a field, and without the fields that its kind has not. */
export function withSlotField(slot: DeskSlot, change: Partial<DeskSlot>): DeskSlot {
  const { maxLength, choices, required, ...rest } = { ...slot, ...change };
  return {
    ...rest,
    ...(rest.type === 'text' && maxLength !== undefined && { maxLength }),
    ...(rest.type === 'choice' && { choices: choices ?? [] }),
    ...(required && { required }),
  };
}

/** A free name for another slot. */
export function freeName(slots: readonly DeskSlot[]): string {
  const names = slots.map(({ name }) => name);
  for (let n = slots.length + 1; ; n += 1) if (!names.includes(`slot${n}`)) return `slot${n}`;
}

/** Whether kept pictures go on: labels, limits, choices and the order of the form are not in a version. */
export function isSameVersion(a: DeskTemplate, b: DeskTemplate): boolean {
  const photos = ({ slots = [] }: DeskTemplate) => slots.filter(({ type }) => type === 'photo').map(({ name }) => name);
  const digested = (template: DeskTemplate) =>
    JSON.stringify([template.prompt, template.systemInstruction ?? '', template.pictures ?? [], photos(template)]);
  return digested(a) === digested(b);
}

/** What is different, in sentences. Empty: nothing. */
export function differences(before: DeskTemplate, after: DeskTemplate): string[] {
  const words = TEMPLATE.changes;
  const slotsOf = ({ slots = [] }: DeskTemplate) => new Map(slots.map((slot) => [slot.name, JSON.stringify(slot)]));
  const [old, current] = [slotsOf(before), slotsOf(after)];
  const added = [...current.keys()].filter((name) => !old.has(name));
  const removed = [...old.keys()].filter((name) => !current.has(name));
  const changed = [...current].filter(([name, slot]) => old.has(name) && old.get(name) !== slot).map(([name]) => name);
  return [
    ...(before.prompt === after.prompt ? [] : [words.prompt]),
    ...((before.systemInstruction ?? '') === (after.systemInstruction ?? '') ? [] : [words.standing]),
    ...(JSON.stringify(before.pictures ?? []) === JSON.stringify(after.pictures ?? []) ? [] : [words.pictures]),
    ...(added.length > 0 ? [words.added(added.join(', '))] : []),
    ...(removed.length > 0 ? [words.removed(removed.join(', '))] : []),
    ...(changed.length > 0 ? [words.changed(changed.join(', '))] : []),
  ];
}
