/** Reads and writes the JSON of a unit, without its framing, as a value in which lifted strings keep their place. */
import type { Form } from '../../request/target.ts';
import { malformed } from '../lift/lift-error.ts';
import { type Chunk, isLifted, type Lifted, type Segment } from '../lift/skeleton.ts';
import { type Fields, isFields, LiftedValue, MixedText, type Value } from './value.ts';
import { keepVerbatim, verbatimOf } from './verbatim.ts';

/**
 * The value of a unit of any form.
 *
 * @returns undefined for a unit without a value: a comment, a closing bracket, white space. Throws `LiftError`
 *   `malformed` if the payload is not JSON.
 */
export function parseChunk(chunk: Chunk, form: Form): Value | undefined {
  const lifted: Lifted[] = [];
  const mark = marker();
  const json = payloadOf(
    textOf(chunk, (blob) => `${mark}${lifted.push(blob) - 1};`),
    form,
  );
  if (json === undefined) return undefined;
  const value = putBack(parse(json), mark, lifted);
  keepVerbatim(value, json);
  return value;
}

/** Throws `LiftError` `malformed` if a unit has a payload that is not JSON. */
export function assertPayload(chunk: Chunk, form: Form): void {
  const json = payloadOf(
    textOf(chunk, () => ''),
    form,
  );
  if (json !== undefined) parse(json);
}

/**
 * JSON that no client cuts in two: U+0085, U+2028 and U+2029 are escaped. Some clients end lines at them, and JSON
 * allows them in strings (docs/wire-facts.md#google-streams).
 */
export const writeJson = (value: unknown): string => inOneLine(JSON.stringify(value));

const inOneLine = (json: string): string =>
  json.replace(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The JSON text of a value, without white space, lifted strings as segments. The inverse of {@link parseChunk}. */
export function toSegments(value: Value): Segment[] {
  const segments: Segment[] = [];
  let text = '';
  const write = (item: Value): void => {
    if (item instanceof LiftedValue) {
      segments.push(`${text}"`, item.lifted);
      text = '"';
    } else if (item instanceof MixedText) {
      text += '"';
      for (const piece of item.pieces) {
        if (typeof piece === 'string') {
          text += JSON.stringify(piece).slice(1, -1);
        } else {
          segments.push(text, piece);
          text = '';
        }
      }
      text += '"';
    } else if (Array.isArray(item)) {
      text += '[';
      for (const [at, element] of item.entries()) {
        if (at > 0) text += ',';
        write(element);
      }
      text += ']';
    } else if (isFields(item)) {
      const verbatim = verbatimOf(item);
      if (verbatim !== undefined) {
        text += inOneLine(verbatim);
        return;
      }
      text += '{';
      for (const [at, [key, field]] of Object.entries(item).entries()) {
        text += `${at > 0 ? ',' : ''}${writeJson(key)}:`;
        write(field);
      }
      text += '}';
    } else {
      text += writeJson(item);
    }
  };
  write(value);
  if (text !== '') segments.push(text);
  return segments;
}

/** The text of a unit. Bytes that are not UTF-8 read as replacement characters. */
function textOf(chunk: Chunk, mark: (lifted: Lifted) => string): string {
  let text = '';
  for (const segment of chunk) {
    if (typeof segment === 'string') text += segment;
    else if (isLifted(segment)) text += mark(segment);
    else text += Buffer.from(segment.raw, 'base64').toString();
  }
  return text;
}

/** Some providers leave commas out, or put nothing between them. */
const BEFORE_ELEMENT = /^(?:[\s[,]|null)+/;
/** Before one more object, in place of an answer as one. */
const BEFORE_OBJECT = /^(?:[\s,]|data:|\[DONE\])+/;

function payloadOf(unit: string, form: Form): string | undefined {
  const text = unit.startsWith('\ufeff') ? unit.slice(1) : unit;
  if (form === 'sse') return eventPayload(text);
  const json = form === 'array' ? text.replace(BEFORE_ELEMENT, '') : text.replace(BEFORE_OBJECT, '').trim();
  return json === '' || json.startsWith(']') ? undefined : json;
}

function eventPayload(text: string): string | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const data = lines.filter((line) => line.startsWith('data:'));
  if (data.length > 0) {
    const json = data.map((line) => line.slice('data:'.length)).join('\n');
    // Data that is no object is a marker such as `[DONE]`.
    return /^\s*(?:\[\s*)?\{/.test(json) ? json : undefined;
  }
  const bare = lines.findIndex((line) => line.startsWith('{') || line.startsWith('['));
  return bare < 0 ? undefined : lines.slice(bare).join('\n');
}

function parse(json: string): Value {
  try {
    return JSON.parse(json) as Value;
  } catch (error) {
    // V8's own words quote the source, and this message goes to logs.
    if (error instanceof SyntaxError) throw malformed('the text of a unit is not JSON');
    throw error;
  }
}

function putBack(value: Value, mark: string, lifted: readonly Lifted[]): Value {
  if (typeof value === 'string') {
    return value.includes(mark) ? withLifted(value, mark, lifted) : value;
  }
  if (Array.isArray(value)) return value.map((item) => putBack(item, mark, lifted));
  if (!isFields(value)) return value;
  for (const [key, field] of Object.entries(value)) {
    const known = putBack(field, mark, lifted);
    if (known !== field) define(value, key, known);
  }
  return value;
}

function withLifted(text: string, mark: string, lifted: readonly Lifted[]): Value {
  const [first = '', ...marked] = text.split(mark);
  const pieces = [
    first,
    ...marked.flatMap((piece) => {
      const end = piece.indexOf(';');
      return [lifted[Number(piece.slice(0, end))] as Lifted, piece.slice(end + 1)];
    }),
  ].filter((piece) => piece !== '');
  const [only] = pieces;
  return pieces.length === 1 && typeof only === 'object' ? new LiftedValue(only) : new MixedText(pieces);
}

/** `__proto__` is a key like any other in JSON, and an assignment would not make one. */
function define(fields: Fields, key: string, value: Value): void {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}

let nonce: string | undefined;

/** Replaces a lifted string while JSON is parsed. Random, so that no answer can contain it. */
function marker(): string {
  nonce ??= `lifted:${crypto.randomUUID()}:`;
  return nonce;
}
