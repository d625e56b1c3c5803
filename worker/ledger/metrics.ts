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

/** Time between two flushes. An isolate that ends loses the counts of at most this time. */
export const FLUSH_MS = 10_000;

/** Never throws. @returns Counts one for each name. The first count after a flush schedules the next flush. */
export function createMetrics({ now, pause, waitUntil, send, onError }: MetricsOptions) {
  const counts = new Map<string, number>();
  let flushesAt = 0;

  async function flush(): Promise<void> {
    await pause(FLUSH_MS);
    const sent = Object.fromEntries(counts);
    counts.clear();
    flushesAt = 0;
    await send(hourOf(now()), sent).catch(onError);
  }

  return (...names: string[]): void => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    // A request that the platform ends takes its flush along. After twice the time the next count schedules another.
    if (now() < flushesAt) return;
    flushesAt = now() + 2 * FLUSH_MS;
    waitUntil(flush());
  };
}

/** Counts one for each name; see {@link createMetrics}. */
export type Metrics = ReturnType<typeof createMetrics>;
