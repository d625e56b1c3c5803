/**
 * An isolate's memory of the ledgers' refusals. A flood after a limit or a cap then costs no call to a ledger. The
 * memory is short, because money and pictures can be given back and a pause can end. Attempts are never given back, so
 * they are remembered for as long as the ledger said.
 */
import type { CountedCaller } from '../auth/caller.ts';
import { isDegraded } from '../limits/purses.ts';
import { isWithin } from '../shared/copies.ts';
import type { Failure, PurseName } from '../shared/failure.ts';
import { keepNewest } from '../shared/newest.ts';

/** Longest time for which a pause or a spent budget is remembered. */
export const REMEMBER_MS = 5_000;
/** Longest time for which held money, or a site's full minute, is remembered. Either may be freed at any moment. */
export const REMEMBER_HELD_MS = 1_000;
/** Longest time for which a visitor's own limit is remembered. */
export const REMEMBER_VISITOR_MS = 60_000;
/** Refusals remembered by an isolate. The oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** Whom a refusal concerns. All but `site` are visitors, because a client's own refusals are not remembered. */
type Whose = 'site' | 'session' | Exclude<PurseName, 'client'>;

/**
 * Whom a refusal concerns that names no purse, and for how long it is remembered. `isByPrice`: a request at least as
 * dear as the refused one is refused too; a cheaper one may find room.
 */
type Rule = readonly [whose: Whose, forMs: number, isByPrice?: true];

const RULES = new Map<Failure['reason'], Rule>([
  ['SITE_PAUSED', ['site', REMEMBER_MS]],
  ['DEPLOYMENT_BUDGET_SPENT', ['site', REMEMBER_MS, true]],
  ['MONTHLY_BUDGET_SPENT', ['site', REMEMBER_MS, true]],
  ['DAILY_BUDGET_SPENT', ['site', REMEMBER_MS, true]],
  ['VISITOR_ATTEMPTS', ['visitor', Number.POSITIVE_INFINITY]],
  ['VISITOR_MINUTE', ['visitor', REMEMBER_VISITOR_MS]],
  ['SESSION_SPENT', ['session', REMEMBER_VISITOR_MS]],
  ['VISITOR_DAY', ['visitor', REMEMBER_VISITOR_MS]],
  ['SITE_MINUTE', ['visitors', REMEMBER_HELD_MS]],
  ['BUDGET_HELD', ['site', REMEMBER_HELD_MS, true]],
  ['VISITOR_BUDGET_SPENT', ['visitor', REMEMBER_VISITOR_MS, true]],
  ['PREFIX_BUDGET_SPENT', ['network', REMEMBER_VISITOR_MS, true]],
]);

/** The purses whose refusals have the reason of a whole site's. */
const PURSES: readonly Whose[] = ['visitors', 'degraded', 'network', 'visitor'];

/** Refusals by caller; money is integer micro-dollars. */
export interface Refusals {
  /**
   * The refusal that a request would hear again, with the seconds that are left.
   *
   * @param micros The highest possible price of the request.
   * @param reasons What may refuse it. Absent: everything, as for a paid request.
   */
  recall(caller: CountedCaller, micros: number, reasons?: Iterable<Failure['reason']>): Failure | undefined;
  /** Remembers a refusal of the ledgers. Other failures are ignored. */
  note(caller: CountedCaller, micros: number, failure: Failure): void;
}

/** An isolate's memory. @param now Unix milliseconds. */
export function createRefusals(now: () => number): Refusals {
  const known = new Map<string, { failure: Failure; micros: number; at: number }>();

  function recallOne(key: string, [, forMs]: Rule, micros: number): Failure | undefined {
    const refusal = known.get(key);
    if (!refusal || micros < refusal.micros) return undefined;
    const { failure, at } = refusal;
    if (!isWithin(at, forMs, now())) return undefined;
    const ageMs = now() - at;
    if (!('retryAfterSeconds' in failure) || failure.retryAfterSeconds === undefined) return failure;
    const retryAfterSeconds = Math.ceil(failure.retryAfterSeconds - ageMs / 1000);
    return retryAfterSeconds > 0 ? { ...failure, retryAfterSeconds } : undefined;
  }

  return {
    recall(caller, micros, reasons = RULES.keys()) {
      for (const reason of reasons) {
        const rule = RULES.get(reason);
        if (!rule) continue;
        for (const whose of rule[2] ? [rule[0], ...PURSES] : [rule[0]]) {
          const key = keyOf(reason, whose, caller);
          const failure = key && recallOne(key, rule, micros);
          if (failure) return failure;
        }
      }
      return undefined;
    },
    note(caller, micros, failure) {
      const rule = RULES.get(failure.reason);
      const purse = 'purse' in failure ? failure.purse : undefined;
      const key = rule && purse !== 'client' && keyOf(failure.reason, purse ?? rule[0], caller);
      if (key) keepNewest(known, key, { failure, micros: rule[2] ? micros : 0, at: now() }, MAX_REMEMBERED);
    },
  };
}

/** What a refusal is remembered by; undefined where it does not concern this caller. */
function keyOf(reason: string, whose: Whose, caller: CountedCaller): string | undefined {
  const key = `${reason} ${caller.site.id} ${whose}`;
  if (whose === 'site') return key;
  if (caller.kind === 'client') return undefined;
  switch (whose) {
    case 'visitors':
      return key;
    case 'degraded':
      return isDegraded(caller) ? key : undefined;
    case 'network':
      return `${key} ${caller.network}`;
    case 'visitor':
      return `${key} ${caller.prefix}`;
    case 'session':
      return `${key} ${caller.session}`;
  }
}
