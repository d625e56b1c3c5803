/** The workload of a seed: requests and their times, the caps, and the faults. */
import type { Site } from '../../../worker/auth/site.ts';
import type { Facts } from './invariants/trace.ts';
import type { Faults } from './simulator/network.ts';
import { type Chance, createChance } from './simulator/random.ts';

export interface Visit {
  /** Milliseconds after the start. */
  at: number;
  key: string;
  /** Micro-dollars; the same for all requests of a key. */
  price: number;
  visitor: string;
  session: string;
  noStore: boolean;
}

interface InjectedFault {
  at: number;
  do: { jump: number; whose: number } | { pause: 'site' | 'deployment'; paused: boolean };
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
  facts: Facts;
  faults: Faults;
  site: Site;
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

export function createWorkload(seed: number): Workload {
  const chance = createChance(seed);
  const spanMs = chance.pick([0, 2000, 20_000, 3 * MINUTE]);
  const healAt = spanMs + chance.whole(5000, 8 * MINUTE);
  const prices = Array.from({ length: chance.whole(1, 4) }, () => chance.whole(90_000, 110_000));
  const visits = createVisits(chance, prices, spanMs);
  const injectedFaults = createInjectedFaults(chance, healAt);
  const trap = chance.is(0.5)
    ? { probability: chance.next(), do: chance.pick(['jump', 'pause', 'crash'] as const) }
    : undefined;
  return {
    seed,
    start: chance.pick(STARTS),
    visits,
    injectedFaults,
    trap,
    facts: {
      caps: createCaps(chance, prices, seed),
      keepsToCap: seed % 2 === 0,
      clocksJump: trap?.do === 'jump' || injectedFaults.some(({ do: what }) => 'jump' in what),
    },
    faults: createFaults(chance),
    site: createSite(chance),
    healAt,
    chance,
  };
}

function createVisits(chance: Chance, prices: readonly number[], spanMs: number): Visit[] {
  const create = (at: number): Visit => {
    const n = chance.whole(0, prices.length - 1);
    const noStore = chance.is(0.1);
    const visitor = `v${chance.whole(1, 3)}`;
    return {
      at,
      key: `${noStore ? 'direct' : 'key'}${n}`,
      price: prices[n]!,
      visitor,
      session: `s-${visitor}`,
      noStore,
    };
  };
  const now = Array.from({ length: chance.whole(3, 14) }, () => create(chance.whole(0, spanMs)));
  // Later requests test what the objects remember.
  const later = Array.from({ length: chance.whole(0, 3) }, () => create(chance.whole(spanMs, 80 * MINUTE)));
  return [...now, ...later];
}

function createInjectedFaults(chance: Chance, healAt: number): InjectedFault[] {
  const jumps = chance.is(0.5) ? chance.whole(1, 3) : 0;
  const all: InjectedFault[] = Array.from({ length: jumps }, () => ({
    at: chance.whole(0, healAt),
    do: { jump: chance.pick(JUMPS), whose: chance.whole(-1, 6) },
  }));
  if (chance.is(0.3)) {
    const pause = chance.pick(['site', 'deployment'] as const);
    const at = chance.whole(0, healAt);
    all.push({ at, do: { pause, paused: true } });
    all.push({ at: at + chance.whole(1000, 3 * MINUTE), do: { pause, paused: false } });
  }
  return all;
}

/** Caps near multiples of a price, where one grant too many or too few shows. */
function createCaps(chance: Chance, prices: readonly number[], seed: number): Facts['caps'] {
  const near = (times: number): number => chance.pick(prices) * times + chance.pick([-1, 0, 0, 1, 30_000]);
  const day = near(chance.whole(1, 5));
  const month = chance.is(0.5) ? near(chance.whole(2, 7)) : 10 * day;
  const all = near(chance.whole(1, 6));
  return {
    site: { day, month },
    deployment: { day: all, month: seed % 3 === 0 ? 2 * all : Number.POSITIVE_INFINITY },
  };
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

function createSite(chance: Chance): Site {
  return {
    id: 'default',
    origins: [],
    models: [],
    defaultModel: '',
    sizes: [],
    grounding: false,
    retention: '30d',
    paused: false,
    proof: 'none',
    visitorPerMinute: chance.pick([1, 2, 20]),
    visitorPerDay: chance.pick([2, 4, 200]),
    sessionUses: chance.pick([2, 3, 60]),
    sitePerMinute: chance.pick([3, 8, 600]),
    dayBudgetMicros: 0,
    monthBudgetMicros: 0,
  };
}
