import { expect, it } from 'vitest';
import { countOf, tripCount, without } from './counts.ts';
import type { Operation } from './operation.ts';

const before = (name: string, trip?: number, more: Partial<Operation> = {}): Operation => ({
  ...{ name, phase: 'before' },
  ...(trip !== undefined && { trip }),
  ...more,
});

it('puts operations of one trip side by side, and trips in their order', () => {
  const { before: trips } = countOf(
    [before('site.reserve', 2), before('R2.get', 1), before('KV.get', 1), before('site.sql')],
    1,
  );

  expect(trips).toBe('KV.get ‖ R2.get → site.reserve');
  expect(tripCount(trips)).toBe(2);
  expect(tripCount('')).toBe(0);
});

it('leaves what the provider is not waited for out of the trips, and counts it all the same', () => {
  const counts = countOf(
    [
      { name: 'R2.put', phase: 'beside', trip: 1 },
      { name: 'R2.put', phase: 'later', trip: 1 },
    ],
    1,
  );

  expect(counts).toMatchObject({ r2A: 2, before: '', after: '' });
});

it('counts parts of an upload as class A, a delete as none, and the keys of one KV call', () => {
  const counts = countOf(
    [
      ...['R2.createMultipartUpload', 'R2.uploadPart', 'R2.complete', 'R2.list', 'R2.delete', 'R2.head'].map((name) =>
        before(name),
      ),
      before('KV.get', 1, { keys: 3 }),
      before('KV.put', 1, { keys: 1 }),
    ],
    1,
  );

  expect(counts).toMatchObject({ r2A: 4, r2B: 1, kvReads: 3, kvWrites: 1 });
});

it('adds up rows by object, and bills an object for calls and rings, not for its own storage', () => {
  const counts = countOf(
    [
      before('site.reserve', 1),
      before('site.sql', undefined, { rowsRead: 2, rowsWritten: 3 }),
      before('site.setAlarm', undefined, { rowsWritten: 1 }),
      before('generation.alarm'),
      before('generation.sync', 2),
      before('generation.deleteAll'),
    ],
    1,
  );

  expect(counts).toMatchObject({
    objects: { 'generation.alarm': 1, 'site.reserve': 1 },
    rowsRead: { site: 2 },
    rowsWritten: { site: 4 },
    syncs: 1,
    alarms: 1,
  });
});

it('takes one request away from two, and keeps the trips', () => {
  const miss = [
    before('generation.ask', 1),
    before('R2.put', 2),
    before('generation.sql', undefined, { rowsWritten: 4 }),
  ];
  const joined = [...miss, before('generation.ask', 1), before('R2.get', 2)];

  const counts = without(countOf(joined, 2), countOf(miss, 1));

  expect(counts).toMatchObject({ requests: 1, r2A: 0, r2B: 1, objects: { 'generation.ask': 1 }, rowsWritten: {} });
  expect(counts.before).toBe('2 × generation.ask → R2.get ‖ R2.put');
});
