import { readJson } from './http.ts';
import { PeelError } from './peel-error.ts';
import { type Action, type Charged, isReason, meaningOf, type Reason } from './reasons.ts';
import type { SiteOutcome } from './site.ts';

/** A failure as the widget knows it. */
export interface Problem {
  reason: Reason;
  /** For support and developers; never shown to the visitor as the explanation. */
  message: string;
  /** Delay before the next request makes sense, in milliseconds. */
  retryAfterMs?: number;
  /** `X-Request-Id`: finds the request in the owner's log. */
  requestId?: string;
  /** No request that could cost money had left the browser. */
  unsent?: true;
}

export const chargedOf = ({ reason, unsent }: Problem): Charged => (unsent ? 'no' : meaningOf(reason).charged);

/** The possible next steps. An unsent request has no other take. */
export const actionsFor = ({ reason, unsent }: Problem): readonly Action[] => {
  const { actions } = meaningOf(reason);
  return unsent ? actions.filter((action) => action === 'retry') : actions;
};

/** The very same request may work later. */
export const isPassing = ({ reason }: Problem): boolean => meaningOf(reason).actions.includes('retry');

/** The error that a method rejects with for a problem. */
export const errorOf = (problem: Problem): PeelError =>
  new PeelError(problem.reason, problem.message, { retryable: isPassing(problem), requestId: problem.requestId });

/** The problem of a failed `fetch`, which gives no cause. `UNREACHABLE`: nothing that could cost had been sent. */
export function silenceOf(cause: unknown, reason: 'UNREACHABLE' | 'CONNECTION_LOST', isOnline: () => boolean): Problem {
  const named: Reason = isOnline() ? reason : 'OFFLINE';
  return { reason: named, message: String(cause), ...(reason === 'UNREACHABLE' && { unsent: true }) };
}

export const problemOf = async (response: Response): Promise<Problem> =>
  toProblem(await readJson(response), response.status, response.headers);

/** Why there are no facts of the site. Nothing that could cost had been sent. */
export function problemOfSite(outcome: Exclude<SiteOutcome, { facts: unknown }>, isOnline: () => boolean): Problem {
  if ('cause' in outcome) return silenceOf(outcome.cause, 'UNREACHABLE', isOnline);
  const { response, body } = outcome;
  if (response.ok) return { reason: 'ANSWER_UNREADABLE', message: 'The site could not be read.', unsent: true };
  return { ...toProblem(body, response.status, response.headers), unsent: true };
}

/** Wait after a limit that does not say when it ends. */
const DEFAULT_WAIT_MS = 30_000;

/**
 * Reads Gemini's error envelope, from a body or from an event of a stream.
 *
 * @param body Any parsed body; undefined if a proxy answered in HTML.
 */
export function toProblem(body: unknown, status: number, headers?: Headers): Problem {
  const error = asRecord(asRecord(body)?.error);
  const details = Array.isArray(error?.details) ? error.details.map(asRecord) : [];
  const named = stringIn(details, 'reason');
  const code = typeof error?.code === 'number' ? error.code : status;
  const reason = named !== undefined && isReason(named) ? named : reasonOfStatus(code);
  const wait = secondsOf(stringIn(details, 'retryDelay')) ?? secondsOf(headers?.get('Retry-After'));
  const needsWait = meaningOf(reason).status === 'limited';
  const retryAfterMs = wait === undefined ? (needsWait ? DEFAULT_WAIT_MS : undefined) : Math.ceil(wait * 1000);
  const requestId = headers?.get('X-Request-Id') ?? undefined;
  return {
    reason,
    message: typeof error?.message === 'string' ? error.message : `The answer has the status ${status}.`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** For answers without a known reason: from a proxy, or from a newer worker. */
function reasonOfStatus(status: number): Reason {
  return STATUSES[status] ?? (status >= 400 && status < 500 ? 'INVALID_FIELD' : 'UPSTREAM_BROKEN');
}

const STATUSES: Readonly<Record<number, Reason>> = {
  401: 'TICKET_MISMATCH',
  403: 'ORIGIN_DENIED',
  404: 'NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  429: 'UPSTREAM_QUOTA',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'DEADLINE',
};

/** `"30s"`, `"0.5s"` (protobuf's Duration) or `"30"` (Retry-After), in seconds. The worker never sends dates. */
function secondsOf(text: string | null | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)s?$/.exec(text ?? '');
  return match ? Number(match[1]) : undefined;
}

const stringIn = (details: (Record<string, unknown> | undefined)[], key: string): string | undefined =>
  details.map((detail) => detail?.[key]).find((value) => typeof value === 'string');

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
