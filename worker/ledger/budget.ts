/** Decides whether an amount fits into budgets. Pure functions. Held money counts as spent. */
import type { Failure, PurseName } from '../shared/failure.ts';
import { secondsToNext } from './periods.ts';
import type { Cap } from './reservation.ts';

/** The use of a period so far, in micro-dollars. */
export interface Taken {
  /** Within reservations. */
  settled: number;
  held: number;
  /** Cost of this period's calls over their reservations. */
  overrun: number;
  /** Overruns that earlier periods could not pay. They are taken off this period. */
  owed: number;
}

/** Money that is spent whatever becomes of the holds. */
const spentOf = ({ settled, overrun, owed }: Taken): number => settled + overrun + owed;

/**
 * The part of `overrun` and `owed` that a period cannot pay, in micro-dollars. Never more than those two: lowering a
 * cap in the middle of a day makes no debt of money that was granted before.
 */
export const unpaidOf = (taken: Taken, cap: number): number =>
  Math.max(0, Math.min(taken.overrun + taken.owed, spentOf(taken) - cap));

/** The debt that is left after later periods have paid. @param periods Number of periods in which nothing was spent. */
export const unpaidAfter = (unpaid: number, cap: number, periods: number): number =>
  Math.max(0, unpaid - cap * periods);

/** A budget of a period and what was taken of it. `purse`: whose it is; absent: a cap that all callers share. */
export interface Budget extends Pick<Cap, 'period' | 'micros' | 'reason'> {
  taken: Taken;
  purse?: PurseName;
}

/** The refusal when only holds are in the way. A hold lasts about as long as a picture takes. */
export const HELD = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 } as const satisfies Failure;

/**
 * Decides whether an amount fits into every budget.
 *
 * @param micros The amount, in micro-dollars.
 * @param budgets Widest first: of several that are spent or held, the first is named.
 * @param now Unix milliseconds.
 * @returns undefined when there is room. `BUDGET_HELD` when only holds are in the way. Otherwise the reason of the
 *   spent cap, with the seconds until a period in which there is room, or that there never is.
 */
export function judgeBudget(micros: number, budgets: readonly Budget[], now: number): Failure | undefined {
  const reached = budgets.filter(({ micros: cap, taken }) => micros > cap - spentOf(taken) - taken.held);
  const spent = reached.find(({ micros: cap, taken }) => micros > cap - spentOf(taken));
  if (spent) {
    const periods = periodsToPay(micros, spent.micros, unpaidOf(spent.taken, spent.micros));
    const retryAfterSeconds = secondsToNext(spent.period, now, periods);
    const isTooDear = spent.micros > 0 && micros > spent.micros && { isTooDear: true as const };
    return { reason: spent.reason, retryAfterSeconds, ...whoseOf(spent), ...isTooDear };
  }
  const [held] = reached;
  return held && { ...HELD, ...whoseOf(held) };
}

const whoseOf = ({ purse }: Budget): { purse?: PurseName } => (purse === undefined ? {} : { purse });

/**
 * Periods until there is room, if nothing else is spent. 1 is the next one; also for an amount that never fits the cap.
 */
function periodsToPay(micros: number, cap: number, unpaid: number): number {
  if (micros > cap || cap === 0) return 1;
  return 1 + Math.ceil(Math.max(0, unpaid + micros - cap) / cap);
}
