/**
 * Plays a share of the worlds in its own process. Prints the sums so far as a line of JSON every few worlds.
 *
 * `node --experimental-transform-types shard.ts <first seed> <count>`
 */
import { add, NOTHING, sumsOf } from './sums.ts';
import { runWorld } from './world.ts';

const EVERY = 20;

const [from = 1, count = 1] = process.argv.slice(2).map(Number);
let sums = NOTHING;
for (let n = 0; n < count; n += 1) {
  sums = add(sums, sumsOf(await runWorld(from + n)));
  if (n % EVERY === 0 || n === count - 1) console.log(JSON.stringify(sums));
}
