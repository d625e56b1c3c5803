import { describe, expect, it } from 'vitest';
import { createLedgerBook, type LedgerBook } from '../../worker/ledger/ledger.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import type { Reservation } from '../../worker/ledger/reservation.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import {
  DAY_MS,
  dayCap,
  HELD,
  HOUR_MS,
  inBook,
  monthCap,
  NOW,
  policy,
  reservation,
  SPENT,
  settlement,
  UNDONE,
} from './ledgers.ts';

const TODAY = '2026-11-23';
const MINUTE_MS = 60_000;
const moneyOf = (book: LedgerBook, at = NOW) => {
  const { settledMicros, heldMicros, overrunMicros, owedMicros } = reportOf(book, at);
  return { settled: settledMicros, held: heldMicros, overrun: overrunMicros, owed: owedMicros };
};
/** Reserves one after another. @returns The reasons of those that were refused. */
const reserveAll = (book: LedgerBook, asked: Reservation[], at = NOW): (Failure['reason'] | undefined)[] =>
  asked.map((one) => book.reserve(one, at)?.reason);
const numbered = (count: number, change: Partial<Reservation> = {}, prefix = 'r'): Reservation[] =>
  Array.from({ length: count }, (_, n) => reservation(`${prefix}${n}:1`, change));

describe('a reservation', () => {
  it('holds its money', () =>
    inBook((book) => {
      expect(book.reserve(reservation(), NOW)).toBeUndefined();

      expect(moneyOf(book)).toEqual({ settled: 0, held: 100, overrun: 0, owed: 0 });
      expect(book.open()).toEqual([{ id: 'r1:1', micros: 100, leaseUntil: NOW + 360_000 }]);
    }));

  it('asked again because its answer was lost is the same one, held and counted once', () =>
    inBook((book) => {
      const asked = reservation('r1:1', { policies: [policy(2)], caps: [dayCap(100)] });

      const answers = [book.reserve(asked, NOW), book.reserve(asked, NOW + 1000)];

      expect(answers).toEqual([undefined, undefined]);
      expect(moneyOf(book).held).toBe(100);
      // The limit's second use is still free.
      expect(book.reserve(reservation('r2:1', { caps: [], policies: [policy(2)] }), NOW)).toBeUndefined();
    }));

  it('that was refused is judged anew when it is asked again', () =>
    inBook((book) => {
      reserveAll(book, numbered(3));
      expect(book.reserve(reservation('r4:1'), NOW)).toMatchObject(HELD);

      book.release('r1:1', NOW);

      expect(book.reserve(reservation('r4:1'), NOW)).toBeUndefined();
    }));

  it('is still there when the object starts anew', () =>
    inBook((book, storage) => {
      book.reserve(reservation(), NOW);

      const again = createLedgerBook(sqlOf(storage));

      expect(moneyOf(again).held).toBe(100);
      expect(again.confirm('r1:1')).toBeUndefined();
    }));

  it.each([
    { name: 'released', end: (book: LedgerBook) => book.release('r1:1', NOW) },
    { name: 'settled', end: (book: LedgerBook) => void book.settle('r1:1', settlement(60), NOW) },
  ])('that was $name is not granted a second time', ({ end }) =>
    inBook((book) => {
      book.reserve(reservation(), NOW);
      end(book);

      expect(book.reserve(reservation(), NOW)).toMatchObject(UNDONE);
      expect(moneyOf(book).held).toBe(0);
    }),
  );
});

describe('a release', () => {
  it('gives everything back, once', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      book.release('r1:1', NOW);
      book.release('r1:1', NOW);

      expect(moneyOf(book)).toEqual({ settled: 0, held: 0, overrun: 0, owed: 0 });
      expect(reserveAll(book, numbered(4, {}, 's'))).toEqual([undefined, undefined, undefined, 'BUDGET_HELD']);
    }));

  it('that overtakes its reservation keeps it from being granted', () =>
    inBook((book) => {
      book.release('r1:1', NOW);

      expect(book.reserve(reservation('r1:1', { policies: [policy(1)] }), NOW + 1)).toMatchObject(UNDONE);

      expect(moneyOf(book).held).toBe(0);
      expect(book.reserve(reservation('r2:1', { policies: [policy(1)] }), NOW + 2)).toBeUndefined();
    }));

  it('after a settlement changes nothing', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);
      book.settle('r1:1', settlement(60), NOW);

      book.release('r1:1', NOW);

      expect(moneyOf(book)).toEqual({ settled: 60, held: 0, overrun: 0, owed: 0 });
    }));
});

describe('a settlement', () => {
  it('takes what it cost and gives the rest back', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      expect(book.settle('r1:1', settlement(60), NOW)).toBe(0);

      expect(moneyOf(book)).toEqual({ settled: 60, held: 0, overrun: 0, owed: 0 });
    }));

  it('that comes twice counts once, and the first word counts', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      book.settle('r1:1', settlement(60), NOW);
      book.settle('r1:1', settlement(60), NOW);
      book.settle('r1:1', settlement(90), NOW);

      expect(moneyOf(book).settled).toBe(60);
      expect(book.usage.table(1, NOW)).toMatchObject([{ pictures: 1, costMicros: 60 }]);
    }));

  it.each([
    { name: 'what was never held', before: (_book: LedgerBook) => undefined },
    {
      name: 'what was released',
      before: (book: LedgerBook) => {
        book.reserve(reservation(), NOW);
        book.release('r1:1', NOW);
      },
    },
  ])('of $name is nothing', ({ before }) =>
    inBook((book) => {
      before(book);

      expect(book.settle('r1:1', settlement(500), NOW)).toBe(0);

      expect(moneyOf(book)).toEqual({ settled: 0, held: 0, overrun: 0, owed: 0 });
      expect(book.usage.table(1, NOW)).toEqual([]);
    }),
  );

  it('over the reservation is its overrun, which counts like the rest, at once', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      expect(book.settle('r1:1', settlement(130), NOW)).toBe(30);

      expect(moneyOf(book)).toEqual({ settled: 100, held: 0, overrun: 30, owed: 0 });
      // 170 of 300 are left.
      expect(reserveAll(book, numbered(2, {}, 's'))).toEqual([undefined, 'BUDGET_HELD']);
      expect(book.reserve(reservation('small:1', { micros: 70 }), NOW)).toBeUndefined();
    }));

  it('counts in full where nobody knows more', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      book.settleInFull('r1:1', NOW);
      book.settleInFull('unheard:1', NOW);

      expect(moneyOf(book)).toEqual({ settled: 100, held: 0, overrun: 0, owed: 0 });
      expect(book.usage.table(1, NOW)).toMatchObject([{ provider: 'unknown', pictures: 0, costMicros: 100 }]);
    }));
});

describe('a later attempt', () => {
  const second = (change: Partial<Reservation> = {}) => reservation('r1:2', { replaces: 'r1:1', ...change });

  it('takes the place of the one before, in the same step', () =>
    inBook((book) => {
      reserveAll(book, [reservation('r1:1', { micros: 300 })]);

      expect(book.reserve(second({ micros: 300 }), NOW)).toBeUndefined();

      expect(book.open().map(({ id }) => id)).toEqual(['r1:2']);
      expect(book.confirm('r1:1')).toMatchObject(UNDONE);
    }));

  it('may be dearer where there is room, and otherwise is not made and holds nothing', () =>
    inBook((book) => {
      reserveAll(book, [reservation('other:1'), reservation('r1:1')]);

      expect(book.reserve(second({ micros: 200 }), NOW)).toBeUndefined();
      expect(moneyOf(book).held).toBe(300);
      expect(book.reserve(reservation('r1:3', { replaces: 'r1:2', micros: 201 }), NOW)).toMatchObject(HELD);

      expect(moneyOf(book).held).toBe(100);
    }));

  it('is the same picture: it is not counted on its visitor again', () =>
    inBook((book) => {
      const limited = { policies: [policy(1)] };
      book.reserve(reservation('r1:1', limited), NOW);

      expect(book.reserve(second(limited), NOW)).toBeUndefined();

      expect(book.reserve(reservation('r2:1', limited), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
    }));

  it('that is refused gives the use of the first back', () =>
    inBook((book) => {
      const limited = { policies: [policy(1)] };
      book.reserve(reservation('r1:1', limited), NOW);
      book.setPaused(true);

      expect(book.reserve(second(limited), NOW)).toEqual({ reason: 'SITE_PAUSED' });

      book.setPaused(false);
      expect(book.reserve(reservation('r2:1', limited), NOW)).toBeUndefined();
    }));

  it('that is released gives the use of the first back', () =>
    inBook((book) => {
      const limited = { policies: [policy(1)] };
      reserveAll(book, [reservation('r1:1', limited), second(limited)]);

      book.release('r1:2', NOW);

      expect(book.reserve(reservation('r2:1', limited), NOW)).toBeUndefined();
    }));

  it('never gives back what was settled meanwhile', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);
      book.settleInFull('r1:1', NOW);

      expect(book.reserve(second(), NOW)).toBeUndefined();

      expect(moneyOf(book)).toMatchObject({ settled: 100, held: 100 });
    }));
});

describe('a day’s cap', () => {
  it('is never exceeded by what is held and settled, to the micro-dollar', () =>
    inBook((book) => {
      const caps = [dayCap(350)];

      expect(reserveAll(book, numbered(4, { caps }))).toEqual([undefined, undefined, undefined, 'BUDGET_HELD']);
      expect(book.reserve(reservation('small:1', { caps, micros: 51 }), NOW)).toMatchObject(HELD);
      expect(book.reserve(reservation('small:1', { caps, micros: 50 }), NOW)).toBeUndefined();
    }));

  it('reached by holds opens soon, reached by what is spent opens with the next UTC day', () =>
    inBook((book) => {
      reserveAll(book, numbered(3));
      expect(book.reserve(reservation('late:1'), NOW)).toEqual({ reason: 'BUDGET_HELD', retryAfterSeconds: 10 });

      for (const n of [0, 1, 2]) book.settle(`r${n}:1`, settlement(80), NOW);

      expect(book.reserve(reservation('late:1'), NOW)).toEqual({
        reason: 'DAILY_BUDGET_SPENT',
        retryAfterSeconds: 12 * 3600,
      });
      expect(book.reserve(reservation('late:1', { micros: 60 }), NOW)).toBeUndefined();
    }));

  it('is new with every UTC day', () =>
    inBook((book) => {
      const midnight = Date.UTC(2026, 10, 24);
      reserveAll(book, numbered(3));
      for (const n of [0, 1, 2]) book.settle(`r${n}:1`, settlement(100), NOW);

      expect(book.reserve(reservation('late:1'), midnight - 1)).toMatchObject(SPENT);
      expect(book.reserve(reservation('late:1'), midnight)).toBeUndefined();
    }));

  it('counts a picture on the day it was reserved, whenever it is settled', () =>
    inBook((book) => {
      const evening = Date.UTC(2026, 10, 23, 23, 59);
      const morning = Date.UTC(2026, 10, 24, 0, 1);
      reserveAll(book, numbered(3), evening);

      expect(moneyOf(book, morning).held).toBe(0);
      book.settle('r0:1', settlement(90), morning);

      expect(moneyOf(book, morning).settled).toBe(0);
      expect(moneyOf(book, evening)).toMatchObject({ settled: 90, held: 200 });
    }));
});

describe('other caps', () => {
  it('a month’s is reached over several days, overruns included, and is new with the next month', () =>
    inBook((book) => {
      const caps = [dayCap(300), monthCap(500)];
      for (const [n, day] of [NOW, NOW + DAY_MS].entries()) {
        book.reserve(reservation(`r${n}:1`, { caps, micros: 200 }), day);
        book.settle(`r${n}:1`, settlement(210), day);
      }
      const third = NOW + 2 * DAY_MS;

      expect(book.reserve(reservation('late:1', { caps, micros: 81 }), third)).toEqual({
        reason: 'MONTHLY_BUDGET_SPENT',
        retryAfterSeconds: 5 * 86_400 + 12 * 3600,
      });
      expect(book.reserve(reservation('fits:1', { caps, micros: 80 }), third)).toBeUndefined();
      const december = Date.UTC(2026, 11, 1);
      expect(book.reserve(reservation('next:1', { caps, micros: 300 }), december)).toBeUndefined();
      expect(reportOf(book, third)).toMatchObject({
        monthSettledMicros: 400,
        monthOverrunMicros: 20,
        monthHeldMicros: 80,
      });
    }));

  it('a month’s counts what other days of it still hold', () =>
    inBook((book) => {
      const caps = [monthCap(150)];
      book.reserve(reservation('r1:1', { caps }), NOW);

      expect(book.reserve(reservation('r2:1', { caps }), NOW + DAY_MS)).toMatchObject(HELD);
    }));

  it('the deployment’s has its own word', () =>
    inBook((book) => {
      const caps = [{ period: 'day', micros: 99, reason: 'DEPLOYMENT_BUDGET_SPENT' }] as const;

      expect(book.reserve(reservation('r1:1', { caps }), NOW)).toMatchObject({ reason: 'DEPLOYMENT_BUDGET_SPENT' });
    }));

  it('where one of them refuses, nothing is held and nothing counted', () =>
    inBook((book) => {
      const asked = reservation('r1:1', { caps: [dayCap(300), monthCap(50)], policies: [policy(1)] });

      expect(book.reserve(asked, NOW)).toMatchObject({ reason: 'MONTHLY_BUDGET_SPENT' });

      expect(moneyOf(book).held).toBe(0);
      expect(book.reserve(reservation('r2:1', { policies: [policy(1)] }), NOW)).toBeUndefined();
    }));
});

describe('exact limits', () => {
  const minute = policy(2);
  const day = policy(3, { name: 'visitor-day', windowSeconds: 86_400, reason: 'VISITOR_DAY' });
  const session = policy(2, { name: 'session', who: 'default.s1', windowSeconds: 86_400, reason: 'SESSION_SPENT' });
  const free = { caps: [] };

  it('let exactly so many start, and say when the next one may', () =>
    inBook((book) => {
      const asked = { ...free, policies: [minute] };
      book.reserve(reservation('r1:1', asked), NOW);
      book.reserve(reservation('r2:1', asked), NOW + 20_000);

      expect(book.reserve(reservation('r3:1', asked), NOW + 45_000)).toEqual({
        reason: 'VISITOR_MINUTE',
        limit: 2,
        retryAfterSeconds: 15,
      });
      expect(book.reserve(reservation('r3:1', asked), NOW + MINUTE_MS - 1)).toMatchObject({ retryAfterSeconds: 1 });
      expect(book.reserve(reservation('r3:1', asked), NOW + MINUTE_MS)).toBeUndefined();
      expect(book.reserve(reservation('r4:1', asked), NOW + MINUTE_MS)).toMatchObject({ retryAfterSeconds: 20 });
    }));

  it('slide over midnight: a day’s limit is of any 24 hours', () =>
    inBook((book) => {
      const asked = { ...free, policies: [day] };
      reserveAll(book, numbered(3, asked), NOW);

      expect(book.reserve(reservation('late:1', asked), NOW + DAY_MS - 1)).toMatchObject({ reason: 'VISITOR_DAY' });
      expect(book.reserve(reservation('late:1', asked), NOW + DAY_MS)).toBeUndefined();
    }));

  it('are of one name: another visitor, or another session of the same visitor, has his own', () =>
    inBook((book) => {
      const asked = { ...free, policies: [session] };
      const another = { ...free, policies: [{ ...session, who: 'default.s2' }] };

      expect(reserveAll(book, numbered(3, asked))).toEqual([undefined, undefined, 'SESSION_SPENT']);
      expect(reserveAll(book, numbered(3, another, 's'))).toEqual([undefined, undefined, 'SESSION_SPENT']);
    }));

  it('name the first that refuses, and what one refuses counts on none', () =>
    inBook((book) => {
      const both = { ...free, policies: [minute, session] };
      reserveAll(book, numbered(2, both));

      expect(book.reserve(reservation('late:1', both), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
      expect(book.reserve(reservation('late:1', both), NOW + MINUTE_MS)).toMatchObject({ reason: 'SESSION_SPENT' });
      expect(book.reserve(reservation('late:1', { ...free, policies: [minute] }), NOW + MINUTE_MS)).toBeUndefined();
    }));

  it('give the use back of what provably did not run', () =>
    inBook((book) => {
      const asked = { ...free, policies: [minute, day, session] };
      reserveAll(book, numbered(2, asked));

      book.release('r0:1', NOW);

      expect(reserveAll(book, numbered(2, asked, 's'))).toEqual([undefined, 'VISITOR_MINUTE']);
    }));

  it.each(['picture', 'refused', 'unknown'] as const)('keep the use of what ended as %s', (outcome) =>
    inBook((book) => {
      const asked = { ...free, policies: [policy(1)] };
      book.reserve(reservation('r1:1', asked), NOW);

      book.settle('r1:1', settlement(10, { outcome }), NOW);

      expect(book.reserve(reservation('r2:1', asked), NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
    }),
  );
});

describe('a pause', () => {
  it('refuses new work and forbids what is held to go up, until it ends', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);

      book.setPaused(true);

      expect(book.reserve(reservation('r2:1'), NOW)).toEqual({ reason: 'SITE_PAUSED' });
      expect(book.confirm('r1:1')).toEqual({ reason: 'SITE_PAUSED' });
      expect(reportOf(book, NOW)).toMatchObject({ paused: true, heldMicros: 100 });
      book.setPaused(false);
      expect(book.confirm('r1:1')).toBeUndefined();
      expect(book.reserve(reservation('r2:1'), NOW)).toBeUndefined();
    }));

  it('lets what has gone up be settled', () =>
    inBook((book) => {
      book.reserve(reservation(), NOW);
      book.setPaused(true);

      book.settle('r1:1', settlement(70), NOW);

      expect(moneyOf(book)).toMatchObject({ settled: 70, held: 0 });
    }));

  it('outlives the object’s memory', () =>
    inBook((book, storage) => {
      book.setPaused(true);

      expect(createLedgerBook(sqlOf(storage)).isPaused()).toBe(true);
    }));
});

describe('a confirmation', () => {
  it('is given for what is held, and for nothing else', () =>
    inBook((book) => {
      reserveAll(book, numbered(3));
      book.release('r1:1', NOW);
      book.settle('r2:1', settlement(1), NOW);

      expect(book.confirm('r0:1')).toBeUndefined();
      for (const id of ['r1:1', 'r2:1', 'never:1']) expect(book.confirm(id)).toMatchObject(UNDONE);
    }));
});

describe('a lease', () => {
  it('is due when it ends, and keeps its money', () =>
    inBook((book) => {
      book.reserve(reservation('r1:1', { leaseMs: 1000 }), NOW);
      const { owner: _, ...nobodys } = reservation('r2:1', { leaseMs: 2000 });
      book.reserve(nobodys, NOW);

      expect(book.nextDue()).toBe(NOW + 1000);
      expect(book.due(NOW + 999)).toEqual([]);
      expect(book.due(NOW + 1000)).toEqual([{ id: 'r1:1', owner: 'key' }]);
      expect(book.due(NOW + 2000)).toEqual([
        { id: 'r1:1', owner: 'key' },
        { id: 'r2:1', owner: null },
      ]);
      expect(moneyOf(book, NOW + 2000).held).toBe(200);
    }));

  it('that is to be asked again later is not due before', () =>
    inBook((book) => {
      book.reserve(reservation('r1:1', { leaseMs: 1000 }), NOW);

      book.askAgainAt('r1:1', NOW + 31_000);

      expect(book.due(NOW + 30_999)).toEqual([]);
      expect(book.nextDue()).toBe(NOW + 31_000);
      // For the owner it is still the lease that has ended.
      expect(book.open()).toMatchObject([{ leaseUntil: NOW + 1000 }]);
    }));

  it('of what has ended is not due', () =>
    inBook((book) => {
      reserveAll(book, numbered(2, { leaseMs: 1000 }));
      book.release('r0:1', NOW);
      book.settle('r1:1', settlement(1), NOW);

      expect(book.due(NOW + DAY_MS)).toEqual([]);
      expect(book.nextDue()).toBeUndefined();
    }));
});

describe('the owner’s tables', () => {
  const spend = (
    book: LedgerBook,
    id: string,
    at: number,
    change: Partial<Reservation>,
    ...of: Parameters<typeof settlement>
  ) => {
    book.reserve(reservation(id, { caps: [], ...change }), at);
    book.settle(id, settlement(...of), at);
  };
  const PRO = { subject: { model: 'gemini-3-pro-image', size: '4K' } } as const;

  it('count by day, model, size and provider', () =>
    inBook((book) => {
      spend(book, 'a:1', NOW, {}, 60);
      spend(book, 'b:1', NOW, {}, 120);
      spend(book, 'c:1', NOW, {}, 5, { outcome: 'refused' });
      spend(book, 'd:1', NOW, {}, 40, { provider: 'apiyi' });
      spend(book, 'e:1', NOW, PRO, 90);
      spend(book, 'f:1', NOW + DAY_MS, {}, 70);

      const flash = { model: 'gemini-3.1-flash-image', size: '1K', provider: 'google', overrunMicros: 0 };
      expect(book.usage.table(31, NOW + DAY_MS)).toEqual([
        { ...flash, day: '2026-11-24', pictures: 1, costMicros: 70 },
        { ...flash, day: TODAY, model: 'gemini-3-pro-image', size: '4K', pictures: 1, costMicros: 90 },
        { ...flash, day: TODAY, provider: 'apiyi', pictures: 1, costMicros: 40 },
        { ...flash, day: TODAY, pictures: 2, costMicros: 165, overrunMicros: 20 },
      ]);
      expect(book.usage.table(1, NOW + DAY_MS)).toHaveLength(1);
    }));

  it('keep the days of 13 months', () =>
    inBook((book) => {
      spend(book, 'a:1', NOW, {}, 60);

      book.forget(NOW + 397 * DAY_MS);
      expect(book.usage.table(1000, NOW + 397 * DAY_MS)).toHaveLength(1);
      book.forget(NOW + 398 * DAY_MS);

      expect(book.usage.table(1000, NOW + 398 * DAY_MS)).toEqual([]);
      expect(moneyOf(book).settled).toBe(0);
    }));

  it('name the median duration by model and size, of pictures alone', () =>
    inBook((book) => {
      for (const [n, durationMs] of [9000, 1000.4, 5000].entries()) spend(book, `a${n}:1`, NOW, {}, 1, { durationMs });
      spend(book, 'b:1', NOW, PRO, 1, { durationMs: 30_000 });
      spend(book, 'c:1', NOW, PRO, 1, { durationMs: 1, outcome: 'refused' });
      spend(book, 'd:1', NOW, PRO, 1);

      expect(book.usage.medians()).toEqual([
        { model: 'gemini-3-pro-image', size: '4K', ms: 30_000 },
        { model: 'gemini-3.1-flash-image', size: '1K', ms: 5000 },
      ]);
    }));

  it('take the median of the last 101, each size by itself', () =>
    inBook((book) => {
      spend(book, 'pro:1', NOW, PRO, 1, { durationMs: 30_000 });
      for (let n = 0; n < 60; n += 1) spend(book, `old${n}:1`, NOW, {}, 1, { durationMs: 1000 });
      for (let n = 0; n < 50; n += 1) spend(book, `new${n}:1`, NOW, {}, 1, { durationMs: 2000 });
      const flash = () => book.usage.medians().find(({ size }) => size === '1K')?.ms;
      // 51 old ones of 101 are left.
      expect(flash()).toBe(1000);

      spend(book, 'last:1', NOW, {}, 1, { durationMs: 2000 });

      expect(flash()).toBe(2000);
      expect(book.usage.medians()).toContainEqual({ model: 'gemini-3-pro-image', size: '4K', ms: 30_000 });
    }));

  it('add up the counts of many isolates by hour', () =>
    inBook((book) => {
      book.usage.count('2026-11-23T11', { hit: 3 });
      book.usage.count('2026-11-23T12', { hit: 2, 'latency:10': 1 });
      book.usage.count('2026-11-23T12', { hit: 5 });

      expect(book.usage.hours('2026-11-23T12')).toEqual([
        { hour: '2026-11-23T12', name: 'hit', count: 7 },
        { hour: '2026-11-23T12', name: 'latency:10', count: 1 },
      ]);
      book.forget(NOW + 40 * DAY_MS);
      expect(book.usage.hours('2026').map(({ hour }) => hour)).toEqual(['2026-11-23T12', '2026-11-23T12']);
      book.forget(NOW + 40 * DAY_MS + HOUR_MS);
      expect(book.usage.hours('2026')).toEqual([]);
    }));

  it('list the pictures, newest first, with what they really cost', () =>
    inBook((book) => {
      spend(book, 'a:1', NOW, {}, 130, { picture: { id: 'b01', keepDays: 30, prefix: 'p1' } });
      spend(book, 'b:1', NOW + 1000, PRO, 90, { picture: { id: 'b02', keepDays: 30 } });
      spend(book, 'c:1', NOW + 2000, {}, 5, { outcome: 'refused' });

      expect(book.usage.generations(10)).toEqual([
        { at: NOW + 1000, run: 'b', picture: 'b02', model: 'gemini-3-pro-image', costMicros: 90, prefix: null },
        { at: NOW, run: 'a', picture: 'b01', model: 'gemini-3.1-flash-image', costMicros: 130, prefix: 'p1' },
      ]);
      expect(book.usage.generations(1)).toHaveLength(1);
    }));

  it.each([7, 30, 90])('forget a picture when its class of %i days does', (keepDays) =>
    inBook((book) => {
      spend(book, 'a:1', NOW, {}, 1, { picture: { id: 'x01', keepDays } });

      book.forget(NOW + keepDays * DAY_MS);
      expect(book.usage.generations(10)).toHaveLength(1);
      book.forget(NOW + keepDays * DAY_MS + 1);

      expect(book.usage.generations(10)).toEqual([]);
    }),
  );
});

describe('forgetting', () => {
  it('drops finished reservations a day after their lease, and never one that holds money', () =>
    inBook((book) => {
      reserveAll(book, numbered(3, { leaseMs: 1000 }));
      book.release('r0:1', NOW);
      book.settle('r1:1', settlement(60), NOW);

      book.forget(NOW + 1000 + DAY_MS);
      expect(book.reserve(reservation('r0:1'), NOW)).toMatchObject(UNDONE);
      book.forget(NOW + 1001 + DAY_MS);

      // Now nobody remembers it, as if it had never been.
      expect(book.reserve(reservation('r0:1', { caps: [] }), NOW)).toBeUndefined();
      expect(moneyOf(book)).toMatchObject({ settled: 60, held: 200 });
      expect(book.open().map(({ id }) => id)).toContain('r2:1');
    }));

  it('keeps every use that a limit still counts', () =>
    inBook((book) => {
      const asked = {
        caps: [],
        policies: [policy(1, { name: 'visitor-day', windowSeconds: 86_400, reason: 'VISITOR_DAY' })],
      };
      book.reserve(reservation('r1:1', asked), NOW);

      book.forget(NOW + DAY_MS - 1);

      expect(book.reserve(reservation('r2:1', asked), NOW + DAY_MS - 1)).toMatchObject({ reason: 'VISITOR_DAY' });
    }));
});
