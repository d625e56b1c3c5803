import { expect, it } from 'vitest';
import { createHeavyPng } from './heavy-png.ts';

it('is a PNG of this size, of which about half does not compress', () => {
  const png = createHeavyPng(300, 200);

  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 200]);
  expect(png.length / (300 * 200 * 3)).toBeCloseTo(0.55, 1);
});
