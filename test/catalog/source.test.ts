import { describe, expect, it } from 'vitest';
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { type CatalogSourceOptions, createCatalogSource, REFRESH_MS, TIMEOUT_MS } from '../../worker/catalog/source.ts';
import { eventually } from '../eventually.ts';

const NEW = '{"gemini-4-image":{"basedOn":"gemini-nano-banana-2.1","displayName":"Nano Banana 4"}}';
const BROKEN = '{"gemini-4-image":{"basedOn":"gemini-unknown-9"}}';

interface Stored {
  text: string | null;
  lastGood: string | null;
}

function setUp(kv: string | null = null, change: Partial<CatalogSourceOptions> = {}, lastGood: string | null = null) {
  const clock = { now: 1_795_000_000_000 };
  const stored: Stored = { text: kv, lastGood };
  const logged: [string, unknown][] = [];
  const told: number[] = [];
  let reads = 0;
  const source = createCatalogSource({
    base: SEED_CATALOG,
    now: () => clock.now,
    pause: () => new Promise(() => undefined),
    waitUntil: () => undefined,
    log: (event, facts) => logged.push([event, facts]),
    onCatalog: (catalog) => told.push(catalog.length),
    lastGood: {
      read: async () => stored.lastGood,
      async write(changes) {
        stored.lastGood = changes;
      },
    },
    ...change,
    async read() {
      reads += 1;
      return change.read ? change.read() : stored.text;
    },
  });
  return { source, clock, stored, logged, told, reads: () => reads };
}

const has = ({ source }: ReturnType<typeof setUp>, id = 'gemini-4-image') =>
  findModel(source.catalog, id) !== undefined;

describe('the catalog', () => {
  it('is that of the variables where KV has none', async () => {
    const world = setUp();

    await world.source.refresh();

    expect(world.source.catalog).toBe(SEED_CATALOG);
    expect(world.logged).toEqual([]);
  });

  it('has what KV adds, on top of the variables, as soon as it was looked', async () => {
    const world = setUp(NEW);
    expect(has(world)).toBe(false);

    await world.source.refresh();

    expect(has(world)).toBe(true);
    expect(has(world, 'gemini-3-pro-image')).toBe(true);
    expect(world.told).toEqual([5, 6]);
  });

  it('follows KV within a minute, and asks it no sooner', async () => {
    const world = setUp();
    await world.source.refresh();
    world.stored.text = NEW;

    world.clock.now += REFRESH_MS - 1;
    await world.source.refresh();
    expect([has(world), world.reads()]).toEqual([false, 1]);
    world.clock.now += 1;
    await world.source.refresh();

    expect([has(world), world.reads()]).toEqual([true, 2]);
    expect(REFRESH_MS).toBeLessThan(60_000);
  });

  it('is that of the variables again when KV’s is deleted', async () => {
    const world = setUp(NEW);
    await world.source.refresh();
    world.stored.text = null;
    world.clock.now += REFRESH_MS;

    await world.source.refresh();

    expect(world.source.catalog).toEqual(SEED_CATALOG);
  });

  it('stays as it was where KV’s breaks a rule, which is logged once and without its values', async () => {
    const world = setUp(NEW);
    await world.source.refresh();
    world.stored.text = BROKEN;

    for (let n = 0; n < 3; n += 1) {
      world.clock.now += REFRESH_MS;
      await world.source.refresh();
    }

    expect(has(world)).toBe(true);
    expect(world.logged.filter(([event]) => event === 'catalog_broken')).toEqual([
      ['catalog_broken', { problem: 'gemini-4-image.basedOn must be an id of the catalog, got "…"', alarm: true }],
    ]);
  });

  it('is the last good one of KV also in an isolate that has just begun', async () => {
    const older = setUp(NEW);
    await older.source.refresh();
    await eventually(async () => older.stored.lastGood).toBe(NEW);

    const younger = setUp(BROKEN, {}, older.stored.lastGood);
    await younger.source.refresh();

    expect(has(younger)).toBe(true);
    expect(younger.logged.map(([event]) => event)).toEqual(['catalog_broken', 'catalog_changed']);
    expect(younger.stored.lastGood).toBe(NEW);
  });

  it('is good again when KV’s is mended', async () => {
    const world = setUp(BROKEN);
    await world.source.refresh();
    world.stored.text = NEW;
    world.clock.now += REFRESH_MS;

    await world.source.refresh();

    expect(has(world)).toBe(true);
  });
});

describe('a KV that does not answer', () => {
  it('leaves the last good catalog', async () => {
    const answers = [async () => NEW, () => Promise.reject(new Error('KV is away'))];
    const world = setUp(null, { read: () => answers.shift()!() });
    await world.source.refresh();
    world.clock.now += REFRESH_MS;

    await world.source.refresh();

    expect(has(world)).toBe(true);
    expect(world.logged.at(-1)).toEqual(['catalog_unread', { error: 'Error: KV is away' }]);
  });

  it('is waited for no longer than its bound, and what it says later counts', async () => {
    const late = Promise.withResolvers<string>();
    const pauses: number[] = [];
    const held: Promise<unknown>[] = [];
    const world = setUp(null, {
      read: () => late.promise,
      pause: async (ms) => void pauses.push(ms),
      waitUntil: (promise) => void held.push(promise),
    });

    await world.source.refresh();
    await world.source.refresh();

    expect(pauses).toEqual([TIMEOUT_MS]);
    expect(has(world)).toBe(false);
    late.resolve(NEW);
    await Promise.all(held);
    expect(has(world)).toBe(true);
  });

  it('is asked once by many that come at the same time, and all of them have its answer', async () => {
    const answer = Promise.withResolvers<string>();
    const world = setUp(null, {
      read: () => answer.promise,
      pause: async (ms) => {
        if (ms < TIMEOUT_MS) answer.resolve(NEW);
        else await new Promise(() => undefined);
      },
    });

    await Promise.all([1, 2, 3].map(() => world.source.refresh()));

    expect([has(world), world.reads()]).toEqual([true, 1]);
  });
});
