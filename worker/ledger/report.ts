import { DAY_MS, dayOf, hourOf } from '../shared/utc.ts';
import type { LedgerMachine } from './ledger.ts';
import type { PictureRow } from './pictures.ts';
import type { PurseSums } from './purses.ts';
import type { UsageRow } from './usage.ts';

const TABLE_DAYS = 31;
/** The last pictures in a report. */
export const GENERATIONS = 100;
const PURSES = 20;
/** Days of hourly counts. */
const MAX_HOURLY_DAYS = 7;

/**
 * The state of a ledger, for its site's owner. Money is integer micro-dollars, times are Unix milliseconds, days are
 * UTC.
 */
export interface LedgerReport {
  day: string;
  /** Within reservations. */
  settledMicros: number;
  heldMicros: number;
  /** Cost of today's answers over their reservations. It counts as spent. */
  overrunMicros: number;
  /** Overruns that the days before could not pay. They are taken off today's budget. */
  owedMicros: number;
  monthSettledMicros: number;
  monthHeldMicros: number;
  monthOverrunMicros: number;
  monthOwedMicros: number;
  /** Unpaid overruns under the deployment's caps, where this site is the only one. */
  deploymentOwed: { dayMicros: number; monthMicros: number };
  paused: boolean;
  /** Today's dearest visitors, networks and clients, by the names of their purses (`limits/purses.ts`). */
  purses: { purse: string; settledMicros: number; heldMicros: number }[];
  /** Reservations that hold money. */
  open: { id: string; micros: number; leaseUntil: number }[];
  usage: UsageRow[];
  medians: { model: string; size: string; ms: number }[];
  hours: { hour: string; name: string; count: number }[];
  /** The last pictures. */
  generations: PictureRow[];
}

/**
 * The report of a site's ledger. Reads only.
 *
 * @param now Unix milliseconds.
 * @param days Of usage. Hourly counts go back as far, but for a week at most. Default: a month of usage, a day of hours.
 */
export function reportOf(ledger: LedgerMachine, now: number, days?: number): LedgerReport {
  const day = dayOf(now);
  const hourlyMs = Math.min(days ?? 1, MAX_HOURLY_DAYS) * DAY_MS;
  const today = ledger.taken('site', 'day', day);
  const month = ledger.taken('site', 'month', day);
  return {
    day,
    settledMicros: today.settled,
    heldMicros: today.held,
    overrunMicros: today.overrun,
    owedMicros: today.owed,
    monthSettledMicros: month.settled,
    monthHeldMicros: month.held,
    monthOverrunMicros: month.overrun,
    monthOwedMicros: month.owed,
    deploymentOwed: {
      dayMicros: ledger.taken('deployment', 'day', day).owed,
      monthMicros: ledger.taken('deployment', 'month', day).owed,
    },
    paused: ledger.isPaused(),
    purses: dearest([...ledger.purses(day)].map(([purse, sums]) => ({ purse, ...sums }))),
    open: ledger.open(),
    usage: ledger.usage.table(days ?? TABLE_DAYS, now),
    medians: ledger.usage.medians(),
    hours: ledger.usage.hours(hourOf(now - hourlyMs)),
    generations: ledger.pictures.page({}, GENERATIONS, now),
  };
}

const dearest = (purses: readonly ({ purse: string } & PurseSums)[]): LedgerReport['purses'] =>
  [...purses]
    .sort((a, b) => b.settled + b.held - a.settled - a.held)
    .slice(0, PURSES)
    .map(({ purse, settled, held }) => ({ purse, settledMicros: settled, heldMicros: held }));
