/** Reads the error that a 200 holds in place of an answer, in any form, and the HTTP status that the error names. */
import { parseJson } from '../../shared/json.ts';
import { eventsOf } from '../forms/beginning.ts';
import { fieldOf, textOf } from '../forms/names.ts';
import { isFields, type Value } from '../forms/value.ts';

/** @returns The first error of a body, list or stream, as `{ error }`; undefined if no object can be read. */
export function errorIn(body: string): Value | undefined {
  const text = body.replace(/^[\s\ufeff]+/, '');
  const whole = parseJson(text) as Value | undefined;
  const values =
    whole === undefined ? eventsOf(text, true).map((json) => parseJson(json) as Value | undefined) : [whole];
  const objects = values.flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isFields);
  const found = objects.find((object) => isFields(object) && Object.hasOwn(object, 'error'));
  if (found) return withInner(found);
  const [bare] = objects;
  return bare && { error: bare };
}

/** An event named `error` may hold the whole envelope. */
function withInner(value: Value): Value {
  const inner = fieldOf(value, 'error');
  return isFields(inner) && Object.hasOwn(inner, 'error') ? inner : value;
}

/** HTTP statuses of gRPC's names (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto). */
const STATUSES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** The same by gRPC's numbers, which some providers write as `code`. */
const NUMBERS: Readonly<Record<number, number>> = {
  ...{ 1: 499, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400 },
  ...{ 10: 409, 11: 400, 12: 501, 13: 500, 14: 503, 16: 401 },
};

/** `code` or `type` of providers that imitate OpenAI (https://platform.openai.com/docs/guides/error-codes). */
const WORDS: Readonly<Record<string, number>> = {
  INVALID_REQUEST_ERROR: 400,
  INVALID_API_KEY: 401,
  AUTHENTICATION_ERROR: 401,
  PERMISSION_ERROR: 403,
  INSUFFICIENT_QUOTA: 429,
  RATE_LIMIT_EXCEEDED: 429,
  RATE_LIMIT_ERROR: 429,
  TOO_MANY_REQUESTS: 429,
  OVERLOADED_ERROR: 503,
  SERVICE_UNAVAILABLE: 503,
};

/** @returns HTTP status, 400 to 599, from `code`, `status` or `type`; undefined if none of them names a known one. */
export function namedStatus(body: Value | undefined): number | undefined {
  const error = fieldOf(body, 'error');
  for (const name of ['code', 'status', 'type']) {
    const status = statusOf(fieldOf(error, name));
    if (status !== undefined) return status;
  }
  return undefined;
}

function statusOf(value: Value | undefined): number | undefined {
  const text = typeof value === 'number' ? String(value) : (textOf(value)?.trim() ?? '');
  if (/^\d{1,3}$/.test(text)) {
    const number = Number(text);
    return number >= 400 && number <= 599 ? number : NUMBERS[number];
  }
  const word = text.toUpperCase().replaceAll(/[\s-]/g, '_');
  return own(STATUSES, word) ?? own(WORDS, word);
}

const own = (table: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
