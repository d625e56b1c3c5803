/** Whether there is money: the past of a ledger and the time go in, the decision comes out. Holds count as spent. */
import type { Failure } from './failure.ts';
import type { Cap } from './reservation.ts';

/** What a period has taken so far, in micro-dollars. */
export interface Taken {
  settled: number;
  held: number;
  /** What the day before cost over its reservations: it is taken off this day. Nothing for a month, which holds it. */
  owed: number;
}

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
  const reached = caps.filter(({ micros: cap, taken }) => micros > cap - taken.owed - taken.settled - taken.held);
  const spent = reached.find(({ micros: cap, taken }) => micros > cap - taken.owed - taken.settled);
  if (spent) return { reason: spent.reason, retryAfterSeconds: secondsToNext(spent.period, now) };
  return reached.length > 0 ? { reason: 'BUDGET_HELD', retryAfterSeconds: HELD_RETRY_SECONDS } : undefined;
}

/** The UTC day of a time, `YYYY-MM-DD`. @param at Unix milliseconds. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The day before a day. */
export const dayBefore = (day: string): string => dayOf(Date.parse(day) - 86_400_000);

/** Seconds until the next UTC day or month begins, at least 1. @param now Unix milliseconds. */
export function secondsToNext(period: Cap['period'], now: number): number {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const next = period === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
  return Math.max(1, Math.ceil((next - now) / 1000));
}

/** A policy's times of use that still count, oldest first, and when the next one is free. @param now Unix ms. */
export function judgeUses(
  policy: { limit: number; windowSeconds: number },
  times: readonly number[],
  now: number,
): { retryAfterSeconds: number } | undefined {
  if (times.length < policy.limit) return undefined;
  // The one whose end makes room for one more; a limit of none never opens.
  const leaving = times[times.length - policy.limit] ?? now;
  return { retryAfterSeconds: Math.max(1, Math.ceil((leaving - now) / 1000 + policy.windowSeconds)) };
}
