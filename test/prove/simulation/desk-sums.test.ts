/**
 * Sums agree: whatever was settled, each answer's total is that of its rows to the micro-dollar, in JSON and in CSV, and
 * play money is in no sum with other money. Random ledgers, the same at each run.
 */
import { expect, it } from 'vitest';
import { parseCsv } from '../../../worker/bills/csv.ts';
import { createDeskLedger, type DeskLedger } from '../../../worker/ledger/figures/desk-ledger.ts';
import type { DeskLedgerRpc } from '../../../worker/ledger/figures/desk-rpc.ts';
import { hoursTable, seriesTable } from '../../../worker/ledger/figures/tables.ts';
import { createLedgerMachine, type LedgerMachine } from '../../../worker/ledger/ledger.ts';
import { createLender } from '../../../worker/ledger/lender.ts';
import type { Settlement } from '../../../worker/ledger/reservation.ts';
import { DEPLOYMENT, ledgerOf } from '../../../worker/ledger/rpc.ts';
import { toCsv } from '../../../worker/shared/csv.ts';
import { dayOf } from '../../../worker/shared/utc.ts';
import { createDisk } from './nodes/disk.ts';

/** Monday noon, UTC. */
const NOW = Date.UTC(2026, 10, 23, 12);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SITES = ['posters', 'shop'];
const DAYS = 9;
const CALLS = 24;
const HOLD = 100;

/** Numbers from 0 to 1 (mulberry32). */
function createRandom(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  return { below, of: <T>(all: readonly T[]): T => all[below(all.length)] as T };
}

/** What the test itself has settled. */
interface Entry {
  site: string;
  /** Of the reservation. */
  day: string;
  settlement: Settlement;
}

/** Settles random calls of the last days, some of them after the midnight of their reservation. */
function fill(site: string, ledger: LedgerMachine, { below, of }: ReturnType<typeof createRandom>): Entry[] {
  const entries: Entry[] = [];
  for (let n = 0; n < CALLS; n += 1) {
    const id = `${site}${n}:1`;
    const at = NOW - below(DAYS) * DAY_MS - below(24) * HOUR_MS - below(HOUR_MS);
    const subject = { model: of(['flash', 'pro']), size: of(['1K', '4K'] as const) };
    const purses =
      below(2) === 0
        ? [{ name: 'client', who: 'app', period: 'day', reason: 'CLIENT_LIMIT' } as const]
        : [{ name: 'visitors', who: 'all', period: 'day', micros: 1e9, reason: 'DAILY_BUDGET_SPENT' } as const];
    const asked = { id, run: `${site}${n}`, micros: HOLD, leaseMs: HOUR_MS, subject, caps: [], policies: [], purses };
    expect(ledger.reserve(asked, at)).toBeUndefined();
    const outcome = of(['picture', 'picture', 'refused', 'unknown'] as const);
    const settlement: Settlement = {
      ...{ micros: below(2 * HOLD), provider: of(['google', 'fal', 'demo', 'unknown'] as const), outcome },
      ...(below(3) > 0 && { durationMs: below(400_000) }),
      ...(outcome === 'picture' && below(4) > 0 && { picture: { id: `b${site}${n}`, keepDays: 30 } }),
    };
    // A repeated message counts once.
    for (const _ of [0, 1]) ledger.settle(id, settlement, at + below(3 * HOUR_MS));
    entries.push({ site, day: dayOf(at), settlement });
  }
  return entries;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
const microsOf = (entries: readonly Entry[]): number => sumOf(entries.map(({ settlement }) => settlement.micros));
const countOf = (entries: readonly Entry[], outcome: Settlement['outcome']): number =>
  entries.filter(({ settlement }) => settlement.outcome === outcome).length;

/** What entries come to, in the words of the answers. */
const countsOf = (entries: readonly Entry[]) => ({
  made: countOf(entries, 'picture'),
  declined: countOf(entries, 'refused'),
  unknown: countOf(entries, 'unknown'),
  unknownMicros: microsOf(entries.filter(({ settlement }) => settlement.outcome === 'unknown')),
});

/** The sum of a column of a table as it is written to a file. */
function columnOf(table: Parameters<typeof toCsv>, column: string): number {
  const rows = parseCsv(toCsv(...table), 10_000);
  const at = (rows[0]?.cells ?? []).indexOf(column);
  return sumOf(rows.slice(1).map(({ cells }) => Number(cells[at])));
}

/** Desks on ledgers of their own: a site asks no other, and the deployment has no money itself. */
function createDesks() {
  const disks = new Map<string, ReturnType<typeof createDisk>>();
  const desks = new Map<string, DeskLedger>();
  const ledgers = new Map<string, LedgerMachine>();
  for (const name of [DEPLOYMENT, ...SITES.map(ledgerOf)]) {
    const disk = createDisk(() => undefined);
    const ledger = createLedgerMachine(disk.sql);
    disks.set(name, disk);
    ledgers.set(name, ledger);
    const desk = createDeskLedger({
      ...{ ledger, lender: createLender(disk.sql), reports: { of: () => ({}), ids: () => [] } },
      ...{ recordedSites: () => SITES, alarms: () => [], now: () => NOW, log: () => undefined },
      bound: (call) => Promise.resolve(call),
      ledgerAt: (site) => asRpc(desks.get(site) as DeskLedger),
    });
    desks.set(name, desk);
  }
  return { desks, ledgers, close: () => [...disks.values()].forEach((disk) => void disk.close()) };
}

/** Over RPC each answer comes later, and as a copy. */
const asRpc = (desk: DeskLedger): DeskLedgerRpc =>
  new Proxy(desk, {
    get:
      (target, name) =>
      async (...args: unknown[]) =>
        structuredClone(await (target[name as keyof DeskLedger] as (...args: unknown[]) => unknown)(...args)),
  }) as unknown as DeskLedgerRpc;

const asOf = (site: string) => ({ site, dayCapMicros: 5000, monthCapMicros: 90_000, state: 'live' as const });
const ask = (demo: boolean) => ({
  demo,
  dayCapMicros: 9000,
  monthCapMicros: 90_000,
  sites: SITES.map(asOf),
  origin: '',
});

async function check(desk: DeskLedger, all: readonly Entry[], play: boolean): Promise<void> {
  const entries = all.filter(({ settlement }) => (settlement.provider === 'demo') === play);
  const today = entries.filter(({ day }) => day === dayOf(NOW));

  const overview = await desk.overview(ask(play));
  expect(overview).toMatchObject({ ...countsOf(today), today: { spentMicros: microsOf(today) }, unread: [] });
  expect(overview.month.spentMicros).toBe(microsOf(entries));
  expect(sumOf(overview.sites.map(({ day }) => day.spentMicros))).toBe(overview.today.spentMicros);
  expect(sumOf(overview.sites.map(({ month }) => month.spentMicros))).toBe(overview.month.spentMicros);
  expect(sumOf(overview.sites.map(({ made }) => made))).toBe(overview.made);

  const { days } = await desk.series(DAYS + 2, play);
  for (const day of days) {
    const ofDay = entries.filter((entry) => entry.day === day.day);
    expect(day).toMatchObject({ ...countsOf(ofDay), spentMicros: microsOf(ofDay) });
    expect(sumOf(day.rows.map(({ costMicros }) => costMicros))).toBe(day.spentMicros);
    expect(sumOf(day.rows.map(({ pictures }) => pictures))).toBe(day.made);
    const { hours } = await desk.hours(day.day, play);
    expect(sumOf(hours.map(({ spentMicros }) => spentMicros))).toBe(day.spentMicros);
    expect(sumOf(hours.map(({ made }) => made))).toBe(day.made);
    expect(sumOf(hours.map(({ unknownMicros }) => unknownMicros))).toBe(day.unknownMicros);
    expect(columnOf(hoursTable(hours), 'spentMicros')).toBe(day.spentMicros);
  }
  expect(columnOf(seriesTable(days), 'costMicros')).toBe(microsOf(entries));
  expect(columnOf(seriesTable(days), 'pictures')).toBe(countOf(entries, 'picture'));
}

it('in 200 random ledgers, two to a deployment', async () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const random = createRandom(seed);
    const { desks, ledgers, close } = createDesks();
    const entries = SITES.flatMap((site) => fill(site, ledgers.get(ledgerOf(site)) as LedgerMachine, random));
    const desk = desks.get(DEPLOYMENT) as DeskLedger;

    await check(desk, entries, false);
    await check(desk, entries, true);
    const { pictures, sums } = await desk.allPictures({ most: 100, day: dayOf(NOW) });
    expect(sumOf(pictures.map(({ costMicros }) => costMicros))).toBe(sums?.costMicros);
    expect(pictures).toHaveLength(sums?.pictures ?? -1);
    close();
  }
});
