import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import { createRows, type Rows } from '../../worker/generation/run-store.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import { tablesOf } from './generations.ts';
import { runRecord, writeEarlierRows } from './run-records.ts';

/** No row may be over 1 MB; the platform allows 2 MB (`docs/wire-facts.md#cloudflare-durable-objects`). */
const MAX_ROW_BYTES = 1_000_000;

/** Every test has an object of its own, with real SQLite. */
const inRows = <T>(test: (rows: Rows, storage: DurableObjectStorage) => T | Promise<T>): Promise<T> =>
  runInDurableObject(env.GENERATION.getByName(crypto.randomUUID()), (_generation, { storage }) =>
    test(createRows(sqlOf(storage)), storage),
  );
const again = (storage: DurableObjectStorage): Rows => createRows(sqlOf(storage));
const sizesOf = ({ sql }: DurableObjectStorage): number[] =>
  sql
    .exec('SELECT length(CAST(text AS BLOB)) AS bytes FROM rows WHERE id > 0')
    .toArray()
    .map(({ bytes }) => Number(bytes));
const refusal = (id: string) => ({ version: 1, id, form: 'json', chunks: [[`{"n":"${id}"}`]] }) as unknown as Manifest;

const DISPATCHED = runRecord({ state: 'dispatched', provider: 'google' });

describe('a record', () => {
  it('is in memory alone until its run is dispatched: a crash leaves nothing, not even a table', () =>
    inRows((rows, storage) => {
      expect(rows.read()).toBeUndefined();

      rows.write(runRecord());
      rows.write(runRecord({ state: 'reserved', reservedAt: 1 }));

      expect(rows.read()).toEqual(runRecord({ state: 'reserved', reservedAt: 1 }));
      expect(again(storage).read()).toBeUndefined();
      expect(rows.isEmpty).toBe(true);
      expect(tablesOf(storage)).toEqual([]);
    }));

  it('is what was written last from then on, in this instance and in the next one', () =>
    inRows((rows, storage) => {
      rows.write(runRecord());
      rows.write(DISPATCHED);
      expect(again(storage).read()).toEqual(DISPATCHED);

      rows.write({ ...DISPATCHED, state: 'reserving', attempt: 2 });

      expect(rows.read()).toEqual({ ...DISPATCHED, state: 'reserving', attempt: 2 });
      expect(again(storage).read()).toEqual({ ...DISPATCHED, state: 'reserving', attempt: 2 });
      expect(rows.isEmpty).toBe(false);
    }));

  it('of a run that is not dispatched leaves the one before in the rows', () =>
    inRows((rows, storage) => {
      rows.write({ ...DISPATCHED, state: 'ended', outcome: 'unknown' });
      rows.write(DISPATCHED);

      rows.write(runRecord({ run: 'next' }));

      expect(rows.read()?.run).toBe('next');
      expect(again(storage).read()).toEqual(DISPATCHED);
    }));

  it('that is dropped is gone for good', () =>
    inRows((rows, storage) => {
      rows.write(DISPATCHED);

      rows.drop();

      expect(rows.read()).toBeUndefined();
      expect(again(storage).read()).toBeUndefined();
    }));

  it('that is dropped before its dispatch leaves what was known before it', () =>
    inRows((rows, storage) => {
      rows.write(DISPATCHED);
      rows.write(runRecord({ run: 'next', state: 'ended', outcome: 'none' }));

      rows.drop();

      expect([rows.read(), again(storage).read()]).toEqual([DISPATCHED, DISPATCHED]);
    }));
});

describe('chunks', () => {
  const picture = { kind: 'image', n: 0, bytes: 9 } as const;
  const chunks: Chunk[] = [['{"a":"', picture, '"}'], ['{"b":1}']];

  it('are kept in order, with what stands for their pictures', () =>
    inRows((rows, storage) => {
      rows.putChunks(chunks, 0);

      expect(again(storage).chunks()).toEqual(chunks);
    }));

  it('are written once each', () =>
    inRows((rows, storage) => {
      rows.putChunks(chunks.slice(0, 1), 0);
      storage.sql.exec('UPDATE rows SET text = \'[["as it was"]]\'');
      rows.putChunks(chunks, 1);

      expect(again(storage).chunks()).toEqual([['as it was'], ['{"b":1}']]);
    }));

  it('stay with the run until the next one is dispatched, and the refusals longer', () =>
    inRows((rows) => {
      rows.write(DISPATCHED);
      rows.putChunks(chunks, 0);
      rows.putUnkept(refusal('u1'));
      rows.putRefusal(1, refusal('r1'));
      rows.write({ ...DISPATCHED, state: 'ended' });
      rows.write(runRecord({ run: 'next' }));
      expect(rows.chunks()).toEqual(chunks);

      rows.write({ ...DISPATCHED, run: 'next' });

      expect([rows.chunks(), rows.unkept()]).toEqual([[], undefined]);
      expect(rows.lastRefusal()).toEqual(refusal('r1'));
    }));

  it.each([
    { name: 'letters', unit: 'x' },
    { name: 'letters of three bytes', unit: '漢' },
    { name: 'emoji, whose halves would be lost', unit: '🦊' },
    { name: 'quotes, which JSON writes with two', unit: '"' },
  ])('of megabytes are in rows under 1 MB, and come back as they were: $name', ({ unit }) =>
    inRows((rows, storage) => {
      // Shifted by one, so that a border falls between two halves even when their number is even.
      for (const shift of ['', 'y']) {
        const chunk = [shift + unit.repeat(700_000)];
        rows.putChunks([chunk], 0);

        expect(again(storage).chunks()).toEqual([chunk]);
        expect(Math.max(...sizesOf(storage))).toBeLessThanOrEqual(MAX_ROW_BYTES);
      }
    }),
  );

  it('are in order where there are more than ten, of several pieces', () =>
    inRows((rows) => {
      const many = Array.from({ length: 12 }, (_, n) => [`${n}`.repeat(n === 3 ? 3_000_000 : 1)]);

      rows.putChunks(many, 0);

      expect(rows.chunks()).toEqual(many);
    }));
});

describe('refusals', () => {
  it('are known by their times, and the last is told', () =>
    inRows((rows, storage) => {
      for (const at of [2000, 1000, 3000]) rows.putRefusal(at, refusal(`r${at}`));

      expect(rows.refusalTimes()).toEqual([1000, 2000, 3000]);
      expect(again(storage).lastRefusal()).toEqual(refusal('r3000'));
    }));

  it('before a time are dropped', () =>
    inRows((rows) => {
      for (const at of [1000, 2000, 3000]) rows.putRefusal(at, refusal(`r${at}`));

      rows.dropRefusals(2000);

      expect(rows.refusalTimes()).toEqual([2000, 3000]);
    }));

  it('of several pieces are one', () =>
    inRows((rows) => {
      const long = { ...refusal('r1'), chunks: [['z'.repeat(600_000)]] };

      rows.putRefusal(1000, long);

      expect(rows.refusalTimes()).toEqual([1000]);
      expect(rows.lastRefusal()).toEqual(long);
    }));
});

describe('after the storage was deleted', () => {
  it('nothing is known, and everything can be written again', () =>
    inRows(async (rows, storage) => {
      rows.write(DISPATCHED);
      rows.putChunks([['a']], 0);
      rows.putRefusal(1, refusal('r1'));

      await storage.deleteAll();
      rows.forgotten();

      expect([rows.read(), rows.chunks(), rows.refusalTimes(), rows.lastRefusal()]).toEqual([
        undefined,
        [],
        [],
        undefined,
      ]);
      rows.write({ ...DISPATCHED, run: 'next' });
      rows.putChunks([['b']], 0);
      expect(again(storage).read()).toEqual({ ...DISPATCHED, run: 'next' });
      expect(again(storage).chunks()).toEqual([['b']]);
    }));

  it('nothing is written by itself, whatever is asked', () =>
    inRows(async (rows, storage) => {
      rows.write(DISPATCHED);
      rows.putChunks([['a']], 0);

      await storage.deleteAll();
      rows.forgotten();
      rows.dropRefusals(1);
      rows.drop();

      expect([rows.read(), rows.unkept(), rows.isEmpty]).toEqual([undefined, undefined, true]);
      expect(tablesOf(storage)).toEqual([]);
    }));
});

describe('the rows of an earlier version', () => {
  const long = JSON.stringify(refusal('r2'));

  it('are read as they were: the run, its chunks in order, and what was refused', () =>
    inRows((rows, storage) => {
      writeEarlierRows(storage, DISPATCHED, [
        ['refusal', 2000, 1, long.slice(9)],
        ['refusal', 2000, 0, long.slice(0, 9)],
        ['refusal', 1000, 0, JSON.stringify(refusal('r1'))],
        ['chunk', 10, 0, '["k"]'],
        ['chunk', 9, 0, '["j"]'],
        ['unkept', 0, 0, JSON.stringify(refusal('u1'))],
      ]);

      expect(rows.read()).toEqual(DISPATCHED);
      for (const each of [rows, again(storage)]) {
        expect(each.chunks()).toEqual([['j'], ['k']]);
        expect([each.refusalTimes(), each.lastRefusal()]).toEqual([[1000, 2000], refusal('r2')]);
        expect(each.unkept()).toEqual(refusal('u1'));
      }
      expect(tablesOf(storage)).toEqual(['rows']);
    }));

  it('of a run that was never dispatched are known, and settled as its record says', () =>
    inRows((rows, storage) => {
      writeEarlierRows(storage, runRecord({ state: 'reserved' }));

      expect(rows.read()).toEqual(runRecord({ state: 'reserved' }));
      rows.write(runRecord({ state: 'settling', outcome: 'none' }));

      expect(again(storage).read()).toMatchObject({ state: 'settling', outcome: 'none' });
    }));

  it('are left as they were where they cannot be moved whole', () =>
    inRows((rows, storage) => {
      writeEarlierRows(storage, DISPATCHED);
      storage.sql.exec('ALTER TABLE texts RENAME TO hidden');
      expect(() => rows.read()).toThrow();
      expect(() => rows.read()).toThrow();
      expect(tablesOf(storage).sort()).toEqual(['hidden', 'record']);

      storage.sql.exec('ALTER TABLE hidden RENAME TO texts');

      expect(rows.read()).toEqual(DISPATCHED);
    }));
});
