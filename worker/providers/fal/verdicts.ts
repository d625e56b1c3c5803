/** What follows from fal's failures: refusals in Gemini's words, and who may be asked instead. */
import type { Failure } from '../../shared/failure.ts';
import { classifyStatus } from '../classify.ts';
import { type Verdict, verdictOf } from '../provider.ts';
import type { FalError } from './errors.ts';

/** What Gemini would have answered with HTTP 200. */
export type Refusal = { blockReason: string } | { finishReason: string };

/**
 * No runner has begun: none was found, none started, or none could be reached. The last one is the model's maker being
 * away. fal charges nothing for any 5xx, but that nothing was charged is not that nothing ran, so others are not here.
 */
const NEVER_BEGUN: readonly string[] = [
  'runner_scheduling_failure',
  'runner_connection_refused',
  'runner_connection_timeout',
  'startup_timeout',
  'downstream_service_unavailable',
];

/** Told with a 4xx, and no fault of the request: somebody behind fal failed at work. */
const FAILED_AT_WORK: readonly string[] = ['downstream_service_error', 'generation_timeout', 'internal_server_error'];

/**
 * @param isAccepted The queue had taken the request: only what fal itself says of its end is believed, and whatever
 *   else comes leaves the outcome unknown.
 */
export function judge(error: FalError, isAccepted: boolean): { refusal: Refusal } | Verdict {
  const { status, types, fields, upstream } = error;
  const has = (type: string) => types.includes(type);
  if (has('content_policy_violation')) {
    return { refusal: { blockReason: fields.includes('prompt') ? 'PROHIBITED_CONTENT' : 'IMAGE_SAFETY' } };
  }
  if (has('no_media_generated')) return { refusal: { finishReason: 'NO_IMAGE' } };
  const cause = causeOf(error);
  if (types.some((type) => NEVER_BEGUN.includes(type))) return neverBegun(error, cause);
  if (types.some((type) => FAILED_AT_WORK.includes(type))) return lost(cause);
  // Refused by fal's schema or for a picture it cannot read: another provider may well take it.
  if (status === 422 && types.length > 0) {
    return verdictOf('unsuited', { reason: 'INVALID_FIELD', ran: 'no', upstream, cause });
  }
  return isAccepted ? lost(cause) : classifyStatus(status, upstream, types);
}

/** Whether a failure is fal's last word on a request, and not a gateway's on one poll. */
export const isLastWord = ({ status, types }: FalError): boolean =>
  types.length > 0 || (status >= 400 && status < 500 && status !== 408 && status !== 429);

/** Refused here, before anything was sent. */
export const refusedUnsent = (failure: Failure): Verdict => verdictOf('unsuited', failure);

/** The request was taken, and what became of it is not known. */
export const lost = (cause: string): Verdict => verdictOf('lost', { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause });

/** The picture is made, or may be, and what is said of it cannot be used. */
export const unusable = (cause: string): Verdict =>
  verdictOf('lost', { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause });

/** Its time was up while it still waited, and the queue has taken it out. */
export const takenBack = (): Verdict =>
  verdictOf('lost', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'waited in the queue until the deadline' });

export const late = (afterSeconds: number): Verdict => verdictOf('lost', { reason: 'DEADLINE', afterSeconds });

function neverBegun({ isRetryable, upstream }: FalError, cause: string): Verdict {
  const failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', upstream, cause } as const;
  return verdictOf(isRetryable === false ? 'unsuited' : 'overloaded', failure);
}

const causeOf = ({ status, types }: FalError): string => [`HTTP ${status}`, ...types].join(' ');
