import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCount, parseMicros } from '../../worker/bills/amount.ts';

describe('an amount', () => {
  it.each([
    ['5.36', 5_360_000],
    ['$1,234.56', 1_234_560_000],
    ['1.234,56 €', 1_234_560_000],
    ['5,36', 5_360_000],
    ['1,234', 1_234_000_000],
    ['0,134', 134_000],
    ['€0,067', 67_000],
    ['-0,067', -67_000],
    ['1.234.567', 1_234_567_000_000],
    ['12,34,567.8', 1_234_567_800_000],
    ['1.2E-05', 12],
    ['0.0000005', 1],
    ['0.0000004', 0],
    ['(3.10)', -3_100_000],
    ['-0.5', -500_000],
    ['−0.5', -500_000],
    ['.5', 500_000],
    ['7', 7_000_000],
    ['0', 0],
    ['-0', 0],
  ])('%s is %i millionths', (text, micros) => {
    expect(parseMicros(text)).toBe(micros);
  });

  it.each(['', 'free', '1.2.3,4,5x', '1,2,3', '1.2,3.4', '$', '1e99', '9'.repeat(30), '<b>5</b>'])(
    '%s is none',
    (text) => {
      expect(parseMicros(text)).toBeUndefined();
    },
  );

  it.each([
    ['1,234', ',', 1_234_000],
    ['1.234', ',', 1_234_000_000],
    ['1,234', '.', 1_234_000_000],
    ['1.234', '.', 1_234_000],
    ['5.36', ',', 5_360_000],
  ] as const)('%s in a column whose decimal sign is %s is %i millionths', (text, decimal, micros) => {
    expect(parseMicros(text, decimal)).toBe(micros);
  });

  it('is the same that was written, to the last millionth', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (micros) => {
        const digits = String(Math.abs(micros)).padStart(7, '0');
        const text = `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;

        expect(parseMicros(text)).toBe(micros);
      }),
    );
  });
});

it.each([
  ['3,268', 3268],
  ['40.0', 40],
  ['40.5', undefined],
  ['-1', undefined],
  ['many', undefined],
])('%s is a number of pictures: %s', (text, count) => {
  expect(parseCount(text)).toBe(count);
});
