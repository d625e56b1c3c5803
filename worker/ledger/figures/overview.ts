/**
 * The owner's first page, from what the sites' ledgers tell of today. Pure functions; money is integer micro-dollars.
 */
import type { DeskAlarm, DeskClient, DeskMoney, DeskOverview, DeskSite, DeskState } from '../../desk-protocol.ts';
import { dayOf } from '../../shared/utc.ts';
import type { PausedBy } from '../deployment-pause.ts';
import type { Period } from '../periods.ts';
import { addCounts, addSettled, countsOf, refusalsOf } from './counts.ts';
import { dayEnd, expectedMonth, expectedToday, monthEnd, reachedAt, usualMade } from './expected.ts';
import type { FiguresMoney, SiteFigures, ToldPicture } from './site-figures.ts';
import { addWaits, toDeskWait } from './waits.ts';

/** The last pictures of all sites that are told. */
const PICTURES = 6;

/** A site as its record has it. */
export interface AskedSite {
  site: string;
  dayCapMicros: number;
  monthCapMicros: number;
  /**
   * `broken`: its record breaks a rule. `paused`: its record says so. `deleted`: its record is gone; what it has spent
   * counts, and it is listed as long as it has spent anything this month.
   */
  state: Exclude<DeskState, 'spent'>;
}

/** What the worker knows and the ledgers do not. */
export interface OverviewAsk {
  /** Whether the overview is of play money alone, or of all other money. */
  demo: boolean;
  dayCapMicros: number;
  monthCapMicros: number;
  sites: readonly AskedSite[];
  /** Of the deployment, as its owner calls it: messages of alarms name it. */
  origin: string;
}

/** The answer of the deployment's ledger. The worker makes addresses of the pictures. */
export interface Overview extends Omit<DeskOverview, 'pictures'> {
  pictures: SitePicture[];
  /** Sites that the ledger knows and was not asked about. */
  unasked: string[];
}

/** A picture and its site. */
export type SitePicture = ToldPicture & { site: string };

/** What the deployment's ledger itself knows. */
export interface DeploymentFigures {
  isPaused: boolean;
  pausedBy?: PausedBy;
  /** Sites that have not heard the pause. */
  unheard: string[];
  owed: { day: number; month: number };
  alarms: DeskAlarm[];
}

/**
 * @param figures What the sites' ledgers have answered, by site. Those of `ask` that are missing are unread.
 * @param now Unix milliseconds.
 */
export function overviewOf(
  ask: OverviewAsk,
  figures: ReadonlyMap<string, SiteFigures>,
  own: DeploymentFigures,
  now: number,
): Omit<Overview, 'unasked'> {
  const all = [...figures.values()];
  const settled = addSettled(all.map((each) => each.settled));
  const counts = addCounts(all.map((each) => each.counts));
  const told = countsOf(counts, settled);
  const history = all.flatMap((each) => each.history);
  const { today, month } = moneyOf(ask, all, own, now);
  const granted = all.flatMap(({ held }) => held.oldestAt ?? []);
  const ends = all.flatMap(({ held }) => held.freeAt ?? []);
  return {
    ...{ at: now, day: dayOf(now), demo: ask.demo, ...told },
    ...(own.isPaused && { paused: { ...(own.pausedBy ?? { at: 0, who: '' }), unheard: own.unheard } }),
    ...{ today, month },
    held: {
      pictures: all.reduce((sum, { held }) => sum + held.pictures, 0),
      micros: today.heldMicros,
      ...(granted.length > 0 && { oldestAt: Math.min(...granted) }),
      ...(ends.length > 0 && { freeAt: Math.min(...ends) }),
    },
    usualMade: usualMade(history, now),
    savedMicros: savedOf(told.kept + told.joined, told.made, settled.micros - settled.unknownMicros),
    wait: toDeskWait(addWaits(all.map(({ waits }) => waits))),
    refusals: refusalsOf(counts),
    sites: ask.sites.flatMap((asked) => {
      const site = figures.get(asked.site);
      const isOver = asked.state === 'deleted' && site?.month.spent === 0;
      return site && !isOver ? [siteOf(asked, site, now)] : [];
    }),
    clients: [...figures].flatMap(([site, { clients }]) => clients.map((client) => toDeskClient(site, client))),
    unread: ask.sites.map(({ site }) => site).filter((site) => !figures.has(site)),
    pictures: [...figures]
      .flatMap(([site, { pictures }]) => pictures.map((picture) => ({ ...picture, site })))
      .sort((a, b) => b.at - a.at || b.run.localeCompare(a.run))
      .slice(0, PICTURES),
    alarms: own.alarms,
  };
}

/** The deployment's money: the sum of its sites', under its own caps. */
function moneyOf(ask: OverviewAsk, all: readonly SiteFigures[], own: DeploymentFigures, now: number) {
  const sumOf = (period: Period, name: 'spent' | 'held'): number =>
    all.reduce((sum, site) => sum + site[period][name], 0);
  // A site alone keeps the deployment's debts; where several share, the deployment's ledger does.
  const owedOf = (period: Period): number =>
    Math.max(own.owed[period], ...all.map(({ deploymentOwed }) => deploymentOwed[period]));
  const of = (period: Period) => ({
    ...{ spent: sumOf(period, 'spent'), held: sumOf(period, 'held'), owed: owedOf(period) },
  });
  const joined = {
    hours: all.flatMap(({ hours }) => hours),
    history: all.flatMap(({ history }) => history),
    days: addCounts(all.map(({ days }) => days)),
  };
  return periodsOf({ day: of('day'), month: of('month'), ...joined }, ask, now);
}

type Spending = Pick<SiteFigures, 'day' | 'month' | 'hours' | 'history' | 'days'>;

/** Today's and the month's money against their caps, with what they are expected to come to. */
function periodsOf(
  { day, month, hours, history, days }: Spending,
  { dayCapMicros, monthCapMicros }: Pick<AskedSite, 'dayCapMicros' | 'monthCapMicros'>,
  now: number,
): { today: DeskMoney; month: DeskMoney } {
  return {
    today: toDeskMoney(day, dayCapMicros, expectedToday(day.spent, addHours(hours), history, now), now, dayEnd(now)),
    month: toDeskMoney(month, monthCapMicros, expectedMonth(month.spent, days, now), now, monthEnd(now)),
  };
}

/** One entry for each hour, where several sites have some of the same. */
const addHours = (hours: SiteFigures['hours']): SiteFigures['hours'] =>
  [...Map.groupBy(hours, ({ hour }) => hour)].map(([hour, same]) => ({ hour, ...addSettled(same) }));

function toDeskMoney(
  { spent, held, owed }: FiguresMoney,
  capMicros: number,
  expectedMicros: number | null,
  now: number,
  endsAt: number,
): DeskMoney {
  const reached = reachedAt(spent, expectedMicros, capMicros - owed, now, endsAt);
  return {
    ...{ spentMicros: spent, heldMicros: held, capMicros, owedMicros: owed, expectedMicros, endsAt },
    ...(reached !== undefined && { reachedAt: reached }),
  };
}

const isSpent = ({ spentMicros, owedMicros, capMicros }: DeskMoney): boolean => spentMicros + owedMicros >= capMicros;

function siteOf(asked: AskedSite, figures: SiteFigures, now: number): DeskSite {
  const { today: day, month } = periodsOf(figures, asked, now);
  const { settled, counts, pausedBy } = figures;
  const isStopped = asked.state === 'live' && figures.paused;
  const live = isSpent(day) || isSpent(month) ? 'spent' : asked.state;
  return {
    site: asked.site,
    state: isStopped ? 'paused' : asked.state === 'live' ? live : asked.state,
    ...(pausedBy && { paused: pausedBy }),
    ...countsOf(counts, settled),
    ...{ day, month, wait: toDeskWait(figures.waits), refusals: refusalsOf(counts) },
    ...{ refusedOrigins: figures.refused, origins: figures.admitted },
    proofs: {
      asked: counts['proof:asked'] ?? 0,
      passed: counts['proof:passed'] ?? 0,
      failed: counts['proof:failed'] ?? 0,
      unreachable: counts['proof:unreachable'] ?? 0,
    },
  };
}

function toDeskClient(site: string, { lastUsedAt, ...client }: SiteFigures['clients'][number]): DeskClient {
  return { site, ...client, ...(lastUsedAt > 0 && { lastUsedAt }) };
}

/** About what free answers would have cost: today's mean price of a picture. */
const savedOf = (free: number, made: number, micros: number): number =>
  made === 0 ? 0 : Math.round((free * micros) / made);
