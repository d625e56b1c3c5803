import { expect, it } from 'vitest';
import { albumHalves, tileRatio } from '../../../widget/examples/album.ts';

it.each([
  { name: 'one picture', ratios: [1.5], halves: [[1.5], []] },
  { name: 'two', ratios: [0.7, 1.5], halves: [[0.7], [1.5]] },
  { name: 'a wide one first', ratios: [2.4, 0.7, 0.7, 0.7], halves: [[2.4], [0.7, 0.7, 0.7]] },
  { name: 'a wide one last', ratios: [0.7, 0.7, 0.7, 2.4], halves: [[0.7, 0.7, 0.7], [2.4]] },
  {
    name: 'seven of many shapes',
    ratios: [1.78, 0.75, 1, 0.8, 0.67, 1, 1.5],
    halves: [
      [1.78, 0.75, 1],
      [0.8, 0.67, 1, 1.5],
    ],
  },
  { name: 'none', ratios: [], halves: [[], []] },
])('halves an album of $name', ({ ratios, halves }) => {
  expect(albumHalves(ratios)).toEqual(halves);
});

it('finds the most equal of all halves that keep the order', () => {
  for (let seed = 1; seed < 300; seed++) {
    const ratios = Array.from(
      { length: 2 + (seed % 9) },
      (_, index) => 0.5 + ((seed * 7919 * (index + 3)) % 190) / 100,
    );
    const total = (part: number[]) => part.reduce((sum, ratio) => sum + ratio, 0);
    const off = (at: number) => Math.abs(total(ratios.slice(0, at)) - total(ratios.slice(at)));

    const [first, second] = albumHalves(ratios);

    expect([...first, ...second]).toEqual(ratios);
    for (let at = 1; at < ratios.length; at++) expect(off(first.length)).toBeLessThanOrEqual(off(at) + 1e-9);
  }
});

it.each([
  { width: 1600, height: 900, ratio: 16 / 9 },
  { width: 800, height: 100, ratio: 2.4 },
  { width: 100, height: 800, ratio: 0.5 },
  { width: undefined, height: undefined, ratio: 4 / 3 },
  { width: 0, height: 0, ratio: 4 / 3 },
])('gives a picture of $width by $height a tile', ({ width, height, ratio }) => {
  expect(tileRatio(width, height)).toBe(ratio);
});
