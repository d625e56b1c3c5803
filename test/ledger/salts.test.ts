import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createLedgerSalts, type LedgerSalts } from '../../worker/ledger/salts.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { DAY_MS, HOUR_MS, inLedger, NOW, reservation, settlement } from './ledgers.ts';

let drawn = 0;
const draw = () => {
  drawn += 1;
  return `salt ${drawn}`;
};
const [TODAY, TOMORROW, YESTERDAY] = ['2026-11-23', '2026-11-24', '2026-11-22'];

const inSalts = (test: (salts: LedgerSalts, rows: () => unknown[]) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) => {
    const sql = sqlOf(storage);
    test(createLedgerSalts(sql), () =>
      sql
        .exec('SELECT day FROM salts')
        .toArray()
        .map(({ day }) => day),
    );
  });

describe('the salt of a day', () => {
  it('is the same for every isolate that asks', () =>
    inSalts((salts) => {
      const first = salts.of(TODAY, NOW, draw);

      expect(first.day).toBe(TODAY);
      expect(salts.of(TODAY, NOW + HOUR_MS, draw)).toEqual(first);
    }));

  it('is another one the next day, and the old one is gone', () =>
    inSalts((salts, rows) => {
      const first = salts.of(TODAY, NOW, draw);
      const second = salts.of(TOMORROW, NOW + DAY_MS, draw);

      expect(second.salt).not.toBe(first.salt);
      expect(rows()).toEqual([TOMORROW]);
    }));

  it('is gone when the day is over, without being asked for', () =>
    inSalts((salts, rows) => {
      salts.of(TODAY, NOW, draw);

      salts.forget(NOW + 11 * HOUR_MS);
      expect(rows()).toEqual([TODAY]);
      salts.forget(NOW + 12 * HOUR_MS);
      expect(rows()).toEqual([]);
    }));

  it('is today’s for an isolate whose clock is behind, and tomorrow’s for one that is ahead', () =>
    inSalts((salts, rows) => {
      expect(salts.of(YESTERDAY, NOW, draw).day).toBe(TODAY);
      expect(salts.of(TOMORROW, NOW, draw).day).toBe(TOMORROW);
      expect(rows()).toEqual([TODAY, TOMORROW]);
    }));

  it.each(['2026-11-25', '9999-01-01', 'zzz', ''])('is today’s for the day %j, which has not begun anywhere', (day) =>
    inSalts((salts) => {
      expect(salts.of(day, NOW, draw).day).toBe(TODAY);
    }),
  );
});

it('a visitor’s name leaves the owner’s index of generations after a day', () =>
  inLedger((ledger) => {
    ledger.reserve(reservation('a:1'), NOW);
    ledger.settle('a:1', settlement(60, { picture: { id: 'b01', keepDays: 30, prefix: 'p1' } }), NOW);

    ledger.forget(NOW + DAY_MS);
    expect(ledger.pictures.page({}, 1, NOW)).toMatchObject([{ id: 'b01', prefix: 'p1' }]);
    ledger.forget(NOW + DAY_MS + 1);
    const [row] = ledger.pictures.page({}, 1, NOW);
    expect(row).toMatchObject({ id: 'b01' });
    expect(row).not.toHaveProperty('prefix');
  }));
