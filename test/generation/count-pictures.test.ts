import { expect, it } from 'vitest';
import { countPictures } from '../../worker/generation/count-pictures.ts';

const image = (n: number, thought = false) => ({ n, thought });
const stored = (...digests: string[]) => digests.map((sha256, n) => ({ n, sha256 }));
const FINAL = { kind: 'image', n: 0, bytes: 1 } as const;

it.each([
  { name: 'nothing', images: [], digests: [], pictures: 0 },
  { name: 'each that is different', images: [image(0), image(1)], digests: ['a', 'b'], pictures: 2 },
  { name: 'one that is sent twice once', images: [image(0), image(1)], digests: ['a', 'a'], pictures: 1 },
  { name: 'no drafts', images: [image(0, true), image(1, true), image(2)], digests: ['a', 'b', 'c'], pictures: 1 },
  { name: 'those that are not stored as well', images: [image(0), image(1)], digests: [], pictures: 2 },
])('counts $name', ({ images, digests, pictures }) => {
  expect(countPictures({ images }, stored(...digests))).toBe(pictures);
});

it('counts a draft that is all there is', () => {
  expect(countPictures({ images: [image(0, true)], finalImage: FINAL }, stored('a'))).toBe(1);
});
