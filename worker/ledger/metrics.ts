/** Counts that an isolate keeps until they are flushed to the site's ledger, in the names of the ledger's hours. */

/** Upper bounds of the latency histogram, milliseconds; what is slower is counted under `slower`. */
const LATENCY_BUCKETS_MS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000];

export const latencyName = (ms: number): string => {
  const bucket = LATENCY_BUCKETS_MS.find((most) => ms <= most);
  return `latency:${bucket ?? 'slower'}`;
};

/** An hour in UTC, `YYYY-MM-DDTHH`. @param at Unix milliseconds. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13);

export interface MetricsOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  send: (hour: string, counts: Readonly<Record<string, number>>) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Design §3: what an isolate loses when it ends is at most so much. */
export const FLUSH_MS = 10_000;

/** @returns Counts one of each name. The first count after a flush sets the time of the next. */
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
    // A request that the platform cuts off takes its flush along: the next one sets another.
    if (now() < flushesAt) return;
    flushesAt = now() + 2 * FLUSH_MS;
    waitUntil(flush());
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
