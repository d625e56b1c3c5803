import { describe, expect, it } from 'vitest';
import { createMetrics, FLUSH_MS, hourOf, latencyName } from '../../worker/ledger/metrics.ts';

type Counts = Readonly<Record<string, number>>;

/** An isolate whose pauses end on request. */
function setUp(send: (hour: string, counts: Counts) => Promise<void> = async () => undefined) {
  const clock = { now: Date.UTC(2026, 10, 23, 12, 59, 55) };
  const sent: [string, Counts][] = [];
  const pauses: { ms: number; end: () => void }[] = [];
  const errors: unknown[] = [];
  const flushes: Promise<unknown>[] = [];
  const count = createMetrics({
    now: () => clock.now,
    pause: (ms) => new Promise<void>((end) => pauses.push({ ms, end })),
    waitUntil: (promise) => void flushes.push(promise),
    send: (hour, counts) => {
      sent.push([hour, counts]);
      return send(hour, counts);
    },
    onError: (error) => errors.push(error),
  });
  return {
    ...{ count, clock, sent, pauses, errors, flushes },
    /** Ends the current pause and waits until its flush is done. */
    async flush() {
      clock.now += FLUSH_MS;
      pauses.shift()?.end();
      await flushes.shift();
    },
  };
}

describe('metrics', () => {
  it('adds up and sends ten seconds after the first count, under the hour it is then', async () => {
    const { count, sent, pauses, flush } = setUp();

    count('hit', 'latency:10');
    count('hit');

    expect(sent).toEqual([]);
    expect(pauses.map(({ ms }) => ms)).toEqual([10_000]);
    await flush();
    expect(sent).toEqual([['2026-11-23T13', { hit: 2, 'latency:10': 1 }]]);
  });

  it('begins anew after a flush, and sends nothing where nothing was counted', async () => {
    const { count, sent, pauses, flush } = setUp();
    count('hit');
    await flush();
    expect(pauses).toEqual([]);

    count('joined');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ hit: 1 }, { joined: 1 }]);
  });

  it('sets another flush where the platform has cut the last one off, and loses nothing', async () => {
    const { count, sent, clock, pauses, flushes, flush } = setUp();
    count('hit');
    pauses.length = 0;
    flushes.length = 0;

    clock.now += 2 * FLUSH_MS - 1;
    count('hit');
    expect(pauses).toEqual([]);
    clock.now += 1;
    count('hit');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ hit: 3 }]);
  });

  it('tells of what a ledger did not take, and goes on', async () => {
    const down = new Error('the ledger is down');
    const { count, sent, errors, flush } = setUp(() => Promise.reject(down));

    count('hit');
    await flush();
    count('joined');
    await flush();

    expect(errors).toEqual([down, down]);
    expect(sent.map(([, counts]) => counts)).toEqual([{ hit: 1 }, { joined: 1 }]);
  });
});

describe('names of counts', () => {
  it.each([
    [0, 'latency:10'],
    [10, 'latency:10'],
    [11, 'latency:25'],
    [1000, 'latency:1000'],
    [1001, 'latency:2500'],
    [120_000, 'latency:120000'],
    [120_001, 'latency:slower'],
  ])('%i ms are %s', (ms, name) => {
    expect(latencyName(ms)).toBe(name);
  });

  it('hours are UTC', () => {
    expect(hourOf(Date.UTC(2026, 0, 1, 0, 59, 59, 999))).toBe('2026-01-01T00');
  });
});
