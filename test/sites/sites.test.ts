import { describe, expect, it } from 'vitest';
import { REFRESH_MS } from '../../worker/shared/copies.ts';
import type { SiteEntry } from '../../worker/sites/site.ts';
import { createSites, isSiteId, type SitesOptions } from '../../worker/sites/sites.ts';
import { eventually } from '../eventually.ts';

const entryOf = (id: string, dailyUsd = 5): SiteEntry =>
  ({ site: { id, dayBudgetMicros: dailyUsd * 1_000_000 }, showcase: {} }) as unknown as SiteEntry;

function setUp(
  stored: Record<string, string> = {},
  change: Partial<SitesOptions> = {},
  good: Record<string, string> = {},
) {
  const clock = { now: 1_795_000_000_000 };
  const logged: string[] = [];
  const reads: string[] = [];
  const broken: [string, boolean][] = [];
  const sites = createSites({
    now: () => clock.now,
    pause: () => new Promise(() => undefined),
    waitUntil: () => undefined,
    log: (event) => void logged.push(event),
    fallback: () => entryOf('default', 1),
    parse: (id, text) =>
      text.startsWith('broken') ? { problem: 'origins must be given' } : { entry: () => entryOf(id, Number(text)) },
    lastGood: {
      read: async (id) => good[id] ?? null,
      async write(id, text) {
        good[id] = text;
      },
    },
    onBroken: (id, _, isKept) => void broken.push([id, isKept]),
    ...change,
    async read(id) {
      reads.push(id);
      return change.read ? change.read(id) : (stored[id] ?? null);
    },
  });
  const budgetOf = async (id: string) => {
    const found = await sites.find(id);
    return found.ok ? found.value.site.dayBudgetMicros / 1_000_000 : found.failure.reason;
  };
  return { sites, budgetOf, clock, stored, good, logged, reads, broken };
}

describe('a site', () => {
  it('is its record in KV', async () => {
    const { budgetOf } = setUp({ shop: '7' });

    expect(await budgetOf('shop')).toBe(7);
  });

  it('that KV does not have is unknown, but for `default`, which the variables describe until KV has one', async () => {
    const { budgetOf, stored, clock } = setUp();

    expect(await budgetOf('shop')).toBe('SITE_UNKNOWN');
    expect(await budgetOf('default')).toBe(1);
    stored.default = '9';
    clock.now += REFRESH_MS;
    expect(await budgetOf('default')).toBe(9);
    delete stored.default;
    clock.now += REFRESH_MS;
    expect(await budgetOf('default')).toBe(1);
  });

  it('is read once in a while, and a change holds after that', async () => {
    const { budgetOf, stored, clock, reads } = setUp({ shop: '7' });
    await budgetOf('shop');
    stored.shop = '8';
    clock.now += REFRESH_MS - 1;

    expect(await budgetOf('shop')).toBe(7);
    expect(reads).toEqual(['shop']);
    clock.now += 1;
    expect(await budgetOf('shop')).toBe(8);
  });

  it('that is unknown is not asked for again at each request either', async () => {
    const { budgetOf, reads } = setUp();
    await budgetOf('shop');
    await budgetOf('shop');

    expect(reads).toEqual(['shop']);
  });

  it.each(['', '-', 'a-', 'A', 'a b', 'a/b', '../x', 'a.b', 'ä', 'a'.repeat(33), '__proto__'])(
    'has no name such as %j, for which KV is not asked',
    async (id) => {
      const { budgetOf, reads } = setUp();

      expect(isSiteId(id)).toBe(false);
      expect(await budgetOf(id)).toBe('SITE_UNKNOWN');
      expect(reads).toEqual([]);
    },
  );
});

describe('a record that breaks a rule', () => {
  it('leaves the one before in force, and is reported once', async () => {
    const { budgetOf, stored, clock, logged } = setUp({ shop: '7' });
    await budgetOf('shop');
    stored.shop = 'broken';
    for (let times = 0; times < 3; times += 1) {
      clock.now += REFRESH_MS;
      expect(await budgetOf('shop')).toBe(7);
    }

    expect(logged).toEqual(['site_broken']);
  });

  it('is followed by the last good one in an isolate that has just begun', async () => {
    const { good } = setUp({ shop: '7' });
    good.shop = '7';
    const { budgetOf } = setUp({ shop: 'broken' }, {}, good);

    expect(await budgetOf('shop')).toBe(7);
  });

  it('is no open door where nothing good is known: callers hear that it is broken, and the log how', async () => {
    const { sites, logged } = setUp({ shop: 'broken' });

    expect(await sites.find('shop')).toEqual({
      ok: false,
      failure: { reason: 'CONFIG_BROKEN', problem: 'the record of the site shop breaks a rule' },
    });
    expect(logged).toEqual(['site_broken']);
  });

  it('of `default` does not bring the variables back', async () => {
    const { budgetOf } = setUp({ default: 'broken' });

    expect(await budgetOf('default')).toBe('CONFIG_BROKEN');
  });

  it('does not bring them back in an isolate that knew them either', async () => {
    const { budgetOf, stored, clock } = setUp();
    expect(await budgetOf('default')).toBe(1);
    stored.default = 'broken';
    clock.now += REFRESH_MS;

    expect(await budgetOf('default')).toBe('CONFIG_BROKEN');
  });

  it('does not bring them back where their tickets had been ended either', async () => {
    const { budgetOf, stored, clock } = setUp({ default: '{"epoch":3}' });
    expect(await budgetOf('default')).toBe(1);
    stored.default = 'broken';
    clock.now += REFRESH_MS;

    expect(await budgetOf('default')).toBe('CONFIG_BROKEN');
  });

  it('is good again as soon as it is mended', async () => {
    const { budgetOf, stored, clock, good } = setUp({ shop: 'broken' });
    await budgetOf('shop');
    stored.shop = '8';
    clock.now += REFRESH_MS;

    expect(await budgetOf('shop')).toBe(8);
    await eventually(() => good.shop).toBe('8');
  });
});

describe('the owner hears of a broken record', () => {
  it('that the last good one is in force, or that there is none', async () => {
    const { budgetOf, broken } = setUp(
      { shop: 'broken', gifts: 'broken', toys: 'broken' },
      {},
      { shop: '7', toys: 'broken' },
    );

    expect([await budgetOf('shop'), await budgetOf('gifts'), await budgetOf('toys')]).toEqual([
      ...[7, 'CONFIG_BROKEN', 'CONFIG_BROKEN'],
    ]);
    expect(broken).toEqual([
      ['shop', true],
      ['gifts', false],
      ['toys', false],
    ]);
  });
});

describe('a KV that does not answer', () => {
  it('changes nothing for a site that is known', async () => {
    let fails = false;
    const { budgetOf, clock, logged } = setUp(
      {},
      {
        read: async () => {
          if (fails) throw new Error('KV is away');
          return '7';
        },
      },
    );
    await budgetOf('shop');
    fails = true;
    clock.now += REFRESH_MS;

    expect(await budgetOf('shop')).toBe(7);
    expect(logged).toEqual(['site_unread']);
  });

  it('refuses a site that was never read, and asks again', async () => {
    let fails = true;
    const { budgetOf, clock } = setUp(
      {},
      {
        read: async () => {
          if (fails) throw new Error('KV is away');
          return '7';
        },
      },
    );

    expect(await budgetOf('shop')).toBe('UPSTREAM_UNAVAILABLE');
    expect(await budgetOf('default')).toBe('UPSTREAM_UNAVAILABLE');
    fails = false;
    clock.now += 1_000;
    expect(await budgetOf('shop')).toBe(7);
  });

  it('is not waited for where a young copy is known, and for two seconds where none is', async () => {
    const waits: number[] = [];
    let hangs = false;
    const { budgetOf, clock } = setUp(
      {},
      {
        read: async () => (hangs ? new Promise(() => undefined) : '7'),
        pause: async (ms) => {
          if (!hangs) return new Promise(() => undefined);
          waits.push(ms);
        },
      },
    );
    await budgetOf('shop');
    hangs = true;
    clock.now += REFRESH_MS;

    expect(await budgetOf('shop')).toBe(7);
    expect(await budgetOf('new')).toBe('UPSTREAM_UNAVAILABLE');
    expect(waits).toEqual([150, 2000]);
  });
});
