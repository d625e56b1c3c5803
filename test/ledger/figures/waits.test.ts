import { describe, expect, it } from 'vitest';
import { addWaits, medianOf, toDeskWait, waitStep } from '../../../worker/ledger/figures/waits.ts';

describe('the step of a wait', () => {
  it.each([
    [0, '1'],
    [1000, '1'],
    [1001, '2'],
    [17_200, '18'],
    [60_000, '60'],
    [60_001, '70'],
    [300_000, '300'],
    [300_001, 'slower'],
  ])('of %i ms is %s', (ms, step) => {
    expect(waitStep(ms)).toBe(step);
  });
});

describe('the median', () => {
  it.each([
    { name: 'of nothing is not known', waits: {}, expected: null },
    { name: 'lies in the middle of the only step', waits: { 18: 1 }, expected: 17_500 },
    { name: 'of two lies where the first step ends', waits: { 10: 1, 20: 1 }, expected: 10_000 },
    { name: 'counts as evenly spread within a step', waits: { 10: 4, 20: 2 }, expected: 9750 },
    { name: 'reads steps by their number', waits: { 100: 3, 9: 1 }, expected: 93_333 },
    { name: 'of very slow ones is five minutes', waits: { slower: 3, 5: 1 }, expected: 300_000 },
  ])('$name', ({ waits, expected }) => {
    expect(medianOf(waits)).toBe(expected);
  });
});

it('the desk’s steps hold every picture once, whatever days and sites they are of', () => {
  const waits = addWaits([
    { 1: 2, 30: 1 },
    { 30: 4, 31: 1 },
    { slower: 1, 130: 2 },
  ]);

  expect(toDeskWait(waits)).toEqual({
    medianMs: 29_700,
    steps: [
      { uptoMs: 5_000, pictures: 2 },
      ...[10_000, 15_000, 20_000].map((uptoMs) => ({ uptoMs, pictures: 0 })),
      { uptoMs: 30_000, pictures: 5 },
      { uptoMs: 60_000, pictures: 1 },
      { uptoMs: 120_000, pictures: 0 },
      { uptoMs: null, pictures: 3 },
    ],
  });
});
