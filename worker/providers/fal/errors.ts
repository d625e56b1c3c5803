/**
 * Reads fal's errors. A model's errors are a list in `detail`, each with a `type`. The platform's have a text there and
 * an `error_type` beside it (https://fal.ai/docs/documentation/model-apis/errors). Decisions use types and statuses,
 * never words. `input` repeats the prompt, so it is not read.
 */
import { readErrorWords } from '../../gemini/errors/error-words.ts';
import { toUpstreamError } from '../../gemini/errors/errors.ts';
import { fieldOf, listOf, textOf } from '../../gemini/forms/names.ts';
import type { Value } from '../../gemini/forms/value.ts';
import type { UpstreamError } from '../../shared/failure.ts';
import { parseJson } from '../../shared/json.ts';

export interface FalError {
  status: number;
  /** Types of the model's or the platform's errors. Empty: another server answered, such as a gateway. */
  types: readonly string[];
  /** The fields that the errors are about, such as `prompt` and `image_urls`. */
  fields: readonly string[];
  /** Whether fal says that another attempt can help. */
  isRetryable?: boolean;
  /** The redacted error in Gemini's shape. */
  upstream: UpstreamError;
}

const MAX_ERROR_BYTES = 64 * 1024;

/** Reads the error from an answer of fal or its queue. Never throws. */
export async function readFalError(response: Response, redact: (text: string) => string): Promise<FalError> {
  const { status, headers } = response;
  const text = await readErrorWords(response.body, MAX_ERROR_BYTES);
  const body = parseJson(text) as Value | undefined;
  const detail = fieldOf(body, 'detail');
  const entries = listOf(detail);
  const own = [headers.get('X-Fal-Error-Type'), textOf(fieldOf(body, 'errorType'))];
  const retryable = headers.get('X-Fal-Retryable')?.toLowerCase();
  // Gemini has no 422: it uses 400 for a bad request.
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

/** The message of the first error in a list, with its field. */
function messageOf(detail: Value | undefined): string | undefined {
  const [first] = listOf(detail);
  if (first === undefined) return textOf(detail);
  const path = listOf(fieldOf(first, 'loc')).filter((step) => step !== 'body');
  const message = textOf(fieldOf(first, 'msg')) ?? '';
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
