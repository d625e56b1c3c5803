/**
 * What a supplier's failure means: whether the paid work may have been done, what the caller hears, and who may be
 * asked instead. Only what provably did not run is ever asked again (design §3): a doubt is never worth paying twice.
 *
 * Trouble of the owner (a key, a bill, a region) is told to strangers without the supplier's words, which name
 * projects and balances; they are in `cause`, for the log. Of other failures the log has the status alone: their
 * words may quote a prompt.
 */
import type { Failure, UpstreamError, UpstreamReason } from '../domain/failure.ts';
import { retryDelayMs } from '../gemini/errors.ts';
import { ownersTroubleOf } from '../gemini/owners-trouble.ts';
import { type Verdict, verdictOf } from './supplier.ts';
import { DEFAULT_RETRY_AFTER_SECONDS, type Trouble } from './troubles.ts';

/**
 * Cloudflare's own codes for an origin it never reached: refused, unreachable, no TLS, bad certificate, no DNS
 * (developers.cloudflare.com/support/troubleshooting/http-status-codes). 408 is a server that never had the request.
 */
const NEVER_REACHED: readonly number[] = [408, 521, 523, 525, 526, 530];

/** Redirects that say "ask there instead". They are not followed, because the key would travel along. */
const MOVED: readonly number[] = [301, 302, 307, 308];

/** Google's words for a signature that it will not take back (facts §3). All are 400s. */
const SIGNATURE = /missing a thought_signature|(corrupted|invalid) thought signature|thought signature is not valid/i;

/**
 * @param error The body, where it was an error object. Already redacted.
 * @param reasons `ErrorInfo` reasons in the body, such as `API_KEY_INVALID`.
 * @param headerMs What `Retry-After` says; the body's own word counts first.
 */
export function classifyStatus(
  status: number,
  error?: UpstreamError,
  reasons: readonly string[] = [],
  headerMs?: number,
): Verdict {
  const owners = ownersTroubleOf(status, error, reasons);
  if (owners) return verdictOf(owners, unavailable(wordsOf(status, error)), { status });
  if (status === 429) return quota(error, headerMs);
  if (status === 404) return verdictOf('model-missing', told('NOT_FOUND', status, error), { status });
  if (NEVER_REACHED.includes(status) || (status === 503 && !ranIntoDeadline(error))) {
    const trouble = status === 503 ? 'overloaded' : 'unreachable';
    return verdictOf(trouble, told('UPSTREAM_UNAVAILABLE', status, error), { status });
  }
  const cause = statusOf(status, error);
  if (MOVED.includes(status)) return verdictOf('moved', { reason: 'UPSTREAM_BROKEN', ran: 'no', cause }, { status });
  // 499: somebody between us and the model gave up waiting, which does not stop the model.
  if (status >= 400 && status < 500 && status !== 499) {
    const trouble = status === 400 && SIGNATURE.test(error?.message ?? '') ? 'signature' : 'request';
    return verdictOf(trouble, told('INVALID_FIELD', status, error), { status });
  }
  const reason = status >= 400 ? 'OUTCOME_UNKNOWN' : 'UPSTREAM_BROKEN';
  return verdictOf('lost', { reason, ran: 'unknown', cause }, { status });
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
  if (aborted) return verdictOf('lost', { reason: 'DEADLINE', afterSeconds: deadlineSeconds });
  const cause = String(error);
  return handedOver
    ? verdictOf('lost', { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause })
    : verdictOf('unreachable', unavailable(cause));
}

/** A 200 that is neither an answer nor an error object. */
export const classifyUnreadable = (cause: string): Verdict =>
  classifyUnclear({ reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause });

/** A 200 that holds no answer and does not say what happened. It may have been charged, so the owner hears of it. */
export const classifyUnclear = (failure: Failure): Verdict => verdictOf('lost', failure, { status: 200 });

const unavailable = (cause: string) => ({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause }) as const;

function quota(error: UpstreamError | undefined, headerMs: number | undefined): Verdict {
  const retryMs = (error && retryDelayMs(error)) ?? headerMs;
  const failure = {
    ...told('UPSTREAM_QUOTA', 429, error),
    retryAfterSeconds: retryMs === undefined ? DEFAULT_RETRY_AFTER_SECONDS : Math.ceil(retryMs / 1000),
    cause: wordsOf(429, error),
  };
  return verdictOf(quotaTroubleOf(error, retryMs), failure, { status: 429, ...(retryMs !== undefined && { retryMs }) });
}

/** The worst of what is listed: a day's quota does not come back within the seconds that RetryInfo names. */
function quotaTroubleOf(error: UpstreamError | undefined, retryMs: number | undefined): Trouble {
  const quotas = JSON.stringify(error?.details ?? []);
  if (/-FreeTier/i.test(quotas)) return 'no-quota';
  if (/PerDay/i.test(quotas)) return 'day-quota';
  return retryMs === undefined ? 'rate-vague' : 'rate';
}

/** Google ends up here when a call ran past its own limit, and then the work may have been done. */
const ranIntoDeadline = (error?: UpstreamError): boolean => /deadline/i.test(error?.message ?? '');

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
