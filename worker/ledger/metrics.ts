/**
 * Counts of an isolate: it keeps them in memory and flushes them to the site's ledger, by hour and name. With them go
 * the pages that have asked.
 */
import { dayOf, hourOf } from '../shared/utc.ts';
import { MAX_SENT, type OriginCount, type OriginCounts } from './origins.ts';

/** Upper bounds of the latency histogram, milliseconds. Slower ones count under `slower`. */
const LATENCY_BUCKETS_MS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000];

/** How a request ended, for its latency: by a kept answer, by a run, or by a failure. */
export type LatencyOf = 'hit' | 'run' | 'failure';

/** The counter of a latency: `latency:{how}:{upper bound in ms}` or `latency:{how}:slower`. */
export const latencyName = (how: LatencyOf, ms: number): string => {
  const bucket = LATENCY_BUCKETS_MS.find((most) => ms <= most);
  return `latency:${how}:${bucket ?? 'slower'}`;
};

/** What {@link createMetrics} needs. */
export interface MetricsOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  /** Adds counts to an hour of the ledger, `YYYY-MM-DDTHH`. @param origins Absent: no page has asked. */
  send: (hour: string, counts: Readonly<Record<string, number>>, origins?: OriginCounts) => Promise<void>;
  /** Called when `send` fails. Those counts are lost. */
  onError: (error: unknown) => void;
}

/** The shortest time between two flushes of an isolate. */
export const FLUSH_INTERVAL_MS = 60_000;

/**
 * How long a flush waits for the counts of the requests around it. Less than the 30 s that the platform gives to what
 * outlives its request (developers.cloudflare.com/workers/runtime-apis/context).
 */
export const GATHER_MS = 10_000;

/**
 * So many counts are worth a flush. A hit makes two, its own and its latency; waking a quiet ledger costs more than
 * ten hits.
 */
export const WORTH_A_FLUSH = 20;

/** Origins of a UTC day that an isolate remembers to have seen. */
const MAX_SEEN = 200;

/** Counts that are worth a flush alone: a provider's call, for which the ledger is awake in any case, and a refusal. */
const isUrgent = (name: string): boolean => /^(started|bypass|refused:)/.test(name);

/**
 * Never throws. No timer runs between flushes: a count that is worth it schedules the next one. So an isolate that ends
 * loses the counts that it holds.
 */
export function createMetrics({ now, pause, waitUntil, send, onError }: MetricsOptions) {
  const counts = new Map<string, number>();
  const origins = { admitted: new Map<string, OriginCount>(), refused: new Map<string, OriginCount>() };
  let seen = { day: '', names: new Set<string>() };
  let isWorthIt = false;
  let held = 0;
  let nextFlushAt = 0;

  async function flush(): Promise<void> {
    await pause(GATHER_MS);
    const sent = Object.fromEntries(counts);
    const pages = { admitted: [...origins.admitted.values()], refused: [...origins.refused.values()] };
    counts.clear();
    origins.admitted.clear();
    origins.refused.clear();
    isWorthIt = false;
    held = 0;
    const asked = pages.admitted.length + pages.refused.length > 0 ? [pages] : [];
    await send(hourOf(now()), sent, ...asked).catch(onError);
  }

  function schedule(): void {
    // A request that the platform ends takes its flush along. After the interval the next count schedules another.
    if (!isWorthIt || now() < nextFlushAt) return;
    nextFlushAt = now() + FLUSH_INTERVAL_MS;
    waitUntil(flush());
  }

  /**
   * Whether this isolate sees a page for the first time on this day. Of more than it can remember it sees none anew.
   */
  function isNew(name: string): boolean {
    const day = dayOf(now());
    if (seen.day !== day) seen = { day, names: new Set() };
    if (seen.names.has(name) || seen.names.size >= MAX_SEEN) return false;
    seen.names.add(name);
    return true;
  }

  return {
    /** Counts one for each name. */
    count(...names: string[]): void {
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
      held += names.length;
      isWorthIt ||= held >= WORTH_A_FLUSH || names.some(isUrgent);
      schedule();
    },

    /**
     * Counts a page that has asked. One that this isolate has not seen today is worth a flush: its owner waits for it.
     * Strangers can invent origins, so no more are held than a ledger takes at once.
     */
    countOrigin(origin: string, isAdmitted: boolean): void {
      const kind = isAdmitted ? 'admitted' : 'refused';
      const known = origins[kind].get(origin);
      if (!known && origins[kind].size >= MAX_SENT) return;
      origins[kind].set(origin, { origin, count: (known?.count ?? 0) + 1, lastAt: now() });
      held += 1;
      isWorthIt ||= held >= WORTH_A_FLUSH || isNew(`${kind} ${origin}`);
      schedule();
    },
  };
}
