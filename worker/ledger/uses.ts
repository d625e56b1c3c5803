/**
 * The exact counts behind visitors', sessions', clients' and sites' limits: one row for each use of a counter. Several
 * policies may share a counter, such as a visitor's minute and day. Times are Unix milliseconds.
 */
import { judgeRefusals, judgeUses } from '../limits/exact-count.ts';
import { retryAfter, type WindowPolicy } from '../limits/policies.ts';
import type { Failure } from '../shared/failure.ts';
import { keepNewest } from '../shared/newest.ts';
import { DAY_MS, dayOf } from '../shared/utc.ts';
import type { Sql } from './sql.ts';

/** Counters whose times are kept in memory. The least recently used are read from the rows again. */
const MAX_REMEMBERED = 10_000;

const REFUSALS = 'refusals ';

/** Attempts and refusals are counted apart from pictures: they are never given back. */
function counterOf({ who, perAttempt, perRefusal }: WindowPolicy): string {
  if (perRefusal) return `${REFUSALS}${who}`;
  return perAttempt ? `attempts ${who}` : who;
}

const isOfRefusals = (counter: string): boolean => counter.startsWith(REFUSALS);

/**
 * The counters that a run's end may change: those that are given back when it makes no picture, and those of refusals.
 */
export const countersOf = (policies: readonly WindowPolicy[]): string[] => [
  ...new Set(policies.filter(({ perAttempt }) => !perAttempt).map(counterOf)),
];

/** The days in whose rows a use of a window may be. One day more, because a clock may have been set back. */
const daysOf = (now: number): string[] => [dayOf(now - DAY_MS), dayOf(now), dayOf(now + DAY_MS)];

/** Uses of a counter within its longest window, oldest first. */
interface Remembered {
  windowMs: number;
  times: number[];
}

/** The uses of one ledger. Every method is synchronous. */
export function createUses(sql: Sql) {
  const remembered = new Map<string, Remembered>();
  let lastNow = 0;

  /** The times of a counter, from memory where they are known. */
  function timesOf(counter: string, windowMs: number, now: number): number[] {
    // After a clock was set back, a use that had left its window may be in it again.
    if (now < lastNow) remembered.clear();
    lastNow = now;
    const known = remembered.get(counter);
    const times = known && known.windowMs >= windowMs ? known.times : read(counter, now - windowMs, now);
    const window = { windowMs: Math.max(windowMs, known?.windowMs ?? 0), times };
    const left = times.findIndex((at) => at > now - window.windowMs);
    times.splice(0, left < 0 ? times.length : left);
    keepNewest(remembered, counter, window, MAX_REMEMBERED);
    return times;
  }

  function read(counter: string, since: number, now: number): number[] {
    return sql
      .exec(
        'SELECT at FROM counted WHERE day IN (?, ?, ?) AND counter = ? AND at > ? ORDER BY at',
        ...daysOf(now),
        counter,
        since,
      )
      .toArray()
      .map(({ at }) => Number(at));
  }

  function add(counter: string, run: string, now: number): void {
    sql.exec('INSERT INTO counted VALUES (?, ?, ?, ?)', dayOf(now), counter, now, run);
    const times = remembered.get(counter)?.times;
    if (!times) return;
    const later = times.findLastIndex((at) => at <= now);
    times.splice(later + 1, 0, now);
  }

  return {
    /**
     * Decides whether each policy has room for one more use. Counts nothing.
     *
     * @param underWay How many calls under way have a counter.
     * @returns The first refusal.
     */
    judge(policies: readonly WindowPolicy[], now: number, underWay: (counter: string) => number): Failure | undefined {
      for (const policy of policies) {
        const windowMs = policy.windowSeconds * 1000;
        const counter = counterOf(policy);
        const known = timesOf(counter, windowMs, now);
        const first = known.findIndex((at) => at > now - windowMs);
        const times = first > 0 ? known.slice(first) : first < 0 ? [] : known;
        const full = policy.perRefusal
          ? judgeRefusals(policy, times, underWay(counter), now)
          : judgeUses(policy, times, now);
        if (!full) continue;
        const { reason, limit } = policy;
        return { reason, limit, retryAfterSeconds: retryAfter(policy, full.retryAfterSeconds, now) };
      }
      return undefined;
    },

    /**
     * Counts one use on each counter, except of refusals.
     *
     * @param id The reservation's: a later attempt of a run is an attempt of its own.
     */
    note(policies: readonly WindowPolicy[], { run, id }: { run: string; id: string }, now: number): void {
      const counted = policies.filter(({ perRefusal }) => !perRefusal);
      for (const policy of new Map(counted.map((each) => [counterOf(each), each])).values()) {
        add(counterOf(policy), policy.perAttempt ? id : run, now);
      }
    },

    /** Counts a refusal by the model. @param counters All of the run's, from {@link countersOf}. */
    noteRefusal(run: string, counters: readonly string[], now: number): void {
      for (const counter of counters.filter(isOfRefusals)) add(counter, run, now);
    },

    /** Gives a run's uses back: it made no picture. */
    giveBack(run: string, counters: readonly string[], now: number): void {
      for (const counter of counters.filter((each) => !isOfRefusals(each))) {
        sql.exec(
          'DELETE FROM counted WHERE day IN (?, ?, ?) AND counter = ? AND run = ?',
          ...daysOf(now),
          counter,
          run,
        );
        remembered.delete(counter);
      }
    },

    /** Reads every count from the rows again. Call it after a step that was undone. */
    reload(): void {
      remembered.clear();
    },
  };
}
