/**
 * Rate limits in KV: the cheap refusal at the edge, never the exact word. KV is eventually consistent (a write may
 * take 60 s or more to be seen elsewhere), loses updates of the same key, and takes one write a second per key. So a
 * limit is overshot by about what each location lets through before it hears of the others; `test/limits/overshoot`
 * simulates by how much, and the README says it. Inside one isolate the count is kept in memory as well, and that
 * much is exact.
 */
import type { Log } from '../shared/log.ts';
import type { WindowPolicy } from './policies.ts';
import { type WindowState, windowIndex, windowState } from './sliding-window.ts';

/** KV that takes longer than this is treated as absent: a limiter must not be what hangs a request. */
export const KV_TIMEOUT_MS = 150;
/** KV takes one write a second for the same key (developers.cloudflare.com/kv/platform/limits). */
const WRITE_INTERVAL_MS = 1000;
const WRITE_CLAIM_MS = 5000;
/** KV refuses shorter lifetimes (developers.cloudflare.com/kv/api/write-key-value-pairs). */
const MIN_TTL_SECONDS = 60;
/** Keys remembered by an isolate; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

export interface PolicyState {
  policy: WindowPolicy;
  state: WindowState;
}

export interface Limits {
  /** Reads where every policy stands. Counts nothing. KV slow or failing counts as empty. */
  read(policies: readonly WindowPolicy[]): Promise<PolicyState[]>;
  /** Counts one act on every policy: a generation really starts, an upload begins. Resolves when KV has it or has failed. */
  count(policies: readonly WindowPolicy[]): Promise<void>;
}

export interface LimitsOptions {
  kv: Pick<KVNamespace, 'get' | 'put'>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

export function createLimits({ kv, now, pause, log }: LimitsOptions): Limits {
  const counts = createLocalCounts();
  /** Keys that some request is writing, until when it has to give a sign of life. */
  const writing = new Map<string, number>();

  const key = (policy: WindowPolicy, back: number) =>
    `limit:${policy.name}:${policy.who}:${windowIndex(policy, now() / 1000) - back}`;

  async function readKv(keys: string[]): Promise<Map<string, string | null>> {
    try {
      const reading = Promise.resolve(kv.get(keys));
      // A late failure has nobody waiting for it any more.
      reading.catch(() => undefined);
      const counted = await Promise.race([reading, pause(KV_TIMEOUT_MS)]);
      if (counted instanceof Map) return counted;
      log('limits_kv_slow', { timeoutMs: KV_TIMEOUT_MS });
    } catch (error) {
      log('limits_kv_failed', { operation: 'get', error: String(error) });
    }
    return new Map();
  }

  /** Writes the newest count of a key, at most once a second; counts that come meanwhile ride along. */
  async function write(name: string, ttlSeconds: number): Promise<void> {
    if (now() < (writing.get(name) ?? 0)) return;
    try {
      for (let written = 0; written < counts.get(name); ) {
        // A request that is cut off never gets to say so: its claim ends by itself.
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

/** Attempts are remembered here and written nowhere: the ledger has them exactly, and a write for each would cost more. */
const isLocal = ({ perAttempt }: WindowPolicy): boolean => perAttempt === true;

/** What this isolate knows of each counter: at least what it counted itself and what KV ever told it. */
function createLocalCounts() {
  const counts = new Map<string, number>();
  return {
    get: (name: string): number => counts.get(name) ?? 0,
    raise(name: string, to: number): void {
      if (to === 0) return;
      const count = Math.max(to, counts.get(name) ?? 0);
      // Set anew, so that the map's order is the order of use.
      counts.delete(name);
      counts.set(name, count);
      if (counts.size > MAX_REMEMBERED) counts.delete(counts.keys().next().value as string);
    },
  };
}
