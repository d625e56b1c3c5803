/** The deployment's budget among several sites, with real objects that call each other. Money is micro-dollars. */
import { reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerRpc } from '../../worker/ledger/rpc.ts';
import { eventually } from '../eventually.ts';
import { deploymentCap, monthCap, reservation, settlement } from './ledgers.ts';

const HELD = { reason: 'BUDGET_HELD' };
const SPENT = { reason: 'DEPLOYMENT_BUDGET_SPENT' };
const PAUSED = { reason: 'SITE_PAUSED' };

beforeEach(reset);

const ledgerAt = (name: string) => env.LEDGER.getByName(name) as unknown as LedgerRpc;
const root = () => ledgerAt('deployment');

/** Asks the ledger of a site to hold money, with a cap on the deployment's day. The site itself has no cap. */
const reserve = (site: string, id: string, { micros = 100, cap = 300 } = {}) =>
  ledgerAt(`site:${site}`).reserve(reservation(`${id}:1`, { micros, caps: [deploymentCap(cap)] }));
const settle = (site: string, id: string, micros: number) =>
  ledgerAt(`site:${site}`).settle(`${id}:1`, settlement(micros));

const rowsOf = (name: string, query: string) =>
  runInDurableObject(env.LEDGER.getByName(name), (_, { storage }) => storage.sql.exec(query).toArray());

/** Sum of what the deployment's ledger believes to be lent and not given back today. */
async function lentToday(): Promise<number> {
  const [row] = await rowsOf('deployment', 'SELECT sum(lent - back) AS lent FROM loans WHERE length(account) = 10');
  return Number(row?.lent ?? 0);
}

describe('a site that is alone', () => {
  it('is known to the deployment after its first picture, and then decides by itself', async () => {
    expect(await reserve('a', 'r1')).toBeUndefined();
    const before = await rowsOf('deployment', 'SELECT name, isAlone FROM borrowers');

    expect([await reserve('a', 'r2'), await reserve('a', 'r3')]).toEqual([undefined, undefined]);

    expect(before).toEqual([{ name: 'site:a', isAlone: 1 }]);
    expect(await rowsOf('deployment', 'SELECT * FROM loans')).toEqual([]);
    expect(await rowsOf('site:a', 'SELECT sum(got) AS got FROM slices')).toEqual([{ got: 0 }]);
    expect(await reserve('a', 'r4')).toMatchObject(HELD);
    await settle('a', 'r1', 100);
    expect(await reserve('a', 'r5', { micros: 201 })).toMatchObject(SPENT);
  });

  it('carries what the deployment’s day could not pay', async () => {
    await reserve('a', 'r1');
    await settle('a', 'r1', 450);

    expect(await reserve('a', 'r2', { micros: 1 })).toMatchObject(SPENT);
    expect(await root().deploymentReport()).toMatchObject({ settledMicros: 100, overrunMicros: 350, owedMicros: 0 });
  });
});

describe('a second site', () => {
  it('finds what the first has held and spent counted', async () => {
    await reserve('a', 'r1');
    await reserve('a', 'r2');
    await settle('a', 'r1', 60);

    expect(await reserve('b', 's1', { micros: 140 })).toBeUndefined();
    expect(await reserve('b', 's2', { micros: 1 })).toMatchObject(HELD);

    expect(await reserve('a', 'r3', { micros: 1 })).toMatchObject(HELD);
    expect(await lentToday()).toBe(300);
  });

  it('gets what the first does not use, and the other way round', async () => {
    await reserve('a', 'r1');
    await reserve('b', 's1', { micros: 10 });
    await settle('a', 'r1', 20);
    await settle('b', 's1', 10);

    expect(await reserve('b', 's2', { micros: 270 })).toBeUndefined();
    expect(await reserve('a', 'r2', { micros: 1 })).toMatchObject(HELD);
    await settle('b', 's2', 30);
    await eventually(() => reserve('a', 'r3', { micros: 240 })).toBeUndefined();

    expect(await reserve('b', 's3', { micros: 241 })).toMatchObject(SPENT);
  });

  it('never gets past the cap with the first, whoever asks first', async () => {
    await reserve('a', 'first', { micros: 1 });
    await settle('a', 'first', 0);

    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => reserve(n % 2 ? 'a' : 'b', `r${n}`, { micros: 10, cap: 100 })),
    );

    const granted = answers.filter((answer) => answer === undefined);
    expect(granted.length).toBeLessThanOrEqual(10);
    const { heldMicros } = await root().deploymentReport();
    expect(heldMicros).toBe(granted.length * 10);
    // What was refused in the crowd fits afterwards, until the cap is reached to the last micro-dollar.
    await eventually(async () => {
      for (let n = 0; n < 10; n += 1)
        await reserve(n % 2 ? 'a' : 'b', `s${crypto.randomUUID()}`, { micros: 10, cap: 100 });
      expect((await root().deploymentReport()).heldMicros).toBe(100);
    });
  });

  it('loses what an overrun of the first has cost', async () => {
    await reserve('a', 'r1');
    await reserve('b', 's1', { micros: 10 });
    await settle('b', 's1', 10);

    await settle('a', 'r1', 250);

    await eventually(() => lentToday()).toBeLessThanOrEqual(300);
    expect(await reserve('b', 's2', { micros: 41 })).toMatchObject(SPENT);
    await eventually(() => reserve('b', 's3', { micros: 40 })).toBeUndefined();
  });

  it('finds a lowered cap in force at its next picture', async () => {
    await reserve('a', 'r1');
    await reserve('b', 's1', { micros: 10 });

    expect(await reserve('b', 's2', { micros: 10, cap: 115 })).toMatchObject(HELD);
    expect(await reserve('a', 'r2', { micros: 10, cap: 115 })).toMatchObject(HELD);
    await settle('a', 'r1', 0);
    await eventually(() => reserve('b', 's3', { micros: 100, cap: 115 })).toBeUndefined();
  });
});

describe('the months', () => {
  it('of the deployment are lent beside its days', async () => {
    const caps = (site: number) => [deploymentCap(300), deploymentCap(150, 'month'), monthCap(site)];
    const ask = (site: string, id: string) =>
      ledgerAt(`site:${site}`).reserve(reservation(`${id}:1`, { caps: caps(1000) }));
    await ask('a', 'r1');

    expect(await ask('b', 's1')).toMatchObject(HELD);
    await settle('a', 'r1', 40);

    await eventually(() => ask('b', 's2')).toBeUndefined();
    await settle('b', 's2', 100);
    expect(await ask('b', 's3')).toMatchObject(SPENT);
  });
});

describe('a pause of the deployment', () => {
  it('is heard by every site before it is answered, and its end too', async () => {
    await reserve('a', 'r1', { micros: 1 });
    await reserve('b', 's1', { micros: 1 });

    expect(await root().setPaused(true)).toEqual({ unheard: [] });

    expect(await reserve('a', 'r2', { micros: 1 })).toEqual(PAUSED);
    expect(await ledgerAt('site:a').confirm('r1:1')).toEqual(PAUSED);
    expect(await reserve('b', 's2', { micros: 1 })).toEqual(PAUSED);
    expect(await reserve('c', 't1', { micros: 1 })).toEqual(PAUSED);
    expect((await ledgerAt('site:a').facts()).paused).toBe(true);
    expect(await root().setPaused(false)).toEqual({ unheard: [] });
    expect(await reserve('a', 'r3', { micros: 1 })).toBeUndefined();
    expect(await reserve('c', 't2', { micros: 1 })).toBeUndefined();
  });

  it('leaves the pause of one site alone', async () => {
    await reserve('a', 'r1', { micros: 1 });
    await reserve('b', 's1', { micros: 1 });
    await ledgerAt('site:a').setPaused(true);
    await root().setPaused(true);

    await root().setPaused(false);

    expect(await reserve('a', 'r2', { micros: 1 })).toEqual(PAUSED);
    expect(await reserve('b', 's2', { micros: 1 })).toBeUndefined();
  });
});

describe('the report of the deployment', () => {
  it('adds up its sites', async () => {
    await reserve('a', 'r1');
    await reserve('b', 's1', { micros: 50 });
    await settle('a', 'r1', 60);

    const report = await root().deploymentReport();

    expect(report).toMatchObject({ settledMicros: 60, heldMicros: 50, overrunMicros: 0, monthSettledMicros: 60 });
    expect(report.open.map(({ id }) => id)).toEqual(['s1:1']);
    expect(report.usage).toMatchObject([{ provider: 'google', pictures: 1, costMicros: 60 }]);
  });
});
