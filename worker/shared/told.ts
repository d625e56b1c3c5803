/** What of a provider's own words a caller may hear. The rest is in the log. */
import { namesAccount } from './account-words.ts';
import type { ErrorDetail, Failure, UpstreamError, UpstreamReason } from './failure.ts';
import { isKnownSentence } from './known-sentences.ts';

/** Failures that are about the request itself, which its caller can mend by a provider's words. */
const ABOUT_THE_REQUEST: readonly UpstreamReason[] = ['INVALID_FIELD', 'NOT_FOUND', 'UPSTREAM_BROKEN'];

/**
 * A provider's error as any client may hear it.
 *
 * @returns Nothing where our own words have to do: it names the account, or is about no request and not known.
 */
export function toldOf(reason: UpstreamReason, upstream: UpstreamError): UpstreamError | undefined {
  const { code, message } = upstream;
  const isAboutTheRequest =
    ABOUT_THE_REQUEST.includes(reason) && !ABOUT_WHO_ASKS.includes(code) && !namesAccount(message);
  if (!isAboutTheRequest && !isKnownSentence(message)) return undefined;
  return { ...upstream, details: upstream.details.filter(isHarmless) };
}

/** Statuses whose words are about the key that asks, its account and what it may have, or about the provider's load. */
const ABOUT_WHO_ASKS: readonly number[] = [401, 402, 403, 429, 503];

const isHarmless = (detail: ErrorDetail): boolean => !namesAccount(JSON.stringify(detail));

/** The same failure for a visitor: of a provider's words only the sentences that are known. */
export function forVisitor(failure: Failure): Failure {
  if (!('upstream' in failure) || !failure.upstream) return failure;
  const { upstream, ...others } = failure;
  if (!isKnownSentence(upstream.message)) return others;
  return { ...others, upstream: { ...upstream, details: upstream.details.filter(isRetryInfo) } };
}

const isRetryInfo = (detail: ErrorDetail): boolean => detail['@type'].endsWith('/google.rpc.RetryInfo');
