import { describe, expect, it } from 'vitest';
import {
  createMetrics,
  FLUSH_INTERVAL_MS,
  GATHER_MS,
  latencyName,
  WORTH_A_FLUSH,
} from '../../worker/ledger/metrics.ts';
import { MAX_SENT, type OriginCounts } from '../../worker/ledger/origins.ts';
import { hourOf } from '../../worker/shared/utc.ts';

type Counts = Readonly<Record<string, number>>;
type Sent = [hour: string, counts: Counts, origins?: OriginCounts];

/** An isolate whose pauses end on request. */
function setUp(send: (hour: string, counts: Counts) => Promise<void> = async () => undefined) {
  const clock = { now: Date.UTC(2026, 10, 23, 12, 59, 55) };
  const sent: Sent[] = [];
  const pauses: { ms: number; end: () => void }[] = [];
  const errors: unknown[] = [];
  const flushes: Promise<unknown>[] = [];
  const { count, countOrigin } = createMetrics({
    now: () => clock.now,
    pause: (ms) => new Promise<void>((end) => pauses.push({ ms, end })),
    waitUntil: (promise) => void flushes.push(promise),
    send: (hour, counts, origins) => {
      sent.push(origins ? [hour, counts, origins] : [hour, counts]);
      return send(hour, counts);
    },
    onError: (error) => errors.push(error),
  });
  return {
    ...{ count, countOrigin, clock, sent, pauses, errors, flushes },
    /** Ends the current pause and waits until its flush is done. */
    async flush() {
      clock.now += GATHER_MS;
      pauses.shift()?.end();
      await flushes.shift();
    },
  };
}

describe('metrics', () => {
  it('adds up and sends ten seconds after a picture, under the hour it is then', async () => {
    const { count, sent, pauses, flush } = setUp();

    count('started', 'latency:10');
    count('hit');

    expect(sent).toEqual([]);
    expect(pauses.map(({ ms }) => ms)).toEqual([10_000]);
    await flush();
    expect(sent).toEqual([['2026-11-23T13', { started: 1, hit: 1, 'latency:10': 1 }]]);
  });

  it('sends once a minute at most, and then all that has come', async () => {
    const { count, sent, clock, pauses, flush } = setUp();
    count('started');
    await flush();

    count('started');
    clock.now += FLUSH_INTERVAL_MS - GATHER_MS - 1;
    count('started');
    expect(pauses).toEqual([]);
    clock.now += 1;
    count('hit');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ started: 1 }, { started: 2, hit: 1 }]);
  });

  it('wakes no ledger for a few hits, however long it is quiet, and sends them with the next refusal', async () => {
    const { count, sent, clock, pauses, flush } = setUp();

    for (let hits = 1; hits <= 5; hits += 1) {
      count('hit', 'latency:50');
      clock.now += 2 * FLUSH_INTERVAL_MS;
    }
    count('joined');
    expect(pauses).toEqual([]);
    count('refused:BURST');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ hit: 5, 'latency:50': 5, joined: 1, 'refused:BURST': 1 }]);
  });

  it('sends many hits by themselves', async () => {
    const { count, sent, pauses, flush } = setUp();
    const hits = WORTH_A_FLUSH / 2;

    for (let hit = 1; hit < hits; hit += 1) count('hit', 'latency:50');
    expect(pauses).toEqual([]);
    count('hit', 'latency:50');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ hit: hits, 'latency:50': hits }]);
  });

  it('sets another flush where the platform has cut the last one off, and loses nothing', async () => {
    const { count, sent, clock, pauses, flushes, flush } = setUp();
    count('started');
    pauses.length = 0;
    flushes.length = 0;

    clock.now += FLUSH_INTERVAL_MS - 1;
    count('hit');
    expect(pauses).toEqual([]);
    clock.now += 1;
    count('hit');
    await flush();

    expect(sent.map(([, counts]) => counts)).toEqual([{ started: 1, hit: 2 }]);
  });

  it('tells of what a ledger did not take, and goes on', async () => {
    const down = new Error('the ledger is down');
    const { count, sent, clock, errors, flush } = setUp(() => Promise.reject(down));

    count('started');
    await flush();
    clock.now += FLUSH_INTERVAL_MS;
    count('started');
    await flush();

    expect(errors).toEqual([down, down]);
    expect(sent.map(([, counts]) => counts)).toEqual([{ started: 1 }, { started: 1 }]);
  });
});

describe('pages that ask', () => {
  it('are sent soon when this isolate has not seen them today, with all counts', async () => {
    const { count, countOrigin, sent, clock, pauses, flush } = setUp();
    count('hit');
    countOrigin('https://shop.example', true);
    countOrigin('https://shop.example', true);
    countOrigin('https://stranger.example', false);
    await flush();

    expect(sent).toEqual([
      [
        ...['2026-11-23T13', { hit: 1 }],
        {
          admitted: [{ origin: 'https://shop.example', count: 2, lastAt: clock.now - GATHER_MS }],
          refused: [{ origin: 'https://stranger.example', count: 1, lastAt: clock.now - GATHER_MS }],
        },
      ],
    ]);
    clock.now += FLUSH_INTERVAL_MS;
    countOrigin('https://shop.example', true);
    expect(pauses).toEqual([]);
    clock.now += 12 * 3_600_000;
    countOrigin('https://shop.example', true);
    expect(pauses).toHaveLength(1);
  });

  it('are held in a number that strangers cannot raise, and cost a flush a minute at most', async () => {
    const { countOrigin, sent, pauses, flush } = setUp();

    for (let n = 0; n < 1000; n += 1) countOrigin(`https://${n}.example`, false);

    expect(pauses).toHaveLength(1);
    await flush();
    expect(sent[0]?.[2]?.refused).toHaveLength(MAX_SENT);
    for (let n = 1000; n < 2000; n += 1) countOrigin(`https://${n}.example`, false);
    expect(pauses).toEqual([]);
  });
});

describe('names of counts', () => {
  it.each([
    ['hit', 0, 'latency:hit:10'],
    ['hit', 10, 'latency:hit:10'],
    ['failure', 11, 'latency:failure:25'],
    ['run', 1000, 'latency:run:1000'],
    ['run', 1001, 'latency:run:2500'],
    ['run', 120_000, 'latency:run:120000'],
    ['run', 120_001, 'latency:run:slower'],
  ] as const)('of a %s of %i ms are %s', (how, ms, name) => {
    expect(latencyName(how, ms)).toBe(name);
  });

  it('hours are UTC', () => {
    expect(hourOf(Date.UTC(2026, 0, 1, 0, 59, 59, 999))).toBe('2026-01-01T00');
  });
});
