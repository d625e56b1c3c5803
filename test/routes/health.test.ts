import { describe, expect, inject, it } from 'vitest';
import type { KeyHealth, KeyHealthReport } from '../../worker/providers/key-health.ts';
import { createTestWorker, newPrompt, reasonOf, type TestWorker } from '../support.ts';
import { FAKE_APIYI_KEYS, FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';

const TOKEN = '0123456789abcdef-of-the-owner-0123456789abcdef';
const MODEL = 'gemini-3.1-flash-image';

const owned = () => createTestWorker({ ADMIN_TOKEN: TOKEN, GOOGLE_API_KEYS: FAKE_GOOGLE_KEYS.join(',') });

interface Health {
  isolate: { note: string; lanes: KeyHealthReport[] };
  reported: { note: string; lanes: KeyHealth[] | null };
}

const health = (worker: TestWorker, token?: string) =>
  worker.fetch('/peel/health', token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });

const healthOf = async (worker: TestWorker) => (await (await health(worker, TOKEN)).json()) as Health;

describe('GET /peel/health', () => {
  it('tells everybody that it is alive, and no more', async () => {
    const response = await health(owned());

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', demo: false, providers: ['google'] });
  });

  it('refuses a token that is not the owner’s', async () => {
    expect(await reasonOf(await health(owned(), 'another'))).toEqual([401, 'KEY_INVALID']);
  });

  it('has nothing more to tell where there is no owner’s token', async () => {
    const response = await health(createTestWorker(), TOKEN);

    expect(await response.json()).toEqual({ status: 'ok', demo: false, providers: ['google'] });
  });

  it('shows the owner every key, fit ones too', async () => {
    const { isolate } = await healthOf(owned());

    expect(isolate.lanes).toEqual(
      [1, 2].map((key) => ({
        ...{ provider: 'google', key, state: 'fit', since: expect.any(Number) },
        ...{ asked: 0, answered: 0, failed: 0 },
      })),
    );
  });

  it('shows what an isolate has found out itself, and what pictures in objects have', async () => {
    const worker = owned();
    const words = '[[error:429_per_day]]';
    await worker.ask(`${MODEL}:generateContent`, newPrompt(words), { 'Cache-Control': 'no-store' });
    const inObject = await worker.ask(`${MODEL}:generateContent`, newPrompt(words));
    expect(inObject.status).toBe(429);

    const { isolate, reported } = await healthOf(worker);

    const rest = { provider: 'google', model: MODEL, state: 'rests', trouble: 'day-quota', status: 429 };
    for (const key of [1, 2]) {
      expect(isolate.lanes).toContainEqual({
        ...{ ...rest, key, since: expect.any(Number), until: expect.any(Number) },
        ...{ asked: 1, answered: 0, failed: 1 },
      });
      expect(reported.lanes).toContainEqual({
        ...{ ...rest, key, since: expect.any(Number), until: expect.any(Number), toldAt: expect.any(Number) },
      });
    }
  });

  it('hears from an object alone, and that a key is fit again', async () => {
    const worker = createTestWorker({
      ADMIN_TOKEN: TOKEN,
      PROVIDERS: 'apiyi',
      APIYI_API_KEYS: FAKE_APIYI_KEYS[0],
      APIYI_BASE_URL: inject('upstreamUrl'),
    });
    await worker.ask('gemini-3-pro-image:generateContent', newPrompt('[[error:openai_429]]'));
    const before = await healthOf(worker);
    const drawn = await worker.ask('gemini-3-pro-image:generateContent', newPrompt('[[size:tiny]]'));
    const after = await healthOf(worker);

    const key = { provider: 'apiyi', key: 1, model: 'gemini-3-pro-image' };
    expect(drawn.status).toBe(200);
    expect(before.reported.lanes).toContainEqual(expect.objectContaining({ ...key, state: 'rests' }));
    expect(after.reported.lanes).toContainEqual(expect.objectContaining({ ...key, state: 'fit' }));
    expect(after.isolate.lanes).toEqual([expect.objectContaining({ provider: 'apiyi', asked: 0 })]);
  });
});
