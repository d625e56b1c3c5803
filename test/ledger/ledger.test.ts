import { describe, expect, it } from 'vitest';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import type { PictureRow } from '../../worker/ledger/pictures.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import type { Reservation } from '../../worker/ledger/reservation.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import {
  DAY_MS,
  dayCap,
  deploymentCap,
  HELD,
  HOUR_MS,
  inLedger,
  monthCap,
  NOW,
  policy,
  reservation,
  SPENT,
  setPaused,
  settlement,
  standAlone,
  UNDONE,
} from './ledgers.ts';

const TODAY = '2026-11-23';
const MINUTE_MS = 60_000;
const moneyOf = (ledger: LedgerMachine, at = NOW) => {
  const { settledMicros, heldMicros, overrunMicros, owedMicros } = reportOf(ledger, at);
  return { settled: settledMicros, held: heldMicros, overrun: overrunMicros, owed: owedMicros };
};
/** Reserves one after another. @returns The reasons of the refusals. */
const reserveAll = (
  ledger: LedgerMachine,
  asked: Reservation[],
  at = NOW,
): (Failure['reason'] | 'SLICE_SHORT' | undefined)[] => asked.map((one) => ledger.reserve(one, at)?.reason);
const numbered = (count: number, change: Partial<Reservation> = {}, prefix = 'r'): Reservation[] =>
  Array.from({ length: count }, (_, n) => reservation(`${prefix}${n}:1`, change));

describe('a reservation', () => {
  it('holds its money', () =>
    inLedger((ledger) => {
      expect(ledger.reserve(reservation(), NOW)).toBeUndefined();

      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 100, overrun: 0, owed: 0 });
      expect(ledger.open()).toEqual([{ id: 'r1:1', micros: 100, leaseUntil: NOW + 360_000 }]);
    }));

  it('asked again because its answer was lost is the same one, held and counted once', () =>
    inLedger((ledger) => {
      const asked = reservation('r1:1', { policies: [policy(2)], caps: [dayCap(100)] });

      const answers = [ledger.reserve(asked, NOW), ledger.reserve(asked, NOW + 1000)];

      expect(answers).toEqual([undefined, undefined]);
      expect(moneyOf(ledger).held).toBe(100);
      // The second use of the limit is still free.
      expect(ledger.reserve(reservation('r2:1', { caps: [], policies: [policy(2)] }), NOW)).toBeUndefined();
    }));

  it('that was refused is judged anew when it is asked again', () =>
    inLedger((ledger) => {
      reserveAll(ledger, numbered(3));
      expect(ledger.reserve(reservation('r4:1'), NOW)).toMatchObject(HELD);

      ledger.release('r1:1', NOW);

      expect(ledger.reserve(reservation('r4:1'), NOW)).toBeUndefined();
    }));

  it('is still there when the object starts anew', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(reservation(), NOW);

      const again = createLedgerMachine(sqlOf(storage));

      expect(moneyOf(again).held).toBe(100);
      expect(again.confirm('r1:1')).toBeUndefined();
    }));

  it.each([
    { name: 'released', end: (ledger: LedgerMachine) => ledger.release('r1:1', NOW) },
    { name: 'settled', end: (ledger: LedgerMachine) => void ledger.settle('r1:1', settlement(60), NOW) },
  ])('that was $name is not granted a second time', ({ end }) =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);
      end(ledger);

      expect(ledger.reserve(reservation(), NOW)).toMatchObject(UNDONE);
      expect(moneyOf(ledger).held).toBe(0);
    }),
  );
});

describe('a release', () => {
  it('gives everything back, once', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);

      ledger.release('r1:1', NOW);
      ledger.release('r1:1', NOW);

      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 0, overrun: 0, owed: 0 });
      expect(reserveAll(ledger, numbered(4, {}, 's'))).toEqual([undefined, undefined, undefined, 'BUDGET_HELD']);
    }));

  it('that overtakes its reservation keeps it from being granted', () =>
    inLedger((ledger) => {
      ledger.release('r1:1', NOW);

      expect(ledger.reserve(reservation('r1:1', { policies: [policy(1)] }), NOW + 1)).toMatchObject(UNDONE);

      expect(moneyOf(ledger).held).toBe(0);
      expect(ledger.reserve(reservation('r2:1', { policies: [policy(1)] }), NOW + 2)).toBeUndefined();
    }));

  it('after a settlement changes nothing', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);
      ledger.settle('r1:1', settlement(60), NOW);

      ledger.release('r1:1', NOW);

      expect(moneyOf(ledger)).toEqual({ settled: 60, held: 0, overrun: 0, owed: 0 });
    }));
});

describe('a settlement', () => {
  it('takes what it cost and gives the rest back', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);

      expect(ledger.settle('r1:1', settlement(60), NOW)).toBe(0);

      expect(moneyOf(ledger)).toEqual({ settled: 60, held: 0, overrun: 0, owed: 0 });
    }));

  it('that comes twice counts once, and the first word counts', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);

      ledger.settle('r1:1', settlement(60), NOW);
      ledger.settle('r1:1', settlement(60), NOW);
      ledger.settle('r1:1', settlement(90), NOW);

      expect(moneyOf(ledger).settled).toBe(60);
      expect(ledger.usage.table(1, NOW)).toMatchObject([{ pictures: 1, costMicros: 60 }]);
    }));

  it.each([
    { name: 'what was never held', before: (_book: LedgerMachine) => undefined },
    {
      name: 'what was released',
      before: (ledger: LedgerMachine) => {
        ledger.reserve(reservation(), NOW);
        ledger.release('r1:1', NOW);
      },
    },
  ])('of $name is nothing', ({ before }) =>
    inLedger((ledger) => {
      before(ledger);

      expect(ledger.settle('r1:1', settlement(500), NOW)).toBe(0);

      expect(moneyOf(ledger)).toEqual({ settled: 0, held: 0, overrun: 0, owed: 0 });
      expect(ledger.usage.table(1, NOW)).toEqual([]);
    }),
  );

  it('over the reservation is its overrun, which counts like the rest, at once', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);

      expect(ledger.settle('r1:1', settlement(130), NOW)).toBe(30);

      expect(moneyOf(ledger)).toEqual({ settled: 100, held: 0, overrun: 30, owed: 0 });
      // 170 of 300 are left.
      expect(reserveAll(ledger, numbered(2, {}, 's'))).toEqual([undefined, 'BUDGET_HELD']);
      expect(ledger.reserve(reservation('small:1', { micros: 70 }), NOW)).toBeUndefined();
    }));

  it('tells a month’s first eight hours, as long as hours are kept', () =>
    inLedger((ledger) => {
      const first = Date.UTC(2026, 11, 1);
      for (const [n, hour] of [3, 7, 8].entries()) {
        const at = first + hour * HOUR_MS;
        ledger.reserve(reservation(`r${n}:1`, { caps: [] }), at);
        ledger.settle(`r${n}:1`, settlement(50), at);
      }
      const monthOf = () => ledger.usage.months()[0];

      expect(monthOf()).toMatchObject({ month: '2026-12', pictures: 3, firstHours: 2 });
      ledger.spending.forget(first + 42 * DAY_MS);
      expect(monthOf()).toMatchObject({ pictures: 3, firstHours: 3 });
    }));

  it('counts in full when its outcome is unknown', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);

      ledger.settleInFull('r1:1', NOW);
      ledger.settleInFull('unheard:1', NOW);

      expect(moneyOf(ledger)).toEqual({ settled: 100, held: 0, overrun: 0, owed: 0 });
      expect(ledger.usage.table(1, NOW)).toMatchObject([{ provider: 'unknown', pictures: 0, costMicros: 100 }]);
    }));
});

describe('a later attempt', () => {
  const second = (change: Partial<Reservation> = {}) => reservation('r1:2', { replaces: 'r1:1', ...change });

  it('takes the place of the one before, in the same step', () =>
    inLedger((ledger) => {
      reserveAll(ledger, [reservation('r1:1', { micros: 300 })]);

      expect(ledger.reserve(second({ micros: 300 }), NOW)).toBeUndefined();

      expect(ledger.open().map(({ id }) => id)).toEqual(['r1:2']);
      expect(ledger.confirm('r1:1')).toMatchObject(UNDONE);
    }));

  it('may be dearer where there is room, and otherwise is not made and holds nothing', () =>
    inLedger((ledger) => {
      reserveAll(ledger, [reservation('other:1'), reservation('r1:1')]);

      expect(ledger.reserve(second({ micros: 200 }), NOW)).toBeUndefined();
      expect(moneyOf(ledger).held).toBe(300);
      expect(ledger.reserve(reservation('r1:3', { replaces: 'r1:2', micros: 201 }), NOW)).toMatchObject(HELD);

      expect(moneyOf(ledger).held).toBe(100);
    }));

  it('is the same picture: it is not counted on its visitor again', () =>
    inLedger((ledger) => {
      const limited = { policies: [policy(1)] };
      ledger.reserve(reservation('r1:1', limited), NOW);

      expect(ledger.reserve(second(limited), NOW)).toBeUndefined();

      expect(ledger.reserve(reservation('r2:1', limited), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
    }));

  it('that is refused gives the use of the first back', () =>
    inLedger((ledger, storage) => {
      const limited = { policies: [policy(1)] };
      ledger.reserve(reservation('r1:1', limited), NOW);
      setPaused(storage, true);

      expect(ledger.reserve(second(limited), NOW)).toEqual({ reason: 'SITE_PAUSED' });
      ledger.refused(second(limited), NOW);

      setPaused(storage, false);
      expect(ledger.reserve(reservation('r2:1', limited), NOW)).toBeUndefined();
    }));

  it('that is released gives the use of the first back', () =>
    inLedger((ledger) => {
      const limited = { policies: [policy(1)] };
      reserveAll(ledger, [reservation('r1:1', limited), second(limited)]);

      ledger.release('r1:2', NOW);

      expect(ledger.reserve(reservation('r2:1', limited), NOW)).toBeUndefined();
    }));

  it('never gives back what was settled meanwhile', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation(), NOW);
      ledger.settleInFull('r1:1', NOW);

      expect(ledger.reserve(second(), NOW)).toBeUndefined();

      expect(moneyOf(ledger)).toMatchObject({ settled: 100, held: 100 });
    }));
});

describe('a day’s cap', () => {
  it('is never exceeded by what is held and settled, to the micro-dollar', () =>
    inLedger((ledger) => {
      const caps = [dayCap(350)];

      expect(reserveAll(ledger, numbered(4, { caps }))).toEqual([undefined, undefined, undefined, 'BUDGET_HELD']);
      expect(ledger.reserve(reservation('small:1', { caps, micros: 51 }), NOW)).toMatchObject(HELD);
      expect(ledger.reserve(reservation('small:1', { caps, micros: 50 }), NOW)).toBeUndefined();
    }));

  it('reached by holds opens soon, reached by what is spent opens with the next UTC day', () =>
    inLedger((ledger) => {
      reserveAll(ledger, numbered(3));
      expect(ledger.reserve(reservation('late:1'), NOW)).toEqual({ reason: 'BUDGET_HELD', retryAfterSeconds: 10 });

      for (const n of [0, 1, 2]) ledger.settle(`r${n}:1`, settlement(80), NOW);

      expect(ledger.reserve(reservation('late:1'), NOW)).toEqual({
        reason: 'DAILY_BUDGET_SPENT',
        retryAfterSeconds: 12 * 3600,
      });
      expect(ledger.reserve(reservation('late:1', { micros: 60 }), NOW)).toBeUndefined();
    }));

  it('is new with every UTC day', () =>
    inLedger((ledger) => {
      const midnight = Date.UTC(2026, 10, 24);
      reserveAll(ledger, numbered(3));
      for (const n of [0, 1, 2]) ledger.settle(`r${n}:1`, settlement(100), NOW);

      expect(ledger.reserve(reservation('late:1'), midnight - 1)).toMatchObject(SPENT);
      expect(ledger.reserve(reservation('late:1'), midnight)).toBeUndefined();
    }));

  it('counts a picture on the day it was reserved, whenever it is settled', () =>
    inLedger((ledger) => {
      const evening = Date.UTC(2026, 10, 23, 23, 59);
      const morning = Date.UTC(2026, 10, 24, 0, 1);
      reserveAll(ledger, numbered(3), evening);

      expect(moneyOf(ledger, morning).held).toBe(0);
      ledger.settle('r0:1', settlement(90), morning);

      expect(moneyOf(ledger, morning).settled).toBe(0);
      expect(moneyOf(ledger, evening)).toMatchObject({ settled: 90, held: 200 });
    }));
});

describe('other caps', () => {
  it('a month’s is reached over several days, overruns included, and is new with the next month', () =>
    inLedger((ledger) => {
      const caps = [dayCap(300), monthCap(500)];
      for (const [n, day] of [NOW, NOW + DAY_MS].entries()) {
        ledger.reserve(reservation(`r${n}:1`, { caps, micros: 200 }), day);
        ledger.settle(`r${n}:1`, settlement(210), day);
      }
      const third = NOW + 2 * DAY_MS;

      expect(ledger.reserve(reservation('late:1', { caps, micros: 81 }), third)).toEqual({
        reason: 'MONTHLY_BUDGET_SPENT',
        retryAfterSeconds: 5 * 86_400 + 12 * 3600,
      });
      expect(ledger.reserve(reservation('fits:1', { caps, micros: 80 }), third)).toBeUndefined();
      const december = Date.UTC(2026, 11, 1);
      expect(ledger.reserve(reservation('next:1', { caps, micros: 300 }), december)).toBeUndefined();
      expect(reportOf(ledger, third)).toMatchObject({
        monthSettledMicros: 400,
        monthOverrunMicros: 20,
        monthHeldMicros: 80,
      });
    }));

  it('a month’s counts what other days of it still hold', () =>
    inLedger((ledger) => {
      const caps = [monthCap(150)];
      ledger.reserve(reservation('r1:1', { caps }), NOW);

      expect(ledger.reserve(reservation('r2:1', { caps }), NOW + DAY_MS)).toMatchObject(HELD);
    }));

  it('the deployment’s has its own word', () =>
    inLedger((ledger) => {
      standAlone(ledger);
      const caps = [deploymentCap(99)];

      expect(ledger.reserve(reservation('r1:1', { caps }), NOW)).toMatchObject({ reason: 'DEPLOYMENT_BUDGET_SPENT' });
    }));

  it('where one of them refuses, nothing is held and nothing counted', () =>
    inLedger((ledger) => {
      const asked = reservation('r1:1', { caps: [dayCap(300), monthCap(50)], policies: [policy(1)] });

      expect(ledger.reserve(asked, NOW)).toMatchObject({ reason: 'MONTHLY_BUDGET_SPENT' });

      expect(moneyOf(ledger).held).toBe(0);
      expect(ledger.reserve(reservation('r2:1', { policies: [policy(1)] }), NOW)).toBeUndefined();
    }));
});

describe('exact limits', () => {
  const minute = policy(2);
  const day = policy(3, { name: 'visitor-day', windowSeconds: 86_400, reason: 'VISITOR_DAY' });
  const session = policy(2, { name: 'session', who: 'default.s1', windowSeconds: 86_400, reason: 'SESSION_SPENT' });
  const free = { caps: [] };

  it('let exactly so many start, and say when the next one may', () =>
    inLedger((ledger) => {
      const asked = { ...free, policies: [minute] };
      ledger.reserve(reservation('r1:1', asked), NOW);
      ledger.reserve(reservation('r2:1', asked), NOW + 20_000);

      expect(ledger.reserve(reservation('r3:1', asked), NOW + 45_000)).toEqual({
        reason: 'VISITOR_MINUTE',
        limit: 2,
        retryAfterSeconds: 15,
      });
      expect(ledger.reserve(reservation('r3:1', asked), NOW + MINUTE_MS - 1)).toMatchObject({ retryAfterSeconds: 1 });
      expect(ledger.reserve(reservation('r3:1', asked), NOW + MINUTE_MS)).toBeUndefined();
      expect(ledger.reserve(reservation('r4:1', asked), NOW + MINUTE_MS)).toMatchObject({ retryAfterSeconds: 20 });
    }));

  it('slide over midnight: a day’s limit is of any 24 hours', () =>
    inLedger((ledger) => {
      const asked = { ...free, policies: [day] };
      reserveAll(ledger, numbered(3, asked), NOW);

      expect(ledger.reserve(reservation('late:1', asked), NOW + DAY_MS - 1)).toMatchObject({ reason: 'VISITOR_DAY' });
      expect(ledger.reserve(reservation('late:1', asked), NOW + DAY_MS)).toBeUndefined();
    }));

  it('are of one id: another visitor, or another session of the same visitor, has its own', () =>
    inLedger((ledger) => {
      const asked = { ...free, policies: [session] };
      const another = { ...free, policies: [{ ...session, who: 'default.s2' }] };

      expect(reserveAll(ledger, numbered(3, asked))).toEqual([undefined, undefined, 'SESSION_SPENT']);
      expect(reserveAll(ledger, numbered(3, another, 's'))).toEqual([undefined, undefined, 'SESSION_SPENT']);
    }));

  it('name the first that refuses, and what one refuses counts on none', () =>
    inLedger((ledger) => {
      const both = { ...free, policies: [minute, session] };
      reserveAll(ledger, numbered(2, both));

      expect(ledger.reserve(reservation('late:1', both), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
      expect(ledger.reserve(reservation('late:1', both), NOW + MINUTE_MS)).toMatchObject({ reason: 'SESSION_SPENT' });
      expect(ledger.reserve(reservation('late:1', { ...free, policies: [minute] }), NOW + MINUTE_MS)).toBeUndefined();
    }));

  it('give the use back of what provably did not run', () =>
    inLedger((ledger) => {
      const asked = { ...free, policies: [minute, day, session] };
      reserveAll(ledger, numbered(2, asked));

      ledger.release('r0:1', NOW);

      expect(reserveAll(ledger, numbered(2, asked, 's'))).toEqual([undefined, 'VISITOR_MINUTE']);
    }));

  it.each(['picture', 'refused', 'unknown'] as const)('keep the use of what ended as %s', (outcome) =>
    inLedger((ledger) => {
      const asked = { ...free, policies: [policy(1)] };
      ledger.reserve(reservation('r1:1', asked), NOW);

      ledger.settle('r1:1', settlement(10, { outcome }), NOW);

      expect(ledger.reserve(reservation('r2:1', asked), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
    }),
  );
});

describe('a pause', () => {
  it('refuses new work and forbids what is held to go up, until it ends', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(reservation(), NOW);

      setPaused(storage, true);

      expect(ledger.reserve(reservation('r2:1'), NOW)).toEqual({ reason: 'SITE_PAUSED' });
      expect(ledger.confirm('r1:1')).toEqual({ reason: 'SITE_PAUSED' });
      expect(reportOf(ledger, NOW)).toMatchObject({ paused: true, heldMicros: 100 });
      setPaused(storage, false);
      expect(ledger.confirm('r1:1')).toBeUndefined();
      expect(ledger.reserve(reservation('r2:1'), NOW)).toBeUndefined();
    }));

  it('lets what has gone up be settled', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(reservation(), NOW);
      setPaused(storage, true);

      ledger.settle('r1:1', settlement(70), NOW);

      expect(moneyOf(ledger)).toMatchObject({ settled: 70, held: 0 });
    }));

  it('outlives the object’s memory', () =>
    inLedger((_, storage) => {
      setPaused(storage, true);

      expect(createLedgerMachine(sqlOf(storage)).isPaused()).toBe(true);
    }));
});

describe('a confirmation', () => {
  it('is given for what is held, and for nothing else', () =>
    inLedger((ledger) => {
      reserveAll(ledger, numbered(3));
      ledger.release('r1:1', NOW);
      ledger.settle('r2:1', settlement(1), NOW);

      expect(ledger.confirm('r0:1')).toBeUndefined();
      for (const id of ['r1:1', 'r2:1', 'never:1']) expect(ledger.confirm(id)).toMatchObject(UNDONE);
    }));
});

describe('a lease', () => {
  it('is due when it ends, and keeps its money', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation('r1:1', { leaseMs: 1000 }), NOW);
      const { owner: _, ...nobodys } = reservation('r2:1', { leaseMs: 2000 });
      ledger.reserve(nobodys, NOW);

      expect(ledger.due(NOW + 999)).toEqual([]);
      expect(ledger.due(NOW + 1000)).toEqual([{ id: 'r1:1', owner: 'key' }]);
      expect(ledger.due(NOW + 2000)).toEqual([
        { id: 'r1:1', owner: 'key' },
        { id: 'r2:1', owner: null },
      ]);
      expect(moneyOf(ledger, NOW + 2000).held).toBe(200);
    }));

  it('that is to be asked again later is not due before', () =>
    inLedger((ledger) => {
      ledger.reserve(reservation('r1:1', { leaseMs: 1000 }), NOW);

      ledger.askAgain('r1:1', NOW + 31_000);

      expect(ledger.due(NOW + 30_999)).toEqual([]);
      expect(ledger.due(NOW + 31_000)).toHaveLength(1);
      // The owner's report still shows the first end of the lease.
      expect(ledger.open()).toMatchObject([{ leaseUntil: NOW + 1000 }]);
    }));

  it('of what has ended is not due', () =>
    inLedger((ledger) => {
      reserveAll(ledger, numbered(2, { leaseMs: 1000 }));
      ledger.release('r0:1', NOW);
      ledger.settle('r1:1', settlement(1), NOW);

      expect(ledger.due(NOW + DAY_MS)).toEqual([]);
    }));
});

describe('a limit of an id of its day', () => {
  const full = (change: object, at: number) =>
    inLedger((ledger) => {
      const policies = [policy(1, { windowSeconds: 86_400, ...change })];
      ledger.reserve(reservation('r1:1', { policies }), at);
      return ledger.reserve(reservation('r2:1', { policies }), at);
    });

  it('opens at midnight UTC, and another when its use leaves the window', async () => {
    expect(await full({ endsWithDay: true }, NOW)).toMatchObject({ retryAfterSeconds: 12 * 3600 });
    expect(await full({}, NOW)).toMatchObject({ retryAfterSeconds: 24 * 3600 });
  });
});

describe('the owner’s tables', () => {
  const spend = (
    ledger: LedgerMachine,
    id: string,
    at: number,
    change: Partial<Reservation>,
    ...of: Parameters<typeof settlement>
  ) => {
    ledger.reserve(reservation(id, { caps: [], ...change }), at);
    ledger.settle(id, settlement(...of), at);
  };
  const PRO = { subject: { model: 'gemini-3-pro-image', size: '4K' } } as const;

  it('count by day, model, size and provider', () =>
    inLedger((ledger) => {
      spend(ledger, 'a:1', NOW, {}, 60);
      spend(ledger, 'b:1', NOW, {}, 120);
      spend(ledger, 'c:1', NOW, {}, 5, { outcome: 'refused' });
      spend(ledger, 'd:1', NOW, {}, 40, { provider: 'apiyi', outcome: 'unknown' });
      spend(ledger, 'e:1', NOW, PRO, 90, { durationMs: 17_200 });
      spend(ledger, 'g:1', NOW, PRO, 90, { durationMs: 16_800 });
      spend(ledger, 'f:1', NOW + DAY_MS, {}, 70);

      const flash = {
        model: 'gemini-3.1-flash-image',
        size: '1K',
        provider: 'google',
        ...{ overrunMicros: 0, visitorMicros: 0 },
        ...{ declined: 0, unknown: 0, unknownMicros: 0, waits: {} },
      };
      const pro = { model: 'gemini-3-pro-image', size: '4K', waits: { 17: 1, 18: 1 } };
      expect(ledger.usage.table(31, NOW + DAY_MS)).toEqual([
        { ...flash, day: '2026-11-24', pictures: 1, costMicros: 70 },
        { ...flash, day: TODAY, ...pro, pictures: 2, costMicros: 180 },
        { ...flash, day: TODAY, provider: 'apiyi', pictures: 0, costMicros: 40, unknown: 1, unknownMicros: 40 },
        { ...flash, day: TODAY, pictures: 2, costMicros: 165, overrunMicros: 20, declined: 1 },
      ]);
      expect(ledger.usage.table(1, NOW + DAY_MS)).toHaveLength(1);
    }));

  it('keep the days of 13 months', () =>
    inLedger((ledger) => {
      spend(ledger, 'a:1', NOW, {}, 60);

      ledger.forget(NOW + 397 * DAY_MS);
      expect(ledger.usage.table(1000, NOW + 397 * DAY_MS)).toHaveLength(1);
      ledger.forget(NOW + 398 * DAY_MS);

      expect(ledger.usage.table(1000, NOW + 398 * DAY_MS)).toEqual([]);
      expect(moneyOf(ledger).settled).toBe(0);
    }));

  it('name the median duration by model and size, of pictures alone', () =>
    inLedger((ledger) => {
      for (const [n, durationMs] of [9000, 1000.4, 5000].entries())
        spend(ledger, `a${n}:1`, NOW, {}, 1, { durationMs });
      spend(ledger, 'b:1', NOW, PRO, 1, { durationMs: 30_000 });
      spend(ledger, 'c:1', NOW, PRO, 1, { durationMs: 1, outcome: 'refused' });
      spend(ledger, 'd:1', NOW, PRO, 1);

      expect(ledger.usage.medians()).toEqual([
        { model: 'gemini-3-pro-image', size: '4K', ms: 30_000 },
        { model: 'gemini-3.1-flash-image', size: '1K', ms: 5000 },
      ]);
    }));

  it('take the median of the last 101, each size by itself', () =>
    inLedger((ledger) => {
      spend(ledger, 'pro:1', NOW, PRO, 1, { durationMs: 30_000 });
      for (let n = 0; n < 60; n += 1) spend(ledger, `old${n}:1`, NOW, {}, 1, { durationMs: 1000 });
      for (let n = 0; n < 50; n += 1) spend(ledger, `new${n}:1`, NOW, {}, 1, { durationMs: 2000 });
      const flash = () => ledger.usage.medians().find(({ size }) => size === '1K')?.ms;
      // 51 of the 101 durations are old ones.
      expect(flash()).toBe(1000);

      spend(ledger, 'last:1', NOW, {}, 1, { durationMs: 2000 });

      expect(flash()).toBe(2000);
      expect(ledger.usage.medians()).toContainEqual({ model: 'gemini-3-pro-image', size: '4K', ms: 30_000 });
    }));

  it('add up the counts of many isolates by hour', () =>
    inLedger((ledger) => {
      ledger.usage.count('2026-11-23T11', { hit: 3 });
      ledger.usage.count('2026-11-23T12', { hit: 2, 'latency:10': 1 });
      ledger.usage.count('2026-11-23T12', { hit: 5 });

      expect(ledger.usage.hours('2026-11-23T12')).toEqual([
        { hour: '2026-11-23T12', name: 'hit', count: 7 },
        { hour: '2026-11-23T12', name: 'latency:10', count: 1 },
      ]);
      ledger.forget(NOW + 40 * DAY_MS);
      expect(ledger.usage.hours('2026').map(({ hour }) => hour)).toEqual(['2026-11-23T12', '2026-11-23T12']);
      ledger.forget(NOW + 40 * DAY_MS + HOUR_MS);
      expect(ledger.usage.hours('2026')).toEqual([]);
    }));

  it('list the pictures, newest first, with what they really cost', () =>
    inLedger((ledger) => {
      spend(ledger, 'a:1', NOW, {}, 130, { picture: { id: 'b01', keepDays: 30, prefix: 'p1' } });
      const tokens = { input: 8, output: 1120 };
      const ofClient = { id: 'b02', keepDays: 30, client: 'shop', tokens };
      spend(ledger, 'b:1', NOW + 1000, PRO, 90, { picture: ofClient, durationMs: 17_200.4 });
      spend(ledger, 'c:1', NOW + 2000, {}, 5, { outcome: 'refused' });

      const common = { heldMicros: 100, provider: 'google' };
      expect(ledger.pictures.page({}, 10, NOW)).toEqual([
        {
          ...{ at: NOW + 1000, run: 'b', id: 'b02', ...PRO.subject, ...common, costMicros: 90, client: 'shop', tokens },
          ...{ waitMs: 17_200, keepUntil: NOW + 1000 + 30 * DAY_MS },
        },
        {
          ...{ at: NOW, run: 'a', id: 'b01', model: 'gemini-3.1-flash-image', size: '1K', ...common, costMicros: 130 },
          ...{ prefix: 'p1', keepUntil: NOW + 30 * DAY_MS },
        },
      ]);
      expect(ledger.pictures.page({}, 1, NOW)).toHaveLength(1);
    }));

  it('list pictures in pages, several of one millisecond too, with the file of each', () =>
    inLedger((ledger) => {
      for (const run of ['a', 'b', 'c']) {
        spend(ledger, `${run}:1`, NOW, {}, 10, { picture: { id: `b0${run}`, file: '1.jpg', keepDays: 30 } });
      }
      spend(ledger, 'd:1', NOW - 1, {}, 20, { picture: { id: 'b0d', keepDays: 30, prefix: 'p1' } });
      const pageAfter = (before: PictureRow) => ledger.pictures.page({ before }, 2, NOW);
      const row = { at: NOW, file: '1.jpg', model: 'gemini-3.1-flash-image', costMicros: 10 };

      const first = ledger.pictures.page({}, 2, NOW);
      const second = pageAfter(first[1] as PictureRow);

      expect(first).toMatchObject([
        { ...row, run: 'c', id: 'b0c' },
        { ...row, run: 'b', id: 'b0b' },
      ]);
      expect(second).toMatchObject([
        { ...row, run: 'a', id: 'b0a' },
        { at: NOW - 1, run: 'd', id: 'b0d', model: row.model, costMicros: 20, prefix: 'p1' },
      ]);
      expect(pageAfter(second[1] as PictureRow)).toEqual([]);
    }));

  it('list a picture that its owner has deleted until midnight, and its money for good', () =>
    inLedger((ledger) => {
      spend(ledger, 'a:1', NOW, {}, 10, { picture: { id: 'b01', file: '0.png', keepDays: 30 } });
      spend(ledger, 'b:1', NOW, {}, 10, { picture: { id: 'b01a', keepDays: 30 } });
      spend(ledger, 'c:1', NOW, {}, 10, { picture: { id: 'b02', keepDays: 30 } });

      ledger.pictures.noteDeleted('b01', NOW + 1);
      ledger.pictures.noteDeleted('b02', NOW + 2);
      ledger.pictures.noteDeleted('b02', NOW + 3);

      const listed = (now: number) => ledger.pictures.page({}, 9, now).map(({ id, deletedAt }) => [id, deletedAt]);
      const midnight = NOW + 12 * HOUR_MS;
      expect(listed(midnight - 1)).toEqual([
        ['b02', NOW + 2],
        ['b01a', undefined],
        ['b01', NOW + 1],
      ]);
      expect(listed(midnight)).toEqual([['b01a', undefined]]);
      ledger.forget(midnight);
      expect(listed(NOW)).toEqual([['b01a', undefined]]);
      expect(ledger.usage.totals('2026-11-23').settled).toBe(30);
    }));

  it.each([7, 30, 90])('forget a picture when its class of %i days does', (keepDays) =>
    inLedger((ledger) => {
      spend(ledger, 'a:1', NOW, {}, 1, { picture: { id: 'x01', keepDays } });

      ledger.forget(NOW + keepDays * DAY_MS);
      expect(ledger.pictures.page({}, 10, NOW)).toHaveLength(1);
      ledger.forget(NOW + keepDays * DAY_MS + 1);

      expect(ledger.pictures.page({}, 10, NOW)).toEqual([]);
    }),
  );
});

describe('forgetting', () => {
  it('drops finished reservations after two days, and never one that holds money', () =>
    inLedger((ledger) => {
      reserveAll(ledger, numbered(3, { leaseMs: 1000 }));
      ledger.release('r0:1', NOW);
      ledger.settle('r1:1', settlement(60), NOW);

      ledger.forget(NOW + 2 * DAY_MS);
      expect(ledger.reserve(reservation('r0:1'), NOW)).toMatchObject(UNDONE);
      ledger.forget(NOW + 3 * DAY_MS);

      // Now its row is deleted, so the id is unknown again.
      expect(ledger.reserve(reservation('r0:1', { caps: [] }), NOW)).toBeUndefined();
      expect(moneyOf(ledger)).toMatchObject({ settled: 60, held: 200 });
      expect(ledger.open().map(({ id }) => id)).toContain('r2:1');
    }));

  it('keeps every use that a limit still counts', () =>
    inLedger((ledger) => {
      const asked = {
        caps: [],
        policies: [policy(1, { name: 'visitor-day', windowSeconds: 86_400, reason: 'VISITOR_DAY' })],
      };
      ledger.reserve(reservation('r1:1', asked), NOW);

      ledger.forget(NOW + DAY_MS - 1);

      expect(ledger.reserve(reservation('r2:1', asked), NOW + DAY_MS - 1)).toMatchObject({ reason: 'VISITOR_DAY' });
    }));
});
