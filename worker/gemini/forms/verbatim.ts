/**
 * Keeps the exact text of `groundingMetadata`, even if the JSON around it is written anew: escapes, numbers, names.
 * Google's terms ask for unaltered search results (docs/wire-facts.md#google-search-grounding).
 */
import type { Fields, Value } from './value.ts';

/** The property with an object's own text. It is not enumerable, so loops and copies of the object do not see it. */
const TEXT = Symbol('verbatim');

/** Google's spelling only: an object that a reseller names `grounding_metadata` is written anew in camelCase. */
export const VERBATIM_NAME = 'groundingMetadata';
/** Matches only a field's name: inside a string each quote has a backslash before it. */
const FIELD = new RegExp(`"${VERBATIM_NAME}"\\s*:\\s*(?=\\{)`, 'g');

/** The exact text to write for an object, if one was kept. */
export const verbatimOf = (value: object): string | undefined => (value as { [TEXT]?: string })[TEXT];

/**
 * Attaches to each `groundingMetadata` object in `value` its own text.
 *
 * @param json The text that `value` was parsed from.
 */
export function keepVerbatim(value: Value, json: string): void {
  const texts = [...json.matchAll(FIELD)].map(({ index, 0: { length } }) => objectAt(json, index + length));
  if (texts.length === 0) return;
  const objects = objectsIn(value);
  for (const [at, text] of texts.entries()) {
    const object = objects[at];
    // A duplicate name leaves fewer objects than texts. Then the rest keeps no text.
    if (object === undefined || JSON.stringify(object) !== JSON.stringify(JSON.parse(text))) return;
    // An event is one line, and line breaks of JSON stand between its values.
    Object.defineProperty(object, TEXT, { value: text.replace(/[\r\n]\s*/g, '') });
  }
}

/** In the order of the text. */
function objectsIn(value: Value): Value[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, field]) =>
    name === VERBATIM_NAME && isObject(field) ? [field] : objectsIn(field),
  );
}

const isObject = (value: Value): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text from one brace to the brace that closes it. */
function objectAt(json: string, from: number): string {
  const token = /"(?:[^"\\]|\\.)*"|[{}]/g;
  token.lastIndex = from;
  let depth = 0;
  for (let found = token.exec(json); found; found = token.exec(json)) {
    if (found[0] === '{') depth += 1;
    if (found[0] === '}') depth -= 1;
    if (depth === 0) return json.slice(from, token.lastIndex);
  }
  return '';
}
