/**
 * What a site's ledger tells of today. It reads only, and its answer is plain data: the deployment's ledger makes the
 * owner's page of the answers of all sites (`overview.ts`).
 */
import { CLIENT } from '../../limits/purses.ts';
import { DAY_MS, dayOf, hourOf } from '../../shared/utc.ts';
import type { PausedBy } from '../deployment-pause.ts';
import type { LedgerMachine } from '../ledger.ts';
import type { OriginCount } from '../origins.ts';
import { firstDayOf, type Period, periodOf } from '../periods.ts';
import type { PictureReport } from '../picture-reports.ts';
import type { PictureRow } from '../pictures.ts';
import type { SpentHour } from '../spending.ts';
import type { NamedCounts, Settled } from './counts.ts';
import { USUAL_WEEKS } from './expected.ts';
import { settledOf } from './series.ts';
import { addWaits, type Waits } from './waits.ts';

const HOUR_MS = 3_600_000;
/** The last pictures that are told. */
const PICTURES = 6;
/** Whole days before today. */
const DAYS_BEFORE = 7;
/** Hours before now: those of the pace, and one that counts in part. */
const HOURS_BEFORE = 4;

/** Micro-dollars of a day or month. */
export interface FiguresMoney {
  /** Overruns included. */
  spent: number;
  held: number;
  owed: number;
}

/** A picture with what its visitor has today, and with what others have said of it. */
export interface ToldPicture extends PictureRow {
  visitorToday?: { pictures: number; micros: number };
  /** The owner has blocked the visitor for today. */
  isVisitorBlocked?: true;
  report?: PictureReport;
}

/** A site's figures. Money is integer micro-dollars, times are Unix milliseconds, days and hours are UTC. */
export interface SiteFigures {
  day: FiguresMoney;
  month: FiguresMoney;
  /** What is owed under the deployment's caps, where this site is the only one. */
  deploymentOwed: { day: number; month: number };
  paused: boolean;
  /** Where the site itself was paused: since when and by whom. */
  pausedBy?: PausedBy;
  settled: Settled;
  waits: Waits;
  counts: NamedCounts;
  /** The last hours. */
  hours: SpentHour[];
  /** The same weekday in the weeks before. */
  history: SpentHour[];
  /** What the days before came to. */
  days: Record<string, number>;
  held: { pictures: number; oldestAt?: number; freeAt?: number };
  admitted: OriginCount[];
  refused: OriginCount[];
  clients: { name: string; pictures: number; spentMicros: number; lastUsedAt: number; capMicros?: number }[];
  pictures: ToldPicture[];
}

/** Where the figures come from. */
export interface FiguresSources {
  ledger: LedgerMachine;
  pausedBy: () => PausedBy | undefined;
  reports: (ids: readonly string[]) => Record<string, PictureReport>;
}

/** @param play Whether the demo's money is asked for, or all other. @param now Unix milliseconds. */
export function siteFiguresOf(sources: FiguresSources, play: boolean, now: number): SiteFigures {
  const { ledger, pausedBy } = sources;
  const { usage, spending, origins } = ledger;
  const day = dayOf(now);
  const rows = usage.rows(day, day, play);
  const settled = settledOf(rows);
  const month = Object.values(usage.byDay(firstDayOf(periodOf('month', day)), day, play));
  const by = pausedBy();
  const { admitted, refused } = origins.on(day);
  return {
    day: { ...moneyOf(ledger, 'day', day), spent: settled.micros },
    month: { ...moneyOf(ledger, 'month', day), spent: month.reduce((sum, micros) => sum + micros, 0) },
    deploymentOwed: {
      day: ledger.taken('deployment', 'day', day).owed,
      month: ledger.taken('deployment', 'month', day).owed,
    },
    paused: ledger.isPaused(),
    ...(by && { pausedBy: by }),
    settled,
    waits: addWaits(rows.map(({ waits }) => waits)),
    counts: usage.counts(day),
    hours: spending.hours(hourOf(now - HOURS_BEFORE * HOUR_MS), hourOf(now + HOUR_MS), play),
    history: Array.from({ length: USUAL_WEEKS }, (_, week) => dayOf(now - (week + 1) * 7 * DAY_MS)).flatMap((before) =>
      spending.hours(`${before}T00`, `${before}T24`, play),
    ),
    days: usage.byDay(dayOf(now - DAYS_BEFORE * DAY_MS), dayOf(now - DAY_MS), play),
    held: heldOf(ledger),
    ...{ admitted, refused },
    clients: clientsOf(ledger, day),
    pictures: toldPictures(sources, ledger.pictures.page({}, PICTURES, now), now),
  };
}

function moneyOf(ledger: LedgerMachine, period: Period, day: string): Omit<FiguresMoney, 'spent'> {
  const { held, owed } = ledger.taken('site', period, day);
  return { held, owed };
}

function heldOf(ledger: LedgerMachine): SiteFigures['held'] {
  const holds = ledger.holds();
  const granted = holds.flatMap(({ at }) => (at === null ? [] : [at]));
  return {
    pictures: holds.length,
    ...(granted.length > 0 && { oldestAt: Math.min(...granted) }),
    ...(holds[0] && { freeAt: holds[0].leaseUntil }),
  };
}

function clientsOf(ledger: LedgerMachine, day: string): SiteFigures['clients'] {
  return [...ledger.purses(day)]
    .filter(([purse]) => purse.startsWith(CLIENT))
    .map(([purse, { pictures, settled, lastAt }]) => {
      const name = purse.slice(CLIENT.length);
      const capMicros = ledger.clientCap(name);
      const told = { name, pictures, spentMicros: settled, lastUsedAt: lastAt };
      return { ...told, ...(capMicros !== undefined && { capMicros }) };
    });
}

/** Pictures of the site with what is known of their visitors and reports. */
export function toldPictures(
  { ledger, reports }: Pick<FiguresSources, 'ledger' | 'reports'>,
  rows: readonly PictureRow[],
  now: number,
): ToldPicture[] {
  const day = dayOf(now);
  const purses = ledger.purses(day);
  const blocked = ledger.blockedOn(day);
  const reported = reports(rows.map(({ id }) => id));
  return rows.map(({ prefix, ...row }) => {
    // A prefix is named by the salt of its day, so the name of another day is no visitor of today.
    const visitor = dayOf(row.at) === day ? prefix : undefined;
    const purse = visitor === undefined ? undefined : purses.get(`visitor ${visitor}`);
    const report = reported[row.id];
    return {
      ...row,
      ...(visitor !== undefined && { prefix: visitor }),
      ...(purse && { visitorToday: { pictures: purse.pictures, micros: purse.settled } }),
      ...(visitor !== undefined && blocked.has(visitor) && { isVisitorBlocked: true as const }),
      ...(report && { report }),
    };
  });
}
