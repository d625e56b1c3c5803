/**
 * What a supplier's failure means: whether the paid work may have been done, what the caller hears, and who may be
 * asked instead. Only what provably did not run is ever asked again (design §3): a doubt is never worth paying twice.
 *
 * Trouble of the owner (a key, a bill, a region) is told to strangers without the supplier's words, which name
 * projects and balances; they are in `cause`, for the log. Of other failures the log has the status alone: their
 * words may quote a prompt.
 */
import type { UpstreamError, UpstreamReason } from '../domain/failure.ts';
import { retryDelayMs } from '../gemini/errors.ts';
import { isOwnersTrouble } from '../gemini/summary.ts';
import type { Verdict } from './supplier.ts';

/** For a 429 that does not say how long. */
export const DEFAULT_RETRY_AFTER_SECONDS = 30;

/** How long a key rests that only its owner, or the next day, can help. Short enough to notice the help. */
export const LONG_REST_MS = 10 * 60_000;

/**
 * Cloudflare's own codes for an origin it never reached: refused, unreachable, no TLS, bad certificate, no DNS
 * (developers.cloudflare.com/support/troubleshooting/http-status-codes). 408 is a server that never had the request.
 */
const NEVER_REACHED: readonly number[] = [408, 521, 523, 525, 526, 530];

/** Redirects that say "ask there instead". They are not followed, because the key would travel along. */
const MOVED: readonly number[] = [301, 302, 307, 308];

/**
 * @param error The body, where it was an error object. Already redacted.
 * @param reasons `ErrorInfo` reasons in the body, such as `API_KEY_INVALID`.
 */
export function classifyStatus(status: number, error?: UpstreamError, reasons: readonly string[] = []): Verdict {
  if (isOwnersTrouble(status, error, reasons)) return ownersTrouble(status, error);
  if (status === 429) return quota(error);
  if (status === 404) return { failure: told('NOT_FOUND', status, error), next: 'elsewhere' };
  if (NEVER_REACHED.includes(status) || (status === 503 && !ranIntoDeadline(error))) {
    return { failure: told('UPSTREAM_UNAVAILABLE', status, error), next: 'again' };
  }
  const cause = statusOf(status, error);
  if (MOVED.includes(status)) return { failure: { reason: 'UPSTREAM_BROKEN', ran: 'no', cause }, next: 'elsewhere' };
  // 499: somebody between us and the model gave up waiting, which does not stop the model.
  if (status >= 400 && status < 500 && status !== 499) {
    return { failure: told('INVALID_FIELD', status, error), next: 'never' };
  }
  const reason = status >= 400 ? 'OUTCOME_UNKNOWN' : 'UPSTREAM_BROKEN';
  return { failure: { reason, ran: 'unknown', cause }, next: 'never' };
}

export interface Dispatch {
  /** Whether the last byte of the request had been given to `fetch`. */
  handedOver: boolean;
  /** Whether the deadline was what ended it. */
  aborted: boolean;
  deadlineSeconds: number;
}

/**
 * What `fetch` threw. workerd words a refused connection and a reset after the whole request alike ("Network
 * connection lost."), so the words prove nothing; a request whose last byte was never handed over does.
 */
export function classifyThrown(error: unknown, { handedOver, aborted, deadlineSeconds }: Dispatch): Verdict {
  if (aborted) return { failure: { reason: 'DEADLINE', afterSeconds: deadlineSeconds }, next: 'never' };
  const cause = String(error);
  return handedOver
    ? { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause }, next: 'never' }
    : { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause }, next: 'again' };
}

/** A 200 that is neither an answer nor an error object. */
export const classifyUnreadable = (cause: string): Verdict => ({
  failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause },
  next: 'never',
});

function ownersTrouble(status: number, error?: UpstreamError): Verdict {
  const failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: wordsOf(status, error) } as const;
  // A region is refused whatever the key.
  if (error?.status === 'FAILED_PRECONDITION') return { failure, next: 'elsewhere' };
  return { failure, next: 'other-key', restMs: LONG_REST_MS };
}

function quota(error?: UpstreamError): Verdict {
  const delayMs = (error && retryDelayMs(error)) ?? DEFAULT_RETRY_AFTER_SECONDS * 1000;
  const failure = {
    ...told('UPSTREAM_QUOTA', 429, error),
    retryAfterSeconds: Math.ceil(delayMs / 1000),
    cause: wordsOf(429, error),
  };
  // A day's quota does not come back within the seconds that RetryInfo names.
  return { failure, next: 'other-key', restMs: isDaily(error) ? Math.max(delayMs, LONG_REST_MS) : delayMs };
}

/** Google ends up here when a call ran past its own limit, and then the work may have been done. */
const ranIntoDeadline = (error?: UpstreamError): boolean => /deadline/i.test(error?.message ?? '');

const isDaily = (error?: UpstreamError): boolean => /PerDay|-FreeTier/i.test(JSON.stringify(error?.details ?? []));

/** A failure before any work, in the supplier's own words. */
const told = (reason: UpstreamReason, status: number, error?: UpstreamError) => ({
  reason,
  ran: 'no' as const,
  ...(error && { upstream: error }),
  cause: statusOf(status, error),
});

const statusOf = (status: number, error?: UpstreamError): string =>
  error ? `HTTP ${status} ${error.status}` : `HTTP ${status}`;

/** For what concerns the owner's account and no prompt. */
const wordsOf = (status: number, error?: UpstreamError): string =>
  error ? `${statusOf(status, error)}: ${error.message}` : statusOf(status);
