/** Selects which of a provider's own words a caller may read. The rest goes to the log only. */
import { namesAccount } from './account-words.ts';
import type { ErrorDetail, Failure, UpstreamError, UpstreamReason } from './failure.ts';
import { isKnownSentence } from './known-sentences.ts';

/** Failures of the request itself: the provider's words help the caller to correct it. */
const ABOUT_THE_REQUEST: readonly UpstreamReason[] = ['INVALID_FIELD', 'NOT_FOUND', 'UPSTREAM_BROKEN'];

/**
 * A provider's error as any client may read it.
 *
 * @returns undefined where our own words replace it: it is no known sentence, and it names the account or is not about
 *   the request.
 */
export function toldOf(reason: UpstreamReason, upstream: UpstreamError): UpstreamError | undefined {
  const { code, message } = upstream;
  const isAboutTheRequest =
    ABOUT_THE_REQUEST.includes(reason) && !ABOUT_WHO_ASKS.includes(code) && !namesAccount(message);
  if (!isAboutTheRequest && !isKnownSentence(message)) return undefined;
  return { ...upstream, details: upstream.details.filter(isHarmless) };
}

/** Statuses whose words are about the key, its account and its rights, or about the provider's load. */
const ABOUT_WHO_ASKS: readonly number[] = [401, 402, 403, 429, 503];

const isHarmless = (detail: ErrorDetail): boolean => !namesAccount(JSON.stringify(detail));

/** The same failure for a visitor: the provider's words stay only where they are a known sentence. */
export function forVisitor(failure: Failure): Failure {
  if (!('upstream' in failure) || !failure.upstream) return failure;
  const { upstream, ...others } = failure;
  if (!isKnownSentence(upstream.message)) return others;
  return { ...others, upstream: { ...upstream, details: upstream.details.filter(isRetryInfo) } };
}

/**
 * The same failure for a visitor of a template: none of the provider's words, and no rule about a field that the owner
 * has filled.
 */
export function forFormVisitor(failure: Failure): Failure {
  if (ABOUT_FIELDS.includes(failure.reason)) return { reason: 'INVALID_FIELD', ran: 'no' };
  if (!('upstream' in failure)) return failure;
  const { upstream: _, ...others } = failure;
  return others;
}

const ABOUT_FIELDS: readonly Failure['reason'][] = ['INVALID_FIELD', 'UNKNOWN_FIELD', 'UNSUPPORTED_VALUE'];

const isRetryInfo = (detail: ErrorDetail): boolean => detail['@type'].endsWith('/google.rpc.RetryInfo');
