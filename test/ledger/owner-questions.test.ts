import { describe, expect, it } from 'vitest';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { createOwnerQuestions } from '../../worker/ledger/owner-questions.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import type { ReservationOutcome } from '../../worker/ledger/reservation.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { inLedger, NOW, policy, reservation, settlement } from './ledgers.ts';

const LEASE_MS = 1000;
const ENDED = NOW + LEASE_MS;

/** Asks the owners that are due, with a generation that gives this answer. @returns The owners asked, and the log. */
async function end(
  ledger: LedgerMachine,
  answer: (id: string) => ReservationOutcome | Promise<ReservationOutcome>,
  at = ENDED,
) {
  const asked: [string, string][] = [];
  const logged: string[] = [];
  const questions = createOwnerQuestions({
    ledger,
    settle: (id, settled) => ledger.settle(id, settled, at),
    ask: async (owner, id) => {
      asked.push([owner, id]);
      return answer(id);
    },
    now: () => at,
    hold: () => undefined,
    log: (event) => logged.push(event),
  });
  await questions.askAll();
  return { asked, logged };
}

const moneyOf = (ledger: LedgerMachine) => {
  const { settledMicros, heldMicros } = reportOf(ledger, NOW);
  return { settled: settledMicros, held: heldMicros };
};
const lease = (id = 'r1:1') => reservation(id, { leaseMs: LEASE_MS, policies: [policy(1)] });

describe('the owner of an old reservation', () => {
  it('is not asked before its time', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      const { asked } = await end(ledger, () => ({ state: 'free' }), ENDED - 1);

      expect(asked).toEqual([]);
      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 100 });
    }));

  it('what never went up is free again, money and use', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      const { asked } = await end(ledger, () => ({ state: 'free' }));

      expect(asked).toEqual([['key', 'r1:1']]);
      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 0 });
      expect(ledger.reserve(lease('r2:1'), ENDED)).toBeUndefined();
    }));

  it('is asked after half a minute, however long the call may last', () =>
    inLedger(async (ledger) => {
      ledger.reserve(reservation(), NOW);

      expect((await end(ledger, () => ({ state: 'free' }), NOW + 29_999)).asked).toEqual([]);
      expect((await end(ledger, () => ({ state: 'free' }), NOW + 30_000)).asked).toHaveLength(1);
    }));

  it('that has written that it went up is not asked again before the end of its lease', () =>
    inLedger(async (ledger) => {
      const recorded = () => ({ state: 'running', isRecorded: true }) as const;
      ledger.reserve(reservation(), NOW);

      await end(ledger, recorded, NOW + 30_000);

      expect((await end(ledger, recorded, NOW + 359_999)).asked).toEqual([]);
      expect((await end(ledger, recorded, NOW + 360_000)).asked).toHaveLength(1);
      expect((await end(ledger, recorded, NOW + 389_999)).asked).toEqual([]);
    }));

  it('what is still running keeps its money and is asked again in half a minute', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      await end(ledger, () => ({ state: 'running', isRecorded: false }));

      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 100 });
      expect(ledger.due(ENDED + 29_999)).toEqual([]);
      const { asked } = await end(ledger, () => ({ state: 'free' }), ENDED + 30_000);
      expect(asked).toHaveLength(1);
      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 0 });
    }));

  it('what went up is settled by what it cost, where that is known', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      await end(ledger, () => ({
        state: 'spent',
        settlement: settlement(60, { picture: { id: 'b01', keepDays: 30 } }),
      }));

      expect(moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
      expect(ledger.pictures.page({}, 1, NOW)).toMatchObject([{ id: 'b01' }]);
    }));

  it('what went up and has no known outcome counts under the provider that was called', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      await end(ledger, () => ({ state: 'spent', settlement: settlement(100, { outcome: 'unknown' }) }));

      expect(moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
      expect(ledger.usage.table(1, NOW)).toMatchObject([{ provider: 'google', pictures: 0, unknown: 1 }]);
    }));

  it('one whose owner cannot be reached keeps its money, for as long as that lasts', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      for (let at = ENDED; at < ENDED + 300_000; at += 30_000) {
        const { asked, logged } = await end(ledger, () => Promise.reject(new Error('unreachable')), at);
        expect(asked).toHaveLength(1);
        expect(logged).toEqual(['owner_unreachable']);
      }

      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 100 });
    }));

  it('one that has no owner counts in full, and no object is asked', () =>
    inLedger(async (ledger) => {
      const { owner: _, ...nobodys } = lease();
      ledger.reserve(nobodys, NOW);

      const { asked } = await end(ledger, () => ({ state: 'free' }));

      expect(asked).toEqual([]);
      expect(moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
      expect(ledger.usage.table(1, NOW)).toMatchObject([{ provider: 'unknown', pictures: 0, unknown: 1 }]);
    }));

  it('one that has no owner counts under the only provider that can have been called', () =>
    inLedger(async (_, storage) => {
      const asked: string[] = [];
      const onlyProviderOf = (model: string) => {
        asked.push(model);
        return 'fal' as const;
      };
      const ledger = createLedgerMachine(sqlOf(storage), { onlyProviderOf });
      const { owner: _owner, ...nobodys } = lease();
      ledger.reserve(nobodys, NOW);

      await end(ledger, () => ({ state: 'free' }));

      expect(asked).toEqual([nobodys.subject.model]);
      expect(ledger.usage.table(1, NOW)).toMatchObject([{ provider: 'fal', unknown: 1, unknownMicros: 100 }]);
    }));

  it('one that fails does not keep the others waiting', () =>
    inLedger(async (ledger) => {
      for (const id of ['r1:1', 'r2:1', 'r3:1']) ledger.reserve({ ...lease(id), policies: [] }, NOW);

      const { asked } = await end(ledger, (id) =>
        id === 'r1:1' ? Promise.reject(new Error('unreachable')) : { state: 'free' },
      );

      expect(asked).toHaveLength(3);
      expect(ledger.open().map(({ id }) => id)).toEqual(['r1:1']);
    }));

  it('what was settled while its owner was asked keeps the first word', () =>
    inLedger(async (ledger) => {
      ledger.reserve(lease(), NOW);

      await end(ledger, () => {
        ledger.settle('r1:1', settlement(60), ENDED);
        return { state: 'spent', settlement: settlement(100) };
      });

      expect(moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
    }));
});
