/** Adds up the operations of one kind of request to its line of the table. */
import type { Operation, Phase } from './operation.ts';

/** How often, by name. */
export type Tally = Readonly<Record<string, number>>;

/** The table: a line of counts for each kind of request. */
export type Table = Readonly<Record<string, Counts>>;

/** What one request of a kind does. */
export interface Counts {
  /** HTTP requests to the worker. */
  requests: number;
  /** Calls of a provider. */
  providerCalls: number;
  /** Operations on R2 of class A (put, list, parts of an upload) and B (get, head). Deletes are free. */
  r2A: number;
  r2B: number;
  /** Keys read and written in KV. */
  kvReads: number;
  kvWrites: number;
  /** Billed requests to objects: calls, and rings of a generation's alarms. */
  objects: Tally;
  /** SQLite rows by object. Those written include rows of indexes, and one for each alarm that is set. */
  rowsRead: Tally;
  rowsWritten: Tally;
  /** Waits for the disk. */
  syncs: number;
  /** Alarms set. */
  alarms: number;
  /** Renditions made. */
  images: number;
  /** Trips in a row before the provider is called, or in all where none is: `R2.get ‖ KV.get → generation.ask`. */
  before: string;
  /** Trips in a row from the provider's answer to the last byte. */
  after: string;
}

const CLASS_A = /^R2\.(put|list|createMultipartUpload|uploadPart|complete)$/;
const CLASS_B = /^R2\.(get|head)$/;
const OBJECT_REQUEST = /^(site|deployment|generation|proofs)\.(?!sql$|sync$|setAlarm$|deleteAll$)/;

export function countOf(operations: readonly Operation[], requests: number): Counts {
  const named = (pattern: RegExp) => operations.filter(({ name }) => pattern.test(name));
  return {
    requests,
    providerCalls: named(/^provider\./).length,
    r2A: named(CLASS_A).length,
    r2B: named(CLASS_B).length,
    kvReads: sum(named(/^KV\.get/).map(({ keys = 0 }) => keys)),
    kvWrites: named(/^KV\.put$/).length,
    objects: tally(named(OBJECT_REQUEST).map(({ name }) => [name, 1])),
    rowsRead: tally(operations.map(({ name, rowsRead = 0 }) => [ownerOf(name), rowsRead])),
    rowsWritten: tally(operations.map(({ name, rowsWritten = 0 }) => [ownerOf(name), rowsWritten])),
    syncs: named(/\.sync$/).length,
    alarms: named(/\.setAlarm$/).length,
    images: named(/^IMAGES\./).length,
    before: tripsOf(operations, 'before'),
    after: tripsOf(operations, 'after'),
  };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const totalOf = (counts: Tally): number => sum(Object.values(counts));
/** The number of trips in a line such as `R2.get ‖ KV.get → generation.ask`. */
export const tripCount = (trips: string): number => (trips === '' ? 0 : trips.split(' → ').length);

const ownerOf = (name: string): string => name.slice(0, name.indexOf('.'));

/** Adds up by name, in the alphabet's order and without zeros. */
function tally(entries: readonly (readonly [string, number])[]): Tally {
  const counts = new Map<string, number>();
  for (const [name, count] of entries) counts.set(name, (counts.get(name) ?? 0) + count);
  return Object.fromEntries([...counts].filter(([, count]) => count !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Operations of one trip stand side by side, in the alphabet's order. */
function tripsOf(operations: readonly Operation[], phase: Phase): string {
  const trips = new Map<number, string[]>();
  for (const { name, trip, phase: its } of operations) {
    if (trip !== undefined && its === phase) trips.set(trip, [...(trips.get(trip) ?? []), name]);
  }
  return [...trips.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([, names]) => sideBySide(names))
    .join(' → ');
}

const sideBySide = (names: readonly string[]): string =>
  Object.entries(tally(names.map((name) => [name, 1])))
    .map(([name, count]) => (count === 1 ? name : `${count} × ${name}`))
    .join(' ‖ ');

/** What a joiner adds to the request that it joins. Its trips are its own. */
export const without = (both: Counts, one: Counts): Counts => ({
  ...both,
  requests: both.requests - one.requests,
  providerCalls: both.providerCalls - one.providerCalls,
  r2A: both.r2A - one.r2A,
  r2B: both.r2B - one.r2B,
  kvReads: both.kvReads - one.kvReads,
  kvWrites: both.kvWrites - one.kvWrites,
  objects: difference(both.objects, one.objects),
  rowsRead: difference(both.rowsRead, one.rowsRead),
  rowsWritten: difference(both.rowsWritten, one.rowsWritten),
  syncs: both.syncs - one.syncs,
  alarms: both.alarms - one.alarms,
});

const difference = (a: Tally, b: Tally): Tally =>
  tally([...Object.entries(a), ...Object.entries(b).map(([name, count]) => [name, -count] as const)]);
