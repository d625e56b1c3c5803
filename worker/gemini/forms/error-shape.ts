/**
 * Where an error object has its words: Google and relays write the same facts under other names and in other depths
 * (docs/wire-facts.md#google-errors). `{error: {…}}`, `{errors: [{…}]}`, a text or a number as `error` with the rest
 * beside it, the object without an envelope, and an envelope written as JSON into the message of another.
 */
import { parseJsonObject } from '../../shared/json.ts';
import { fieldOf, textOf, toSnake } from './names.ts';
import { type Fields, isFields, type Value } from './value.ts';

/** In camelCase; the readers know snake_case too. */
const MESSAGES = ['message', 'msg', 'errorMessage', 'errorMsg', 'errmsg', 'detail', 'errorDescription'];
const CODES = ['code', 'statusCode', 'errorCode', 'errcode', 'status', 'type'];
/** Fields of an answer. */
export const ANSWERS: readonly string[] = [
  ...['candidates', 'promptFeedback', 'prompt_feedback', 'usageMetadata', 'usage_metadata', 'choices'],
];
const ENVELOPES = ['error', 'errors', 'detail'];
/** A relay that asks a relay that asks Google nests three. */
const MAX_DEPTH = 5;

const spellings = (names: readonly string[]) => new Set(names.flatMap((name) => [name, toSnake(name)]));
const MESSAGE_NAMES = spellings(MESSAGES);
const CODE_NAMES = spellings(CODES);

/** Whether an object of these fields is an error without an envelope: it has a message and a code. */
export const isBareError = (names: readonly string[]): boolean =>
  names.some((name) => MESSAGE_NAMES.has(name)) && names.some((name) => CODE_NAMES.has(name));

/** Any value that is not empty counts as an error: some providers write only a sentence. */
export const isFilled = (value: Value | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== '' &&
  value !== 0 &&
  !(isFields(value) && Object.keys(value).length === 0) &&
  !(Array.isArray(value) && value.length === 0);

/** Whether an object says that it is an error. Beside a part of an answer only `error` or `errors` say so. */
export function isErrorObject(value: Value | undefined): value is Fields {
  if (!isFields(value)) return false;
  if (isFilled(value.error) || isFilled(value.errors)) return true;
  const filled = Object.keys(value).filter((name) => isFilled(value[name]));
  return isBareError(filled) && !filled.some((name) => ANSWERS.includes(name));
}

/**
 * The objects of an error, the innermost first: what is nearest to the provider counts most.
 *
 * @param body An error in any of the shapes, or a list that begins with one.
 */
export function layersOf(body: Value | undefined): Fields[] {
  const layers: Fields[] = [];
  let value = firstOf(body);
  while (isFields(value) && layers.length < MAX_DEPTH) {
    layers.unshift(value);
    value = innerOf(value);
  }
  return layers;
}

const firstOf = (value: Value | undefined): Value | undefined => (Array.isArray(value) ? value[0] : value);

function innerOf(fields: Fields): Value | undefined {
  for (const name of ENVELOPES) {
    const inner = firstOf(fieldOf(fields, name));
    if (isFields(inner)) return inner;
  }
  for (const name of [...MESSAGES, 'error']) {
    const text = textOf(fieldOf(fields, name));
    const inner = text?.trimStart().startsWith('{') ? (parseJsonObject(text) as Fields | undefined) : undefined;
    if (inner && isErrorObject(inner)) return inner;
  }
  return undefined;
}

/** The texts of an error, the best first: of each layer its message, then `error` where that is a text. */
export const errorTextsOf = (body: Value | undefined): string[] =>
  layersOf(body).flatMap((layer) =>
    [
      ...MESSAGES.map((name) => fieldOf(layer, name)),
      ...ENVELOPES.map((name) => firstOf(fieldOf(layer, name))),
    ].flatMap((value) => textOf(value) ?? []),
  );

export interface ErrorCode {
  value: number | string;
  /** The number may be gRPC's own: it stands as `code` beside a `message`. Relays' own numbers stand beside a `msg`. */
  mayBeGrpc: boolean;
}

/** What stands where a code stands, the best first. An `error` that is a number or a text may be one, too. */
export function errorCodesOf(body: Value | undefined): ErrorCode[] {
  return layersOf(body).flatMap((layer) => [
    ...CODES.flatMap((name) => codeOf(fieldOf(layer, name), name === 'code' && Object.hasOwn(layer, 'message'))),
    ...ENVELOPES.flatMap((name) => codeOf(firstOf(fieldOf(layer, name)), false)),
  ]);
}

const codeOf = (value: Value | undefined, mayBeGrpc: boolean): ErrorCode[] =>
  typeof value === 'number' || typeof value === 'string' ? [{ value, mayBeGrpc }] : [];
