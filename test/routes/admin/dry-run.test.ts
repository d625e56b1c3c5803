/** Whether a request would be allowed, and at what price: decided as for a real one, and nothing comes of it. */
import { reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerRpc } from '../../../worker/ledger/rpc.ts';
import type { Services } from '../../../worker/services.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { eventually } from '../../eventually.ts';
import { deploymentCap, reservation, settlement } from '../../ledger/ledgers.ts';
import { watchBucket } from '../../storage/watched-bucket.ts';
import { createTestWorker, type ErrorAnswer, reasonOf, type TestWorker, upstreamCalls } from '../../support.ts';
import { dollars, GENERATE, MODEL, moneyOf, nameOf, newBody, worstOf } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

interface Judgement {
  allowed: boolean;
  hit?: boolean;
  reason?: string;
  status?: number;
  message?: string;
  field?: string;
  rule?: string;
  model?: string;
  size?: string;
  provider?: string;
  worstMicros?: number;
}

const judge = (worker: TestWorker, body: object): Promise<Judgement> =>
  told(call(worker, 'POST', '/dry-run', { as: 'client', model: MODEL, ...body }));

/** The dry run says `expected`, and the same request, sent in earnest, hears the same. */
async function expectAsReal(
  worker: TestWorker,
  request: ReturnType<typeof newBody>,
  expected: Pick<Judgement, 'allowed' | 'reason' | 'status'>,
): Promise<void> {
  const judged = await judge(worker, { request });
  const real = await worker.ask(GENERATE, request);

  expect(judged).toMatchObject(expected);
  expect(real.status).toBe(expected.status ?? 200);
  if (expected.reason) expect(await reasonOf(real)).toEqual([expected.status, judged.reason]);
}

afterEach(reset);

it('of a model that the site does not have names the field of the question', async () => {
  const worker = createTestWorker({ ...OWNER, SITE_MODELS: MODEL });

  const told = await judge(worker, { as: 'client', model: 'gemini-3-pro-image', request: newBody() });

  expect(told).toMatchObject({ allowed: false, reason: 'MODEL_NOT_ALLOWED', field: 'model' });
});

describe('a dry run', () => {
  it('says what a request would cost at most, and who would draw it', async () => {
    const request = newBody();

    expect(await judge(createTestWorker(OWNER), { request })).toEqual({
      ...{ allowed: true, hit: false, model: MODEL, size: '1K', provider: 'google', providers: ['google'] },
      ...{ worstMicros: worstOf(), pictureMicros: expect.any(Number) },
    });
  });

  it.each([
    { lessMicros: 0, allowed: true },
    { lessMicros: 1, allowed: false, reason: 'DAILY_BUDGET_SPENT', status: 429 },
  ])(
    'knows to the micro-dollar what a day’s budget has room for: $lessMicros less',
    async ({ lessMicros, ...expected }) => {
      const worker = createTestWorker({ ...OWNER, SITE_DAILY_BUDGET_USD: dollars(worstOf() - lessMicros) });
      const request = newBody();

      await expectAsReal(worker, request, expected);
    },
  );

  it('asks nothing of a provider, and writes nothing anywhere', async () => {
    const { bucket, asked } = watchBucket();
    const puts: string[] = [];
    const KV = new Proxy(env.KV, {
      get: (kv, name: keyof KVNamespace) => {
        if (name === 'put' || name === 'delete') puts.push(name);
        return (kv[name] as (...args: unknown[]) => unknown).bind(kv);
      },
    });
    const calls: string[] = [];
    const change = (services: Services): Services => ({
      ...services,
      generations: { ask: () => expect.unreachable('a run was asked for') },
      ledger: (site) =>
        new Proxy(services.ledger(site), {
          get: (ledger, name: keyof LedgerRpc) => {
            calls.push(`${site}.${name}`);
            return (...args: unknown[]) => (ledger[name] as (...all: unknown[]) => unknown)(...args);
          },
        }),
    });
    const worker = createTestWorker(OWNER, change, bucket, KV);
    const request = newBody();
    await worker.services.limits.read([]);
    const before = await moneyOf(worker);
    calls.length = 0;

    for (const as of ['visitor', 'client'])
      expect(await judge(worker, { as, request })).toMatchObject({ allowed: true });

    expect(calls).toEqual(['default.judge', 'default.judge']);
    expect(new Set(asked.map(([method]) => method))).toEqual(new Set(['get']));
    expect(puts).toEqual([]);
    expect(await upstreamCalls(nameOf(request))).toBe(0);
    expect(await moneyOf(worker)).toEqual(before);
  });

  it('knows a kept picture, which is allowed even while the site is paused', async () => {
    const worker = createTestWorker(OWNER);
    const request = newBody();
    await worker.ask(GENERATE, request);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    await told(call(worker, 'POST', '/pause', { scope: 'site', paused: true }));

    // The answer to `dev` is kept for that client alone, so nobody else hits it.
    expect(await judge(worker, { request })).toMatchObject({ allowed: false, reason: 'SITE_PAUSED', status: 503 });
    const joined = createTestWorker({ ...OWNER, CLIENT_KEYS: `dev:${CLIENT_KEY}:site` });
    await told(call(joined, 'POST', '/pause', { scope: 'site', paused: false }));
    await joined.ask(GENERATE, request);
    await eventually(() => moneyOf(joined)).toMatchObject({ held: 0 });
    await told(call(joined, 'POST', '/pause', { scope: 'site', paused: true }));

    expect(await judge(joined, { as: 'visitor', request })).toMatchObject({ allowed: true, hit: true });
  });

  it.each([
    {
      ...{ name: 'a size that the model does not draw', reason: 'UNSUPPORTED_VALUE', status: 400 },
      request: { ...newBody(), generationConfig: { imageConfig: { imageSize: '8K' } } },
      field: 'generationConfig.imageConfig.imageSize',
    },
    { name: 'no words', reason: 'INVALID_FIELD', status: 400, request: { contents: [] }, field: 'contents' },
    { name: 'an unknown model', reason: 'NOT_FOUND', status: 404, model: 'gpt-image-1', request: newBody() },
    {
      ...{ name: 'a search, where the site has none', reason: 'INVALID_FIELD', status: 400 },
      request: { ...newBody(), tools: [{ googleSearch: {} }] },
      field: 'tools',
    },
  ])('names what a real request would be refused for: $name', async ({ request, reason, status, model, field }) => {
    const worker = createTestWorker(OWNER);

    const judged = await judge(worker, { request, ...(model && { model }) });
    const real = await worker.ask(`${model ?? MODEL}:generateContent`, request);

    expect(judged).toMatchObject({ allowed: false, reason, status });
    if (field) expect(judged.field).toContain(field);
    const { error } = (await real.json()) as { error: { code: number; message: string } };
    expect([error.code, error.message]).toEqual([status, judged.message]);
  });

  it('takes pictures inside the request, as a real one does', async () => {
    const data = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const part = (text: string) => ({
      contents: [{ parts: [{ text: 'bluer' }, { inlineData: { mimeType: 'image/png', data: text } }] }],
    });
    const worker = createTestWorker(OWNER);

    expect(await judge(worker, { request: part(data) })).toMatchObject({ allowed: true });
    expect(await judge(worker, { request: part('AAAA') })).toMatchObject({ allowed: false, status: 400 });
  });

  it.each([
    [{ as: 'owner', request: {} }, [400, 'INVALID_FIELD']],
    [{ as: 'client' }, [400, 'INVALID_FIELD']],
    [{ as: 'client', request: {}, price: true }, [400, 'UNKNOWN_FIELD']],
    [{ as: 'client', request: {}, site: 'nowhere' }, [404, 'SITE_UNKNOWN']],
  ])('has a form of its own: %j', async (body, expected) => {
    expect(await reasonOf(await call(createTestWorker(OWNER), 'POST', '/dry-run', body))).toEqual(expected);
  });
});

it.each(['nonsense', 'https://posters.example/', 'posters.example', ''])(
  'a page that is no origin (%j) is a field to mend, and no page that is refused',
  async (origin) => {
    const body = { as: 'visitor', origin, request: newBody() };
    const answer = await call(createTestWorker(OWNER), 'POST', '/dry-run', body);

    expect(await reasonOf(answer.clone())).toEqual([400, 'INVALID_FIELD']);
    expect(await answer.text()).toContain('origin must be an origin as browsers send it');
  },
);

describe('a dry run of a record that is not saved', () => {
  const RECORD = { origins: ['https://posters.example'], adultsDeclared: true, models: [MODEL] };

  it.each([
    { name: 'a listed page', origin: 'https://posters.example', expected: { allowed: true } },
    { name: 'another page', origin: 'https://prints.example', expected: { reason: 'ORIGIN_DENIED', field: 'origin' } },
  ])('knows $name', async ({ origin, expected }) => {
    const judged = await judge(createTestWorker(OWNER), { as: 'visitor', record: RECORD, origin, request: newBody() });

    expect(judged).toMatchObject(expected);
  });

  it.each([
    { change: { budgets: { dailyUsd: 0.01 } }, reason: 'DAILY_BUDGET_SPENT' },
    { change: { paused: true }, reason: 'SITE_PAUSED' },
    { change: { models: ['gemini-3-pro-image'] }, reason: 'MODEL_NOT_ALLOWED' },
    { change: { sizes: ['4K'] }, reason: 'UNSUPPORTED_VALUE' },
  ])('judges by it: $reason', async ({ change, reason }) => {
    const worker = createTestWorker(OWNER);
    const request = { ...newBody(), generationConfig: { imageConfig: { imageSize: '1K' } } };

    expect(await judge(worker, { request })).toMatchObject({ allowed: true });
    expect(await judge(worker, { request, record: { ...RECORD, ...change } })).toMatchObject({
      allowed: false,
      reason,
    });
  });

  it('fills the draft’s template, not the saved one', async () => {
    const worker = createTestWorker(OWNER);
    const template = { prompt: 'For {{who}}', slots: [{ name: 'who', label: 'Who', type: 'text', required: true }] };
    const record = { ...RECORD, promptMode: 'template', template };
    const formOf = (slots: object) => ({ contents: [{ parts: [{ peelTemplate: { slots } }] }] });

    expect(await judge(worker, { record, request: formOf({ who: 'Ada' }) })).toMatchObject({ allowed: true });
    expect(await judge(worker, { record, request: formOf({}) })).toMatchObject({
      allowed: false,
      reason: 'INVALID_FIELD',
    });
  });

  it('is refused with the field of the record', async () => {
    const answer = await call(createTestWorker(OWNER), 'POST', '/dry-run', {
      ...{ as: 'visitor', request: newBody(), record: { ...RECORD, budgets: { dailyUsd: -1 } } },
    });

    expect(await answer.text()).toContain('record.budgets.dailyUsd');
  });
});

describe('a dry run where several sites share the deployment’s budget', () => {
  const AMPLE = dollars(100 * worstOf());
  const PRICE = worstOf();

  /** Two more sites that have spent of it, through their own ledgers. */
  async function spend(worker: TestWorker, micros: number, capMicros: number): Promise<void> {
    const caps = [deploymentCap(capMicros), deploymentCap(100 * capMicros, 'month')];
    for (const site of ['posters', 'prints']) {
      const asked = reservation(`${site}:1`, { micros: micros / 2, caps });
      expect(await worker.services.ledger(site).reserve(asked)).toBeUndefined();
      await worker.services.ledger(site).settle(`${site}:1`, settlement(micros / 2));
    }
  }
  const workerWith = (capMicros: number): TestWorker =>
    createTestWorker({
      ...{ ...OWNER, SITE_DAILY_BUDGET_USD: AMPLE, DEPLOYMENT_DAILY_BUDGET_USD: dollars(capMicros) },
      DEPLOYMENT_MONTHLY_BUDGET_USD: dollars(100 * capMicros),
    });

  it.each([
    { lessMicros: 0, expected: { allowed: true } },
    { lessMicros: 1, expected: { allowed: false, reason: 'DEPLOYMENT_BUDGET_SPENT', status: 429 } },
  ])('knows to the micro-dollar what is left of it: $lessMicros less', async ({ lessMicros, expected }) => {
    const capMicros = 4 * PRICE - lessMicros;
    const worker = workerWith(capMicros);
    await spend(worker, 3 * PRICE, capMicros);
    const request = newBody();

    await expectAsReal(worker, request, expected);
  });

  it('tells held money from spent money, and lends nothing', async () => {
    const capMicros = 4 * PRICE;
    const worker = workerWith(capMicros);
    await spend(worker, 2 * PRICE, capMicros);
    const caps = [deploymentCap(capMicros), deploymentCap(100 * capMicros, 'month')];
    const held = reservation('prints:2', { micros: 1.5 * PRICE, caps });
    expect(await worker.services.ledger('prints').reserve(held)).toBeUndefined();
    const rows = () =>
      runInDurableObject(env.LEDGER.getByName('deployment'), (_, { storage }) =>
        ['loans', 'borrowers', 'periods'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
      );
    const before = await rows();

    const judged = await judge(worker, { request: newBody() });

    expect(judged).toMatchObject({ allowed: false, reason: 'BUDGET_HELD', status: 429 });
    expect(await rows()).toEqual(before);
  });

  it('keeps what the owner keeps for another site', async () => {
    const capMicros = 4 * PRICE;
    const worker = workerWith(capMicros);
    await spend(worker, 2 * PRICE, capMicros);
    await worker.services.deploymentLedger().keepShare('posters', 0.75);

    expect(await judge(worker, { request: newBody() })).toMatchObject({ reason: 'DEPLOYMENT_BUDGET_SPENT' });
  });

  it('knows a pause of the deployment that the site has not heard, because it has never drawn', async () => {
    const worker = workerWith(10 * PRICE);
    await spend(worker, 2 * PRICE, 10 * PRICE);
    await told(call(worker, 'POST', '/pause', { scope: 'deployment', paused: true }));

    expect(await judge(worker, { request: newBody() })).toMatchObject({ reason: 'SITE_PAUSED', status: 503 });
  });
});

describe('a dry run of a client', () => {
  const made = async (worker: TestWorker, client: object): Promise<void> => {
    await told(call(worker, 'POST', '/clients', { name: 'posters', ...client }));
  };

  it.each([
    { client: { models: ['gemini-3-pro-image'] }, expected: { reason: 'MODEL_NOT_ALLOWED', field: 'model' } },
    { client: { dailyUsd: 0.01 }, expected: { reason: 'CLIENT_LIMIT', status: 429 } },
    { client: { dailyUsd: 5 }, expected: { allowed: true } },
  ])('is judged by its own rules: $client', async ({ client, expected }) => {
    const worker = createTestWorker(OWNER);
    await made(worker, client);

    expect(await judge(worker, { client: 'posters', request: newBody() })).toMatchObject(expected);
  });

  it('counts what it has used up', async () => {
    const worker = createTestWorker(OWNER);
    const key = (await told<{ key: string }>(call(worker, 'POST', '/clients', { name: 'posters', perMinute: 1 }))).key;
    await worker.ask(GENERATE, newBody(), { 'x-goog-api-key': key });

    expect(await judge(worker, { client: 'posters', request: newBody() })).toMatchObject({ reason: 'CLIENT_LIMIT' });
    expect(await judge(worker, { request: newBody() })).toMatchObject({ allowed: true });
  });

  it('of the variables knows its kept pictures', async () => {
    const worker = createTestWorker(OWNER);
    const request = newBody();
    await worker.ask(GENERATE, request);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });

    expect(await judge(worker, { client: 'dev', request })).toMatchObject({ allowed: true, hit: true });
  });

  it('that takes new pictures by default hits none', async () => {
    const worker = createTestWorker({ ...OWNER, CLIENT_KEYS: `dev:${CLIENT_KEY}` });
    const request = newBody();
    await worker.ask(GENERATE, request);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    const fresh = createTestWorker({ ...OWNER, CLIENT_KEYS: `dev:${CLIENT_KEY}:fresh` });

    expect(await judge(fresh, { client: 'dev', request })).toMatchObject({ allowed: true, hit: false });
  });

  it.each([
    { body: { client: 'nobody' }, message: 'client must be one of dev, posters.' },
    { body: { as: 'visitor', client: 'posters' }, message: 'client must be left out: a visitor is no client.' },
  ])('that is none names the field: $message', async ({ body, message }) => {
    const worker = createTestWorker(OWNER);
    await made(worker, {});

    const answer = await call(worker, 'POST', '/dry-run', { as: 'client', request: newBody(), ...body });

    expect(await reasonOf(answer.clone())).toEqual([400, 'INVALID_FIELD']);
    expect(((await answer.json()) as ErrorAnswer).error.message).toBe(message);
  });
});
