/** A site's money and counts, and the health of the deployment, as the owner reads them. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerReport } from '../../../worker/ledger/report.ts';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, reasonOf } from '../../support.ts';
import { FAKE_GOOGLE_KEYS } from '../../upstream/keys.ts';
import { GENERATE, MODEL, moneyOf, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

type Usage = LedgerReport & { site: string; days: number; dayCapMicros: number; monthCapMicros: number };
const HOUR_MS = 3_600_000;
const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

afterEach(reset);

describe('a site’s usage', () => {
  it('is its ledger’s money, by day and model, with its caps and without its pictures', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_DAILY_BUDGET_USD: '7.5' });
    const answer = await worker.ask(GENERATE, newBody());
    const settledMicros = Number(answer.headers.get('Peel-Cost'));
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });

    const usage = await told<Usage>(call(worker, 'GET', '/usage'));

    expect(usage).toMatchObject({
      ...{ site: 'default', days: 31, settledMicros, heldMicros: 0, paused: false },
      ...{ dayCapMicros: 7_500_000, monthCapMicros: 10_000_000_000 },
      usage: [{ model: MODEL, size: '1K', provider: 'google', pictures: 1, costMicros: settledMicros }],
    });
    expect(usage).not.toHaveProperty('generations');
    expect(usage).not.toHaveProperty('open');
  });

  it('goes back for as many days as asked, hour by hour for a week at most, in one call', async () => {
    const counted: unknown[][] = [];
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      ledger: (site) =>
        new Proxy(services.ledger(site), {
          get: (ledger, name: keyof LedgerRpc) => {
            counted.push([site, name]);
            return (...args: unknown[]) => (ledger[name] as (...all: unknown[]) => unknown)(...args);
          },
        }),
    }));
    const ledger = env.LEDGER.getByName('site:default') as unknown as LedgerRpc;
    for (const days of [0, 3, 6, 8]) await ledger.count(hourOf(Date.now() - days * 24 * HOUR_MS), { hit: 1 });

    const [short, long] = [
      await told<Usage>(call(worker, 'GET', '/usage?days=4')),
      await told<Usage>(call(worker, 'GET', '/usage?site=default&days=397')),
    ];

    expect([short.days, short.hours.length, long.days, long.hours.length]).toEqual([4, 2, 397, 3]);
    expect(counted).toEqual([
      ['default', 'report'],
      ['default', 'report'],
    ]);
  });

  it.each([
    ['?days=0', [400, 'INVALID_FIELD']],
    ['?days=398', [400, 'INVALID_FIELD']],
    ['?days=1.5', [400, 'INVALID_FIELD']],
    ['?since=2026', [400, 'UNKNOWN_FIELD']],
    ['?site=nowhere', [404, 'SITE_UNKNOWN']],
  ])('names what is wrong with %s', async (query, expected) => {
    expect(await reasonOf(await call(createTestWorker(OWNER), 'GET', `/usage${query}`))).toEqual(expected);
  });
});

describe('the deployment’s health', () => {
  it('is what the long form of /peel/health has, and no key', async () => {
    const worker = createTestWorker(OWNER);
    await worker.ask(GENERATE, newBody());

    const answer = await call(worker, 'GET', '/health');
    const text = await answer.clone().text();
    const headers = { Authorization: `Bearer ${OWNER.ADMIN_TOKEN}` };
    const long = await (await worker.fetch('/peel/health', { headers })).json();

    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(await answer.json()).toEqual(long);
    expect(JSON.parse(text)).toMatchObject({ status: 'ok', providers: ['google'], prices: expect.any(Array) });
    expect(text).not.toContain(FAKE_GOOGLE_KEYS[0]);
  });
});
