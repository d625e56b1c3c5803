/** Counts of an isolate: it keeps them in memory and flushes them to the site's ledger, by hour and name. */

/** Upper bounds of the latency histogram, milliseconds. Slower ones count under `slower`. */
const LATENCY_BUCKETS_MS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000];

/** The counter of a latency: `latency:{upper bound in ms}` or `latency:slower`. */
export const latencyName = (ms: number): string => {
  const bucket = LATENCY_BUCKETS_MS.find((most) => ms <= most);
  return `latency:${bucket ?? 'slower'}`;
};

/** An hour in UTC, `YYYY-MM-DDTHH`. @param at Unix milliseconds. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

/** What {@link createMetrics} needs. */
export interface MetricsOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  /** Adds counts to an hour of the ledger, `YYYY-MM-DDTHH`. */
  send: (hour: string, counts: Readonly<Record<string, number>>) => Promise<void>;
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

/** Counts that are worth a flush alone: a provider's call, for which the ledger is awake in any case, and a refusal. */
const isUrgent = (name: string): boolean => /^(started|bypass|refused:)/.test(name);

/**
 * Never throws. No timer runs between flushes: a count that is worth it schedules the next one. So an isolate that ends
 * loses the counts that it holds.
 *
 * @returns Counts one for each name.
 */
export function createMetrics({ now, pause, waitUntil, send, onError }: MetricsOptions) {
  const counts = new Map<string, number>();
  let isWorthIt = false;
  let held = 0;
  let nextFlushAt = 0;

  async function flush(): Promise<void> {
    await pause(GATHER_MS);
    const sent = Object.fromEntries(counts);
    counts.clear();
    isWorthIt = false;
    held = 0;
    await send(hourOf(now()), sent).catch(onError);
  }

  return (...names: string[]): void => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    held += names.length;
    isWorthIt ||= held >= WORTH_A_FLUSH || names.some(isUrgent);
    // A request that the platform ends takes its flush along. After the interval the next count schedules another.
    if (!isWorthIt || now() < nextFlushAt) return;
    nextFlushAt = now() + FLUSH_INTERVAL_MS;
    waitUntil(flush());
  };
}
