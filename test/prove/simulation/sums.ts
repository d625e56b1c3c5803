/** The sums over many worlds, as plain data that is added up over processes. */
import { excessOf, sumOfOverruns } from './invariants/books.ts';
import type { InvariantName } from './invariants/checker.ts';
import { sitesOf } from './invariants/trace.ts';
import type { WorldReport } from './world.ts';

export interface Sums {
  worlds: number;
  steps: number;
  visits: number;
  dispatched: number;
  crashes: number;
  jumps: number;
  /** Lost messages. */
  lost: number;
  late: number;
  twice: number;
  /** Worlds with several sites, and in all worlds the calls about loans and the slices lent. */
  sharing: number;
  draws: number;
  recalls: number;
  slices: number;
  /** The maximum over the worlds; the other fields are sums. */
  atOnce: number;
  /** Worlds whose provider keeps to its allowed output, and the largest excess over a cap in one of them. */
  keeping: number;
  overshootMicros: number;
  /** Other worlds: the largest excess over a cap, the largest part that calls in progress did not cause, overruns. */
  overMicros: number;
  beyondMicros: number;
  overrunMicros: number;
  broken: { seed: number; rule: InvariantName; what: string }[];
}

export const NOTHING: Sums = {
  ...{ worlds: 0, steps: 0, visits: 0, dispatched: 0, crashes: 0, jumps: 0, lost: 0, late: 0, twice: 0 },
  ...{ sharing: 0, draws: 0, recalls: 0, slices: 0 },
  ...{ atOnce: 0, keeping: 0, overshootMicros: 0, overMicros: 0, beyondMicros: 0, overrunMicros: 0, broken: [] },
};

export function sumsOf({ seed, trace, facts, violations, counts, loanCalls, ...report }: WorldReport): Sums {
  const { steps, visits, crashes, jumps, atOnce } = report;
  const { over, beyond } = excessOf(trace, facts);
  const { keepsToCap } = facts;
  return {
    ...{ worlds: 1, steps, visits, crashes, jumps, atOnce, ...loanCalls },
    sharing: sitesOf(facts).length > 1 ? 1 : 0,
    slices: trace.filter(({ type }) => type === 'lent').length,
    dispatched: trace.filter(({ type }) => type === 'dispatched').length,
    lost: counts.lost + counts.repliesLost,
    late: counts.slow,
    twice: counts.twice,
    keeping: keepsToCap ? 1 : 0,
    overshootMicros: keepsToCap ? over : 0,
    overMicros: keepsToCap ? 0 : over,
    beyondMicros: beyond,
    overrunMicros: sumOfOverruns(trace),
    broken: violations.map(({ rule, what }) => ({ seed, rule, what })),
  };
}

export function add(a: Sums, b: Sums): Sums {
  const sum = { ...a };
  for (const name of ADDED) sum[name] += b[name];
  return {
    ...sum,
    atOnce: Math.max(a.atOnce, b.atOnce),
    overshootMicros: Math.max(a.overshootMicros, b.overshootMicros),
    overMicros: Math.max(a.overMicros, b.overMicros),
    beyondMicros: Math.max(a.beyondMicros, b.beyondMicros),
    broken: [...a.broken, ...b.broken],
  };
}

const ADDED = [
  ...(['worlds', 'steps', 'visits', 'dispatched', 'crashes', 'jumps', 'lost', 'late', 'twice'] as const),
  ...(['keeping', 'overrunMicros', 'sharing', 'draws', 'recalls', 'slices'] as const),
] as const;
