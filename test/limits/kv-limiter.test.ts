import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createLimits, KV_TIMEOUT_MS, type LimitsOptions } from '../../worker/limits/kv-limiter.ts';
import type { WindowPolicy } from '../../worker/limits/policies.ts';

const NOW = 1_790_000_000_000;
const policy = (who: string, limit = 3): WindowPolicy => ({
  name: 'visitor-minute',
  who,
  limit,
  windowSeconds: 60,
  reason: 'VISITOR_MINUTE',
});

function setUp(options: Partial<LimitsOptions> = {}) {
  const logged: string[] = [];
  const pauses: number[] = [];
  const limits = createLimits({
    kv: env.KV,
    now: () => NOW,
    // The KV timeout never comes; the second between two writes is over at once.
    pause: (ms) => {
      pauses.push(ms);
      return ms === KV_TIMEOUT_MS ? new Promise(() => undefined) : Promise.resolve();
    },
    log: (event) => logged.push(event),
    ...options,
  });
  return { limits, logged, pauses };
}

const remaining = async (limits: ReturnType<typeof createLimits>, of: WindowPolicy) =>
  (await limits.read([of]))[0]?.state.remaining;

describe('KV limits', () => {
  it('count what starts, and read without counting', async () => {
    const { limits } = setUp();
    const visitor = policy('counts');

    expect(await remaining(limits, visitor)).toBe(3);
    expect(await remaining(limits, visitor)).toBe(3);
    await limits.count([visitor]);
    await limits.count([visitor]);

    expect(await remaining(limits, visitor)).toBe(1);
  });

  it('count as many units as one act takes', async () => {
    const { limits } = setUp();
    const large = { ...policy('units', 200), units: 20 };

    await limits.count([large]);
    await limits.count([{ ...large, units: 1 }]);

    expect(await remaining(limits, large)).toBe(179);
  });

  it('are seen by another isolate through KV', async () => {
    const visitor = policy('shared');
    const here = setUp().limits;
    await here.read([visitor]);
    await here.count([visitor]);

    expect(await remaining(setUp().limits, visitor)).toBe(2);
  });

  it('lose nothing of what one isolate starts at once, and write a key once a second', async () => {
    const visitor = policy('burst', 100);
    const { limits, pauses } = setUp();

    await Promise.all(Array.from({ length: 20 }, () => limits.count([visitor])));

    expect(await remaining(limits, visitor)).toBe(80);
    expect(await remaining(setUp().limits, visitor)).toBe(80);
    expect(pauses.filter((ms) => ms === 1000)).toHaveLength(1);
  });

  it('keep two windows of each key, so that yesterday’s counts end by themselves', async () => {
    const visitor = policy('expires');
    await setUp().limits.count([visitor]);

    const { keys } = await env.KV.list({ prefix: 'limit:visitor-minute:expires:' });

    expect(keys).toHaveLength(1);
    expect(keys[0]?.expiration).toBeLessThanOrEqual(Date.now() / 1000 + 121);
  });

  it('let requests through when KV fails, and say so in the log', async () => {
    const broken = {
      get: () => Promise.reject(new Error('KV GET failed: 500')),
      put: () => Promise.reject(new Error('KV PUT failed: 429')),
    } as unknown as LimitsOptions['kv'];
    const { limits, logged } = setUp({ kv: broken });
    const visitor = policy('broken');

    expect(await remaining(limits, visitor)).toBe(3);
    await limits.count([visitor]);

    expect(logged).toEqual(['limits_kv_failed', 'limits_kv_failed']);
    expect(await remaining(limits, visitor)).toBe(2);
  });

  it('do not wait for a KV that hangs', async () => {
    const hanging = {
      get: () => new Promise(() => undefined),
      put: () => Promise.resolve(),
    } as unknown as LimitsOptions['kv'];
    const { limits, logged } = setUp({ kv: hanging, pause: () => Promise.resolve() });

    expect(await remaining(limits, policy('hanging'))).toBe(3);
    expect(logged).toEqual(['limits_kv_slow']);
  });

  it('ask KV nothing where there is nothing to count', async () => {
    const untouched = {
      get: () => expect.unreachable(),
      put: () => expect.unreachable(),
    } as unknown as LimitsOptions['kv'];

    expect(await setUp({ kv: untouched }).limits.read([])).toEqual([]);
  });

  it('treat a value that is no number as nothing counted', async () => {
    const visitor = policy('garbage');
    await env.KV.put(`limit:visitor-minute:garbage:${Math.floor(NOW / 60_000)}`, 'lots');

    expect(await remaining(setUp().limits, visitor)).toBe(3);
  });
});
