import { describe, expect, it } from 'vitest';
import type { ClientRecord } from '../../worker/auth/client-record.ts';
import { createClients, createKey, hashOfKey } from '../../worker/auth/clients.ts';
import { CLIENT_KEY } from '../client-keys.ts';

const NOW = 1_790_000_000_000;
const RECORD: ClientRecord = {
  ...{ name: 'newsletter', site: 'shop', audience: 'own', takes: 'named' },
  createdAt: '2026-11-29T00:00:00.000Z',
};
const newKey = () => createKey((bytes) => crypto.getRandomValues(bytes));

/** An isolate in front of a KV that counts reads. */
function setUp(records: Record<string, ClientRecord | string> = {}) {
  const kv = new Map(Object.entries(records).map(([key, record]) => [hashOfKey(key), record]));
  const clock = { now: NOW };
  const reads: string[] = [];
  const state = { isDown: false, afterMs: 0 };
  const clients = createClients({
    bootstrap: [{ name: 'dev', key: CLIENT_KEY }],
    read: async (hash) => {
      reads.push(hash);
      if (state.afterMs > 0) await scheduler.wait(state.afterMs);
      if (state.isDown) throw new Error('no answer');
      const record = kv.get(hash);
      return record === undefined ? null : typeof record === 'string' ? record : JSON.stringify(record);
    },
    now: () => clock.now,
    pause: (ms) => (state.afterMs > 0 ? scheduler.wait(ms) : new Promise(() => undefined)),
    waitUntil: () => undefined,
    log: () => undefined,
  });
  /** The name of a key's client, or the reason why it cannot be judged. */
  const nameOf = async (key: string, isKnownOnly = false) => {
    const found = await clients.find(key, isKnownOnly);
    return found.ok ? found.value?.name : found.failure.reason;
  };
  const slowly = (ms: number): void => {
    state.afterMs = ms;
  };
  return { clients, kv, clock, reads, state, slowly, nameOf };
}

describe('a key', () => {
  it('has 128 bits, each of them free', () => {
    const ones = createKey((bytes) => bytes.fill(255));

    expect(ones).toBe(`pk_${'_'.repeat(21)}w`);
    expect(newKey()).toMatch(/^pk_[A-Za-z0-9_-]{21}[AQgw]$/);
    expect(new Set(Array.from({ length: 100 }, newKey)).size).toBe(100);
  });

  it('of the variables is known without KV, and the one in KV after one read', async () => {
    const key = newKey();
    const { nameOf, reads } = setUp({ [key]: RECORD });

    expect([await nameOf(CLIENT_KEY), await nameOf(key), await nameOf(key)]).toEqual([
      'dev',
      'newsletter',
      'newsletter',
    ]);
    expect(reads).toEqual([hashOfKey(key)]);
  });

  it('has its rules from its record', async () => {
    const key = newKey();
    const rules = { models: ['gemini-nano-banana-2.1'], perMinute: 6, dailyUsd: 1.5 };
    const { clients } = setUp({ [key]: { ...RECORD, ...rules, audience: 'site', takes: 'fresh' } });

    expect(await clients.find(key, false)).toEqual({
      ok: true,
      value: {
        ...{ name: 'newsletter', site: 'shop', models: rules.models, perMinute: 6, dayBudgetMicros: 1_500_000 },
        ...{ fresh: true, joinsSite: true },
      },
    });
  });

  it.each(['pk_', 'pk_short', `pk_${'a'.repeat(22)}`, `pk_${'A'.repeat(23)}`, 'AIzaSyA-a-key-of-google', ''])(
    'of another form (%s) causes no read',
    async (key) => {
      const { nameOf, reads } = setUp();

      expect(await nameOf(key)).toBeUndefined();
      expect(reads).toEqual([]);
    },
  );

  it('that is nobody’s is looked for once in 30 s, and does not push out one that is known', async () => {
    const key = newKey();
    const { nameOf, reads, clock } = setUp({ [key]: RECORD });
    const strange = newKey();
    await nameOf(key);

    for (let n = 0; n < 3; n += 1) expect(await nameOf(strange)).toBeUndefined();
    expect(reads).toHaveLength(2);
    for (let n = 0; n < 1200; n += 1) await nameOf(newKey());
    reads.length = 0;
    expect(await nameOf(key)).toBe('newsletter');
    expect(reads).toEqual([]);
    clock.now += 30_000;
    await nameOf(strange);
    expect(reads).toEqual([hashOfKey(strange)]);
  });

  it('of a flood causes no read', async () => {
    const key = newKey();
    const { nameOf, reads } = setUp({ [key]: RECORD });

    expect(await nameOf(key, true)).toBeUndefined();
    expect(reads).toEqual([]);
    await nameOf(key);
    expect(await nameOf(key, true)).toBe('newsletter');
  });

  it('that is revoked ends with the next look, 25 s later at most', async () => {
    const key = newKey();
    const { nameOf, kv, clock } = setUp({ [key]: RECORD });
    await nameOf(key);
    kv.delete(hashOfKey(key));

    clock.now += 24_999;
    expect(await nameOf(key)).toBe('newsletter');
    clock.now += 1;
    expect(await nameOf(key)).toBeUndefined();
  });

  it('that was revoked long ago is refused at once, however long KV takes, and by one read', async () => {
    const key = newKey();
    const { nameOf, kv, clock, reads, slowly } = setUp({ [key]: RECORD });
    await nameOf(key);
    kv.delete(hashOfKey(key));
    clock.now += 6 * 3_600_000;
    reads.length = 0;
    slowly(300);

    expect(await Promise.all([nameOf(key), nameOf(key), nameOf(key)])).toEqual([undefined, undefined, undefined]);
    expect(reads).toHaveLength(1);
  });

  it('that is revoked in this isolate ends at once', async () => {
    const key = newKey();
    const { nameOf, clients, kv } = setUp({ [key]: RECORD });
    await nameOf(key);
    kv.delete(hashOfKey(key));

    clients.forget(hashOfKey(key));

    expect(await nameOf(key)).toBeUndefined();
  });

  it('ends at its time, without another read', async () => {
    const key = newKey();
    const { nameOf, clock } = setUp({ [key]: { ...RECORD, expiresAt: new Date(NOW + 1000).toISOString() } });

    expect(await nameOf(key)).toBe('newsletter');
    clock.now += 1000;
    expect(await nameOf(key)).toBeUndefined();
  });
});

describe('while KV does not answer', () => {
  it('a known key goes on, and an unknown one is told to try again', async () => {
    const [key, strange] = [newKey(), newKey()];
    const { nameOf, state, clock } = setUp({ [key]: RECORD });
    await nameOf(key);
    state.isDown = true;
    clock.now += 3_600_000;

    expect(await nameOf(key)).toBe('newsletter');
    expect(await nameOf(strange)).toBe('UPSTREAM_UNAVAILABLE');
    state.isDown = false;
    expect(await nameOf(strange)).toBeUndefined();
  });
});

describe('a record that breaks a rule', () => {
  it('is an error, and never a client', async () => {
    const [torn, wrong] = [newKey(), newKey()];
    const { nameOf } = setUp({ [torn]: '{"name":', [wrong]: { ...RECORD, perMinute: 0 } });

    expect(await nameOf(torn)).toBe('CONFIG_BROKEN');
    expect(await nameOf(wrong)).toBe('CONFIG_BROKEN');
  });

  it('leaves a client that was known as it was', async () => {
    const key = newKey();
    const { nameOf, kv, clock } = setUp({ [key]: RECORD });
    await nameOf(key);
    kv.set(hashOfKey(key), '{}');
    clock.now += 60_000;

    expect(await nameOf(key)).toBe('newsletter');
  });
});
