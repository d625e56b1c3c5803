/**
 * Parts of an answer that pass through untouched even where the JSON around them is written anew. Google's terms ask
 * for its search results as they came, so `groundingMetadata` keeps the spelling of its text: escapes, numbers, names.
 */
import type { Fields, Value } from './value.ts';

/** Where an object's own text is kept. Unseen by whoever lists its fields; a changed copy does not have it. */
const TEXT = Symbol('verbatim');

/** The name as Google writes it. What resellers spell otherwise is spelled our one way. */
export const VERBATIM_NAME = 'groundingMetadata';
/** Inside of a string a quote has a backslash before it, so this can be nothing but the name of a field. */
const FIELD = new RegExp(`"${VERBATIM_NAME}"\\s*:\\s*(?=\\{)`, 'g');

/** The text that an object is to be written as. */
export const verbatimOf = (value: object): string | undefined => (value as { [TEXT]?: string })[TEXT];

/** @param json What `value` was parsed from. */
export function keepVerbatim(value: Value, json: string): void {
  const texts = [...json.matchAll(FIELD)].map(({ index, 0: { length } }) => objectAt(json, index + length));
  if (texts.length === 0) return;
  const objects = objectsIn(value);
  for (const [at, text] of texts.entries()) {
    const object = objects[at];
    // A name that is given twice leaves fewer objects than texts; then nothing is claimed.
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

/** From one brace to the one that closes it. */
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
