/**
 * What was taken of purses, by UTC day. A purse is what one caller may spend (`limits/purses.ts`). Purses have no rows
 * of their own: the row of a hold names its purses, and the row of an ended reservation names them with what it cost.
 * The sums are in memory; those of a day are read from the rows when they are first needed.
 */
import type { Sql } from './sql.ts';

/** Micro-dollars of one purse. */
export interface PurseSums {
  /** With overruns. */
  settled: number;
  held: number;
  /** Pictures that came of what is settled. */
  pictures: number;
  /** When something was settled last, Unix milliseconds. 0: nothing was, or rows of earlier versions do not say. */
  lastAt: number;
}

export const NOTHING: PurseSums = { settled: 0, held: 0, pictures: 0, lastAt: 0 };
/** Days that are kept in memory. A clock that is set back may ask for the day before. */
const MAX_DAYS = 2;

/** The purses of one ledger. Every method is synchronous. */
export function createPurses(sql: Sql) {
  /** Sums by day and purse. */
  const days = new Map<string, Map<string, PurseSums>>();

  function sumsOf(day: string): Map<string, PurseSums> {
    const known = days.get(day);
    if (known) return known;
    const sums = new Map<string, PurseSums>();
    for (const { micros, purses } of sql.exec('SELECT micros, purses FROM holds WHERE day = ?', day).toArray()) {
      add(sums, JSON.parse(String(purses)), { ...NOTHING, held: Number(micros) });
    }
    const ended = sql
      .exec('SELECT micros, purses, at, pictures FROM ended WHERE day = ? AND purses IS NOT NULL', day)
      .toArray();
    for (const { micros, purses, at, pictures } of ended) {
      const more = { settled: Number(micros), pictures: Number(pictures ?? 0), lastAt: Number(at ?? 0) };
      add(sums, JSON.parse(String(purses)), { ...NOTHING, ...more });
    }
    days.set(day, sums);
    if (days.size > MAX_DAYS) days.delete([...days.keys()].sort()[0] as string);
    return sums;
  }

  function add(sums: Map<string, PurseSums>, purses: readonly string[], more: PurseSums): void {
    for (const purse of purses) {
      const { held, settled, pictures, lastAt } = sums.get(purse) ?? NOTHING;
      const sum = {
        settled: settled + more.settled,
        held: held + more.held,
        pictures: pictures + more.pictures,
        lastAt: Math.max(lastAt, more.lastAt),
      };
      if (sum.held === 0 && sum.settled === 0) sums.delete(purse);
      else sums.set(purse, sum);
    }
  }

  return {
    /** What was taken of a purse on a day. */
    taken: (purse: string, day: string): PurseSums => sumsOf(day).get(purse) ?? NOTHING,

    /** All purses of a day. */
    all: (day: string): ReadonlyMap<string, PurseSums> => sumsOf(day),

    /**
     * Adds to purses what was just written to the rows. A day whose sums are not in memory is read later as a whole.
     *
     * @param more Negative where a hold has ended.
     */
    note(day: string, purses: readonly string[], more: PurseSums): void {
      const sums = days.get(day);
      if (sums) add(sums, purses, more);
    },

    /** Reads the sums from the rows again. Call it after a step that was undone. */
    reload(): void {
      days.clear();
    },
  };
}
