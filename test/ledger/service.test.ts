/** What takes time around a ledger: waiting, remembering, asking. The lender and the owners are scripted. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Draw, LoanAnswer } from '../../worker/ledger/loan.ts';
import type { ReservationOutcome } from '../../worker/ledger/reservation.ts';
import { createLedgerService, nextDailyWake } from '../../worker/ledger/service.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { createBound } from '../../worker/shared/bound.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { DAY_MS, dayCap, deploymentCap, NOW, policy, reservation, settlement } from './ledgers.ts';

const DAY = '2026-11-23';
const CAP = 1_000;
const HELD: Failure = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 };
const NEVER = new Promise<never>(() => undefined);

/** A deployment's ledger that lends what a test says. */
function createLender() {
  let lent = 0;
  const draws: Draw[] = [];
  let answer: (draw: Draw) => Promise<LoanAnswer> | LoanAnswer = ({ asked, report }) =>
    lend((asked[0]?.need ?? 0) + (report.slices[DAY]?.short ?? 0));
  function lend(micros: number, refusal?: Failure): LoanAnswer {
    lent += micros;
    const loans = { [DAY]: { lent, target: 0, isDue: false } };
    return { isAlone: false, pause: { version: 0, isPaused: false }, loans, ...(refusal && { refusal }) };
  }
  return {
    draws,
    lend,
    answers: (next: typeof answer) => {
      answer = next;
    },
    rpc: {
      async draw(_: string, draw: Draw) {
        draws.push(draw);
        return answer(draw);
      },
    },
  };
}

/** A service on an object's own SQLite, with a clock that moves only where a test moves it. */
const inService = <T>(test: (stage: ReturnType<typeof createStage>) => Promise<T>): Promise<T> =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_, { storage }) => test(createStage(storage)));

function createStage(storage: DurableObjectStorage) {
  const clock = { now: NOW };
  const lender = createLender();
  const owners = new Map<string, () => Promise<ReservationOutcome>>();
  const asked: string[] = [];
  const held: Promise<unknown>[] = [];
  const waits: { until: number; resolve: () => void }[] = [];
  const recalled: string[] = [];
  const recalls = new Map<string, () => Promise<never>>();
  const service = createLedgerService({
    sql: sqlOf(storage),
    name: 'site:a',
    lender: lender.rpc,
    borrower: (name) => ({
      recall: async (notice) => {
        recalled.push(name);
        await recalls.get(name)?.();
        const slices = Object.entries(notice.loans).map(([account, { lent, target }]) => [
          account,
          { got: lent, back: target, spent: 0, short: 0 },
        ]);
        return { standing: 'sharing', slices: Object.fromEntries(slices), owed: { day: 0, month: 0 } };
      },
    }),
    ask: async (_owner, id) => {
      asked.push(id);
      return (owners.get(id) ?? (() => Promise.resolve({ state: 'free' })))();
    },
    now: () => clock.now,
    pause: (ms) => new Promise<void>((resolve) => waits.push({ until: clock.now + ms, resolve })),
    bound: createBound((ms, resolve) => {
      const wait = { until: clock.now + ms, resolve };
      waits.push(wait);
      return () => void waits.splice(waits.indexOf(wait), 1);
    }),
    hold: (promise) => held.push(promise),
    wakeAt: async () => undefined,
    log: () => undefined,
  });
  return {
    ...{ service, lender, clock, owners, asked, held, recalled, recalls },
    ask: (id: string, micros: number, change = {}) =>
      service.reserve(reservation(`${id}:1`, { micros, caps: [deploymentCap(CAP)], ...change })),
    /** Lets time pass, with all that waits for it. */
    async pass(ms: number): Promise<void> {
      clock.now += ms;
      for (const wait of waits.filter(({ until }) => until <= clock.now)) wait.resolve();
      for (let n = 0; n < 20; n += 1) await Promise.resolve();
    },
  };
}

describe('a reservation that finds no money in its slice', () => {
  it('draws it, and a refusal is remembered for a second, for those that cost as much', () =>
    inService(async ({ ask, lender, pass }) => {
      lender.answers(() => lender.lend(0, HELD));
      expect(await ask('r1', 100)).toEqual(HELD);
      expect(await ask('r2', 100)).toEqual(HELD);
      expect(lender.draws).toHaveLength(1);

      expect(await ask('cheap', 99)).toEqual(HELD);
      expect(lender.draws).toHaveLength(2);
      await pass(1000);
      await ask('r3', 100);

      expect(lender.draws).toHaveLength(3);
    }));

  it('asks again at once where a clock was set back', () =>
    inService(async ({ ask, lender, clock }) => {
      lender.answers(() => lender.lend(0, HELD));
      await ask('r1', 100);
      clock.now -= 3_600_000;
      lender.answers((draw) => lender.lend(draw.asked[0]!.need));

      expect(await ask('r2', 100)).toBeUndefined();
    }));

  it('hears that the deployment does not answer, and so do cheaper ones behind it, without a draw of their own', () =>
    inService(async ({ ask, lender, pass }) => {
      lender.answers(() => NEVER);
      const answers = [ask('r1', 100), ask('r2', 50), ask('r3', 10)];
      await pass(0);
      await pass(2500);

      for (const answer of answers) expect(await answer).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      expect(lender.draws).toHaveLength(1);
    }));

  it('is served before those that came later', () =>
    inService(async ({ ask, lender, pass }) => {
      const first = Promise.withResolvers<LoanAnswer>();
      lender.answers(() => first.promise);
      const order: string[] = [];
      const dear = ask('dear', 300).then(() => order.push('dear'));
      await pass(0);
      const cheap = ask('cheap', 1).then(() => order.push('cheap'));
      await pass(0);
      lender.answers((draw) => lender.lend(draw.asked[0]!.need));
      first.resolve(lender.lend(300));

      await Promise.all([dear, cheap]);
      expect(order).toEqual(['dear', 'cheap']);
    }));

  it('of a run of an earlier version is refused, whatever there is', () =>
    inService(async ({ ask, lender }) => {
      const { of: _, ...cap } = dayCap(1);

      expect(await ask('r1', 500, { caps: [cap] })).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      expect(lender.draws).toEqual([]);
    }));
});

describe('a slice that becomes small', () => {
  it('is filled in the background, and after a refusal not for half a minute', () =>
    inService(async ({ ask, lender, held, pass }) => {
      await ask('r1', 100);
      await Promise.all(held);
      const refills = () => lender.draws.filter(({ isBackground }) => isBackground).length;
      expect(refills()).toBe(1);
      lender.answers((draw) => (draw.isBackground ? lender.lend(0, HELD) : lender.lend(100)));
      await ask('r2', 100);
      await Promise.all(held);
      expect(refills()).toBe(2);

      await pass(29_999);
      await ask('r3', 100);
      expect(refills()).toBe(2);
      await pass(1);
      await ask('r4', 100);

      expect(refills()).toBe(3);
    }));
});

describe('an old reservation', () => {
  const LIMIT = { caps: [], policies: [policy(1)] };

  it('whose owner knows nothing of it is given back to the one who misses it', () =>
    inService(async ({ ask, asked, pass }) => {
      await ask('lost', 1, { caps: [], policies: [policy(1, { windowSeconds: 86_400 })] });
      await pass(30_000);

      expect(await ask('r2', 1, { caps: [], policies: [policy(1, { windowSeconds: 86_400 })] })).toBeUndefined();
      expect(asked).toEqual(['lost:1']);
    }));

  it('whose owner hangs keeps no other from being asked, and a caller for 0.9 s at most', () =>
    inService(async ({ ask, asked, owners, pass }) => {
      owners.set('hung:1', () => NEVER);
      await ask('hung', 1, { ...LIMIT, policies: [policy(1, { who: 'a', windowSeconds: 86_400 })] });
      await pass(10_000);
      await ask('lost', 1, { ...LIMIT, policies: [policy(1, { who: 'b', windowSeconds: 86_400 })] });
      await pass(20_000);
      const refused = ask('r3', 1, { ...LIMIT, policies: [policy(1, { who: 'a', windowSeconds: 86_400 })] });
      await pass(0);
      await pass(900);
      expect(await refused).toMatchObject({ reason: 'VISITOR_MINUTE' });
      expect(asked).toEqual(['hung:1']);
      await pass(9_100);

      expect(
        await ask('r4', 1, { ...LIMIT, policies: [policy(1, { who: 'b', windowSeconds: 86_400 })] }),
      ).toBeUndefined();
      expect(asked).toEqual(['hung:1', 'lost:1']);
    }));

  it('is asked for when money is called back', () =>
    inService(async ({ service, ask, asked, held, pass }) => {
      await ask('lost', 1, { caps: [] });
      await pass(30_000);

      service.recall({ isAlone: false, pause: { version: 0, isPaused: false }, loans: {} });
      await Promise.all(held);

      expect(asked).toEqual(['lost:1']);
    }));
});

describe('a lender', () => {
  const draw = (need: number, change: Partial<Draw> = {}): Draw => ({
    report: { standing: 'sharing', slices: { [DAY]: { got: 0, back: 0, spent: 0, short: 0 } } },
    ...{ day: DAY, price: need, isBackground: false },
    asked: [{ period: 'day', cap: CAP, need, want: need }],
    ...change,
  });

  it('calls back once a second, and for nothing that is asked in the background', () =>
    inService(async ({ service, recalled, pass }) => {
      await service.draw('site:b', draw(900));
      expect((await service.draw('site:c', draw(200, { isBackground: true }))).refusal).toEqual(HELD);
      expect(recalled).toEqual([]);

      expect((await service.draw('site:c', draw(200))).refusal).toBeUndefined();
      expect(recalled).toEqual(['site:b']);
      expect((await service.draw('site:d', draw(900))).refusal).toEqual(HELD);
      expect(recalled).toHaveLength(1);
      await pass(1000);
      await service.draw('site:d', draw(900));

      expect(recalled.length).toBeGreaterThan(1);
    }));

  it('serves what is free while a site hangs that others wait for', () =>
    inService(async ({ service, recalls, pass }) => {
      recalls.set('site:b', () => NEVER);
      await service.draw('site:b', draw(900));
      const waiting = service.draw('site:c', draw(200));
      await pass(0);

      expect((await service.draw('site:d', draw(50))).refusal).toBeUndefined();

      await pass(2000);
      expect((await waiting).refusal).toEqual(HELD);
    }));

  it('a pause that a site does not hear says what that site may still spend of its slice', () =>
    inService(async ({ service, recalls, pass }) => {
      recalls.set('site:b', () => Promise.reject(new Error('unreachable')));
      await service.draw('site:b', draw(300));
      const spent = { standing: 'sharing' as const, slices: { [DAY]: { got: 300, back: 0, spent: 120, short: 0 } } };
      await service.draw('site:b', draw(400, { report: spent, price: 0 }));
      await service.draw('site:c', draw(200));

      const paused = service.setPaused(true);
      for (let n = 0; n < 5; n += 1) await pass(500);

      // Its draws were 300 and 400, of which it has told 120 as spent.
      expect(await paused).toEqual({ unheard: ['site:b'], unheardMicros: 580 });
    }));
});

it('what a run has cost beyond its slice is told at once', () =>
  inService(async ({ service, ask, lender, held }) => {
    await ask('r1', 100);
    await Promise.all(held);
    service.settle('r1:1', settlement(400));
    await Promise.all(held);

    expect(lender.draws.at(-1)).toMatchObject({
      asked: [],
      report: { slices: { [DAY]: { short: expect.any(Number) } } },
    });
  }));

it('a ledger rings once a day, soon after midnight UTC, each at its own second', () => {
  const rings = ['site:a', 'site:b', 'deployment'].map((name) => nextDailyWake(name, NOW));

  expect(new Set(rings).size).toBe(3);
  for (const at of rings) {
    const afterMidnight = at % DAY_MS;
    expect(at).toBeGreaterThan(NOW);
    expect(afterMidnight).toBeGreaterThanOrEqual(5 * 60_000);
    expect(afterMidnight).toBeLessThan(35 * 60_000);
  }
});
