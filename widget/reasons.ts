/**
 * What a failure means for the visitor, language apart: the state it leads to, whether it may have cost money, and
 * what can be done. The words for it are in `words.ts`.
 */

export type Charged = 'no' | 'maybe';

/** The state a failed generation ends in. `refused` is the model's word and comes with HTTP 200. */
type FailedStatus = 'limited' | 'exhausted' | 'offline' | 'error';

/** Whose limit it was. */
export type Scope = 'visitor' | 'site' | 'model';

/** `retry`: the same request again. `take`: another take, which is a new picture and paid as one. */
export type Action = 'retry' | 'take';

export interface Meaning {
  status: FailedStatus;
  charged: Charged;
  /** What can be done beside waiting or changing the request, the best first. */
  actions: readonly Action[];
  /** The same request is a new attempt, paid anew. Otherwise it joins or collects what the last one began. */
  anew?: true;
  scope?: Scope;
}

const error = (...actions: Action[]): Meaning => ({ status: 'error', charged: 'no', actions });
const perhapsCharged = (...actions: Action[]): Meaning => ({ status: 'error', charged: 'maybe', actions });
const limited = (scope: Scope): Meaning => ({ status: 'limited', charged: 'no', actions: [], scope });
const exhausted = (scope: Scope): Meaning => ({ status: 'exhausted', charged: 'no', actions: [], scope });

/** Every `reason` of the worker, then those only a browser can meet. */
export const MEANINGS = {
  INVALID_FIELD: error(),
  UNKNOWN_FIELD: error(),
  UNSUPPORTED_VALUE: error(),
  URI_NOT_ALLOWED: error(),
  PROOF_INVALID: error('retry'),
  TICKET_MISSING: error('retry'),
  TICKET_EXPIRED: error('retry'),
  TICKET_MISMATCH: error('retry'),
  KEY_INVALID: error(),
  ORIGIN_DENIED: error(),
  MODEL_NOT_ALLOWED: error(),
  NOT_FOUND: error(),
  SITE_UNKNOWN: error(),
  METHOD_NOT_ALLOWED: error(),
  BODY_TIMEOUT: error('retry'),
  BODY_TOO_LARGE: error(),
  TYPE_NOT_ALLOWED: error(),
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
  OUTCOME_UNKNOWN: perhapsCharged('take'),
  /** What came cannot be used and is not kept. */
  UPSTREAM_BROKEN: { ...perhapsCharged('retry', 'take'), anew: true },
  BUSY: limited('site'),
  SITE_PAUSED: exhausted('site'),
  CONFIG_BROKEN: error(),
  PRICE_UNKNOWN: error(),
  UPSTREAM_UNAVAILABLE: error('retry'),
  DEADLINE: perhapsCharged('retry', 'take'),

  /** The browser knows that it has no network. */
  OFFLINE: { ...perhapsCharged('retry'), status: 'offline' },
  /** Nothing was heard: no network, a blocked address, or a policy of the page. */
  UNREACHABLE: perhapsCharged('retry'),
  /** The connection ended while the picture was being made; the worker keeps it. */
  CONNECTION_LOST: perhapsCharged('retry'),
  /**
   * An answer that is not Gemini's format or has no end, from a wrong `endpoint` or something in between. Where it is
   * kept so, only another take leads on.
   */
  ANSWER_UNREADABLE: perhapsCharged('retry', 'take'),
  /** The picture exists, but its address did not load, or holds no picture: then only another take leads on. */
  PICTURE_UNREACHABLE: perhapsCharged('retry', 'take'),
} as const satisfies Record<string, Meaning>;

export type Reason = keyof typeof MEANINGS;

export const meaningOf = (reason: Reason): Meaning => MEANINGS[reason];

export const isReason = (text: string): text is Reason => Object.hasOwn(MEANINGS, text);
