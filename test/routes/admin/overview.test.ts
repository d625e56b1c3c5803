/** The owner's first page: today's figures of all sites in one call of one object. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../worker/app.ts';
import type { DeskOverview, DeskSeries } from '../../../worker/desk-protocol.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, type TestWorker, WORKER } from '../../support.ts';
import { GENERATE, moneyOf, newBody } from '../generate/money.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

const overviewOf = (worker: TestWorker) => told<DeskOverview>(call(worker, 'GET', '/overview'));

async function draw(worker: TestWorker): Promise<void> {
  expect((await worker.ask(GENERATE, newBody())).status).toBe(200);
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
}

afterEach(reset);

describe('the overview', () => {
  it('of a deployment in which nothing was drawn says so, and what is not known is null', async () => {
    const overview = await overviewOf(createTestWorker(OWNER));

    expect(overview).toMatchObject({
      ...{ demo: false, made: 0, usualMade: null, savedMicros: 0, unread: [], pictures: [], clients: [] },
      held: { pictures: 0, micros: 0 },
      today: { spentMicros: 0, heldMicros: 0, owedMicros: 0, expectedMicros: null },
      wait: { medianMs: null },
      sites: [{ site: 'default', state: 'live', made: 0 }],
    });
    expect(overview).not.toHaveProperty('paused');
  });

  it('tells what a picture has cost, whose it is and where it stands, within a second', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_DAILY_BUDGET_USD: '7.5' });
    await draw(worker);

    await eventually(async () => (await overviewOf(worker)).made).toBe(1);
    const overview = await overviewOf(worker);

    const spentMicros = overview.pictures[0]?.costMicros;
    expect(overview).toMatchObject({
      ...{ today: { spentMicros, heldMicros: 0 }, month: { spentMicros } },
      wait: { medianMs: expect.any(Number) },
      clients: [{ site: 'default', name: 'dev', pictures: 1, spentMicros, lastUsedAt: expect.any(Number) }],
      pictures: [{ site: 'default', client: 'dev', provider: 'google', size: '1K' }],
      sites: [{ site: 'default', made: 1, day: { spentMicros, capMicros: 7_500_000 } }],
    });
  });

  it('of unchanged figures is 304, and a new picture ends that', async () => {
    const worker = createTestWorker(OWNER);
    const first = await call(worker, 'GET', '/overview');
    const known = { ...asOwner(), 'If-None-Match': first.headers.get('ETag') ?? '' };

    expect((await call(worker, 'GET', '/overview', undefined, known)).status).toBe(304);
    await draw(worker);

    await eventually(async () => (await call(worker, 'GET', '/overview', undefined, known)).status).toBe(200);
  });

  it('is told anew before the addresses that it names close', async () => {
    const { services } = createTestWorker(OWNER);
    let ahead = 0;
    const app = createApp({ ...services, now: () => Date.now() + ahead });
    const ask = (headers: Record<string, string>) =>
      app.fetch(new Request(`${WORKER}/peel/admin/api/overview`, { headers: { ...asOwner(), ...headers } }), env);
    const known = { 'If-None-Match': (await ask({})).headers.get('ETag') ?? '' };

    ahead = 30 * 60_000;

    expect((await ask(known)).status).toBe(200);
  });

  it('says since when and by whom all is paused, and by whom one site', async () => {
    const worker = createTestWorker(OWNER);
    await draw(worker);
    const before = Date.now();

    await told(call(worker, 'POST', '/pause', { scope: 'site', paused: true }));
    await eventually(async () => (await overviewOf(worker)).sites).toMatchObject([
      { state: 'paused', paused: { at: expect.any(Number), who: 'token' } },
    ]);
    await told(call(worker, 'POST', '/pause', { scope: 'deployment', paused: true }));

    const { paused } = await overviewOf(worker);
    expect(paused).toEqual({ at: expect.any(Number), who: 'token', unheard: [] });
    expect(paused?.at).toBeGreaterThanOrEqual(before);
    await told(call(worker, 'POST', '/pause', { scope: 'deployment', paused: false }));
    expect(await overviewOf(worker)).not.toHaveProperty('paused');
  });

  it('asks one object, and is for the owner alone', async () => {
    const asked: string[] = [];
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      deploymentLedger: () => {
        asked.push('deployment');
        return services.deploymentLedger();
      },
      ledger: (site) => {
        asked.push(site);
        return services.ledger(site);
      },
    }));

    await overviewOf(worker);

    expect(asked).toEqual(['deployment']);
    expect((await call(worker, 'GET', '/overview', undefined, { 'x-goog-api-key': CLIENT_KEY })).status).toBe(401);
  });

  it('counts a site that was deleted as long as it has spent anything this month', async () => {
    const worker = createTestWorker(OWNER);
    const ledger = env.LEDGER.getByName('site:gone');
    const id = `${'a'.repeat(32)}:1`;
    const caps = [{ of: 'deployment', period: 'day', micros: 1000, reason: 'DEPLOYMENT_BUDGET_SPENT' }] as const;
    const subject = { model: 'gemini-3.1-flash-image', size: '1K' } as const;
    const run = id.slice(0, 32);
    expect(await ledger.reserve({ id, run, micros: 90, caps, policies: [], purses: [], leaseMs: 1000, subject })).toBe(
      undefined,
    );
    await ledger.settle(id, { micros: 70, provider: 'google', outcome: 'picture' });

    const { today, sites } = await overviewOf(worker);

    expect(today.spentMicros).toBe(70);
    expect(sites).toMatchObject([
      { site: 'default' },
      { site: 'gone', state: 'deleted', made: 1, day: { spentMicros: 70 } },
    ]);
    const series = await told<DeskSeries>(call(worker, 'GET', '/series?site=gone&days=1'));
    expect(series.days[0]?.rows).toMatchObject([{ site: 'gone', pictures: 1, costMicros: 70 }]);
    expect(await told(call(worker, 'GET', '/pictures?site=gone'))).toMatchObject({ site: 'gone', pictures: [] });
  });
});
