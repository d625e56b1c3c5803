/** A deployment's day as its API tells it: three sites and a client, with thirty days behind them. */
import type {
  DeskCounts,
  DeskFacts,
  DeskMoney,
  DeskOverview,
  DeskSeries,
  DeskSetup,
  DeskSite,
  DeskWait,
} from '../../../worker/desk-protocol.ts';

/** 29 November 2026, 17:48 UTC. */
export const NOW = Date.UTC(2026, 10, 29, 17, 48);
export const TODAY = '2026-11-29';
const MIDNIGHT = Date.UTC(2026, 10, 30);
const MINUTE = 60_000;

export const FACTS: DeskFacts = {
  ...{ who: 'token', origin: 'https://peel.tidewater.workers.dev', version: '0.9.0', demo: false },
  ...{ providers: ['google', 'fal'], sites: ['gifts', 'poster-maker', 'shop'] },
};

export const SETUP: DeskSetup = {
  demo: false,
  steps: [
    { name: 'runs', done: true, facts: {} },
    { name: 'drawn', done: true, facts: {} },
    { name: 'check', done: false, facts: {} },
  ],
};

const counts = (more: Partial<DeskCounts> = {}): DeskCounts => ({
  ...{ made: 0, kept: 0, joined: 0, refused: 0, declined: 0, failed: 0, unknown: 0, unknownMicros: 0 },
  ...more,
});

const money = (spentMicros: number, capMicros: number, more: Partial<DeskMoney> = {}): DeskMoney => ({
  ...{ spentMicros, capMicros, heldMicros: 0, owedMicros: 0, expectedMicros: null, endsAt: MIDNIGHT },
  ...more,
});

const wait = (medianMs: number | null, ...pictures: number[]): DeskWait => ({
  medianMs,
  steps: [10_000, 30_000, 60_000, 120_000, null].map((uptoMs, at) => ({ uptoMs, pictures: pictures[at] ?? 0 })),
});

const site = (id: string, more: Partial<DeskSite>): DeskSite => ({
  ...counts(),
  ...{ site: id, state: 'live', refusals: {}, refusedOrigins: [], origins: [], wait: wait(null) },
  ...{ day: money(0, 1_000_000), month: money(0, 30_000_000) },
  proofs: { asked: 0, passed: 0, failed: 0, unreachable: 0 },
  ...more,
});

const PIXEL =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="320" height="240"%3E%3Crect width="320" height="240" fill="%232c4a78"/%3E%3Ccircle cx="220" cy="80" r="34" fill="%23ffd98a"/%3E%3C/svg%3E';

export const OVERVIEW: DeskOverview = {
  ...{ at: NOW, day: TODAY, demo: false },
  ...counts({ made: 133, kept: 61, joined: 9, refused: 35, unknown: 1, unknownMicros: 160_000 }),
  today: money(5_364_200, 20_000_000, { heldMicros: 470_000, expectedMicros: 7_400_000 }),
  month: money(156_630_000, 250_000_000, { expectedMicros: 164_900_000, endsAt: Date.UTC(2026, 11, 1) }),
  held: { pictures: 3, micros: 470_000, oldestAt: NOW - 14_000, freeAt: NOW + 286_000 },
  ...{ usualMade: 118, savedMicros: 2_820_000, wait: wait(17_800, 6, 112, 12, 3) },
  refusals: {
    VISITOR_MINUTE: 14,
    PROOF_INVALID: 9,
    ORIGIN_DENIED: 6,
    VISITOR_DAY: 3,
    UNSUPPORTED_VALUE: 2,
    UPSTREAM_QUOTA: 1,
  },
  sites: [
    site('gifts', {
      ...counts({ made: 12, kept: 11, refused: 4 }),
      ...{ state: 'paused', paused: { at: NOW - 60 * MINUTE, who: 'token' }, wait: wait(17_000, 0, 12) },
      day: money(420_000, 2_000_000),
    }),
    site('poster-maker', {
      ...counts({ made: 50, kept: 20, joined: 2, refused: 14 }),
      ...{ day: money(1_900_000, 6_000_000, { heldMicros: 156_500 }), wait: wait(19_000, 2, 40, 6, 2) },
    }),
    site('shop', {
      ...counts({ made: 71, kept: 30, joined: 7, refused: 17 }),
      ...{ day: money(3_044_200, 4_000_000, { heldMicros: 313_500 }), wait: wait(18_000, 4, 60, 6, 1) },
      refusedOrigins: [{ origin: 'https://tidewater-prints.example', count: 6, lastAt: NOW - 5 * MINUTE }],
      origins: [{ origin: 'https://tidewater.example', count: 214, lastAt: NOW - 2 * MINUTE }],
    }),
  ],
  clients: [{ site: 'shop', name: 'newsletter', pictures: 4, spentMicros: 270_000, capMicros: 1_000_000 }],
  unread: [],
  pictures: Array.from({ length: 6 }, (_, at) => ({
    ...{ at: NOW - at * MINUTE, site: 'shop', id: `a${at}`, address: PIXEL, thumbnail: PIXEL },
    ...{ model: 'gemini-nano-banana-2.1', size: '1K', provider: 'google', costMicros: 34_750 },
  })),
  alarms: [
    {
      ...{ id: 'budget_80-shop', name: 'budget_80', at: NOW - 30 * MINUTE, site: 'shop', facts: {} },
      text: 'Shop reaches its $4.00 at about 20:10 UTC at the pace of the last three hours. New prompts are then refused until 00:00 UTC; kept pictures go on. Nothing is spent past it.',
    },
    {
      ...{ id: 'key_rests-2', name: 'key_rests', at: NOW - 90 * MINUTE, facts: { keysLeft: 1 } },
      text: 'Google key 2 rests until 08:00 UTC, its day’s quota is used up; key 1 carries on.',
    },
    {
      ...{ id: 'reported-1', name: 'picture_reported', at: NOW - 49 * MINUTE, site: 'shop', facts: { picture: 'a1' } },
      text: 'A picture was reported at 16:59. It is still at its address until you decide.',
    },
  ],
};

/** A deployment that has a key and has not drawn today. */
export const EMPTY: DeskOverview = {
  ...OVERVIEW,
  ...counts(),
  ...{ today: money(0, 20_000_000), month: money(0, 250_000_000, { endsAt: Date.UTC(2026, 11, 1) }) },
  ...{ held: { pictures: 0, micros: 0 }, usualMade: null, savedMicros: 0, wait: wait(null), refusals: {} },
  sites: [
    site('shop', {
      origins: [{ origin: 'https://tidewater.example', count: 2, lastAt: Date.UTC(2026, 10, 29, 9, 12) }],
    }),
  ],
  ...{ clients: [], pictures: [], alarms: [] },
};

/** Thirty days up to {@link TODAY}, each with two models; the last one is today's figures. */
export const SERIES: DeskSeries = {
  site: null,
  unread: [],
  days: Array.from({ length: 30 }, (_, at) => {
    const isToday = at === 29;
    const pro = (at % 4) * 156_500;
    const banana = isToday ? 5_364_200 - pro : 3_000_000 + ((at * 37) % 50) * 100_000;
    const row = (model: string, costMicros: number, pictures: number) => ({
      ...{ site: 'shop', model, size: '1K', provider: 'google', pictures, costMicros },
    });
    return {
      day: new Date(Date.UTC(2026, 9, 31 + at)).toISOString().slice(0, 10),
      ...counts({ made: 100 + at, kept: 40, joined: 5, refused: 20 + at }),
      ...{ spentMicros: banana + pro, medianWaitMs: 17_000 + at * 50 },
      rows: [row('gemini-nano-banana-2.1', banana, 100), row('gemini-3-pro-image', pro, at)],
      refusals: { VISITOR_MINUTE: 20, ORIGIN_DENIED: at },
      errors: { UPSTREAM_UNAVAILABLE: at % 3 },
    };
  }),
};
