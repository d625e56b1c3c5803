/**
 * Gemini's field names. Google answers in camelCase, resellers may answer in snake_case, and either may leave any
 * field out.
 */
import { type Fields, isFields, type Value } from './value.ts';
import { VERBATIM_NAME } from './verbatim.ts';

export const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A field by its camelCase name, in either spelling. */
export function fieldOf(value: Value | undefined, name: string): Value | undefined {
  if (!isFields(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : own(value, toSnake(name));
}

const own = (fields: Fields, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** A nested field by its camelCase names. */
export const at = (value: Value | undefined, ...path: string[]): Value | undefined => path.reduce(fieldOf, value);

export const listOf = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
export const textOf = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
/** A count; 0 if the value is not a whole, positive number. */
export const countOf = (value: Value | undefined): number =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;

/** Whether a part is a thought. Resellers write the mark as a text or a number too. */
export function isThought(part: Value | undefined): boolean {
  const mark = fieldOf(part, 'thought');
  return mark === true || mark === 1 || (typeof mark === 'string' && /^(?:true|1)$/i.test(mark));
}

/** The parts of the first candidate. Peel asks for one candidate; `shapeMessage` puts one with a picture first. */
export const partsOf = (answer: Value | undefined): Value[] => listOf(at(candidateOf(answer), 'content', 'parts'));
export const candidateOf = (answer: Value | undefined): Value | undefined => listOf(at(answer, 'candidates'))[0];

/**
 * A message with Gemini's names in camelCase. Keys inside `args`, `response`, `groundingMetadata` stay. Where a field
 * has both spellings, the value that is not null counts, and camelCase's before the other.
 *
 * @returns The same value if all names are right.
 */
export function toCamelCase(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map(toCamelCase);
    return items.every((item, n) => item === value[n]) ? value : items;
  }
  if (!isFields(value)) return value;
  const entries = Object.entries(value);
  const renamed = entries.map(([key, field]): [string, Value] => [
    camel(key),
    isForeign(key) ? field : toCamelCase(field),
  ]);
  if (renamed.every(([key, field], n) => key === entries[n]![0] && field === entries[n]![1])) return value;
  const fields = new Map<string, Value>();
  for (const [n, [key, field]] of renamed.entries()) {
    const isOwn = key === entries[n]![0];
    if ((fields.get(key) ?? null) === null || (isOwn && field !== null)) fields.set(key, field);
  }
  return Object.fromEntries(fields);
}

const camel = (key: string) =>
  /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(key)
    ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : key;
/** The caller chose the names in a function's arguments; Google's terms ask for search results unaltered. */
const isForeign = (key: string) => key === 'args' || key === 'response' || key === VERBATIM_NAME;
