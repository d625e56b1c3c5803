import { describe, expect, it } from 'vitest';
import { createPartBuffers } from '../../worker/storage/part-buffers.ts';

describe('part buffers', () => {
  it('are at most so many, and whoever comes later gets the first that is given back', async () => {
    const clock = { now: 0 };
    let waits = 0;
    const held: Uint8Array[] = [];
    const buffers = createPartBuffers({
      now: () => clock.now,
      count: 2,
      pause: async () => {
        waits += 1;
        if (waits === 3) buffers.release(held[0] as Uint8Array);
      },
    });
    held.push(await buffers.acquire(), await buffers.acquire());

    const third = await buffers.acquire();

    expect(third).toBe(held[0]);
    expect(waits).toBe(3);
  });

  it('come back by themselves when their holder was cut off, and a late release does no harm', async () => {
    const clock = { now: 0 };
    const buffers = createPartBuffers({
      now: () => clock.now,
      count: 1,
      pause: async () => {
        clock.now += 400_000;
      },
    });
    const lost = await buffers.acquire();

    const fresh = await buffers.acquire();
    buffers.release(lost);
    buffers.release(fresh);

    expect(fresh).not.toBe(lost);
    expect(await buffers.acquire()).toBe(fresh);
  });
});
