/** A model's life, and the owner's changes to it in KV, tested through HTTP. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SiteFacts } from '../../worker/protocol.ts';
import type { Model } from '../../worker/routes/gemini-model.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { createTestWorker, type ErrorAnswer, newPrompt, ORIGIN, type TestWorker } from '../support.ts';
import { visitorOf } from './generate/money.ts';

beforeEach(reset);

const NEW = 'gemini-4-image';
/** The fake upstream does not know the new model, so another model's wire id draws it. */
const ADDED = {
  [NEW]: { basedOn: 'gemini-3.1-flash-image', offers: { google: { wireId: 'gemini-3.1-flash-image' } } },
};
const ENDED = { 'gemini-2.5-flash-image': { end: '2026-10-02' } };

const menuOf = async (worker: TestWorker): Promise<SiteFacts> =>
  (await (await worker.fetch('/peel/site', { headers: { Origin: ORIGIN } })).json()) as SiteFacts;
const listOf = async (worker: TestWorker): Promise<string[]> => {
  const answer = await worker.fetch('/v1beta/models', { headers: { 'x-goog-api-key': CLIENT_KEY } });
  return ((await answer.json()) as { models: Model[] }).models.map(({ name }) => name);
};
const errorOf = async (answer: Response) => ((await answer.json()) as ErrorAnswer).error;

describe('a retired model', () => {
  it('is told to API callers by name, with what to use instead', async () => {
    const worker = createTestWorker({ CATALOG: JSON.stringify(ENDED) });

    const refused = [
      await worker.ask('gemini-2.5-flash-image:generateContent', newPrompt()),
      await worker.ask('nano-banana:streamGenerateContent?alt=sse', newPrompt()),
      await worker.ask('gemini-2.5-flash-image:countTokens', newPrompt()),
      await worker.fetch('/v1beta/models/gemini-2.5-flash-image', { headers: { 'x-goog-api-key': CLIENT_KEY } }),
    ];

    for (const answer of refused) {
      expect(answer.status).toBe(404);
      const error = await errorOf(answer);
      expect(error).toMatchObject({ status: 'NOT_FOUND', details: [{ reason: 'NOT_FOUND' }] });
      expect(error.message).toMatch(/ended it on 2026-10-02\. Use gemini-nano-banana-2\.1 instead\.$/);
    }
  });

  it('is in no list', async () => {
    const worker = createTestWorker({ CATALOG: JSON.stringify(ENDED) });

    expect((await menuOf(worker)).models.map(({ id }) => id)).not.toContain('gemini-2.5-flash-image');
    expect(await listOf(worker)).not.toContain('models/gemini-2.5-flash-image');
  });
});

it('a deprecated model goes on, and says what takes its place', async () => {
  const worker = createTestWorker();

  const answer = await worker.ask('gemini-3.1-flash-image:generateContent', newPrompt('[[size:tiny]]'));
  const shown = await worker.fetch('/v1beta/models/gemini-3.1-flash-image', {
    headers: { 'x-goog-api-key': CLIENT_KEY },
  });

  expect(answer.status).toBe(200);
  const { imageCapabilities } = (await shown.json()) as Model;
  expect(imageCapabilities.successor).toBe('gemini-nano-banana-2.1');
  expect(imageCapabilities).not.toHaveProperty('end');
});

describe('the catalog in KV', () => {
  it('brings a new model to worker, objects and menus without a deployment', async () => {
    await env.KV.put('catalog', JSON.stringify(ADDED));
    const worker = createTestWorker();
    const ask = await visitorOf(worker, '203.0.113.9');

    const answer = await ask(newPrompt('[[size:tiny]]') as never, `${NEW}:generateContent`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    expect(await listOf(worker)).toContain(`models/${NEW}`);
    expect((await menuOf(worker)).models.map(({ id }) => id)).toContain(NEW);
  });

  it('is on top of the variable', async () => {
    const name = (displayName: string) => JSON.stringify({ 'gemini-3-pro-image': { displayName } });
    await env.KV.put('catalog', name('From KV'));
    const worker = createTestWorker({
      CATALOG: JSON.stringify({ 'gemini-3-pro-image': { displayName: 'From the variable', maxReferences: 3 } }),
    });

    const pro = (await menuOf(worker)).models.find(({ id }) => id === 'gemini-3-pro-image');

    expect(pro).toMatchObject({ displayName: 'From KV', maxReferences: 3 });
  });

  it.each(['{', '{"gemini-3-pro-image":{"sizes":"2K"}}', '[]'])('that is broken (%s) changes nothing', async (text) => {
    await env.KV.put('catalog', text);
    const worker = createTestWorker();

    const answer = await worker.ask('gemini-3.1-flash-image:generateContent', newPrompt('[[size:tiny]]'));

    expect(answer.status).toBe(200);
    expect(await listOf(worker)).toHaveLength(5);
  });

  it('whose price has ended lets nothing go up', async () => {
    const prices = [
      {
        kind: 'token',
        inputPerMillion: 1,
        textOutPerMillion: 1,
        imageOutPerMillion: 1,
        source: 'x',
        since: '2026-01-01',
        until: '2026-01-31',
      },
    ];
    await env.KV.put('catalog', JSON.stringify({ 'gemini-3-pro-image': { offers: { google: { prices } } } }));
    const worker = createTestWorker();

    const answer = await worker.ask('gemini-3-pro-image:generateContent', newPrompt());

    expect(answer.status).toBe(503);
    expect((await errorOf(answer)).details).toMatchObject([{ reason: 'PRICE_UNKNOWN' }]);
  });

  it('is read once, however many ask', async () => {
    let reads = 0;
    const KV = new Proxy(env.KV, {
      get(kv, name) {
        const value = Reflect.get(kv, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'get' && args[0] === 'catalog') reads += 1;
          return Reflect.apply(value, kv, args);
        };
      },
    });
    const worker = createTestWorker({}, undefined, undefined, KV);

    await Promise.all(Array.from({ length: 20 }, () => listOf(worker)));

    expect(reads).toBe(1);
  });
});

it('the owner’s health names prices that are to be looked at, and models on their way out', async () => {
  const ADMIN_TOKEN = 'held-by-the-owner-of-the-catalog-9f3b71c2';
  const old = {
    kind: 'token',
    inputPerMillion: 1,
    textOutPerMillion: 1,
    imageOutPerMillion: 1,
    source: 'https://prices.example',
    since: '2026-01-01',
  };
  const change = { 'gemini-3-pro-image': { offers: { google: { prices: [old] } } }, ...ENDED };
  const worker = createTestWorker({ ADMIN_TOKEN, CATALOG: JSON.stringify(change) });

  const answer = await worker.fetch('/peel/health', { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });

  expect(await answer.json()).toMatchObject({
    prices: [
      {
        model: 'gemini-3-pro-image',
        provider: 'google',
        state: 'unconfirmed',
        confirmed: '2026-01-01',
        source: 'https://prices.example',
      },
    ],
    models: [
      { model: 'gemini-3.1-flash-image', state: 'deprecated', successor: 'gemini-nano-banana-2.1' },
      { model: 'gemini-2.5-flash-image', state: 'retired', end: '2026-10-02', successor: 'gemini-nano-banana-2.1' },
    ],
  });
});
