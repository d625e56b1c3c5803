/** The consequences of fal's failures: refusals in Gemini's terms, and verdicts for the pool. */
import type { Failure } from '../../shared/failure.ts';
import { classifyStatus } from '../classify.ts';
import { type Verdict, verdictOf } from '../provider.ts';
import type { FalError } from './errors.ts';

/** A refusal that Gemini would send with HTTP 200. */
export type Refusal = { blockReason: string } | { finishReason: string };

/**
 * No runner has begun: none was found, none started, or none could be reached. With the last type the service behind
 * fal is down. fal does not charge any 5xx, but uncharged work may still have run, so other types are not here.
 */
const NEVER_BEGUN: readonly string[] = [
  'runner_scheduling_failure',
  'runner_connection_refused',
  'runner_connection_timeout',
  'startup_timeout',
  'downstream_service_unavailable',
];

/** Types that come with a 4xx though the request is fine: the service behind fal failed during its work. */
const FAILED_AT_WORK: readonly string[] = ['downstream_service_error', 'generation_timeout', 'internal_server_error'];

/**
 * @param isAccepted The queue had accepted the request. Then only fal's own error types are trusted, and after any
 *   other failure the outcome is unknown.
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
  // fal's schema refuses the request, or fal cannot read a picture. Another provider may take it.
  if (status === 422 && types.length > 0) {
    return verdictOf('unsuited', { reason: 'INVALID_FIELD', ran: 'no', upstream, cause });
  }
  return isAccepted ? lost(cause) : classifyStatus(status, upstream, types);
}

/** Whether a failure ends the request, and not only one poll, as a gateway's failure does. */
export const isLastWord = ({ status, types }: FalError): boolean =>
  types.length > 0 || (status >= 400 && status < 500 && status !== 408 && status !== 429);

/** The request is refused here, before anything is sent. */
export const refusedUnsent = (failure: Failure): Verdict => verdictOf('unsuited', failure);

/** The request was accepted, and its outcome is unknown. */
export const lost = (cause: string): Verdict => verdictOf('lost', { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause });

/** The picture may have been made, but fal's answer cannot be used. */
export const unusable = (cause: string): Verdict =>
  verdictOf('lost', { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause });

/** The deadline came while the request still waited, and the queue has removed it. */
export const takenBack = (): Verdict =>
  verdictOf('lost', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'waited in the queue until the deadline' });

export const late = (afterSeconds: number): Verdict => verdictOf('lost', { reason: 'DEADLINE', afterSeconds });

function neverBegun({ isRetryable, upstream }: FalError, cause: string): Verdict {
  const failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', upstream, cause } as const;
  return verdictOf(isRetryable === false ? 'unsuited' : 'overloaded', failure);
}

/** Goes to logs, so a type that could be a text is left out. */
const causeOf = ({ status, types }: FalError): string =>
  [`HTTP ${status}`, ...types.filter((type) => /^[\w.-]{1,60}$/.test(type))].join(' ');
