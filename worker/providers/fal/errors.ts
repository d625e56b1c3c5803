/**
 * What fal says in place of a picture. A model's errors are a list in `detail`, each with a `type`; the platform's
 * have a text there and an `error_type` beside it (fal.ai/docs/documentation/model-apis/errors and request-errors).
 * Decisions look at types and statuses, never at words, and `input`, which repeats the prompt, goes nowhere.
 */
import { readErrorWords } from '../../gemini/errors/error-words.ts';
import { toUpstreamError } from '../../gemini/errors/errors.ts';
import { fieldOf, listOf, textOf } from '../../gemini/forms/names.ts';
import type { Value } from '../../gemini/forms/value.ts';
import type { UpstreamError } from '../../shared/failure.ts';
import { parseJson } from '../../shared/json.ts';

export interface FalError {
  status: number;
  /** Of a model's errors and of the platform's; empty where somebody else answered, such as a gateway. */
  types: readonly string[];
  /** The fields that the errors are about, such as `prompt` and `image_urls`. */
  fields: readonly string[];
  /** fal's own word on whether asking again can help. */
  isRetryable?: boolean;
  /** In words, redacted. */
  upstream: UpstreamError;
}

const MAX_ERROR_BYTES = 64 * 1024;

/** Reads the body of an answer that is not 200, or of a queue's failure. Never throws. */
export async function readFalError(response: Response, redact: (text: string) => string): Promise<FalError> {
  const { status, headers } = response;
  const text = await readErrorWords(response.body, MAX_ERROR_BYTES);
  const body = parseJson(text) as Value | undefined;
  const detail = fieldOf(body, 'detail');
  const entries = listOf(detail);
  const own = [headers.get('X-Fal-Error-Type'), textOf(fieldOf(body, 'errorType'))];
  const retryable = headers.get('X-Fal-Retryable')?.toLowerCase();
  // Gemini has no 422: what is wrong with a request is a 400 there.
  const error = toUpstreamError(status === 422 ? 400 : status, { error: { message: messageOf(detail) ?? '' } }, redact);
  const delay = /^\d{1,6}$/.exec(headers.get('Retry-After') ?? '');
  return {
    status,
    types: [...entries.map((entry) => textOf(fieldOf(entry, 'type'))), ...own].filter((type) => !!type) as string[],
    fields: entries.flatMap((entry) => listOf(fieldOf(entry, 'loc')).flatMap((name) => textOf(name) ?? [])),
    ...(retryable && { isRetryable: retryable === 'true' }),
    upstream: delay ? { ...error, details: [retryInfo(delay[0])] } : error,
  };
}

const retryInfo = (seconds: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay: `${seconds}s`,
});

/** The first error of a list, by the field it is about. */
function messageOf(detail: Value | undefined): string | undefined {
  const [first] = listOf(detail);
  if (first === undefined) return textOf(detail);
  const path = listOf(fieldOf(first, 'loc')).filter((step) => step !== 'body');
  const message = textOf(fieldOf(first, 'msg')) ?? '';
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
