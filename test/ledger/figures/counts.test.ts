import { expect, it } from 'vitest';
import { addCounts, countsOf, errorsOf, NOTHING_SETTLED, refusalsOf } from '../../../worker/ledger/figures/counts.ts';

const COUNTS = {
  ...{ hit: 7, joined: 2, started: 9, known: 1, 'latency:hit:10': 7, 'proof:passed': 3 },
  ...{ 'refused:BURST': 2, 'refused:VISITOR_DAY': 5, 'refused:UPSTREAM_QUOTA': 1 },
  ...{ 'refused:UPSTREAM_BROKEN': 1, 'refused:DEADLINE': 1, 'refused:OUTCOME_UNKNOWN': 1 },
};

it('what a rule has stopped is refused, and what a provider or Peel has broken failed', () => {
  const settled = { ...NOTHING_SETTLED, made: 8, declined: 1, unknown: 1, unknownMicros: 156_500 };

  expect(countsOf(COUNTS, settled)).toEqual({
    ...{ made: 8, kept: 7, joined: 2, refused: 8, failed: 3 },
    ...{ declined: 1, unknown: 1, unknownMicros: 156_500 },
  });
});

it('refusals are told by reason, the most frequent first, and add up to what is refused', () => {
  const refusals = refusalsOf(COUNTS);

  expect(Object.entries(refusals)).toEqual([
    ['VISITOR_DAY', 5],
    ['BURST', 2],
    ['UPSTREAM_QUOTA', 1],
  ]);
  const sum = Object.values(refusals).reduce((total, count) => total + count, 0);
  expect(sum).toBe(countsOf(COUNTS, NOTHING_SETTLED).refused);
});

it('failures are told by reason, and add up to what failed', () => {
  expect(errorsOf(COUNTS)).toEqual({ DEADLINE: 1, OUTCOME_UNKNOWN: 1, UPSTREAM_BROKEN: 1 });
  expect(countsOf(COUNTS, NOTHING_SETTLED).failed).toBe(3);
});

it('counts of several sites are added by name', () => {
  expect(addCounts([{ hit: 1 }, { hit: 2, joined: 1 }, {}])).toEqual({ hit: 3, joined: 1 });
});
