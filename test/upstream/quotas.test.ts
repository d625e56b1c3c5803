import { describe, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEYS } from './keys.ts';
import { Quotas } from './quotas.ts';
import { createFakeUpstream } from './server.ts';

const [KEY] = FAKE_GOOGLE_KEYS;

describe('Quotas', () => {
  it('counts a minute from its first request, and says when the next begins', () => {
    const quotas = new Quotas();
    quotas.set({ key: KEY, perMinute: 2 });

    expect(quotas.take(KEY, 'm', 1_000)).toBeUndefined();
    expect(quotas.take(KEY, 'm', 20_000)).toBeUndefined();
    expect(quotas.take(KEY, 'm', 31_000)).toEqual({ error: '429_quota', retry: '30s' });
    expect(quotas.take(KEY, 'm', 61_000)).toBeUndefined();
  });

  it('counts a day, each model by itself, and leaves other keys alone', () => {
    const quotas = new Quotas();
    quotas.set({ key: KEY, perDay: 1 });

    expect(quotas.take(KEY, 'm', 0)).toBeUndefined();
    expect(quotas.take(KEY, 'm', 0)).toEqual({ error: '429_per_day' });
    expect(quotas.take(KEY, 'n', 0)).toBeUndefined();
    expect(quotas.take('other', 'm', 0)).toBeUndefined();
  });

  it('knows projects that have none', () => {
    const quotas = new Quotas();
    quotas.set({ key: KEY, model: 'm', perDay: 0 });

    expect(quotas.take(KEY, 'm', 0)).toEqual({ error: '429_free_tier' });
  });
});

it('a key past its quota gets Google’s 429, and a door that is shut refuses connections', async () => {
  const upstream = await createFakeUpstream();
  const ask = (url: string) =>
    fetch(`${url}/v1beta/models/gemini-2.5-flash-image:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': KEY },
      body: JSON.stringify({ contents: [{ parts: [{ text: '[[size:tiny]]' }] }] }),
    });
  try {
    upstream.quota({ key: KEY, perMinute: 1 });
    const { url } = (await (await fetch(`${upstream.url}/__door`, { method: 'POST' })).json()) as { url: string };

    const taken = await ask(url);
    const spent = await ask(upstream.url);
    await fetch(`${upstream.url}/__door?url=${url}`, { method: 'DELETE' });

    expect(taken.status).toBe(200);
    expect(spent.status).toBe(429);
    expect(await spent.text()).toMatch(
      /GenerateRequestsPerMinutePerProjectPerModel"[\s\S]*"retryDelay": "(60|59\.\d+)s"/,
    );
    await expect(ask(url)).rejects.toThrow();
  } finally {
    await upstream.close();
  }
});
