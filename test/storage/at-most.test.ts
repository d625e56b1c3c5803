import { expect, it } from 'vitest';
import { mapAtMost } from '../../worker/storage/at-most.ts';

/** Work that records how many calls run at once. */
function counted(work: (value: number) => Promise<number>) {
  const seen = { now: 0, most: 0, begun: 0 };
  return {
    seen,
    map: async (value: number) => {
      seen.begun += 1;
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      return work(value).finally(() => (seen.now -= 1));
    },
  };
}

const VALUES = Array.from({ length: 20 }, (_, at) => at);

it.each([1, 3, 20, 99])('maps in order, %i at once', async (limit) => {
  const { seen, map } = counted(async (value) => {
    for (let turn = value % 4; turn > 0; turn -= 1) await Promise.resolve();
    return value * 2;
  });

  expect(await mapAtMost(limit, VALUES, map)).toEqual(VALUES.map((value) => value * 2));
  expect(seen.most).toBe(Math.min(limit, VALUES.length));
});

it('maps nothing to nothing', async () => {
  expect(await mapAtMost(3, [], () => Promise.reject(new Error('asked')))).toEqual([]);
});

it('begins nothing after a failure, and throws it when what was begun has ended', async () => {
  const { seen, map } = counted(async (value) => {
    if (value === 1) throw new Error('refused');
    await scheduler.wait(5);
    return value;
  });

  await expect(mapAtMost(3, VALUES, map)).rejects.toThrow('refused');

  expect(seen).toEqual({ now: 0, most: 3, begun: 3 });
});
