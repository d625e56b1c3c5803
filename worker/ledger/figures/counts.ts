/** From the counts of isolates (`metrics.ts`) and of settlements to the counts that the owner sees. Pure functions. */
import type { DeskCounts } from '../../desk-protocol.ts';
import type { SpentHour } from '../spending.ts';

/** Counts by name, such as `hit`, `joined` and `refused:BURST`. */
export type NamedCounts = Readonly<Record<string, number>>;

/** What settlements have counted. Money is integer micro-dollars. */
export type Settled = Omit<SpentHour, 'hour'>;

/** Failures of providers and of Peel itself. All other reasons are refusals: a rule has stopped the request. */
const FAILED: ReadonlySet<string> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_BROKEN',
  'OUTCOME_UNKNOWN',
  'DEADLINE',
  'BUSY',
]);

const REFUSED = 'refused:';

/** Refusals by reason. Failures are not among them. */
export const refusalsOf = (counts: NamedCounts): Record<string, number> =>
  reasonsOf(counts, (reason) => !FAILED.has(reason));

/** Failures by reason. */
export const errorsOf = (counts: NamedCounts): Record<string, number> =>
  reasonsOf(counts, (reason) => FAILED.has(reason));

/** The most frequent first. */
function reasonsOf(counts: NamedCounts, isWanted: (reason: string) => boolean): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([name]) => name.startsWith(REFUSED) && isWanted(name.slice(REFUSED.length)))
      .map(([name, count]): [string, number] => [name.slice(REFUSED.length), count])
      .sort(([a, m], [b, n]) => n - m || a.localeCompare(b)),
  );
}

/** All counts of an hour, a day, or any other time. */
export function countsOf(counts: NamedCounts, { made, declined, unknown, unknownMicros }: Settled): DeskCounts {
  const sum = (all: readonly number[]): number => all.reduce((total, count) => total + count, 0);
  return {
    made,
    kept: counts.hit ?? 0,
    joined: counts.joined ?? 0,
    refused: sum(Object.values(refusalsOf(counts))),
    ...{ declined, failed: sum(Object.values(errorsOf(counts))), unknown, unknownMicros },
  };
}

/** Adds up what was counted apart, such as of several sites. */
export function addCounts(all: readonly NamedCounts[]): NamedCounts {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

export const NOTHING_SETTLED: Settled = { micros: 0, made: 0, declined: 0, unknown: 0, unknownMicros: 0 };

export const addSettled = (all: readonly Settled[]): Settled =>
  all.reduce(
    (sum, { micros, made, declined, unknown, unknownMicros }) => ({
      micros: sum.micros + micros,
      made: sum.made + made,
      declined: sum.declined + declined,
      unknown: sum.unknown + unknown,
      unknownMicros: sum.unknownMicros + unknownMicros,
    }),
    NOTHING_SETTLED,
  );
