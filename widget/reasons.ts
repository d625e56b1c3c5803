/**
 * What a failure means for the visitor, language apart: the state it leads to, whether it may have cost money, and
 * what can be done. The words for it are in `words.ts`.
 */

export type Charged = 'no' | 'maybe';

/** The state a failed generation ends in. `refused` is the model's word and comes with HTTP 200. */
export type FailedStatus = 'limited' | 'exhausted' | 'offline' | 'error';

/** Whose limit it was. */
export type Scope = 'visitor' | 'site' | 'model';

export interface Meaning {
  status: FailedStatus;
  charged: Charged;
  /** `retry`: the same request again, which is never paid twice. `take`: only another take can help. */
  action: 'retry' | 'take' | 'none';
  scope?: Scope;
}

const error = (action: Meaning['action'], charged: Charged = 'no'): Meaning => ({ status: 'error', charged, action });
const limited = (scope: Scope): Meaning => ({ status: 'limited', charged: 'no', action: 'none', scope });
const exhausted = (scope: Scope): Meaning => ({ status: 'exhausted', charged: 'no', action: 'none', scope });

/** Every `reason` of the worker (design §2, "Errors"), then those only a browser can meet. */
export const MEANINGS = {
  INVALID_FIELD: error('none'),
  UNKNOWN_FIELD: error('none'),
  UNSUPPORTED_VALUE: error('none'),
  URI_NOT_ALLOWED: error('none'),
  PROOF_INVALID: error('retry'),
  TICKET_MISSING: error('retry'),
  TICKET_EXPIRED: error('retry'),
  TICKET_MISMATCH: error('retry'),
  KEY_INVALID: error('none'),
  ORIGIN_DENIED: error('none'),
  MODEL_NOT_ALLOWED: error('none'),
  NOT_FOUND: error('none'),
  SITE_UNKNOWN: error('none'),
  METHOD_NOT_ALLOWED: error('none'),
  BODY_TIMEOUT: error('retry'),
  BODY_TOO_LARGE: error('none'),
  TYPE_NOT_ALLOWED: error('none'),
  BURST: limited('visitor'),
  VISITOR_MINUTE: limited('visitor'),
  VISITOR_DAY: exhausted('visitor'),
  VISITOR_ATTEMPTS: limited('visitor'),
  SESSION_SPENT: exhausted('visitor'),
  SITE_MINUTE: limited('site'),
  CLIENT_LIMIT: limited('site'),
  DAILY_BUDGET_SPENT: exhausted('site'),
  MONTHLY_BUDGET_SPENT: exhausted('site'),
  DEPLOYMENT_BUDGET_SPENT: exhausted('site'),
  BUDGET_HELD: limited('site'),
  UPSTREAM_QUOTA: limited('model'),
  OUTCOME_UNKNOWN: error('take', 'maybe'),
  UPSTREAM_BROKEN: error('retry', 'maybe'),
  BUSY: limited('site'),
  SITE_PAUSED: exhausted('site'),
  CONFIG_BROKEN: error('none'),
  PRICE_UNKNOWN: error('none'),
  UPSTREAM_UNAVAILABLE: error('retry'),
  DEADLINE: error('retry', 'maybe'),

  /** The browser knows that it has no network. */
  OFFLINE: { status: 'offline', charged: 'maybe', action: 'retry' },
  /** Nothing was heard: no network, a blocked address, or a policy of the page. */
  UNREACHABLE: error('retry', 'maybe'),
  /** The connection ended while the picture was being made; the worker keeps it. */
  CONNECTION_LOST: error('retry', 'maybe'),
  /** An answer that is not Gemini's format, from a wrong `endpoint` or something in between. */
  ANSWER_UNREADABLE: error('retry', 'maybe'),
  /** The picture exists, but its address did not load. */
  PICTURE_UNREACHABLE: error('retry', 'maybe'),
} as const satisfies Record<string, Meaning>;

export type Reason = keyof typeof MEANINGS;

export const meaningOf = (reason: Reason): Meaning => MEANINGS[reason];

export const isReason = (text: string): text is Reason => Object.hasOwn(MEANINGS, text);
