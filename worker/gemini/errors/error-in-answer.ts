/** Reads the error that a 200 holds in place of an answer, in any form, and the HTTP status that the error names. */
import { statusOfGrpc } from '../../shared/grpc-status.ts';
import { parseJson } from '../../shared/json.ts';
import { eventsOf } from '../forms/beginning.ts';
import { type ErrorCode, errorCodesOf, isErrorObject } from '../forms/error-shape.ts';
import { isFields, type Value } from '../forms/value.ts';

/** @returns The first error of a body, list or stream as it is; undefined if no object can be read. */
export function errorIn(body: string): Value | undefined {
  const text = body.replace(/^[\s\ufeff]+/, '');
  const whole = parseJson(text) as Value | undefined;
  const values =
    whole === undefined ? eventsOf(text, true).map((json) => parseJson(json) as Value | undefined) : [whole];
  const objects = values.flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isFields);
  return objects.find(isErrorObject) ?? objects[0];
}

/**
 * `code` or `type` of providers that imitate OpenAI or Anthropic, and HTTP's own phrases
 * (https://platform.openai.com/docs/guides/error-codes, https://docs.anthropic.com/en/api/errors).
 */
const WORDS: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  INVALID_REQUEST_ERROR: 400,
  UNAUTHORIZED: 401,
  INVALID_API_KEY: 401,
  AUTHENTICATION_ERROR: 401,
  PAYMENT_REQUIRED: 402,
  BILLING_ERROR: 402,
  FORBIDDEN: 403,
  PERMISSION_ERROR: 403,
  NOT_FOUND_ERROR: 404,
  MODEL_NOT_FOUND: 404,
  REQUEST_TOO_LARGE: 413,
  INSUFFICIENT_QUOTA: 429,
  RATE_LIMIT: 429,
  RATE_LIMITED: 429,
  RATE_LIMIT_EXCEEDED: 429,
  RATE_LIMIT_ERROR: 429,
  TOO_MANY_REQUESTS: 429,
  // OpenAI's `type` of a rate limit names what was counted.
  REQUESTS: 429,
  TOKENS: 429,
  OVERLOADED: 503,
  OVERLOADED_ERROR: 503,
  SERVICE_UNAVAILABLE: 503,
};

/** @returns HTTP status, 400 to 599, by the first code that names one; undefined if none does. */
export function namedStatus(body: Value | undefined): number | undefined {
  for (const code of errorCodesOf(body)) {
    const status = statusOf(code);
    if (status !== undefined) return status;
  }
  return undefined;
}

function statusOf({ value, mayBeGrpc }: ErrorCode): number | undefined {
  const text = String(value).trim();
  if (/^\d{1,3}$/.test(text)) {
    const number = Number(text);
    if (number >= 400 && number <= 599) return number;
    return mayBeGrpc ? statusOfGrpc(number) : undefined;
  }
  const word = text.toUpperCase().replaceAll(/[\s-]/g, '_');
  return statusOfGrpc(word) ?? (Object.hasOwn(WORDS, word) ? WORDS[word] : undefined);
}
