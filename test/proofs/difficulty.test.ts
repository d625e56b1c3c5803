import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { difficultyOf, MAX_DIFFICULTY, MIN_DIFFICULTY } from '../../worker/proofs/difficulty.ts';

const DAY_MS = 86_400_000;
const BUDGET = 5_000_000;
const at = (hour: number) => Date.UTC(2026, 11, 1) + (hour / 24) * DAY_MS;

it.each([
  { name: 'nothing is spent', spent: 0, hour: 12, bits: 13 },
  { name: 'the budget lasts exactly until midnight', spent: BUDGET / 2, hour: 12, bits: 13 },
  { name: 'the day begins with a few pictures', spent: BUDGET / 8, hour: 0, bits: 13 },
  { name: 'the budget would last until the afternoon', spent: BUDGET * 0.75, hour: 12, bits: 14 },
  { name: 'it is spent twice as fast as the day passes', spent: BUDGET / 2, hour: 6, bits: 14 },
  { name: 'it is spent four times as fast', spent: BUDGET / 2, hour: 3, bits: 15 },
  { name: 'it is spent in the first minutes', spent: BUDGET, hour: 0.1, bits: 16 },
  { name: 'more than all of it is spent at once', spent: BUDGET * 3, hour: 0.1, bits: 17 },
])('asks for $bits bits where $name', ({ spent, hour, bits }) => {
  expect(difficultyOf(spent, BUDGET, at(hour))).toBe(bits);
});

it('stays within its bounds, and never falls while more is spent', () => {
  const micros = fc.nat(1_000_000_000);
  fc.assert(
    fc.property(micros, micros, micros, fc.nat(DAY_MS * 400), (spent, more, budget, now) => {
      const before = difficultyOf(spent, budget, now);
      const after = difficultyOf(spent + more, budget, now);

      expect(before).toBeGreaterThanOrEqual(MIN_DIFFICULTY);
      expect(after).toBeLessThanOrEqual(MAX_DIFFICULTY);
      expect(after).toBeGreaterThanOrEqual(before);
    }),
  );
});
