/** Storage of the two versions before opens with nothing lost, and is told, counted and written on from then on. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createDeskLedger } from '../../worker/ledger/figures/desk-ledger.ts';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { createLender } from '../../worker/ledger/lender.ts';
import { openTables } from '../../worker/ledger/schema.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { NOW, reservation, settlement, UNDONE } from './ledgers.ts';
import { VERSION_2, VERSION_3 } from './versions.ts';

type Rows = Record<string, unknown>[];

const TABLES =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name";

/** All rows by table. */
function rowsOf({ sql }: DurableObjectStorage): Map<string, Rows> {
  const names = sql.exec(TABLES).toArray();
  return new Map(names.map(({ name }) => [String(name), sql.exec(`SELECT * FROM "${name}"`).toArray() as Rows]));
}

const inOrder = (rows: Rows): string[] => rows.map((row) => JSON.stringify(row)).sort();

const inVersion = (
  statements: readonly string[],
  test: (storage: DurableObjectStorage) => void | Promise<void>,
): Promise<void> =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), async (_, { storage }) => {
    await storage.deleteAll();
    for (const statement of statements) storage.sql.exec(statement);
    await test(storage);
  });

const deskOf = (ledger: LedgerMachine, storage: DurableObjectStorage) =>
  createDeskLedger({
    ...{ ledger, lender: createLender(sqlOf(storage)), reports: { of: () => ({}), ids: () => [] } },
    ...{ recordedSites: () => [], alarms: () => [], now: () => NOW, log: () => undefined },
    bound: (call) => Promise.resolve(call),
    ledgerAt: () => {
      throw new Error('a site asks no other');
    },
  });

describe.each([
  ['2', VERSION_2],
  ['3', VERSION_3],
])('a ledger of version %s', (version, statements) => {
  it('keeps every value of every row, and only its version changes', () =>
    inVersion(statements, (storage) => {
      const before = rowsOf(storage);
      expect(before.get('settings')).toContainEqual({ name: 'version', value: version });

      openTables(sqlOf(storage));

      const after = rowsOf(storage);
      for (const [table, rows] of before) {
        const columns = Object.keys(rows[0] ?? {});
        const kept = after.get(table)?.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])));
        const expected = rows.map((row) => (row.name === 'version' ? { ...row, value: '4' } : row));
        expect([table, inOrder(kept ?? [])]).toEqual([table, inOrder(expected)]);
      }
      openTables(sqlOf(storage));
      expect(rowsOf(storage)).toEqual(after);
    }));

  it('tells the same money, counts and pictures as before', () =>
    inVersion(statements, (storage) => {
      const desk = deskOf(createLedgerMachine(sqlOf(storage)), storage);

      expect(desk.siteFigures(false)).toMatchObject({
        day: { spent: 250, held: 100, owed: 250 },
        month: { spent: 800, held: 100 },
        settled: { micros: 250, made: 1 },
        counts: { started: 4, hit: 2, joined: 1 },
        days: { '2026-11-22': 550 },
        held: { pictures: 1, freeAt: NOW + 7_000 + 360_000 },
        pictures: [{ id: `b${'a'.repeat(32)}`, file: '0.png', costMicros: 60, prefix: 'p1' }, {}, {}, {}],
      });
      expect(desk.siteDays('2026-11-22', '2026-11-22', false)).toMatchObject({
        usage: [{ pictures: 3, costMicros: 300, overrunMicros: 250, waits: {} }],
        counts: { '2026-11-22': { hit: 5, 'refused:VISITOR_DAY': 2 } },
      });
    }));

  it('goes on: what was held is settled once, late messages are known, and hours are counted from now on', () =>
    inVersion(statements, (storage) => {
      const ledger = createLedgerMachine(sqlOf(storage));
      const desk = deskOf(ledger, storage);

      ledger.settle('h1:1', settlement(80, { durationMs: 12_000, picture: { id: 'b01', keepDays: 30 } }), NOW + 20_000);
      ledger.settle('h1:1', settlement(80), NOW + 20_000);

      expect(ledger.reserve(reservation('a1:1'), NOW)).toMatchObject(UNDONE);
      expect(ledger.reserve(reservation('e1:1'), NOW)).toMatchObject(UNDONE);
      expect(ledger.usage.medians()).toEqual([{ model: 'gemini-3.1-flash-image', size: '1K', ms: 9000 }]);
      expect(desk.siteFigures(false)).toMatchObject({ day: { spent: 330, held: 0 }, waits: { 12: 1 } });
      expect(desk.siteHours('2026-11-23', false).spending).toEqual([
        { hour: '2026-11-23T12', micros: 80, made: 1, declined: 0, unknown: 0, unknownMicros: 0 },
      ]);
      expect(desk.sitePictures({ most: 1 }).pictures).toMatchObject([{ id: 'b01', size: '1K', provider: 'google' }]);
    }));
});

it('a ledger that a later version has written is not opened, and nothing of it is changed', () =>
  inVersion([...VERSION_3, "UPDATE settings SET value = '5' WHERE name = 'version'"], (storage) => {
    const before = rowsOf(storage);

    expect(() => openTables(sqlOf(storage))).toThrow(
      'the ledger is of version 5, and this worker knows versions up to 4',
    );

    expect(rowsOf(storage)).toEqual(before);
  }));
