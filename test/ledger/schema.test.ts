/** Ledgers that an earlier version has left in storage open with all that they know. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import type { Draw } from '../../worker/ledger/loan.ts';
import { createProviderHealth } from '../../worker/ledger/provider-health.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import { createLedgerService } from '../../worker/ledger/service.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Purse } from '../../worker/limits/purses.ts';
import {
  DAY_MS,
  deploymentCap,
  HELD,
  inLedger,
  NOW,
  policy,
  reservation,
  SPENT,
  settlement,
  UNDONE,
} from './ledgers.ts';

const FLASH = "'gemini-3.1-flash-image', '1K'";

/** The tables of version 1: days with overruns, an open call of today, a settled one, and what visitors have used. */
const VERSION_1 = [
  `CREATE TABLE reservations (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, state TEXT NOT NULL, micros INTEGER NOT NULL, day TEXT NOT NULL,
    owner TEXT, model TEXT NOT NULL, size TEXT NOT NULL, leaseUntil INTEGER NOT NULL, askAt INTEGER NOT NULL)`,
  'CREATE INDEX reservations_held ON reservations (state, day)',
  'CREATE TABLE uses (run TEXT NOT NULL, name TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL)',
  'CREATE INDEX uses_who ON uses (name, who, at)',
  'CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  'CREATE TABLE days (day TEXT PRIMARY KEY, settled INTEGER NOT NULL, overrun INTEGER NOT NULL)',
  `CREATE TABLE usage (
    day TEXT NOT NULL, model TEXT NOT NULL, size TEXT NOT NULL, provider TEXT NOT NULL, pictures INTEGER NOT NULL,
    costMicros INTEGER NOT NULL, overrunMicros INTEGER NOT NULL, PRIMARY KEY (day, model, size, provider))`,
  `CREATE TABLE durations (
    n INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, size TEXT NOT NULL, ms INTEGER NOT NULL)`,
  `CREATE TABLE generations (
    at INTEGER NOT NULL, run TEXT NOT NULL, picture TEXT NOT NULL, model TEXT NOT NULL, costMicros INTEGER NOT NULL,
    prefix TEXT, keepUntil INTEGER NOT NULL)`,
  'CREATE TABLE hours (hour TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, name))',
  `CREATE TABLE periods (
    period TEXT NOT NULL, name TEXT NOT NULL, cap INTEGER NOT NULL, owed INTEGER NOT NULL, PRIMARY KEY (period, name))`,
  'CREATE TABLE salts (day TEXT PRIMARY KEY, salt TEXT NOT NULL)',
  `CREATE TABLE lanes (
    provider TEXT NOT NULL, key INTEGER NOT NULL, model TEXT NOT NULL, news TEXT NOT NULL, toldAt INTEGER NOT NULL,
    PRIMARY KEY (provider, key, model))`,
  "INSERT INTO days VALUES ('2026-11-20', 300, 900), ('2026-11-22', 100, 150), ('2026-11-23', 40, 10)",
  `INSERT INTO usage VALUES ('2026-11-23', ${FLASH}, 'google', 1, 40, 10)`,
  `INSERT INTO reservations VALUES
    ('old:1', 'old', 'held', 100, '2026-11-23', 'key', ${FLASH}, ${NOW + 60_000}, ${NOW + 20_000}),
    ('done:1', 'done', 'settled', 40, '2026-11-23', 'key', ${FLASH}, ${NOW}, ${NOW})`,
  `INSERT INTO uses VALUES ('old', 'visitor-minute', 'default.p1', ${NOW}), ('old', 'visitor-day', 'default.p1', ${NOW}),
    ('attempts of old', 'attempts-minute', 'default.p1', ${NOW})`,
  `INSERT INTO durations (model, size, ms) VALUES (${FLASH}, 4000), (${FLASH}, 6000), (${FLASH}, 8000)`,
  `INSERT INTO generations VALUES (${NOW}, 'done', 'b01', 'gemini-3.1-flash-image', 50, 'p1', ${NOW + DAY_MS})`,
  "INSERT INTO settings VALUES ('paused', '0')",
  `INSERT INTO lanes VALUES ('google', 1, '', '{"provider":"google","key":1}', ${NOW})`,
];

/** What version 3 has otherwise than version 4. */
const VERSION_3 = [
  'ALTER TABLE holds DROP COLUMN at',
  'ALTER TABLE ended DROP COLUMN at',
  'ALTER TABLE ended DROP COLUMN pictures',
  'DROP INDEX pictures_on_wall',
  ...['size', 'provider', 'client', 'waitMs', 'heldMicros', 'tokens', 'deletedAt', 'onWall'].map(
    (column) => `ALTER TABLE pictures DROP COLUMN ${column}`,
  ),
  ...['declined', 'unknown', 'unknownMicros', 'waits'].map((column) => `ALTER TABLE usage DROP COLUMN ${column}`),
  ...['spending', 'origins', 'bills'].map((table) => `DROP TABLE ${table}`),
  "UPDATE settings SET value = '3' WHERE name = 'version'",
];

/** What version 2 has otherwise than version 4. */
const VERSION_2 = [
  ...VERSION_3,
  'ALTER TABLE holds DROP COLUMN purses',
  'ALTER TABLE ended DROP COLUMN micros',
  'ALTER TABLE ended DROP COLUMN purses',
  'ALTER TABLE usage DROP COLUMN visitorMicros',
  'ALTER TABLE borrowers DROP COLUMN part',
  'ALTER TABLE borrowers DROP COLUMN isTold',
  'DROP TABLE blocked',
  "UPDATE settings SET value = '2' WHERE name = 'version'",
];

const inOldLedger = (
  test: (ledger: LedgerMachine, storage: DurableObjectStorage) => void | Promise<void>,
): Promise<void> =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), async (_, { storage }) => {
    await storage.deleteAll();
    for (const statement of VERSION_1) storage.sql.exec(statement);
    await test(createLedgerMachine(sqlOf(storage)), storage);
  });

const unused = () => {
  throw new Error('nothing is asked');
};
const ALONE = {
  ...{ lender: { draw: unused }, borrower: unused, ask: unused, now: () => NOW, bound: unused, pause: unused },
  ...{ hold: () => undefined, wakeAt: async () => undefined, log: () => undefined },
};

describe('a ledger of version 1', () => {
  it('opens with its money, and today owes what yesterday could not pay', () =>
    inOldLedger((ledger) => {
      expect(reportOf(ledger, NOW)).toMatchObject({
        settledMicros: 40,
        heldMicros: 100,
        overrunMicros: 10,
        owedMicros: 150,
        monthSettledMicros: 440,
        monthOverrunMicros: 1060,
        medians: [{ model: 'gemini-3.1-flash-image', size: '1K', ms: 6000 }],
        generations: [{ run: 'done', id: 'b01', prefix: 'p1' }],
      });
      // 300 less 40 settled, 10 overrun, 150 owed and 100 held.
      expect(ledger.reserve(reservation('new:1', { micros: 1 }), NOW)).toMatchObject(HELD);
    }));

  it('settles what it held, and carries what today cannot pay from now on', () =>
    inOldLedger((ledger) => {
      expect(ledger.reserve(reservation('new:1', { micros: 1000 }), NOW)).toMatchObject(SPENT);
      expect(ledger.reserve(reservation('own:1', { micros: 0 }), NOW)).toBeUndefined();

      ledger.settle('old:1', settlement(600), NOW);

      expect(reportOf(ledger, NOW + DAY_MS).owedMicros).toBe(40 + 10 + 600 + 150 - 300);
    }));

  it('counts what visitors have used, and gives it back with a call that did not run', () =>
    inOldLedger((ledger) => {
      const asked = reservation('new:1', { micros: 0, policies: [policy(1)] });
      expect(ledger.reserve(asked, NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });

      ledger.release('old:1', NOW);

      expect(ledger.reserve(asked, NOW)).toBeUndefined();
    }));

  it('knows what has ended, and the owner of what has not', () =>
    inOldLedger((ledger) => {
      expect(ledger.reserve(reservation('done:1'), NOW)).toMatchObject(UNDONE);
      expect(ledger.due(NOW + 20_000)).toEqual([{ id: 'old:1', owner: 'key' }]);
    }));

  it('of the deployment hands its unpaid debts to the site that decides from now on', () =>
    inOldLedger(async (_, storage) => {
      storage.sql.exec(
        "INSERT INTO usage (day, model, size, provider, pictures, costMicros, overrunMicros) VALUES ('2026-10-30', 'unknown', '', 'unknown', 0, 100, 330)",
      );
      storage.sql.exec("INSERT INTO periods VALUES ('month', '2026-10', 100, 0)");
      const root = createLedgerService({ ...ALONE, sql: sqlOf(storage), name: 'deployment' });
      const draw: Draw = {
        report: { standing: 'new', slices: {} },
        ...{ day: '2026-11-23', price: 10, isBackground: false },
        asked: [{ period: 'month', cap: 400, need: 10, want: 10 }],
      };

      const answer = await root.draw('site:a', draw);

      expect(answer).toMatchObject({ isAlone: true, owed: { day: 150, month: 330 } });
      await inLedger((site) => {
        site.take(answer, draw);
        const monthly = reservation('r1:1', { micros: 71, caps: [deploymentCap(400, 'month')] });
        expect(site.reserve(monthly, NOW)).toMatchObject({ reason: 'DEPLOYMENT_BUDGET_SPENT' });
        expect(site.reserve({ ...monthly, micros: 70 }, NOW)).toBeUndefined();
      });
    }));

  it('keeps reports on keys, and is moved once', () =>
    inOldLedger((_, storage) => {
      const sql = sqlOf(storage);
      expect(createProviderHealth(sql).all()).toMatchObject([{ provider: 'google', key: 1 }]);

      expect(reportOf(createLedgerMachine(sql), NOW).monthSettledMicros).toBe(440);
    }));
});

describe('a ledger of version 2', () => {
  it('opens with all that it knows, and what visitors take from then on counts in their purses', () =>
    inLedger((before, storage) => {
      const purse: Purse = {
        ...{ name: 'visitor', who: 'p1', period: 'day', reason: 'VISITOR_BUDGET_SPENT' },
        micros: 150,
      };
      const mine = { caps: [], policies: [policy(3)], purses: [purse] };
      before.reserve(reservation('done:1', mine), NOW);
      before.settle('done:1', settlement(60), NOW);
      before.reserve(reservation('held:1', { ...mine, micros: 90 }), NOW);
      for (const statement of VERSION_2) storage.sql.exec(statement);

      const ledger = createLedgerMachine(sqlOf(storage));

      expect(reportOf(ledger, NOW)).toMatchObject({ settledMicros: 60, heldMicros: 90 });
      expect(ledger.reserve(reservation('done:1'), NOW)).toMatchObject(UNDONE);
      expect(ledger.reserve(reservation('a:1', { caps: [], policies: [policy(2)] }), NOW)).toMatchObject({
        reason: 'VISITOR_MINUTE',
      });
      expect(ledger.reserve(reservation('b:1', { caps: [], purses: [purse] }), NOW)).toBeUndefined();
      expect(ledger.reserve(reservation('c:1', { caps: [], purses: [purse] }), NOW)).toMatchObject({
        ...{ reason: 'BUDGET_HELD', purse: 'visitor' },
      });
      ledger.settle('held:1', settlement(90), NOW);
      expect(reportOf(createLedgerMachine(sqlOf(storage)), NOW)).toMatchObject({ settledMicros: 150, heldMicros: 100 });
    }));
});
