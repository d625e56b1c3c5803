import { expect, it } from 'vitest';
import { search } from '../../../widget/proof/search.ts';

const DIFFICULTY = 9;

/** Leading zero bits of each hash, by the browser's own SHA-256. */
async function zeroBits(nonce: string, counters: string[], from = 0): Promise<number[]> {
  return Promise.all(
    counters.map(async (counter, at) => {
      const text = new TextEncoder().encode(`${nonce}.${from + at}.${counter}`);
      return Math.clz32(new DataView(await crypto.subtle.digest('SHA-256', text)).getUint32(0));
    }),
  );
}

// The message has another number of blocks, and its counter another place in them, with every length.
it.each(Array.from({ length: 67 }, (_, at) => at + 1))('solves a nonce of %i characters', async (length) => {
  const nonce = 'n'.repeat(length);

  const counters = await search(nonce, DIFFICULTY, 0, 16);

  expect(counters).toHaveLength(16);
  expect(counters.filter((counter) => !/^[1-9]\d*$/.test(counter) || !Number.isSafeInteger(Number(counter)))).toEqual(
    [],
  );
  expect((await zeroBits(nonce, counters)).filter((bits) => bits < DIFFICULTY)).toEqual([]);
});

it('solves a nonce as long as a sealed token, at the default difficulty', async () => {
  const nonce = `${'A9_-'.repeat(80)}.x`;

  const counters = await search(nonce, 13, 0, 16);

  expect(Math.min(...(await zeroBits(nonce, counters)))).toBeGreaterThanOrEqual(13);
});

it('solves a part of the puzzles', async () => {
  const [all, some] = await Promise.all([search('nonce', DIFFICULTY, 0, 16), search('nonce', DIFFICULTY, 12, 16)]);

  expect(some).toEqual(all.slice(12));
  expect(Math.min(...(await zeroBits('nonce', some, 12)))).toBeGreaterThanOrEqual(DIFFICULTY);
});

it('stops where a pause fails', async () => {
  const pause = () => Promise.reject(new Error('Left the page.'));

  await expect(search('nonce', 32, 0, 16, pause)).rejects.toThrow('Left the page.');
});
