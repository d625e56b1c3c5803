/** The workload of a seed: requests and their times, the caps, and the faults. */

import { DEPLOYMENT, ledgerOf } from '../../../worker/ledger/rpc.ts';
import type { Site } from '../../../worker/sites/site.ts';
import type { Facts, LedgerName } from './invariants/trace.ts';
import type { Faults } from './simulator/network.ts';
import { type Chance, createChance } from './simulator/random.ts';

export interface Visit {
  /** Milliseconds after the start. */
  at: number;
  /** Id of its site. */
  site: string;
  key: string;
  /** Micro-dollars; the same for all requests of a key. */
  price: number;
  visitor: string;
  /** The network around the visitor's address. */
  network: string;
  session: string;
  noStore: boolean;
  /** After the end of demand and faults, to see whether money that is free is granted. A refused first one may free it. */
  probe?: 'first' | 'last';
}

interface InjectedFault {
  at: number;
  do: { jump: number; whose: number } | { pause: LedgerName; paused: boolean };
}

/** A fault of a ledger just after a grant, when it matters most. */
interface Trap {
  probability: number;
  do: 'jump' | 'pause' | 'crash';
}

export interface Workload {
  seed: number;
  /** Unix milliseconds. */
  start: number;
  visits: Visit[];
  injectedFaults: InjectedFault[];
  trap: Trap | undefined;
  /** A time in which the ledger of a site and the deployment's do not reach each other, in milliseconds after the start. */
  cut: { site: LedgerName; from: number; until: number } | undefined;
  /** Shares of the deployment's budget that its owner tells, in milliseconds after the start. */
  shares: { site: LedgerName; part: number; at: number }[];
  facts: Facts;
  faults: Faults;
  /** One to three. */
  sites: Site[];
  /** The end of all faults, in milliseconds after the start. */
  healAt: number;
  chance: Chance;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Worlds begin at noon, or shortly before the end of a day or month. */
const STARTS = [Date.UTC(2026, 2, 10, 12), Date.UTC(2026, 2, 10, 23, 57), Date.UTC(2026, 2, 31, 23, 58)];
/** Jumps of a clock: over a lease, a memory or a day, and backwards. */
const JUMPS = [7 * MINUTE, 15 * MINUTE, 65 * MINUTE, DAY + HOUR, -2 * MINUTE, -9 * MINUTE];

/** Caps that are never reached. */
const ROOMY = { day: 10_000_000, month: 10_000_000 };
const SITES = ['one', 'two', 'three'];

export function createWorkload(seed: number): Workload {
  const chance = createChance(seed);
  const spanMs = chance.pick([0, 2000, 20_000, 3 * MINUTE]);
  const ids = SITES.slice(0, seed % 3 === 0 ? 1 : chance.whole(2, 3));
  const prices = Array.from({ length: chance.whole(ids.length, 4) }, () => chance.whole(90_000, 110_000));
  const cut = createCut(chance, ids);
  const healAt = Math.max(spanMs + chance.whole(5000, 8 * MINUTE), cut?.until ?? 0);
  const demand = [
    ...createVisits(chance, ids, prices, { spanMs, healAt }),
    ...createCutVisits(chance, ids, prices, cut),
  ];
  // All sites hold a picture at the same time, and nothing is left: an overrun takes what another one holds.
  const isTight = ids.length > 1 && chance.is(0.2);
  if (isTight) demand.push(...createTightVisits(chance, ids, prices));
  const probes = createProbes(ids, prices, Math.max(healAt, ...demand.map(({ at }) => at)));
  // Drawn by itself, so that worlds without shares and purses stay as they are.
  const own = createChance(seed + 1_000_003);
  const sites = ids
    .map((id) => createSite(chance, id, isTight ? ROOMY : createCaps(chance, prices, 5)))
    .map((site) => (isTight ? site : withPurses(own, withShare(own, site, ids.length), prices)));
  const all = isTight
    ? { day: ids.reduce((sum, _, n) => sum + prices[n]!, 0), month: ROOMY.month }
    : createCaps(chance, prices, 6);
  const caps = [
    ...sites.map(({ id, dayBudgetMicros: day, monthBudgetMicros: month }) => [ledgerOf(id), { day, month }] as const),
    [DEPLOYMENT, all] as const,
  ];
  const ledgers = caps.map(([name]) => name);
  const injectedFaults = createInjectedFaults(chance, { healAt, ledgers, cut });
  const trap = chance.is(0.5)
    ? { probability: chance.next(), do: chance.pick(['jump', 'pause', 'crash'] as const) }
    : undefined;
  return {
    seed,
    start: chance.pick(STARTS),
    visits: [...demand, ...probes],
    injectedFaults,
    trap,
    cut,
    shares: sites
      .filter(({ keptOfDeployment }) => keptOfDeployment > 0 && own.is(0.8))
      .map(({ id, keptOfDeployment: part }) => ({
        ...{ site: ledgerOf(id), part },
        at: own.is(0.7) ? 0 : own.whole(0, healAt),
      })),
    facts: {
      caps: Object.fromEntries(caps),
      visitorCaps: Object.fromEntries(sites.map((site) => [ledgerOf(site.id), visitorCapsOf(site)])),
      keepsToCap: seed % 2 === 0,
      clocksJump: trap?.do === 'jump' || injectedFaults.some(({ do: what }) => 'jump' in what),
    },
    faults: createFaults(chance),
    sites,
    healAt,
    chance,
  };
}

function createVisits(
  chance: Chance,
  ids: readonly string[],
  prices: readonly number[],
  { spanMs, healAt }: Pick<Workload, 'healAt'> & { spanMs: number },
): Visit[] {
  // A site that comes late finds another that has been alone.
  const joinsAt = ids.map(() => chance.whole(0, chance.pick([0, 0, MINUTE, healAt])));
  const create = (at: number): Visit => {
    const n = chance.whole(0, prices.length - 1);
    const site = n % ids.length;
    const noStore = chance.is(0.1);
    const visitor = `v${chance.whole(1, 3)}`;
    return {
      at: at + joinsAt[site]!,
      site: ids[site]!,
      key: `${noStore ? 'direct' : 'key'}${n}`,
      price: prices[n]!,
      visitor,
      network: visitor === 'v3' ? 'n2' : 'n1',
      session: `s-${visitor}`,
      noStore,
    };
  };
  const now = Array.from({ length: chance.whole(3, 14) }, () => create(chance.whole(0, spanMs)));
  // Later requests test what the objects remember.
  const later = Array.from({ length: chance.whole(0, 3) }, () => create(chance.whole(spanMs, 80 * MINUTE)));
  return [...now, ...later];
}

/** A site that has borrowed goes on for a while when it cannot be reached. */
function createCutVisits(
  chance: Chance,
  ids: readonly string[],
  prices: readonly number[],
  cut: Workload['cut'],
): Visit[] {
  const n = ids.findIndex((id) => ledgerOf(id) === cut?.site);
  if (!cut || n < 0) return [];
  return Array.from({ length: 4 }, (_, visit) => ({
    at: visit === 0 ? cut.from - chance.whole(0, 2000) : cut.from + chance.whole(6000, 40_000),
    ...{ site: ids[n]!, key: `direct${n}`, price: prices[n]!, noStore: true },
    ...{ visitor: `cut${visit}`, network: `cut${visit}`, session: `s-cut${visit}` },
  }));
}

function createTightVisits(chance: Chance, ids: readonly string[], prices: readonly number[]): Visit[] {
  return ids.flatMap((site, n) =>
    [chance.whole(0, 500), ...Array.from({ length: 4 }, () => chance.whole(5000, 60_000))].map((at, visit) => ({
      ...{ at, site, key: `direct${n}`, price: prices[n]!, noStore: true },
      ...{ visitor: `tight${visit}`, network: `tight${visit}`, session: `s-tight${visit}` },
    })),
  );
}

/** Two requests of each site, when messages of the last one and leases have ended. */
function createProbes(ids: readonly string[], prices: readonly number[], endAt: number): Visit[] {
  return (['first', 'last'] as const).flatMap((probe, round) =>
    ids.map((site, n) => ({
      at: endAt + (40 + 5 * round + n) * MINUTE,
      ...{ site, probe, key: `probe ${site}`, price: prices[n]!, noStore: true },
      ...{ visitor: `probe${round}`, network: `probe${round}`, session: `s-probe${round}` },
    })),
  );
}

function createCut(chance: Chance, ids: readonly string[]): Workload['cut'] {
  if (ids.length === 1 || chance.is(0.7)) return undefined;
  const from = chance.whole(2000, chance.pick([5000, MINUTE]));
  return { site: ledgerOf(chance.pick(ids)), from, until: from + chance.whole(MINUTE / 4, 3 * MINUTE) };
}

function createInjectedFaults(
  chance: Chance,
  { healAt, ledgers, cut }: Pick<Workload, 'healAt' | 'cut'> & { ledgers: readonly LedgerName[] },
): InjectedFault[] {
  const jumps = chance.is(0.5) ? chance.whole(1, 3) : 0;
  const all: InjectedFault[] = Array.from({ length: jumps }, () => ({
    at: chance.whole(0, healAt),
    do: { jump: chance.pick(JUMPS), whose: chance.whole(-1, 6) },
  }));
  if (chance.is(cut ? 0.6 : 0.3)) {
    const pause = cut || chance.is(0.5) ? DEPLOYMENT : chance.pick(ledgers);
    const at = cut ? cut.from + chance.whole(0, 2000) : chance.whole(0, healAt);
    all.push({ at, do: { pause, paused: true } });
    all.push({ at: at + chance.whole(1000, 3 * MINUTE), do: { pause, paused: false } });
  }
  return all;
}

/** Caps near multiples of a price, where one grant too many or too few shows. */
function createCaps(chance: Chance, prices: readonly number[], most: number): { day: number; month: number } {
  const near = (times: number): number => chance.pick(prices) * times + chance.pick([-1, 0, 0, 1, 30_000]);
  const day = near(chance.whole(1, most));
  return { day, month: chance.is(0.5) ? near(chance.whole(2, most + 2)) : 10 * day };
}

/** In some worlds of several sites each has a share, and all together at most the whole. */
function withShare(own: Chance, site: Site, count: number): Site {
  return count > 1 && own.is(0.4) ? { ...site, keptOfDeployment: own.pick([0.2, 0.3, 1 / count]) } : site;
}

/** In some worlds a visitor, a network or all visitors together may take a few pictures less than the site. */
function withPurses(own: Chance, site: Site, prices: readonly number[]): Site {
  if (own.is(0.6)) return site;
  const near = (most: number): number => own.pick(prices) * own.whole(1, most) + own.pick([-1, 0, 1, 30_000]);
  return {
    ...{ ...site, visitorDayMicros: near(3), networkDayMicros: near(4) },
    keptForClients: own.pick([0, 0.4]),
  };
}

function visitorCapsOf(site: Site): Record<'day' | 'month', number> {
  const part = 1 - site.keptForClients;
  return { day: Math.floor(site.dayBudgetMicros * part), month: Math.floor(site.monthBudgetMicros * part) };
}

function createFaults(chance: Chance): Faults {
  const often = (most: number): number => (chance.is(0.3) ? 0 : chance.next() * most);
  return {
    lost: often(0.15),
    replyLost: often(0.15),
    twice: often(0.15),
    crash: often(0.06),
    slow: often(0.25),
    storeFails: often(0.3),
    isOn: true,
  };
}

function createSite(chance: Chance, id: string, { day, month }: { day: number; month: number }): Site {
  return {
    id,
    origins: [],
    models: [],
    defaultModel: '',
    sizes: [],
    grounding: false,
    retention: '30d',
    paused: false,
    proof: 'none',
    epoch: 0,
    promptMode: 'free',
    visitorPerMinute: chance.pick([1, 2, 20]),
    visitorPerDay: chance.pick([2, 4, 200]),
    sessionUses: chance.pick([2, 3, 60]),
    sitePerMinute: chance.pick([3, 8, 600]),
    dayBudgetMicros: day,
    monthBudgetMicros: month,
    visitorDayMicros: day,
    networkDayMicros: day,
    keptForClients: 0,
    keptOfDeployment: 0,
  };
}
