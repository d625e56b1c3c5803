import { expect, it } from 'vitest';
import { median, percentile } from './stats.ts';

it.each([
  { name: 'the middle of an odd number', values: [3, 1, 2], p: 50, expected: 2 },
  { name: 'between the middle two of an even number', values: [4, 1, 3, 2], p: 50, expected: 2.5 },
  { name: 'the only value there is', values: [7], p: 99, expected: 7 },
  { name: 'nearly the largest of a few', values: [0, 10], p: 99, expected: 9.9 },
  { name: 'by size and not by spelling', values: [100, 9, 20], p: 100, expected: 100 },
])('takes $name', ({ values, p, expected }) => {
  expect(percentile(values, p)).toBeCloseTo(expected);
});

it('refuses to make a figure of nothing', () => {
  expect(() => median([])).toThrow('No values were measured.');
});
