import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countAct,
  countsOf,
  type EdgeCounts,
  type EdgePolicy,
  parseCounts,
  raiseCounts,
  writeCounts,
} from '../../worker/limits/edge-counts.ts';

const policy: EdgePolicy = {
  ...{ name: 'visitor-minute', who: 'p', limit: 3, windowSeconds: 60, reason: 'VISITOR_MINUTE' },
  edge: { name: 'visitor', who: 'p', kind: 'visitor' },
};

/** Counts of acts at these minutes. */
function counted(minutes: readonly number[]): EdgeCounts {
  const counts: EdgeCounts = new Map();
  for (const minute of minutes) countAct(counts, policy, minute * 60);
  return counts;
}
const raised = (a: EdgeCounts, b: EdgeCounts): EdgeCounts => {
  const both = new Map(a);
  raiseCounts(both, b);
  return both;
};
const at = (counts: EdgeCounts, minute: number) => countsOf(counts, policy, minute * 60);

describe('counts of one record', () => {
  it('are the larger of two isolates’, in this window and the one before, in either order', () => {
    const minutes = fc.array(fc.integer({ min: 10, max: 13 }), { maxLength: 8 }).map((all) => all.sort());
    fc.assert(
      fc.property(minutes, minutes, (own, theirs) => {
        const [a, b] = [counted(own), counted(theirs)];
        const now = Math.max(0, ...own, ...theirs);
        const [mine, other] = [at(a, now), at(b, now)];
        const larger = {
          current: Math.max(mine.current, other.current),
          previous: Math.max(mine.previous, other.previous),
        };

        expect(at(raised(a, b), now)).toEqual(larger);
        expect(at(raised(b, a), now)).toEqual(larger);
        expect(at(raised(raised(a, b), b), now)).toEqual(larger);
      }),
    );
  });

  it('are as they were after KV has had them', () => {
    const counts = counted([10, 11, 11]);

    expect(parseCounts(writeCounts(counts))).toEqual(counts);
  });

  it('count an act in its own window where another isolate’s clock is already in the next', () => {
    const counts = counted([11, 11]);

    countAct(counts, policy, 11 * 60 - 0.1);

    expect(at(counts, 11)).toEqual({ current: 2, previous: 1 });
  });

  it('forget what is two windows old', () => {
    expect(at(counted([10]), 12)).toEqual({ current: 0, previous: 0 });
  });
});
