import { describe, expect, it } from 'vitest';
import { CACHE_SECONDS, createLooks, MAX_AGE_MS } from '../../worker/shared/copies.ts';

const NOW = 1_795_000_000_000;

/** A KV whose answers the test gives, and pauses that it ends. */
function setUp() {
  const clock = { now: NOW };
  const reads: { answer: (text: string) => void; isLast: () => boolean }[] = [];
  const pauses: { ms: number; end: () => void }[] = [];
  const looks = createLooks<string>({
    now: () => clock.now,
    waitUntil: () => undefined,
    pause(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      pauses.push({ ms, end: resolve });
      return promise;
    },
  });
  const take = (readAt?: number) =>
    looks.take('shop', readAt, (isLast) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      reads.push({ answer: resolve, isLast });
      return promise;
    });
  const settled = () => scheduler.wait(0);
  return { looks, take, clock, reads, pauses, settled };
}

describe('a copy', () => {
  it('and KV’s own cache are a minute old together, at most', () => {
    expect(MAX_AGE_MS / 1000 + CACHE_SECONDS).toBe(60);
  });

  it('that is young is used where KV is slow: one request waits for 150 ms, and those beside it do not', async () => {
    const { take, pauses, reads, settled } = setUp();
    const first = take(NOW - MAX_AGE_MS + 1);

    expect(await take(NOW - MAX_AGE_MS + 1)).toBeUndefined();
    await settled();
    expect(pauses.map(({ ms }) => ms)).toEqual([150]);
    pauses[0]?.end();
    expect(await first).toBeUndefined();
    expect(reads).toHaveLength(1);
  });

  it('that is older waits for KV, with all requests that come meanwhile, up to two seconds after the first', async () => {
    const { take, pauses, reads, clock, settled } = setUp();
    const first = take(NOW - MAX_AGE_MS);
    clock.now += 500;
    const beside = take(NOW - MAX_AGE_MS);
    await settled();

    expect(pauses.map(({ ms }) => ms)).toEqual([2_000, 1_500]);
    expect(reads).toHaveLength(1);
    reads[0]?.answer('new');
    expect(await Promise.all([first, beside])).toEqual(['new', 'new']);
  });

  it('that is older is used while KV hangs, which holds up requests for two seconds in twenty-five', async () => {
    const { take, pauses, reads, clock, settled } = setUp();
    const first = take(NOW - MAX_AGE_MS);
    pauses[0]?.end();
    expect(await first).toBeUndefined();

    clock.now += 24_999;
    expect(await take(NOW - MAX_AGE_MS)).toBeUndefined();
    await settled();
    expect([pauses.length, reads.length]).toEqual([1, 1]);
    clock.now += 1;
    void take(NOW - MAX_AGE_MS);
    await settled();
    expect([pauses.length, reads.length]).toEqual([2, 2]);
  });
});

describe('what is read', () => {
  it('is asked for again after two seconds where there is no copy, and the later read is the one that is kept', async () => {
    const { take, clock, reads, settled } = setUp();
    void take();
    clock.now += 2_000;
    void take();
    await settled();

    expect(reads.map(({ isLast }) => isLast())).toEqual([false, true]);
  });

  it('is not kept where the record was written meanwhile, and a request that comes after that reads anew', async () => {
    const { looks, take, reads, settled } = setUp();
    const before = take();
    await settled();
    looks.forget('shop');
    const after = take();
    await settled();

    expect(reads.map(({ isLast }) => isLast())).toEqual([false, true]);
    reads[0]?.answer('old');
    reads[1]?.answer('new');
    expect(await Promise.all([before, after])).toEqual(['old', 'new']);
  });

  it('is shared by requests that come at once, and read anew once it has come', async () => {
    const { take, reads, settled } = setUp();
    const both = [take(), take()];
    await settled();
    reads[0]?.answer('7');

    expect(await Promise.all(both)).toEqual(['7', '7']);
    void take();
    await settled();
    expect(reads).toHaveLength(2);
  });
});
