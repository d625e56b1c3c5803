import { describe, expect, it } from 'vitest';
import { createPartBuffers, PART_BYTES } from '../../worker/storage/part-buffers.ts';

/** A clock that moves when something waits, and does what a test says at that moment. */
function setUp(budgetBytes: number, onPause: (pauses: number) => void = () => undefined) {
  const clock = { now: 0 };
  const logged: string[] = [];
  let pauses = 0;
  const buffers = createPartBuffers({
    now: () => clock.now,
    budgetBytes,
    log: (event) => void logged.push(event),
    pause: async (ms) => {
      clock.now += ms;
      pauses += 1;
      onPause(pauses);
    },
  });
  return { buffers, clock, logged };
}

describe('part buffers', () => {
  it('take no more of the budget than the bytes need', () => {
    const { buffers } = setUp(PART_BYTES);

    const small = Array.from({ length: 20 }, () => buffers.tryAcquire(1000)?.length);

    expect(small).toEqual(Array(20).fill(65_536));
    expect(buffers.tryAcquire(PART_BYTES)).toBeUndefined();
  });

  it('are waited for until one is given back, and that one is used again', async () => {
    const held: Uint8Array[] = [];
    const { buffers } = setUp(2 * PART_BYTES, (pauses) => {
      if (pauses === 3) buffers.release(held[0] as Uint8Array);
    });
    held.push(await buffers.acquire(), await buffers.acquire());

    expect(await buffers.acquire()).toBe(held[0]);
  });

  it('come to those who wait in the order they came, small ones too', async () => {
    const order: string[] = [];
    const { buffers } = setUp(PART_BYTES, (pauses) => {
      if (pauses === 20) buffers.release(first);
    });
    const first = await buffers.acquire();
    const wait = async (name: string, bytes: number) => {
      const buffer = await buffers.acquire(bytes);
      order.push(name);
      buffers.release(buffer);
    };

    const all = Promise.all([wait('large', PART_BYTES), wait('small', 1000), wait('second large', PART_BYTES)]);
    // A caller that does not wait may not overtake the queue either.
    expect(buffers.tryAcquire(1)).toBeUndefined();
    await all;

    expect(order).toEqual(['large', 'small', 'second large']);
  });

  it('pass by a waiter that asks no more: the platform has cut it off', async () => {
    const clock = { now: 0 };
    let isCutOff = true;
    const buffers = createPartBuffers({
      now: () => clock.now,
      budgetBytes: PART_BYTES,
      pause: async () => {
        if (isCutOff) await new Promise(() => undefined);
      },
    });
    const held = await buffers.acquire();
    void buffers.acquire();
    buffers.release(held);
    expect(buffers.tryAcquire(1)).toBeUndefined();

    isCutOff = false;
    clock.now += 3000;

    expect(buffers.tryAcquire(1)).toBeDefined();
  });

  it('are not waited for longer than the signal lets, and what waits behind goes on', async () => {
    const end = new AbortController();
    const { buffers, logged } = setUp(PART_BYTES, (pauses) => {
      if (pauses === 200) end.abort(new Error('the run has ended'));
      if (pauses === 400) buffers.release(held);
    });
    const held = await buffers.acquire();
    const late = buffers.acquire(PART_BYTES, end.signal);
    const next = buffers.acquire(PART_BYTES);

    await expect(late).rejects.toThrow('the run has ended');
    expect(await next).toBe(held);
    expect(logged).toContain('part_buffers_full');
    expect(logged).toContain('part_buffers_waited');
  });

  it('are scarce where half of the memory is in use', () => {
    const { buffers } = setUp(4 * PART_BYTES);
    const held = [1, 2].map(() => buffers.tryAcquire(PART_BYTES) as Uint8Array);
    expect(buffers.isScarce).toBe(false);

    const third = buffers.tryAcquire(1) as Uint8Array;
    expect(buffers.isScarce).toBe(true);

    for (const buffer of [...held, third]) buffers.release(buffer);
    expect(buffers.isScarce).toBe(false);
  });

  it('come back by themselves when their holder was cut off, and a late release does no harm', async () => {
    const { buffers, clock } = setUp(PART_BYTES);
    const lost = await buffers.acquire();
    clock.now += 100_000;
    buffers.renew(lost);
    clock.now += 100_000;
    expect(buffers.tryAcquire(1)).toBeUndefined();

    clock.now += 100_000;
    const fresh = await buffers.acquire();
    buffers.release(lost);
    buffers.release(fresh);

    expect(fresh).not.toBe(lost);
    expect(await buffers.acquire()).toBe(fresh);
  });
});
