/**
 * Simulates how far limits in KV are overshot: several locations, each with several isolates and its own view of KV,
 * which gets the writes of other locations up to a minute late. Prints the figures in `docs/money.md#limits`.
 */
import { describe, expect, it } from 'vitest';
import { createLimits, type Limits } from '../../worker/limits/kv-limiter.ts';
import type { EdgeRecord, WindowPolicy } from '../../worker/limits/policies.ts';

/** Longest delay until another location sees a write (developers.cloudflare.com/kv/concepts/how-kv-works). */
const STALE_MS = 60_000;

/** A deterministic random number generator (mulberry32), so that the figures stay the same. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Attack {
  locations: number;
  isolates: number;
  /** Acts a second, spread evenly over the isolates of all locations. */
  perSecond: number;
  seconds: number;
  limit: number;
  windowSeconds: number;
  /** How the edge keeps the count. */
  kind: EdgeRecord['kind'];
  units: number;
}

/** One KV as `locations` see it: own writes at once, others' up to {@link STALE_MS} late, the last write wins. */
function simulateKv(now: () => number, random: () => number) {
  const writes = new Map<string, { value: string; location: number; at: number; lateMs: number }[]>();
  return (location: number) => ({
    get: async (keys: string[]) => {
      const seen = (key: string) =>
        writes.get(key)?.findLast((write) => write.location === location || write.at + write.lateMs <= now())?.value;
      return new Map(keys.map((key) => [key, seen(key) ?? null]));
    },
    put: async (key: string, value: string) => {
      const known = writes.get(key) ?? [];
      known.push({ value, location, at: now(), lateMs: random() * STALE_MS });
      writes.set(key, known);
    },
  });
}

/** @returns The most units that passed within one window. */
async function simulate(attack: Attack): Promise<number> {
  const clock = { now: 1_790_000_040_000 };
  const random = seeded(attack.locations * 1000 + attack.isolates * 10 + attack.limit);
  const kvOf = simulateKv(() => clock.now, random);
  const policy: WindowPolicy = {
    name: 'sim',
    who: 'attacker',
    limit: attack.limit,
    windowSeconds: attack.windowSeconds,
    reason: 'VISITOR_MINUTE',
    units: attack.units,
    edge: { name: 'sim', who: 'attacker', kind: attack.kind },
  };
  const isolates: Limits[] = Array.from({ length: attack.locations * attack.isolates }, (_, index) =>
    createLimits({
      kv: kvOf(index % attack.locations) as never,
      now: () => clock.now,
      // The second between two writes takes no time here, and the time-out comes after KV's answer.
      async pause() {
        for (let tick = 0; tick < 10; tick += 1) await undefined;
      },
      log: () => undefined,
    }),
  );
  const passed = new Map<number, number>();
  const steps = attack.perSecond * attack.seconds;
  for (let step = 0; step < steps; step += 1) {
    clock.now += 1000 / attack.perSecond;
    const limits = isolates[Math.floor(random() * isolates.length)] as Limits;
    const [read] = await limits.read([policy]);
    if ((read?.state.remaining ?? 0) < attack.units) continue;
    await limits.count([policy]);
    const window = Math.floor(clock.now / 1000 / attack.windowSeconds);
    passed.set(window, (passed.get(window) ?? 0) + attack.units);
  }
  return Math.max(...passed.values());
}

const visitor = { kind: 'visitor', units: 1, perSecond: 20 } as const;
const minute = { ...visitor, limit: 3, windowSeconds: 60, seconds: 300 };
const day = { ...visitor, limit: 20, windowSeconds: 86_400, seconds: 1200 };
/** The MiB of all visitors' uploads, which an isolate writes once a minute: pictures of 20 MiB, two a second. */
const total = { kind: 'total', units: 20, perSecond: 2, limit: 20_480, windowSeconds: 86_400, seconds: 3600 } as const;

describe('limits in KV, under attack', () => {
  it.each<{ name: string; attack: Attack; atMost: number }>([
    { name: 'a minute limit of 3, one isolate', attack: { ...minute, locations: 1, isolates: 1 }, atMost: 1 },
    {
      name: 'a minute limit of 3, one location, 4 isolates',
      attack: { ...minute, locations: 1, isolates: 4 },
      atMost: 1,
    },
    {
      name: 'a minute limit of 3, 3 locations, 2 isolates each',
      attack: { ...minute, locations: 3, isolates: 2 },
      atMost: 3,
    },
    {
      name: 'a minute limit of 3, 10 locations, 2 isolates each',
      attack: { ...minute, locations: 10, isolates: 2 },
      atMost: 10,
    },
    {
      name: 'a day limit of 20, 3 locations, 2 isolates each',
      attack: { ...day, locations: 3, isolates: 2 },
      atMost: 3,
    },
    {
      name: 'a day limit of 20, 10 locations, 2 isolates each',
      attack: { ...day, locations: 10, isolates: 2 },
      atMost: 10,
    },
    { name: 'a total of 20,480 MiB a day, one isolate', attack: { ...total, locations: 1, isolates: 1 }, atMost: 1 },
    {
      name: 'a total of 20,480 MiB a day, one location, 4 isolates',
      attack: { ...total, locations: 1, isolates: 4 },
      atMost: 2,
    },
    {
      name: 'a total of 20,480 MiB a day, 10 locations, 2 isolates each',
      attack: { ...total, locations: 10, isolates: 2 },
      atMost: 5,
    },
    {
      name: 'a total of 20,480 MiB a day, 10 locations, 2 isolates each, ten times as fast',
      attack: { ...total, perSecond: 20, seconds: 600, locations: 10, isolates: 2 },
      atMost: 10,
    },
  ])('$name: lets through at most $atMost times the limit', async ({ name, attack, atMost }) => {
    const most = await simulate(attack);

    console.log(`overshoot: ${name}: ${most} passed (${(most / attack.limit).toFixed(1)} × the limit)`);
    expect(most).toBeGreaterThanOrEqual(attack.limit);
    expect(most).toBeLessThanOrEqual(attack.limit * atMost);
  });
});
