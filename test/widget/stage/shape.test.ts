import { expect, it } from 'vitest';
import { ratioOf, shapeClass } from '../../../widget/stage/shape.ts';

it.each([
  ['8:1', 'is-panorama'],
  ['4:1', 'is-panorama'],
  ['21:9', 'is-panorama'],
  ['16:9', ''],
  ['1:1', ''],
  ['4:5', 'is-rail'],
  ['9:16', 'is-rail'],
  ['1:4', 'is-rail is-spine'],
  ['1:8', 'is-rail is-spine'],
])('lays %s out as "%s"', (ratio, shape) => {
  expect(shapeClass(ratioOf(ratio))).toBe(shape);
});

it('expects a common shape where the model chooses, and that of the changed picture in a change', () => {
  expect(ratioOf('auto')).toBeCloseTo(4 / 3);
  expect(ratioOf('auto', { width: 90, height: 160 })).toBeCloseTo(9 / 16);
  expect(ratioOf('16:9', { width: 90, height: 160 })).toBeCloseTo(16 / 9);
});

it.each(['', 'x', '1:0', '0:1', ':'])('makes no nonsense of %j', (asked) => {
  expect(ratioOf(asked)).toBeCloseTo(4 / 3);
});
