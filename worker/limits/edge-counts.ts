/** The counts of one record at the edge, such as all of a visitor. A plain value; KV holds it as JSON. */
import { parseJsonObject } from '../shared/json.ts';
import type { WindowPolicy } from './policies.ts';
import { type WindowCounts, windowIndex } from './sliding-window.ts';

/** The index of a window, the units counted in it, and those in the window before. */
type Counter = readonly [window: number, current: number, previous: number];

/** Counters by policy, the least recently counted first. */
export type EdgeCounts = Map<string, Counter>;

/** Ids in one record besides its own, such as a visitor's sessions. The least recently counted are dropped first. */
const MAX_IDS = 32;

/** A policy with a record at the edge. */
export type EdgePolicy = WindowPolicy & Required<Pick<WindowPolicy, 'edge'>>;

const fieldOf = ({ name, who, edge }: EdgePolicy): string => (who === edge.who ? name : `${name}:${who}`);

/** Units that a policy has counted. @param now Unix seconds. */
export const countsOf = (counts: EdgeCounts, policy: EdgePolicy, now: number): WindowCounts =>
  countsIn(counts.get(fieldOf(policy)), windowIndex(policy, now));

function countsIn(counter: Counter | undefined, window: number): WindowCounts {
  const [last, current, previous] = counter ?? [window, 0, 0];
  // The clock of another isolate may already be in the next window.
  if (window <= last) return { current, previous };
  return { current: 0, previous: window === last + 1 ? current : 0 };
}

/** Counts one act. @param now Unix seconds. */
export const countAct = (counts: EdgeCounts, policy: EdgePolicy, now: number): void =>
  addCounts(counts, new Map([[fieldOf(policy), [windowIndex(policy, now), policy.units ?? 1, 0]]]));

/** Raises counts to those that KV returned, where those are larger. */
export const raiseCounts = (counts: EdgeCounts, stored: EdgeCounts): void => combine(counts, stored, Math.max);

/** Adds the acts that are not in `counts` yet. */
export const addCounts = (counts: EdgeCounts, acts: EdgeCounts): void => combine(counts, acts, (a, b) => a + b);

function combine(counts: EdgeCounts, others: EdgeCounts, of: (a: number, b: number) => number): void {
  for (const [field, theirs] of others) {
    const own = counts.get(field);
    const window = Math.max(theirs[0], own?.[0] ?? 0);
    const [a, b] = [countsIn(own, window), countsIn(theirs, window)];
    // Deleted first, so that the map's order is the order of use.
    counts.delete(field);
    counts.set(field, [window, of(a.current, b.current), of(a.previous, b.previous)]);
  }
  const ids = [...counts.keys()].filter((field) => field.includes(':'));
  for (const field of ids.slice(0, Math.max(0, ids.length - MAX_IDS))) counts.delete(field);
}

export const writeCounts = (counts: EdgeCounts): string => JSON.stringify(Object.fromEntries(counts));

/** A value that is damaged counts nothing. */
export const parseCounts = (text: string): EdgeCounts =>
  new Map(Object.entries(parseJsonObject(text) ?? {}).filter(isCounter));

const isCounter = (entry: [string, unknown]): entry is [string, Counter] =>
  Array.isArray(entry[1]) && entry[1].length === 3 && entry[1].every(Number.isSafeInteger);
