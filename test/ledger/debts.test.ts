/** Charges over a reservation are paid to the last micro-dollar, over as many days as that takes. */
import { describe, expect, it } from 'vitest';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { DAY_MS, dayCap, inLedger, monthCap, NOW, reservation, SPENT, settlement } from './ledgers.ts';

const caps = [dayCap(300)];

/** One call of a day: 100 held, then settled with this cost. */
function spend(ledger: LedgerMachine, id: string, at: number, micros: number, change = {}): void {
  expect(ledger.reserve(reservation(`${id}:1`, { caps, ...change }), at)).toBeUndefined();
  ledger.settle(`${id}:1`, settlement(micros), at);
}

const owedAt = (ledger: LedgerMachine, at: number): number => reportOf(ledger, at).owedMicros;

describe('an overrun', () => {
  it('that its day can pay is no debt', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 300);

      expect(owedAt(ledger, NOW + DAY_MS)).toBe(0);
      expect(ledger.reserve(reservation('late:1'), NOW)).toMatchObject(SPENT);
    }));

  it('larger than what is left of its day takes from the days after it, until it is paid', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 1000);

      const days = [1, 2, 3, 4].map((n) => NOW + n * DAY_MS);
      expect(days.map((at) => owedAt(ledger, at))).toEqual([700, 400, 100, 0]);
      const answers = days.map((at, n) => ledger.reserve(reservation(`d${n}:1`, { micros: 200 }), at)?.reason);
      expect(answers).toEqual(['DAILY_BUDGET_SPENT', 'DAILY_BUDGET_SPENT', undefined, undefined]);
    }));

  it('says when it will be paid for', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 1000);

      expect(ledger.reserve(reservation('late:1', { micros: 200 }), NOW)).toEqual({
        reason: 'DAILY_BUDGET_SPENT',
        retryAfterSeconds: 12 * 3600 + 2 * 86_400,
      });
    }));

  it.each([{ cost: 320 }, { cost: 101 }, { cost: 1999 }])(
    'of every call ($cost where 100 are held) leaves the sum of many days at their caps and one call',
    ({ cost }) =>
      inLedger((ledger) => {
        let charged = 0;
        for (let n = 0; n < 120; n += 1) {
          const at = NOW + Math.floor(n / 4) * DAY_MS;
          if (ledger.reserve(reservation(`r${n}:1`, { caps }), at)) continue;
          ledger.settle(`r${n}:1`, settlement(cost), at);
          charged += cost;
          const daysSoFar = Math.floor(n / 4) + 1;
          expect(charged).toBeLessThanOrEqual(300 * daysSoFar + cost - 100);
        }
        // A debt locks no more days than its payment takes.
        expect(charged).toBeGreaterThan(200 * 30);
      }),
  );

  it('that is heard of days later is taken from what comes after its day', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation('slow:1', { caps }), NOW);
      spend(ledger, 'r1', NOW + DAY_MS, 50);
      spend(ledger, 'r2', NOW + 2 * DAY_MS, 50);

      ledger.settle('slow:1', settlement(700), NOW + 2 * DAY_MS);

      expect([1, 2, 3].map((n) => owedAt(ledger, NOW + n * DAY_MS))).toEqual([400, 150, 0]);
    }));

  it('is not forgotten where the object starts anew', () =>
    inLedger((ledger, storage) => {
      spend(ledger, 'r1', NOW, 700);

      expect(owedAt(createLedgerMachine(sqlOf(storage)), NOW + DAY_MS)).toBe(400);
    }));

  it('is not forgotten with what is past its life while it may be owed', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 100_000);

      ledger.forget(NOW + 100 * DAY_MS);

      expect(owedAt(ledger, NOW + 100 * DAY_MS)).toBe(99_700 - 99 * 300);
    }));

  it('of a month takes from the month after it', () =>
    inLedger((ledger) => {
      const both = [dayCap(2000), monthCap(1000)];
      spend(ledger, 'r1', NOW, 1300, { caps: both });
      const december = Date.UTC(2026, 11, 1);

      expect(ledger.reserve(reservation('late:1', { caps: both, micros: 701 }), december)).toMatchObject({
        reason: 'MONTHLY_BUDGET_SPENT',
      });
      expect(ledger.reserve(reservation('fits:1', { caps: both, micros: 700 }), december)).toBeUndefined();
      expect(reportOf(ledger, december)).toMatchObject({ monthOwedMicros: 300, monthHeldMicros: 700 });
    }));
});

describe('a cap that changes', () => {
  it('and is lowered makes no debt of money that was granted before', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 100);
      spend(ledger, 'r2', NOW, 100);

      expect(ledger.reserve(reservation('late:1', { caps: [dayCap(50)] }), NOW)).toMatchObject(SPENT);

      expect(owedAt(ledger, NOW + DAY_MS)).toBe(0);
    }));

  it('and is raised on the same day pays what is owed', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 700);
      expect(owedAt(ledger, NOW + DAY_MS)).toBe(400);

      expect(ledger.reserve(reservation('late:1', { caps: [dayCap(1000)] }), NOW)).toBeUndefined();

      expect(owedAt(ledger, NOW + DAY_MS)).toBe(0);
    }));

  it('later does not change what an earlier day could pay', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW, 700);

      expect(ledger.reserve(reservation('r2:1', { caps: [dayCap(10_000)] }), NOW + DAY_MS)).toBeUndefined();

      expect(owedAt(ledger, NOW + DAY_MS)).toBe(400);
    }));

  it('does not judge the past again where a clock goes back', () =>
    inLedger((ledger) => {
      spend(ledger, 'r1', NOW + DAY_MS, 50);
      spend(ledger, 'r2', NOW, 700);

      expect(owedAt(ledger, NOW + DAY_MS)).toBe(400);
      expect(ledger.reserve(reservation('late:1'), NOW + DAY_MS)).toMatchObject(SPENT);
    }));
});
