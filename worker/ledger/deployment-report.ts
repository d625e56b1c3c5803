/** The state of the whole deployment, as the deployment's ledger tells it to the owner. */
import { dayOf } from '../shared/utc.ts';
import { askLedgers } from './ask-ledgers.ts';
import { addWaits } from './figures/waits.ts';
import type { LedgerMachine } from './ledger.ts';
import type { Lender } from './lender.ts';
import { GENERATIONS, type LedgerReport, reportOf } from './report.ts';
import type { MonthRow, UsageRow } from './usage.ts';

/** The sum of the sites' reports. */
export interface DeploymentReport extends Omit<LedgerReport, 'medians' | 'deploymentOwed' | 'purses'> {
  /** Names of ledgers that did not answer, so that their sums are missing. */
  unheard: string[];
}

const SUMS = [
  ...(['settledMicros', 'heldMicros', 'overrunMicros'] as const),
  ...(['monthSettledMicros', 'monthHeldMicros', 'monthOverrunMicros'] as const),
];

export interface DeploymentReportsOptions {
  ledger: LedgerMachine;
  lender: Lender;
  /** The ledger of a site that has borrowed, by its name. */
  ledgerAt: (name: string) => { report(): Promise<LedgerReport>; months(): Promise<MonthRow[]> };
  /** Unix milliseconds. */
  now: () => number;
}

/** What the deployment's ledger tells of all sites that have borrowed from it: it asks their ledgers. */
export const createDeploymentReports = ({ ledger, lender, ledgerAt, now }: DeploymentReportsOptions) => ({
  async report(): Promise<DeploymentReport> {
    const { answers, unread: unheard } = await askLedgers(lender.borrowers(), (site) => ledgerAt(site).report());
    const [first = reportOf(ledger, now()), ...others] = answers.values();
    const { isPaused: paused } = lender.pause();
    return addUpReports([first, ...others], { paused, unheard, owed: lender.owed(dayOf(now())) });
  },

  /** Sums of all months that are kept. `unread`: names of ledgers that did not answer. */
  async months(): Promise<{ rows: MonthRow[]; unread: string[] }> {
    const { answers, unread } = await askLedgers(lender.borrowers(), (site) => ledgerAt(site).months());
    return { rows: [...answers.values()].flat(), unread };
  },
});

/**
 * Adds up the reports of all sites.
 *
 * @param sites At least one report.
 * @param own What the deployment's ledger itself knows.
 */
function addUpReports(
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
    usage: addUpUsage(sites.flatMap(({ usage }) => usage)),
    hours: sites.flatMap(({ hours }) => hours),
    generations: sites
      .flatMap(({ generations }) => generations)
      .sort((a, b) => Number(b.at) - Number(a.at))
      .slice(0, GENERATIONS),
  };
}

/** One row for each day, model, size and provider. */
function addUpUsage(rows: readonly UsageRow[]): UsageRow[] {
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
