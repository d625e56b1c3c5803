/** A few hundred worlds; `npm run prove` plays twelve thousand. */
import { expect, it } from 'vitest';
import { FOUND_WRONG } from './seeds.ts';
import { runWorld } from './world.ts';

const WORLDS = 200;

it(`keeps every promise about money in ${WORLDS} worlds`, async () => {
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    const { violations } = await runWorld(seed);

    expect(violations, `seed ${seed}`).toEqual([]);
  }
});

it.each(FOUND_WRONG)('keeps them in world $seed, where once was: $what', async ({ seed }) => {
  const { violations } = await runWorld(seed);

  expect(violations).toEqual([]);
});

it('is the same world for the same seed', async () => {
  const [first, second] = [await runWorld(7), await runWorld(7)];

  expect(second.trace).toEqual(first.trace);
});
