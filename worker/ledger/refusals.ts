/**
 * An isolate's memory of the ledgers' refusals. A flood after a limit or a cap then costs no call to a ledger. The
 * memory is short, because money and pictures can be given back and a pause can end. Attempts are never given back, so
 * they are remembered until there is room again.
 */
import type { CountedCaller, CountedVisitor } from '../auth/site.ts';
import type { Failure } from '../shared/failure.ts';

/** Longest time for which a pause or a spent budget is remembered. */
export const REMEMBER_MS = 5_000;
/** Longest time for which held money, or a site's full minute, is remembered. Either may be freed at any moment. */
export const REMEMBER_HELD_MS = 1_000;
/** Longest time for which a visitor's own limit is remembered. */
export const REMEMBER_VISITOR_MS = 60_000;
/** Refusals remembered by an isolate. The oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

interface Rule {
  /** Whom the refusal concerns. `visitors`: all visitors of the site, and no client. */
  of: 'site' | 'visitors' | 'visitor' | 'session';
  forMs: number;
  /** A request at least as dear as the refused one is refused too. A cheaper one may find room. */
  isByPrice?: true;
}

const RULES = new Map<Failure['reason'], Rule>([
  ['SITE_PAUSED', { of: 'site', forMs: REMEMBER_MS }],
  ['DEPLOYMENT_BUDGET_SPENT', { of: 'site', forMs: REMEMBER_MS, isByPrice: true }],
  ['MONTHLY_BUDGET_SPENT', { of: 'site', forMs: REMEMBER_MS, isByPrice: true }],
  ['DAILY_BUDGET_SPENT', { of: 'site', forMs: REMEMBER_MS, isByPrice: true }],
  ['VISITOR_ATTEMPTS', { of: 'visitor', forMs: Number.POSITIVE_INFINITY }],
  ['VISITOR_MINUTE', { of: 'visitor', forMs: REMEMBER_VISITOR_MS }],
  ['SESSION_SPENT', { of: 'session', forMs: REMEMBER_VISITOR_MS }],
  ['VISITOR_DAY', { of: 'visitor', forMs: REMEMBER_VISITOR_MS }],
  ['SITE_MINUTE', { of: 'visitors', forMs: REMEMBER_HELD_MS }],
  ['BUDGET_HELD', { of: 'site', forMs: REMEMBER_HELD_MS, isByPrice: true }],
]);

/** Refusals by caller; money is integer micro-dollars. */
export interface Refusals {
  /**
   * The refusal that a paid request would hear again, with the seconds that are left.
   *
   * @param micros The highest possible price of the request.
   */
  recall(caller: CountedCaller, micros: number): Failure | undefined;
  /** The refusal that a free call of a visitor would hear again. It counts as an attempt and as nothing else. */
  recallAttempt(caller: CountedVisitor): Failure | undefined;
  /** Remembers a refusal of the ledgers. Other failures are ignored. */
  note(caller: CountedCaller, micros: number, failure: Failure): void;
}

/** An isolate's memory. @param now Unix milliseconds. */
export function createRefusals(now: () => number): Refusals {
  const known = new Map<string, { failure: Failure; micros: number; at: number }>();

  function recallOne(reason: Failure['reason'], rule: Rule, caller: CountedCaller, micros: number) {
    const id = idOf(rule, caller);
    const refusal = id === undefined ? undefined : known.get(`${reason} ${id}`);
    if (!refusal || (rule.isByPrice && micros < refusal.micros)) return undefined;
    const { failure, at } = refusal;
    const ageMs = now() - at;
    if (ageMs >= rule.forMs) return undefined;
    if (!('retryAfterSeconds' in failure) || failure.retryAfterSeconds === undefined) return failure;
    const waitMs = failure.retryAfterSeconds * 1000 - ageMs;
    return waitMs > 0 ? { ...failure, retryAfterSeconds: Math.ceil(waitMs / 1000) } : undefined;
  }

  return {
    recall(caller, micros) {
      for (const [reason, rule] of RULES) {
        const failure = recallOne(reason, rule, caller, micros);
        if (failure) return failure;
      }
      return undefined;
    },
    recallAttempt: (caller) => recallOne('VISITOR_ATTEMPTS', RULES.get('VISITOR_ATTEMPTS') as Rule, caller, 0),
    note(caller, micros, failure) {
      const rule = RULES.get(failure.reason);
      const id = rule && idOf(rule, caller);
      if (id === undefined) return;
      const key = `${failure.reason} ${id}`;
      known.delete(key);
      known.set(key, { failure, micros, at: now() });
      if (known.size > MAX_REMEMBERED) known.delete(known.keys().next().value as string);
    },
  };
}

/** The id that a refusal is remembered by; undefined where it does not concern this caller. */
function idOf({ of }: Rule, caller: CountedCaller): string | undefined {
  const site = caller.site.id;
  if (of === 'site') return site;
  if (caller.kind === 'client') return undefined;
  if (of === 'visitors') return site;
  return `${site}.${of === 'visitor' ? caller.prefix : caller.session}`;
}
