/**
 * What a provider's failure means: whether the paid work may have been done, what the caller hears, and which provider
 * may be asked instead. A call is repeated only if it provably did not run or is not charged, so that no picture is
 * paid twice.
 *
 * For the owner's trouble (a key, a bill, a region) callers do not hear the provider's words, which name projects and
 * balances. The words are in `cause`, for the log; so are all words at 401, 402, 403, 429 and 503. For other failures
 * the log has the status alone, because their words may quote a prompt.
 */

import { accountErrorOf, REFUSED } from '../gemini/errors/account-errors.ts';
import { retryDelayMs } from '../gemini/errors/errors.ts';
import { blamesAccount } from '../shared/account-words.ts';
import type { Failure, UpstreamError, UpstreamReason } from '../shared/failure.ts';
import { toldOf } from '../shared/told.ts';
import { DEFAULT_RETRY_AFTER_SECONDS, type ErrorClass } from './failure-policies.ts';
import { type Verdict, verdictOf } from './provider.ts';

/**
 * Cloudflare's own codes for an origin it never reached: refused, unreachable, no TLS, bad certificate, no DNS
 * (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/). 408: the server never got the whole
 * request.
 */
const NEVER_REACHED: readonly number[] = [408, 521, 523, 525, 526, 530];

/** Redirects that say "ask there instead". They are not followed, because the key would travel along. */
const MOVED: readonly number[] = [301, 302, 307, 308];

/** Google's words for a refused signature, all with 400 (`docs/wire-facts.md#google-thoughts-and-signatures`). */
const SIGNATURE = /missing a thought_signature|(corrupted|invalid) thought signature|thought signature is not valid/i;

/** Refusals without a known cause. They concern the key, or this one request. */
const DENIED: readonly number[] = [401, 402, 403];

/** Failures that Google does not charge if it reports them itself (https://ai.google.dev/gemini-api/docs/billing). */
const FREE_AT_GOOGLE: readonly number[] = [500, 502, 504];

/**
 * They concern the way to the provider and nothing that a caller wrote: method, proxy, length, type, host, protocol.
 */
const OF_THE_WAY: readonly number[] = [405, 406, 407, 411, 414, 415, 417, 421, 425, 426, 428, 431];

/**
 * Whether a 4xx comes from a server before the provider. Statuses with a class of their own are left out, and so is
 * 413: a body that is too large is the caller's to mend, also where a gateway measured it.
 */
const isOfGateway = (status: number, isWordless: boolean): boolean =>
  OF_THE_WAY.includes(status) || (isWordless && status >= 400 && status < 500 && ![408, 413, 499].includes(status));

export interface Speaker {
  /** The error comes from Google's own host in Google's own envelope, and not from a relay. */
  isGoogle?: boolean;
  /** The body is a firewall's page. */
  isWall?: boolean;
  /** The body is empty or a page: a server before the provider wrote it. */
  isWordless?: boolean;
}

/**
 * @param error The body, if it was an error object. Already redacted.
 * @param reasons Other reasons in the body, such as `API_KEY_INVALID`.
 * @param headerMs `Retry-After` in milliseconds. A delay in the body counts first.
 */
export function classifyStatus(
  status: number,
  error?: UpstreamError,
  reasons: readonly string[] = [],
  headerMs?: number,
  { isGoogle = false, isWall = false, isWordless = false }: Speaker = {},
): Verdict {
  if (isWall)
    return verdictOf('wall', unavailable(`${statusOf(status, error)}: a page that wants a browser`), { status });
  const owners = accountErrorOf(status, error, reasons);
  if (owners) return verdictOf(owners, unavailable(wordsOf(status, error)), { status });
  if (status === 429) return quota(error, headerMs);
  if (DENIED.includes(status)) return verdictOf('denied', unavailable(wordsOf(status, error)), { status });
  if (REFUSED.includes(status) && [error?.message ?? '', ...reasons].some(blamesAccount)) {
    return verdictOf('denied', unavailable(wordsOf(status, error)), { status });
  }
  if (isOfGateway(status, isWordless)) {
    return verdictOf('gateway', unavailable(`${statusOf(status, error)}: not in the provider's words`), { status });
  }
  if (status === 404) return verdictOf('model-missing', told('NOT_FOUND', status, error), { status });
  if (status === 503 && (isGoogle || !ranIntoDeadline(error))) return overloaded(error, headerMs);
  if (NEVER_REACHED.includes(status)) return verdictOf('unreachable', unavailable(statusOf(status, error)), { status });
  if (isGoogle && FREE_AT_GOOGLE.includes(status)) {
    return verdictOf('failed', unavailable(statusOf(status, error)), { status });
  }
  const cause = statusOf(status, error);
  if (MOVED.includes(status)) return verdictOf('moved', unavailable(cause), { status });
  // 499: a server between us and the model stopped waiting, which does not stop the model.
  if (status >= 400 && status < 500 && status !== 499) {
    const errorClass = status === 400 && SIGNATURE.test(error?.message ?? '') ? 'signature' : 'request';
    return verdictOf(errorClass, told('INVALID_FIELD', status, error), { status });
  }
  const reason = status >= 400 ? 'OUTCOME_UNKNOWN' : 'UPSTREAM_BROKEN';
  return verdictOf('lost', { reason, ran: 'unknown', cause }, { status });
}

export interface Dispatch {
  /** Whether the last byte of the request had been given to `fetch`. */
  handedOver: boolean;
  /** Whether the deadline ended the call. */
  aborted: boolean;
  deadlineSeconds: number;
}

/**
 * Classifies what `fetch` threw. workerd uses the same words for a refused connection and for a reset after the whole
 * request ("Network connection lost."), so the words prove nothing. If the last byte was never handed over, the call
 * provably did not run.
 */
export function classifyThrown(error: unknown, { handedOver, aborted, deadlineSeconds }: Dispatch): Verdict {
  if (aborted) return verdictOf('lost', { reason: 'DEADLINE', afterSeconds: deadlineSeconds });
  const cause = String(error);
  return handedOver
    ? verdictOf('lost', { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause })
    : verdictOf('unreachable', unavailable(cause));
}

/** A 200 that is neither an answer nor an error object. */
export const classifyUnreadable = (cause: string): Verdict =>
  classifyUnclear({ reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause });

/** A 200 that holds no answer and does not say what happened. It may have been charged, so the pool raises an alarm. */
export const classifyUnclear = (failure: Failure): Verdict => verdictOf('lost', failure, { status: 200 });

const unavailable = (cause: string) => ({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause }) as const;

function overloaded(error: UpstreamError | undefined, headerMs: number | undefined): Verdict {
  const retryMs = (error && retryDelayMs(error)) ?? headerMs;
  const failure = {
    ...told('UPSTREAM_UNAVAILABLE', 503, error),
    ...(retryMs !== undefined && { retryAfterSeconds: secondsOf(retryMs) }),
    cause: wordsOf(503, error),
  };
  return verdictOf('overloaded', failure, { status: 503 });
}

function quota(error: UpstreamError | undefined, headerMs: number | undefined): Verdict {
  const retryMs = (error && retryDelayMs(error)) ?? headerMs;
  const failure = {
    ...told('UPSTREAM_QUOTA', 429, error),
    retryAfterSeconds: retryMs === undefined ? DEFAULT_RETRY_AFTER_SECONDS : secondsOf(retryMs),
    cause: wordsOf(429, error),
  };
  return verdictOf(quotaClassOf(error, retryMs), failure, { status: 429, ...(retryMs !== undefined && { retryMs }) });
}

const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** A day's quota does not come back within the seconds that `RetryInfo` names. */
function quotaClassOf(error: UpstreamError | undefined, retryMs: number | undefined): ErrorClass {
  if (/PerDay/i.test(JSON.stringify(error?.details ?? []))) return 'day-quota';
  return retryMs === undefined ? 'rate-vague' : 'rate';
}

/** Google's own time limit ended the call, so the work may have been done. */
const ranIntoDeadline = (error?: UpstreamError): boolean => /deadline/i.test(error?.message ?? '');

/** A failure before any work, with those of the provider's words that a caller may hear. */
function told(reason: UpstreamReason, status: number, error?: UpstreamError) {
  const upstream = error && toldOf(reason, error);
  return { reason, ran: 'no' as const, ...(upstream && { upstream }), cause: statusOf(status, error) };
}

const statusOf = (status: number, error?: UpstreamError): string =>
  error ? `HTTP ${status} ${error.status}` : `HTTP ${status}`;

/** Only for failures of the owner's account, whose words the log needs. The pool leaves out all that may quote the prompt. */
const wordsOf = (status: number, error?: UpstreamError): string =>
  error ? `${statusOf(status, error)}: ${error.message}` : statusOf(status);
