/**
 * The owner's template as data, checked when it is written and when it is read. A rule never repeats the owner's words:
 * where no good copy of a site is left, its visitors read which rule is broken.
 */
import * as v from 'valibot';
import type { TemplateSlot } from '../protocol.ts';
import { type RecordProblem, wholeFrom } from '../sites/record-schema.ts';
import { DEFAULT_MAX_LENGTH, hasUnseen, mostPicturesOf, PLACEHOLDER, photosOf, tidy } from './slots.ts';
import type { Template } from './template.ts';

const MAX_SLOTS = 24;
const MAX_CHOICES = 50;
const MAX_LENGTH = 2_000;
/** The most pictures that any model takes (docs/wire-facts.md#google-limits-of-a-request). */
const MAX_PICTURES = 14;
/** Of the prompt with every slot filled to its limit, so that what a visitor writes cannot cost more than a prompt. */
const MAX_FILLED = 32_000;

const text = (max: number) => {
  const rule = `must be text of 1 to ${max} characters`;
  return v.pipe(v.string(rule), v.nonEmpty(rule), v.maxLength(max, rule));
};

/** A value goes up as the owner wrote it, so it is as tidy as a visitor's. */
const SHOWN_RULE = 'must be without outer, double and unseen characters such as line breaks';
const shown = (max: number) =>
  v.pipe(
    text(max),
    v.check((value) => value === tidy(value) && !hasUnseen(value), SHOWN_RULE),
  );

const LIST_RULE = 'must be a list';
const LENGTH_RULE = `must be a whole number of characters from 1 to ${MAX_LENGTH}`;
const NAME_RULE = 'must be 1 to 40 letters, digits and _, and begin with a letter';
const ID_RULE = 'must be the id of a picture that was put to this site: 64 lower-case hex digits';

const SLOT = v.strictObject({
  name: v.pipe(v.string(NAME_RULE), v.regex(/^[A-Za-z]\w{0,39}$/, NAME_RULE)),
  label: shown(120),
  type: v.picklist(['text', 'choice', 'photo'], 'must be text, choice or photo'),
  /** In UTF-16 units. */
  maxLength: v.exactOptional(wholeFrom(1, MAX_LENGTH, LENGTH_RULE)),
  choices: v.exactOptional(
    v.pipe(v.array(shown(200), LIST_RULE), v.maxLength(MAX_CHOICES, `must have at most ${MAX_CHOICES} entries`)),
  ),
  required: v.exactOptional(v.boolean('must be true or false')),
});

export const TEMPLATE_RECORD = v.strictObject({
  prompt: text(16_000),
  systemInstruction: v.exactOptional(text(8_000)),
  slots: v.exactOptional(
    v.pipe(v.array(SLOT, LIST_RULE), v.maxLength(MAX_SLOTS, `must have at most ${MAX_SLOTS} entries`)),
  ),
  /** Ids of the owner's own pictures. They go up before a visitor's. */
  pictures: v.exactOptional(v.array(v.pipe(v.string(ID_RULE), v.regex(/^[0-9a-f]{64}$/, ID_RULE)), LIST_RULE)),
});
export type TemplateRecord = v.InferOutput<typeof TEMPLATE_RECORD>;
type Slot = NonNullable<TemplateRecord['slots']>[number];

/** Rules between the fields of a template. */
export function checkTemplate(record: TemplateRecord): RecordProblem | undefined {
  const { prompt, systemInstruction = '', slots = [] } = record;
  const named = [...prompt.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
  const names = slots.map(({ name }) => name);
  const problem = slots.map((slot, at) => checkSlot(slot, at, names, named)).find((each) => each !== undefined);
  if (problem) return { field: `template.slots.${problem.field}`, rule: problem.rule };
  if (photosOf(slots).length > 1) {
    return {
      field: 'template.slots',
      rule: 'must have at most one of the type photo, which is what the element sends',
    };
  }
  const unknown = named.findIndex((name) => !names.includes(name));
  if (unknown >= 0) {
    return {
      field: 'template.prompt',
      rule: `must name a slot in each {{…}}: the ${ordinal(unknown + 1)} names none`,
    };
  }
  if (/\{\{|\}\}/.test(prompt.replace(PLACEHOLDER, ''))) {
    return { field: 'template.prompt', rule: 'must close each {{ with }}, around the name of a slot' };
  }
  if (/\{\{|\}\}/.test(systemInstruction)) {
    return { field: 'template.systemInstruction', rule: 'must be without {{…}}: values go into the prompt alone' };
  }
  if (mostFilled(prompt, slots) > MAX_FILLED) {
    const rule = `must come to at most ${MAX_FILLED} characters where every slot is filled to its limit`;
    return { field: 'template.prompt', rule };
  }
  if (mostPicturesOf(record) > MAX_PICTURES) {
    const rule = `must be at most ${MAX_PICTURES - 1} with the slots of type photo: the picture to change is one more`;
    return { field: 'template.pictures', rule };
  }
  return undefined;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
function ordinal(count: number): string {
  const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}

function checkSlot(
  { name, type, maxLength, choices }: Slot,
  at: number,
  names: readonly string[],
  named: readonly string[],
): RecordProblem | undefined {
  const fails = (field: string, rule: string): RecordProblem => ({ field: `${at}.${field}`, rule });
  if (names.indexOf(name) < at) return fails('name', 'must be of one slot alone');
  if (type !== 'text' && maxLength !== undefined) return fails('maxLength', 'must be left out where type is not text');
  if (type === 'choice' && !choices?.length) return fails('choices', 'must be given where type is choice');
  if (type !== 'choice' && choices?.length) return fails('choices', 'must be left out where type is not choice');
  if (choices && new Set(choices).size < choices.length) return fails('choices', 'must be different from one another');
  // A photo goes up as a picture, whether the words name it or not.
  if (type !== 'photo' && !named.includes(name)) return fails('name', 'must stand in the prompt as {{name}}');
  return undefined;
}

/** The length of the longest expansion. */
function mostFilled(prompt: string, slots: readonly Slot[]): number {
  const most = new Map(slots.map((slot) => [slot.name, mostOf(slot)]));
  return prompt
    .split(PLACEHOLDER)
    .reduce((sum, piece, at) => sum + (at % 2 === 1 ? (most.get(piece.trim()) ?? 0) : piece.length), 0);
}

/** The length of the longest value. A photo stands in the words by its number. */
function mostOf({ type, maxLength = DEFAULT_MAX_LENGTH, choices = [] }: Slot): number {
  if (type === 'photo') return String(MAX_PICTURES).length;
  return type === 'text' ? maxLength : Math.max(...choices.map(({ length }) => length));
}

/** The template of a record. */
export async function templateOf(record: TemplateRecord): Promise<Template> {
  const { prompt, systemInstruction, pictures = [] } = record;
  const slots = (record.slots ?? []).map(
    ({ name, label, type, maxLength = DEFAULT_MAX_LENGTH, choices = [], required = false }): TemplateSlot => ({
      ...{ name, label, type, choices, required },
      maxLength: type === 'text' ? maxLength : 0,
    }),
  );
  const photos = photosOf(slots).map(({ name }) => name);
  const version = await digest([prompt, systemInstruction ?? '', pictures, photos]);
  return { version, prompt, slots, pictures, ...(systemInstruction !== undefined && { systemInstruction }) };
}

async function digest(fields: readonly (string | readonly string[])[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex().slice(0, 32);
}
