/**
 * How hard a proof of work is: more bits where a site spends its day faster than the day passes. A flood then costs its
 * sender up to sixteen times as much, and a visitor as many hashes once.
 */
import { DAY_MS } from '../shared/utc.ts';

/** 16 puzzles of 13 bits are about 131,000 hashes: 0.12 s of one core at 1.1 million hashes a second. */
export const MIN_DIFFICULTY = 13;
/** Each bit doubles the work. Four more are about 2.1 million hashes: 1.9 s of one core at that speed. */
export const MAX_DIFFICULTY = 17;

/** After midnight a few pictures would otherwise look like a flood: an eighth of the budget is always in time. */
const MIN_DAY_PART = 1 / 8;

/**
 * @param spentMicros Micro-dollars that the site has spent in this UTC day.
 * @param dayBudgetMicros The site's budget of the day.
 * @param now Unix milliseconds.
 * @returns Zero bits of each puzzle, from {@link MIN_DIFFICULTY} to {@link MAX_DIFFICULTY}: one more for each doubling
 *   of the pace at which the budget would last exactly until midnight.
 */
export function difficultyOf(spentMicros: number, dayBudgetMicros: number, now: number): number {
  const inTime = dayBudgetMicros * Math.max((now % DAY_MS) / DAY_MS, MIN_DAY_PART);
  if (spentMicros <= inTime) return MIN_DIFFICULTY;
  return Math.min(MIN_DIFFICULTY + Math.ceil(Math.log2(spentMicros / inTime)), MAX_DIFFICULTY);
}
