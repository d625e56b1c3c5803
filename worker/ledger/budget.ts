/** Whether there is money: the past of a ledger and the time go in, the decision comes out. Holds count as spent. */
import type { Failure } from '../shared/failure.ts';
import type { Cap } from './reservation.ts';

/** What a period has taken so far, in micro-dollars. */
export interface Taken {
  /** Within reservations. */
  settled: number;
  held: number;
  /** What calls of this period cost over their reservations. */
  overrun: number;
  /** What periods before it could not pay of their overruns: it is taken off this one. */
  owed: number;
}

/** What is gone, whatever becomes of the holds. */
const spentOf = ({ settled, overrun, owed }: Taken): number => settled + overrun + owed;

/**
 * What a period cannot pay of its overruns and of what it was owed itself. Never more than those: a cap that was lowered
 * in the middle of a day makes no debt of money that was granted before.
 */
export const unpaidOf = (taken: Taken, cap: number): number =>
  Math.max(0, Math.min(taken.overrun + taken.owed, spentOf(taken) - cap));

/** @param periods That have passed with nothing spent in them, and have paid. */
export const unpaidAfter = (unpaid: number, cap: number, periods: number): number =>
  Math.max(0, unpaid - cap * periods);

/** Holds come back within the time of a picture; asking sooner than this helps nobody. */
export const HELD_RETRY_SECONDS = 10;

/**
 * @param now Unix milliseconds.
 * @returns Nothing where there is room. A cap that is reached by holds alone opens soon; a spent one, with its period.
 */
export function judgeBudget(
  micros: number,
  caps: readonly (Cap & { taken: Taken })[],
  now: number,
): Failure | undefined {
  const reached = caps.filter(({ micros: cap, taken }) => micros > cap - spentOf(taken) - taken.held);
  const spent = reached.find(({ micros: cap, taken }) => micros > cap - spentOf(taken));
  if (spent) {
    const periods = periodsToPay(micros, spent.micros, unpaidOf(spent.taken, spent.micros));
    return { reason: spent.reason, retryAfterSeconds: secondsToNext(spent.period, now, periods) };
  }
  return reached.length > 0 ? { reason: 'BUDGET_HELD', retryAfterSeconds: HELD_RETRY_SECONDS } : undefined;
}

/** After how many periods there is room, if nothing else is spent: 1 is the next one. What none can pay waits for it too. */
function periodsToPay(micros: number, cap: number, unpaid: number): number {
  if (micros > cap || cap === 0) return 1;
  return 1 + Math.ceil(Math.max(0, unpaid + micros - cap) / cap);
}

/** The UTC day of a time, `YYYY-MM-DD`. @param at Unix milliseconds. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The day before a day. */
export const dayBefore = (day: string): string => dayOf(Date.parse(day) - 86_400_000);

/** The name of a period that a day is in: the day itself, or its month, `YYYY-MM`. */
export const periodOf = (period: Cap['period'], day: string): string => (period === 'day' ? day : day.slice(0, 7));

/** How many whole periods lie between two, both named as {@link periodOf} does. */
export function periodsBetween(period: Cap['period'], earlier: string, later: string): number {
  if (period === 'day') return Math.round((Date.parse(later) - Date.parse(earlier)) / 86_400_000) - 1;
  const monthsOf = (name: string): number => Number(name.slice(0, 4)) * 12 + Number(name.slice(5));
  return monthsOf(later) - monthsOf(earlier) - 1;
}

/**
 * Seconds until a UTC day or month begins, at least 1.
 *
 * @param now Unix milliseconds.
 * @param periods The next one is 1.
 */
export function secondsToNext(period: Cap['period'], now: number, periods = 1): number {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const next = period === 'day' ? Date.UTC(year, month, day + periods) : Date.UTC(year, month + periods, 1);
  return Math.max(1, Math.ceil((next - now) / 1000));
}
