/**
 * What a failure means for the visitor in any language: the state it leads to, whether it may have cost money, and the
 * possible next steps. The words are in `words.ts`.
 */

export type Charged = 'no' | 'maybe';

/** The state a failed generation ends in. `refused` is not among them: a model refuses with HTTP 200. */
type FailedStatus = 'limited' | 'exhausted' | 'offline' | 'error';

/** Whose limit it was. */
export type Scope = 'visitor' | 'site' | 'model';

/** `retry`: the same request again. `take`: another take, which is a new picture and paid as one. */
export type Action = 'retry' | 'take';

export interface Meaning {
  status: FailedStatus;
  charged: Charged;
  /** Next steps beside waiting or changing the request, the best first. */
  actions: readonly Action[];
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
  VISITOR_BUDGET_SPENT: exhausted('visitor'),
  PREFIX_BUDGET_SPENT: exhausted('visitor'),
  SESSION_SPENT: exhausted('visitor'),
  SITE_MINUTE: limited('site'),
  CLIENT_LIMIT: limited('site'),
  DAILY_BUDGET_SPENT: exhausted('site'),
  MONTHLY_BUDGET_SPENT: exhausted('site'),
  DEPLOYMENT_BUDGET_SPENT: exhausted('site'),
  BUDGET_HELD: limited('site'),
  UPSTREAM_QUOTA: limited('model'),
  OUTCOME_UNKNOWN: perhapsCharged('take'),
  /** The answer is unusable and not stored. */
  UPSTREAM_BROKEN: perhapsCharged('retry', 'take'),
  BUSY: limited('site'),
  SITE_PAUSED: exhausted('site'),
  CONFIG_BROKEN: error(),
  PRICE_UNKNOWN: error(),
  UPSTREAM_UNAVAILABLE: error('retry'),
  DEADLINE: perhapsCharged('retry', 'take'),

  /** The browser reports that it has no network. */
  OFFLINE: { ...perhapsCharged('retry'), status: 'offline' },
  /** No answer: no network, a blocked address, or a policy of the page. */
  UNREACHABLE: perhapsCharged('retry'),
  /** The connection ended during the generation; the worker keeps the picture. */
  CONNECTION_LOST: perhapsCharged('retry'),
  /**
   * The answer is not in Gemini's format or has no end, because of a wrong `endpoint` or a proxy. If it is stored like
   * that, only another take helps.
   */
  ANSWER_UNREADABLE: perhapsCharged('retry', 'take'),
  /** The picture's address did not load or holds no picture; in the second case only another take helps. */
  PICTURE_UNREACHABLE: perhapsCharged('retry', 'take'),
} as const satisfies Record<string, Meaning>;

export type Reason = keyof typeof MEANINGS;

export const meaningOf = (reason: Reason): Meaning => MEANINGS[reason];

export const isReason = (text: string): text is Reason => Object.hasOwn(MEANINGS, text);
