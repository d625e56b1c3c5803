import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import { createRows, type Rows } from '../../worker/generation/run-store.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import { runRecord } from './run-records.ts';

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
    .exec('SELECT length(CAST(text AS BLOB)) AS bytes FROM texts')
    .toArray()
    .map(({ bytes }) => Number(bytes));
const refusal = (id: string) => ({ version: 1, id, form: 'json', chunks: [[`{"n":"${id}"}`]] }) as unknown as Manifest;

describe('a record', () => {
  it('is what was written last, in this instance and in the next one', () =>
    inRows((rows, storage) => {
      expect(rows.read()).toBeUndefined();

      rows.write(runRecord());
      rows.write(runRecord({ state: 'dispatched', provider: 'google' }));

      expect(rows.read()).toEqual(runRecord({ state: 'dispatched', provider: 'google' }));
      expect(again(storage).read()).toEqual(runRecord({ state: 'dispatched', provider: 'google' }));
    }));

  it('that is dropped is gone for good', () =>
    inRows((rows, storage) => {
      rows.write(runRecord());

      rows.drop();

      expect(rows.read()).toBeUndefined();
      expect(again(storage).read()).toBeUndefined();
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
      storage.sql.exec('UPDATE texts SET text = \'["as it was"]\'');
      rows.putChunks(chunks, 1);

      expect(again(storage).chunks()).toEqual([['as it was'], ['{"b":1}']]);
    }));

  it('are dropped without the refusals', () =>
    inRows((rows) => {
      rows.putChunks(chunks, 0);
      rows.putRefusal(1, refusal('r1'));

      rows.dropAnswer();

      expect(rows.chunks()).toEqual([]);
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
        rows.dropAnswer();
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
      rows.write(runRecord());
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
      rows.write(runRecord({ run: 'next' }));
      expect(again(storage).read()).toEqual(runRecord({ run: 'next' }));
    }));

  it('nothing is written by itself', () =>
    inRows(async (rows, storage) => {
      rows.write(runRecord());

      await storage.deleteAll();
      rows.forgotten();

      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('record', 'texts')").toArray()).toEqual(
        [],
      );
    }));
});
