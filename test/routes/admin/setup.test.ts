/** The set-up as the worker sees it: real bindings, keys at the fake upstream, pages and pictures of this deployment. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskSetup, DeskStep, StepName } from '../../../worker/desk-protocol.ts';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker } from '../../support.ts';
import { GENERATE, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(reset);

const DEMO = { ...OWNER, GOOGLE_API_KEYS: '', SITE_ORIGINS: '', SITE_DAILY_BUDGET_USD: '', SITE_PROOF: '' };
const look = (worker: TestWorker) => told<DeskSetup>(call(worker, 'GET', '/setup'));
const stepOf = async (worker: TestWorker, name: StepName): Promise<DeskStep> =>
  (await look(worker)).steps.find((step) => step.name === name)!;
const done = async (worker: TestWorker) =>
  (await look(worker)).steps.filter((step) => step.done).map(({ name }) => name);

describe('the set-up', () => {
  it('of a deployment without a key sees that it runs, and nothing more', async () => {
    const worker = createTestWorker(DEMO);

    expect(await done(worker)).toEqual(['runs', 'check']);
    expect((await stepOf(worker, 'runs')).facts).toEqual({ version: expect.any(String), ms: expect.any(Number) });
  });

  it('sees the demo’s picture, which is play money', async () => {
    const worker = createTestWorker(DEMO);
    await worker.ask(GENERATE, newBody());

    await eventually(() => stepOf(worker, 'drawn')).toMatchObject({ done: true, facts: { demo: true } });
  });

  it('sees what the owner saves', async () => {
    const worker = createTestWorker(DEMO);
    const record = {
      origins: ['https://tidewater.example'],
      budgets: { dailyUsd: 5, monthlyUsd: 50 },
      adultsDeclared: true,
    };

    await told(call(worker, 'PUT', '/sites/default', record));

    expect(await done(worker)).toEqual(['runs', 'page', 'money', 'check', 'adults']);
  });

  it('reads in the variables for whom their site is, and that it draws without that word', async () => {
    expect(await stepOf(createTestWorker(OWNER), 'adults')).toMatchObject({ done: false, facts: { draws: true } });
    const declared = createTestWorker({ ...OWNER, ADULTS_DECLARED: 'yes' });
    expect(await stepOf(declared, 'adults')).toMatchObject({ done: true, facts: {} });
    const { record } = await told<{ record: object }>(call(declared, 'GET', '/sites/default'));
    expect(record).toMatchObject({ adultsDeclared: true });

    await told(call(declared, 'PUT', '/sites/default', record));

    expect(await done(declared)).toContain('adults');
  });

  it('sees a key that the provider refuses, by a free call', async () => {
    const worker = createTestWorker({ ...OWNER, GOOGLE_API_KEYS: 'copied-half-of-a-real-key' });

    expect(await stepOf(worker, 'key')).toMatchObject({
      done: false,
      facts: { provider: 'google', place: 1, state: 'stopped', why: 'key-invalid', status: 400 },
    });
    expect(await done(createTestWorker(OWNER))).toContain('key');
  });

  it('does not count a key about which the provider says nothing', async () => {
    const worker = createTestWorker({ ...OWNER, GOOGLE_BASE_URL: 'http://127.0.0.1:9' });

    expect(await stepOf(worker, 'key')).toMatchObject({ done: false, facts: { provider: 'google', unclear: true } });
  });

  it('tells the budgets of all sites together', async () => {
    const worker = createTestWorker({
      ...OWNER,
      DEPLOYMENT_DAILY_BUDGET_USD: '0.6',
      DEPLOYMENT_MONTHLY_BUDGET_USD: '9',
    });

    expect((await stepOf(worker, 'money')).facts).toMatchObject({
      ...{ deploymentDayMicros: 600_000, deploymentMonthMicros: 9_000_000 },
    });
  });

  it('ends with a real picture on the owner’s page, and stays so on the days after', async () => {
    const worker = createTestWorker(OWNER);
    const answer = await worker.fetch('/peel/session', {
      method: 'POST',
      headers: { Origin: ORIGIN, 'content-type': 'application/json' },
      body: JSON.stringify({ site: 'default' }),
    });
    const { token } = (await answer.json()) as { token: string };
    const ledger = env.LEDGER.getByName('site:default') as unknown as LedgerRpc;
    const hour = new Date().toISOString().slice(0, 13);
    await ledger.count(hour, {}, { admitted: [{ origin: ORIGIN, count: 1, lastAt: Date.now() }], refused: [] });
    expect(await stepOf(worker, 'live')).toMatchObject({ done: false, facts: { line: 'shown', origin: ORIGIN } });

    const drawn = await worker.fetch(`/v1beta/models/${GENERATE}`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'content-type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(newBody()),
    });
    expect(drawn.status).toBe(200);

    await eventually(() => stepOf(worker, 'live')).toMatchObject({
      done: true,
      facts: { line: 'done', origin: ORIGIN },
    });
    expect(JSON.parse((await env.KV.get('setup:default')) ?? '')).toMatchObject({ origin: ORIGIN });
  });

  it('names a binding that does not answer', async () => {
    const broken = {
      ...env.BUCKET,
      head: () => Promise.reject(new Error('the bucket is missing')),
    } as unknown as R2Bucket;
    const worker = createTestWorker(DEMO, undefined, broken);

    expect(await stepOf(worker, 'runs')).toMatchObject({
      done: false,
      facts: { broken: 'R2', problem: 'the bucket is missing' },
    });
  });

  it('is of a site', async () => {
    expect(await reasonOf(await call(createTestWorker(OWNER), 'GET', '/setup?site=nowhere'))).toEqual([
      404,
      'SITE_UNKNOWN',
    ]);
  });
});
