/**
 * Rate limits in KV: a cheap, approximate refusal at the edge. The exact count is the ledger's (`exact-count.ts`). KV
 * is eventually consistent (another location may see a write 60 s late or more), loses concurrent updates of a key, and
 * takes one write a second per key. So each location lets some requests through before it sees the others' counts.
 * `test/limits/overshoot.test.ts` simulates how many; `docs/money.md#limits` has the figures. Each isolate also counts
 * in memory, and that count is exact.
 */
import type { Log } from '../shared/log.ts';
import type { WindowPolicy } from './policies.ts';
import { type WindowState, windowIndex, windowState } from './sliding-window.ts';

/** KV that takes longer than this counts as empty, because a limiter must not delay a request. */
export const KV_TIMEOUT_MS = 150;
/** KV takes one write a second for the same key (developers.cloudflare.com/kv/platform/limits). */
const WRITE_INTERVAL_MS = 1000;
/** A write that has not finished after this time counts as cut off. */
const WRITE_CLAIM_MS = 5000;
/** KV refuses shorter lifetimes (developers.cloudflare.com/kv/api/write-key-value-pairs). */
const MIN_TTL_SECONDS = 60;
/** Keys remembered by an isolate. The least recently used are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** A policy and where it stands. */
export interface PolicyState {
  policy: WindowPolicy;
  state: WindowState;
}

/** The limiter. It never throws: when KV is slow or fails, it refuses nothing. */
export interface Limits {
  /** Reads the state of every policy, in their order. Counts nothing. */
  read(policies: readonly WindowPolicy[]): Promise<PolicyState[]>;
  /**
   * Counts one act (a generation or an upload) on every policy. Not idempotent. Resolves when KV has it or has failed.
   */
  count(policies: readonly WindowPolicy[]): Promise<void>;
}

/** What {@link createLimits} needs. */
export interface LimitsOptions {
  kv: Pick<KVNamespace, 'get' | 'put'>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

/** The limiter of one isolate. Keys are `limit:{policy}:{who}:{window}`. */
export function createLimits({ kv, now, pause, log }: LimitsOptions): Limits {
  const counts = createLocalCounts();
  /** Keys that a request is writing, and when its claim ends, Unix milliseconds. */
  const writing = new Map<string, number>();

  const key = (policy: WindowPolicy, back: number) =>
    `limit:${policy.name}:${policy.who}:${windowIndex(policy, now() / 1000) - back}`;

  async function readKv(keys: string[]): Promise<Map<string, string | null>> {
    try {
      const reading = Promise.resolve(kv.get(keys));
      // A failure after the time-out has no handler; without this it would be an unhandled rejection.
      reading.catch(() => undefined);
      const counted = await Promise.race([reading, pause(KV_TIMEOUT_MS)]);
      if (counted instanceof Map) return counted;
      log('limits_kv_slow', { timeoutMs: KV_TIMEOUT_MS });
    } catch (error) {
      log('limits_kv_failed', { operation: 'get', error: String(error) });
    }
    return new Map();
  }

  /** Writes the newest count of a key, at most once a second. Counts that come meanwhile go with the next write. */
  async function write(name: string, ttlSeconds: number): Promise<void> {
    if (now() < (writing.get(name) ?? 0)) return;
    try {
      for (let written = 0; written < counts.get(name); ) {
        // A request that is cut off runs no `finally`, so its claim ends by time.
        writing.set(name, now() + WRITE_CLAIM_MS);
        written = counts.get(name);
        await kv.put(name, String(written), { expirationTtl: ttlSeconds });
        if (counts.get(name) > written) await pause(WRITE_INTERVAL_MS);
      }
    } catch (error) {
      log('limits_kv_failed', { operation: 'put', error: String(error) });
    } finally {
      writing.delete(name);
    }
  }

  return {
    async read(policies) {
      if (policies.length === 0) return [];
      const keys = policies.filter((policy) => !isLocal(policy)).flatMap((policy) => [key(policy, 0), key(policy, 1)]);
      const stored = keys.length > 0 ? await readKv(keys) : new Map<string, string | null>();
      for (const name of keys) counts.raise(name, Number(stored.get(name) ?? 0) || 0);
      return policies.map((policy) => ({
        policy,
        state: windowState(
          policy,
          { current: counts.get(key(policy, 0)), previous: counts.get(key(policy, 1)) },
          now() / 1000,
        ),
      }));
    },
    async count(policies) {
      await Promise.all(
        policies.map((policy) => {
          const name = key(policy, 0);
          counts.raise(name, counts.get(name) + (policy.units ?? 1));
          if (isLocal(policy)) return undefined;
          return write(name, Math.max(MIN_TTL_SECONDS, 2 * policy.windowSeconds));
        }),
      );
    },
  };
}

/** Attempts are counted only in memory. The ledger has the exact count, and a KV write for each would cost more. */
const isLocal = ({ perAttempt }: WindowPolicy): boolean => perAttempt === true;

/** The isolate's value of each counter: the larger of its own count and the largest that KV returned. */
function createLocalCounts() {
  const counts = new Map<string, number>();
  return {
    get: (name: string): number => counts.get(name) ?? 0,
    raise(name: string, to: number): void {
      if (to === 0) return;
      const count = Math.max(to, counts.get(name) ?? 0);
      // Deleted first, so that the map's order is the order of use.
      counts.delete(name);
      counts.set(name, count);
      if (counts.size > MAX_REMEMBERED) counts.delete(counts.keys().next().value as string);
    },
  };
}
