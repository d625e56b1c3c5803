import { dayOf } from './budget.ts';
import { addWaits } from './figures/waits.ts';
import type { LedgerMachine } from './ledger.ts';
import type { PictureRow } from './pictures.ts';
import type { PurseSums } from './purses.ts';
import type { UsageRow } from './usage.ts';

const TABLE_DAYS = 31;
const GENERATIONS = 100;
const PURSES = 20;
const DAY_MS = 86_400_000;
/** Days of hourly counts. */
const MAX_HOURLY_DAYS = 7;

/** The state of a ledger, for its site's owner. Money is integer micro-dollars, times are Unix milliseconds, days are UTC. */
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
  /** The same under the deployment's caps, where this site is the only one. */
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
    hours: ledger.usage.hours(new Date(now - hourlyMs).toISOString().slice(0, 13)),
    generations: ledger.pictures.page({}, GENERATIONS, now),
  };
}

const dearest = (purses: readonly ({ purse: string } & PurseSums)[]): LedgerReport['purses'] =>
  [...purses]
    .sort((a, b) => b.settled + b.held - a.settled - a.held)
    .slice(0, PURSES)
    .map(({ purse, settled, held }) => ({ purse, settledMicros: settled, heldMicros: held }));

/** The state of the whole deployment: the sum of its sites. */
export interface DeploymentReport extends Omit<LedgerReport, 'medians' | 'deploymentOwed' | 'purses'> {
  /** Names of ledgers that did not answer, so that their sums are missing. */
  unheard: string[];
}

const SUMS = [
  ...(['settledMicros', 'heldMicros', 'overrunMicros'] as const),
  ...(['monthSettledMicros', 'monthHeldMicros', 'monthOverrunMicros'] as const),
];

/**
 * Adds up the reports of all sites.
 *
 * @param sites At least one report.
 * @param own What the deployment's ledger itself knows.
 */
export function deploymentReportOf(
  sites: readonly [LedgerReport, ...LedgerReport[]],
  own: { paused: boolean; unheard: string[]; owed: { day: number; month: number } },
): DeploymentReport {
  const sumOf = (name: (typeof SUMS)[number]): number => sites.reduce((sum, site) => sum + site[name], 0);
  const { medians: _, purses: __, deploymentOwed, ...first } = sites[0];
  return {
    ...first,
    ...Object.fromEntries(SUMS.map((name) => [name, sumOf(name)])),
    // A site alone keeps the deployment's debts; where several share, the deployment's ledger does.
    owedMicros: Math.max(own.owed.day, sites.length === 1 ? deploymentOwed.dayMicros : 0),
    monthOwedMicros: Math.max(own.owed.month, sites.length === 1 ? deploymentOwed.monthMicros : 0),
    ...{ paused: own.paused, unheard: own.unheard },
    open: sites.flatMap(({ open }) => open),
    usage: addUp(sites.flatMap(({ usage }) => usage)),
    hours: sites.flatMap(({ hours }) => hours),
    generations: sites
      .flatMap(({ generations }) => generations)
      .sort((a, b) => Number(b.at) - Number(a.at))
      .slice(0, GENERATIONS),
  };
}

/** One row for each day, model, size and provider. */
function addUp(rows: readonly UsageRow[]): UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const row of rows) {
    const name = [row.day, row.model, row.size, row.provider].join(' ');
    const sum = sums.get(name);
    if (!sum) {
      sums.set(name, row);
      continue;
    }
    sums.set(name, {
      ...row,
      pictures: sum.pictures + row.pictures,
      costMicros: sum.costMicros + row.costMicros,
      overrunMicros: sum.overrunMicros + row.overrunMicros,
      visitorMicros: sum.visitorMicros + row.visitorMicros,
      declined: sum.declined + row.declined,
      unknown: sum.unknown + row.unknown,
      unknownMicros: sum.unknownMicros + row.unknownMicros,
      waits: addWaits([sum.waits, row.waits]),
    });
  }
  return [...sums.values()];
}
