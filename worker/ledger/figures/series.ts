/** The owner's figures by day and by hour, from the rows of one or of several sites. Pure functions. */
import type { DeskHours, DeskSeriesDay } from '../../desk-protocol.ts';
import type { SpentHour } from '../spending.ts';
import type { UsageRow } from '../usage.ts';
import {
  addCounts,
  addSettled,
  countsOf,
  errorsOf,
  type NamedCounts,
  NOTHING_SETTLED,
  refusalsOf,
  type Settled,
} from './counts.ts';
import { addWaits, medianOf } from './waits.ts';

/** What a site's ledger tells of some days. */
export interface SiteDays {
  site: string;
  usage: readonly UsageRow[];
  /** Counts of isolates by day. They are kept for 40 days. */
  counts: Readonly<Record<string, NamedCounts>>;
}

/** What a site's ledger tells of the hours of a day, by the hour's name. */
export interface SiteHours {
  spending: readonly SpentHour[];
  counts: Readonly<Record<string, NamedCounts>>;
}

/** What rows of usage come to, overruns included. */
export const settledOf = (rows: readonly UsageRow[]): Settled =>
  rows.reduce(
    (sum, row) => ({
      micros: sum.micros + row.costMicros + row.overrunMicros,
      made: sum.made + row.pictures,
      declined: sum.declined + row.declined,
      unknown: sum.unknown + row.unknown,
      unknownMicros: sum.unknownMicros + row.unknownMicros,
    }),
    NOTHING_SETTLED,
  );

/**
 * One entry for each day, whether anything was asked on it or not.
 *
 * @param days Oldest first, `YYYY-MM-DD`.
 */
export const seriesOf = (days: readonly string[], sites: readonly SiteDays[]): DeskSeriesDay[] =>
  days.map((day) => {
    const rows = sites.flatMap(({ site, usage }) =>
      usage.filter((row) => row.day === day).map((row) => ({ ...row, site })),
    );
    const settled = settledOf(rows);
    const counts = addCounts(sites.map((each) => each.counts[day] ?? {}));
    return {
      day,
      ...countsOf(counts, settled),
      spentMicros: settled.micros,
      medianWaitMs: medianOf(addWaits(rows.map(({ waits }) => waits))),
      rows: rows.map(({ site, model, size, provider, pictures, costMicros, overrunMicros }) => ({
        ...{ site, model, size, provider, pictures },
        costMicros: costMicros + overrunMicros,
      })),
      ...{ refusals: refusalsOf(counts), errors: errorsOf(counts) },
    };
  });

/** The 24 hours of a day. */
export const hoursOf = (day: string, sites: readonly SiteHours[]): DeskHours['hours'] =>
  Array.from({ length: 24 }, (_, n) => `${day}T${String(n).padStart(2, '0')}`).map((hour) => {
    const settled = addSettled(sites.flatMap(({ spending }) => spending.filter((each) => each.hour === hour)));
    const counts = addCounts(sites.map((each) => each.counts[hour] ?? {}));
    return { hour, ...countsOf(counts, settled), spentMicros: settled.micros };
  });
