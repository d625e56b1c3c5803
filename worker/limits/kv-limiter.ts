/**
 * Rate limits in KV: a cheap, approximate refusal at the edge. The exact count is the ledger's (`exact-count.ts`). KV
 * is eventually consistent (another location may see a write 60 s late or more), loses concurrent updates of a key, and
 * takes one write a second per key. So each location lets some requests through before it sees the others' counts.
 * `test/limits/overshoot.test.ts` simulates how many; `docs/money.md#limits` has the figures. Each isolate also counts
 * in memory, and that count is exact.
 *
 * The free plan takes 1,000 writes a day. So all counts of a visitor are one key, written once for each picture, and a
 * count of many visitors is written at most once a minute by an isolate. An isolate that ends loses that last minute.
 */
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import {
  addCounts,
  countAct,
  countsOf,
  type EdgeCounts,
  type EdgePolicy,
  parseCounts,
  raiseCounts,
  writeCounts,
} from './edge-counts.ts';
import type { EdgeRecord, WindowPolicy } from './policies.ts';
import { type WindowState, windowState } from './sliding-window.ts';

/** KV that takes longer than this counts as empty, because a limiter must not delay a request. */
export const KV_TIMEOUT_MS = 150;
/** Shortest time between two writes of a key. KV takes one a second (developers.cloudflare.com/kv/platform/limits). */
const WRITE_INTERVAL_MS = { visitor: 1000, total: 60_000 };
/** A write that has not finished after this time counts as cut off. */
const WRITE_CLAIM_MS = 5000;
const DAY_SECONDS = 86_400;
/** Records remembered by an isolate. The least recently used are forgotten first. */
const MAX_REMEMBERED = 5000;

/** A policy and where it stands. */
export interface PolicyState {
  policy: WindowPolicy;
  state: WindowState;
}

/** The limiter. It never throws: when KV is slow or fails, it refuses nothing. Policies without a record are ignored. */
export interface Limits {
  /** Reads the state of every policy, in their order. Counts nothing. */
  read(policies: readonly WindowPolicy[]): Promise<PolicyState[]>;
  /**
   * Counts one act (a generation or an upload) on every policy. Not idempotent. Resolves when KV has it, has failed, or
   * gets it with a later write.
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

/** What an isolate knows of a record. */
interface Remembered {
  key: string;
  /** The largest counts that KV has returned or was given here. */
  stored: EdgeCounts;
  /** Acts counted here since the last write. */
  unsaved: EdgeCounts;
  /** Unix milliseconds. */
  writtenAt: number;
  /** While a request is writing: when its claim ends, Unix milliseconds. */
  claimedUntil: number;
}

/** The limiter of one isolate. Keys are `limit:{record}:{who}:{UTC day}`. */
export function createLimits({ kv, now, pause, log }: LimitsOptions): Limits {
  const records = new Map<string, Remembered>();

  const keyOf = ({ name, who }: EdgeRecord, daysBack = 0): string =>
    `limit:${name}:${who}:${Math.floor(now() / 1000 / DAY_SECONDS) - daysBack}`;

  function remember(record: EdgeRecord): Remembered {
    const key = keyOf(record);
    const known = records.get(key) ?? {
      ...{ key, stored: new Map(), unsaved: new Map(), claimedUntil: 0 },
      writtenAt: record.kind === 'total' ? now() : Number.NEGATIVE_INFINITY,
    };
    keepNewest(records, key, known, MAX_REMEMBERED);
    return known;
  }

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

  /** Writes a record's counts. Acts that are counted too soon after the last write go with the next one. */
  async function write({ kind }: EdgeRecord, known: Remembered): Promise<void> {
    if (kind === 'memory' || now() < known.claimedUntil) return;
    while (known.unsaved.size > 0) {
      const earlyMs = known.writtenAt + WRITE_INTERVAL_MS[kind] - now();
      if (earlyMs > 0 && kind === 'total') break;
      // A request that is cut off ends no claim, so it ends by time.
      known.claimedUntil = now() + WRITE_CLAIM_MS;
      if (earlyMs > 0) await pause(earlyMs);
      known.writtenAt = now();
      addCounts(known.stored, known.unsaved);
      known.unsaved.clear();
      try {
        // A visitor has another id tomorrow. Of a total, tomorrow's windows still see today's.
        const expirationTtl = kind === 'total' ? 2 * DAY_SECONDS : DAY_SECONDS;
        await kv.put(known.key, writeCounts(known.stored), { expirationTtl });
      } catch (error) {
        log('limits_kv_failed', { operation: 'put', error: String(error) });
      }
    }
    known.claimedUntil = 0;
  }

  return {
    async read(policies) {
      const counted = policies.filter(isAtEdge);
      const stored = recordsOf(counted).flatMap((record) => {
        if (record.kind === 'memory') return [];
        return (record.kind === 'total' ? [0, 1] : [0]).map((back) => ({ record, key: keyOf(record, back) }));
      });
      const values = stored.length > 0 ? await readKv(stored.map(({ key }) => key)) : undefined;
      for (const { record, key } of stored) {
        const text = values?.get(key);
        if (text) raiseCounts(remember(record).stored, parseCounts(text));
      }
      const seconds = now() / 1000;
      return counted.map((policy) => {
        const { stored = NONE, unsaved = NONE } = records.get(keyOf(policy.edge)) ?? {};
        const [a, b] = [countsOf(stored, policy, seconds), countsOf(unsaved, policy, seconds)];
        const counts = { current: a.current + b.current, previous: a.previous + b.previous };
        return { policy, state: windowState(policy, counts, seconds) };
      });
    },
    async count(policies) {
      const counted = policies.filter(isAtEdge);
      for (const policy of counted) countAct(remember(policy.edge).unsaved, policy, now() / 1000);
      await Promise.all(recordsOf(counted).map((record) => write(record, remember(record))));
    },
  };
}

const NONE: EdgeCounts = new Map();

const isAtEdge = (policy: WindowPolicy): policy is EdgePolicy => policy.edge !== undefined;

/** The records of policies, each once. */
const recordsOf = (policies: readonly EdgePolicy[]): EdgeRecord[] => [
  ...new Map(policies.map(({ edge }) => [`${edge.name}:${edge.who}`, edge])).values(),
];
