/** What the owner reads of clients: their pictures, dollars, last paid use and cap, and of play money. */
import { describe, expect, it } from 'vitest';
import { siteFiguresOf } from '../../worker/ledger/figures/site-figures.ts';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Purse } from '../../worker/limits/purses.ts';
import { dayCap, HOUR_MS, inLedger, NOW, reservation, SPENT, settlement } from './ledgers.ts';

const purse = (who: string, micros?: number): Purse => ({
  ...{ name: 'client', who, period: 'day', reason: 'CLIENT_LIMIT' },
  ...(micros !== undefined && { micros }),
});
const clientsOf = (ledger: LedgerMachine, now = NOW) =>
  siteFiguresOf({ ledger, pausedBy: () => undefined, reports: () => ({}) }, false, now).clients;

describe('a client', () => {
  it('is told with its pictures, dollars and last paid use, with a cap or without', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(reservation('a:1', { caps: [], purses: [purse('app', 500)] }), NOW);
      ledger.settle('a:1', settlement(60), NOW + 1000);
      ledger.reserve(reservation('b:1', { caps: [], purses: [purse('app', 500)] }), NOW);
      ledger.settle('b:1', settlement(40, { outcome: 'refused' }), NOW + 2000);
      ledger.reserve(reservation('c:1', { caps: [], purses: [purse('letter')] }), NOW);
      ledger.settle('c:1', settlement(90), NOW + 3000);

      const expected = [
        { name: 'app', pictures: 1, spentMicros: 100, lastUsedAt: NOW + 2000, capMicros: 500 },
        { name: 'letter', pictures: 1, spentMicros: 90, lastUsedAt: NOW + 3000 },
      ];
      expect(clientsOf(ledger)).toEqual(expected);
      // After a start the same is read from the rows.
      expect(clientsOf(createLedgerMachine(sqlOf(storage)))).toEqual(expected);
    }));

  it('without a cap is counted and never refused for it, and a cap that was taken away is gone', () =>
    inLedger((ledger, storage) => {
      const asked = (id: string, micros?: number) => reservation(id, { caps: [], purses: [purse('app', micros)] });
      expect(ledger.reserve(asked('a:1', 150), NOW)).toBeUndefined();
      expect(ledger.reserve(asked('b:1', 150), NOW)).toMatchObject({ reason: 'BUDGET_HELD', purse: 'client' });

      expect(ledger.reserve(asked('b:1'), NOW)).toBeUndefined();

      expect(clientsOf(ledger)).toEqual([{ name: 'app', pictures: 0, spentMicros: 0, lastUsedAt: 0 }]);
      expect(createLedgerMachine(sqlOf(storage)).clientCap('app')).toBeUndefined();
    }));
});

describe('play money', () => {
  const spendPlay = (ledger: LedgerMachine) => {
    ledger.reserve(reservation('demo:1', { micros: 250 }), NOW);
    ledger.settle('demo:1', settlement(250, { provider: 'demo' }), NOW);
  };

  it('takes nothing of a real cap, once a key is set', () =>
    inLedger((ledger) => {
      spendPlay(ledger);

      expect(ledger.reserve(reservation('real:1', { caps: [dayCap(300)] }), NOW)).toBeUndefined();
      expect(ledger.spentToday(NOW)).toBe(100);
    }));

  it('counts in the caps of a demo, where an unknown outcome is play money too', () =>
    inLedger((_, storage) => {
      const demo = createLedgerMachine(sqlOf(storage), { isDemo: () => true, onlyProviderOf: () => 'demo' });
      spendPlay(demo);
      expect(demo.reserve(reservation('more:1'), NOW)).toMatchObject(SPENT);
      demo.reserve(reservation('lost:1', { micros: 50 }), NOW);

      demo.settleInFull('lost:1', NOW + HOUR_MS);

      const figures = (play: boolean) =>
        siteFiguresOf({ ledger: demo, pausedBy: () => undefined, reports: () => ({}) }, play, NOW + HOUR_MS);
      expect(figures(true)).toMatchObject({ day: { spent: 300 }, settled: { made: 1, unknown: 1, unknownMicros: 50 } });
      expect(figures(false)).toMatchObject({ day: { spent: 0 }, settled: { made: 0, unknown: 0 } });
    }));
});
