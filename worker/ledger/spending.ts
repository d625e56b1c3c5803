/**
 * Settled calls by the hour: one row for all calls of an hour, so that a settlement writes a single one. Every method
 * is synchronous.
 */
import { DAY_MS, hourOf } from '../shared/utc.ts';
import type { Settlement } from './reservation.ts';
import type { Sql } from './sql.ts';

const KEEP_HOURS_MS = 40 * DAY_MS;

/** What the calls of an hour came to. Money is integer micro-dollars. */
export interface SpentHour {
  /** UTC, `YYYY-MM-DDTHH`. */
  hour: string;
  /** Overruns included. */
  micros: number;
  made: number;
  declined: number;
  unknown: number;
  /** Cost of the calls of unknown outcome. Part of `micros`. */
  unknownMicros: number;
}

/** How a call counts: as a picture, a refusal of the model, or unknown. */
export const outcomesOf = (outcome: Settlement['outcome'], micros: number) => ({
  made: outcome === 'picture' ? 1 : 0,
  declined: outcome === 'refused' ? 1 : 0,
  unknown: outcome === 'unknown' ? 1 : 0,
  unknownMicros: outcome === 'unknown' ? micros : 0,
});

/** Whether money is the demo's, which is play money: it is added to no other. */
export const isPlay = (provider: string): boolean => provider === 'demo';

export function createSpending(sql: Sql) {
  return {
    /**
     * Adds a settled call.
     *
     * @param day Of its reservation, `YYYY-MM-DD`. What is settled after midnight counts in that day's last hour, so that
     *   hours add up to days.
     */
    note(day: string, micros: number, { provider, outcome }: Settlement, now: number): void {
      const hour = hourOf(now);
      const { made, declined, unknown, unknownMicros } = outcomesOf(outcome, micros);
      sql.exec(
        `INSERT INTO spending (hour, play, micros, made, declined, unknown, unknownMicros) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (hour, play) DO UPDATE SET micros = micros + excluded.micros, made = made + excluded.made,
            declined = declined + excluded.declined, unknown = unknown + excluded.unknown,
            unknownMicros = unknownMicros + excluded.unknownMicros`,
        ...[hour.startsWith(day) ? hour : `${day}T23`, isPlay(provider) ? 1 : 0],
        ...[micros, made, declined, unknown, unknownMicros],
      );
    },

    /** Hours of a range, oldest first. @param since Such as `2026-11-23T00`. @param until Exclusive. */
    hours: (since: string, until: string, play: boolean): SpentHour[] =>
      sql
        .exec(
          `SELECT hour, micros, made, declined, unknown, unknownMicros FROM spending
            WHERE hour >= ? AND hour < ? AND play = ? ORDER BY hour`,
          ...[since, until, play ? 1 : 0],
        )
        .toArray() as unknown as SpentHour[],

    /** Deletes hours past their retention. */
    forget(now: number): void {
      sql.exec('DELETE FROM spending WHERE hour < ?', hourOf(now - KEEP_HOURS_MS));
    },
  };
}
