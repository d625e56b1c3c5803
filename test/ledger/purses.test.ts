/** Who may spend how much, in the ledger's one step. Money is micro-dollars. */
import { describe, expect, it } from 'vitest';
import type { Client, CountedVisitor, Rung } from '../../worker/auth/caller.ts';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { reportOf } from '../../worker/ledger/report.ts';
import type { Reservation } from '../../worker/ledger/reservation.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { pursesOf } from '../../worker/limits/purses.ts';
import type { Site } from '../../worker/sites/site.ts';
import { DAY_MS, dayCap, inLedger, monthCap, NOW, policy, reservation, setPaused, settlement } from './ledgers.ts';

const DAY_SECONDS_LEFT = 12 * 3600;
/** 1,000 a day: 100 of a visitor, 300 of a network. */
const site = {
  id: 'default',
  proof: 'turnstile',
  ...{ dayBudgetMicros: 1000, monthBudgetMicros: 3000, visitorDayMicros: 100, networkDayMicros: 300 },
  ...{ keptForClients: 0, keptOfDeployment: 0 },
} as Site;
const CAPS = [dayCap(site.dayBudgetMicros), monthCap(site.monthBudgetMicros)];

interface Who {
  prefix?: string;
  network?: string;
  session?: string;
  rung?: Rung;
  of?: Partial<Site>;
}

function visitorOf({ prefix = 'p1', network = 'n1', session = 's1', rung = 'turnstile', of }: Who): CountedVisitor {
  return {
    ...{ kind: 'visitor', site: { ...site, ...of }, origin: '', visitor: 'v', uses: 20 },
    ...{ prefix, network, session, rung },
  };
}
const clientOf = (change: Partial<Client> = {}): Client => ({ kind: 'client', site, name: 'app', ...change });

let ids = 0;
const newId = (): string => {
  ids += 1;
  return `run${ids}:1`;
};
const asked = (caller: CountedVisitor | Client, micros: number, id = newId()): Reservation =>
  reservation(id, { micros, caps: CAPS, purses: pursesOf(caller) });

/** Reserves, and settles at once. @returns The refusal. */
function spend(ledger: LedgerMachine, caller: CountedVisitor | Client, micros: number, cost = micros, at = NOW) {
  const wanted = asked(caller, micros);
  const refused = ledger.reserve(wanted, at);
  if (!refused) ledger.settle(wanted.id, settlement(cost), at);
  return refused;
}

describe('a visitor', () => {
  it('takes its share of the day and no more, and hears when the next day begins', () =>
    inLedger((ledger) => {
      expect([spend(ledger, visitorOf({}), 60), spend(ledger, visitorOf({}), 40)]).toEqual([undefined, undefined]);

      expect(spend(ledger, visitorOf({}), 1)).toEqual({
        ...{ reason: 'VISITOR_BUDGET_SPENT', purse: 'visitor', retryAfterSeconds: DAY_SECONDS_LEFT },
      });
      expect(spend(ledger, visitorOf({ prefix: 'p2' }), 100)).toBeUndefined();
    }));

  it('gets nothing by another ticket', () =>
    inLedger((ledger) => {
      spend(ledger, visitorOf({}), 100);

      expect(spend(ledger, visitorOf({ session: 's2' }), 1)).toMatchObject({ reason: 'VISITOR_BUDGET_SPENT' });
    }));

  it('holds its share and no more, while its pictures are slow', () =>
    inLedger((ledger) => {
      const slow = asked(visitorOf({}), 100);
      expect(ledger.reserve(slow, NOW)).toBeUndefined();
      expect(ledger.reserve(asked(visitorOf({}), 1), NOW)).toEqual({
        ...{ reason: 'BUDGET_HELD', purse: 'visitor', retryAfterSeconds: 10 },
      });

      ledger.settle(slow.id, settlement(30), NOW);

      expect(ledger.reserve(asked(visitorOf({}), 71), NOW)).toMatchObject({ reason: 'VISITOR_BUDGET_SPENT' });
      expect(ledger.reserve(asked(visitorOf({}), 70), NOW)).toBeUndefined();
    }));

  it('gets back what did not run, and pays what its picture cost over the hold', () =>
    inLedger((ledger) => {
      const first = asked(visitorOf({}), 100);
      ledger.reserve(first, NOW);
      ledger.release(first.id, NOW);

      expect(spend(ledger, visitorOf({}), 50, 95)).toBeUndefined();
      expect(spend(ledger, visitorOf({}), 6)).toMatchObject({ reason: 'VISITOR_BUDGET_SPENT' });
      expect(spend(ledger, visitorOf({}), 5)).toBeUndefined();
    }));

  it('pays the later attempt of a run with the money of the first', () =>
    inLedger((ledger) => {
      ledger.reserve(asked(visitorOf({}), 90, 'again:1'), NOW);

      expect(ledger.reserve({ ...asked(visitorOf({}), 90, 'again:2'), run: 'again', replaces: 'again:1' }, NOW)).toBe(
        undefined,
      );
      expect(reportOf(ledger, NOW).purses).toContainEqual({ purse: 'visitor p1', settledMicros: 0, heldMicros: 90 });
    }));

  it('has a new share after midnight, whatever was still held then', () =>
    inLedger((ledger) => {
      const slow = asked(visitorOf({}), 100);
      ledger.reserve(slow, NOW);

      const tomorrow = NOW + DAY_MS;
      expect(ledger.reserve(asked(visitorOf({}), 100, 'tomorrow:1'), tomorrow)).toBeUndefined();
      ledger.settle(slow.id, settlement(100), tomorrow);
      ledger.release('tomorrow:1', tomorrow);

      expect(ledger.reserve(asked(visitorOf({}), 100), tomorrow)).toBeUndefined();
    }));

  it('is told of the site’s day where that is spent too', () =>
    inLedger((ledger) => {
      spend(ledger, clientOf(), 950);
      spend(ledger, visitorOf({}), 50);

      expect(spend(ledger, visitorOf({}), 60)).toEqual({
        ...{ reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: DAY_SECONDS_LEFT },
      });
    }));
});

describe('a network', () => {
  it.each(['held', 'settled'])('takes its share and no more through fifteen addresses: %s', (how) =>
    inLedger((ledger) => {
      const refusals = Array.from({ length: 15 }, (_, n) => {
        const visitor = visitorOf({ prefix: `p${n}` });
        return how === 'held' ? ledger.reserve(asked(visitor, 25), NOW) : spend(ledger, visitor, 25);
      });

      expect(refusals.filter((refused) => refused === undefined)).toHaveLength(12);
      expect(refusals.at(-1)).toMatchObject({
        ...{ reason: how === 'held' ? 'BUDGET_HELD' : 'PREFIX_BUDGET_SPENT', purse: 'network' },
      });
      expect(spend(ledger, visitorOf({ prefix: 'p1', network: 'n2' }), 25)).toBeUndefined();
    }),
  );
});

describe('all visitors together', () => {
  const of = { keptForClients: 0.4, visitorDayMicros: 1000, networkDayMicros: 1000 };
  const visitor = visitorOf({ of });

  it('leave clients their part of the day', () =>
    inLedger((ledger) => {
      expect(spend(ledger, visitor, 600)).toBeUndefined();

      expect(spend(ledger, visitor, 1)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT', purse: 'visitors' });
      expect(spend(ledger, clientOf(), 400)).toBeUndefined();
      expect(spend(ledger, clientOf(), 1)).toEqual({
        ...{ reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: DAY_SECONDS_LEFT },
      });
    }));

  it('leave it while their pictures are slow', () =>
    inLedger((ledger) => {
      ledger.reserve(asked(visitor, 600), NOW);

      expect(ledger.reserve(asked(visitor, 1), NOW)).toMatchObject({ reason: 'BUDGET_HELD', purse: 'visitors' });
      expect(ledger.reserve(asked(clientOf(), 400), NOW)).toBeUndefined();
    }));

  it('leave clients their part of the month, over several days and a restart', () =>
    inLedger((ledger, storage) => {
      for (const day of [0, 1, 2]) spend(ledger, visitor, 600, 600, NOW + day * DAY_MS);

      const later = NOW + 3 * DAY_MS;
      const restarted = createLedgerMachine(sqlOf(storage));
      expect(spend(restarted, visitor, 1, 1, later)).toMatchObject({
        reason: 'MONTHLY_BUDGET_SPENT',
        purse: 'visitors',
      });
      expect(spend(restarted, clientOf(), 1000, 1000, later)).toBeUndefined();
    }));
});

describe('tickets without the proof that their site asks for', () => {
  const of = { visitorDayMicros: 1000, networkDayMicros: 1000 };

  it('take a tenth of the day together, and the others all of it', () =>
    inLedger((ledger) => {
      const strangers = (['pow', 'none'] as const).map((rung, n) => visitorOf({ prefix: `p${n}`, rung, of }));
      expect(strangers.map((visitor) => spend(ledger, visitor, 50))).toEqual([undefined, undefined]);

      expect(spend(ledger, visitorOf({ prefix: 'p9', network: 'n9', rung: 'pow', of }), 1)).toMatchObject({
        ...{ reason: 'DAILY_BUDGET_SPENT', purse: 'degraded' },
      });
      expect(spend(ledger, visitorOf({ prefix: 'p1', of }), 900)).toBeUndefined();
    }));
});

describe('a client', () => {
  it('takes its own budget and no more, beside the others', () =>
    inLedger((ledger) => {
      const app = clientOf({ dayBudgetMicros: 200 });
      expect(spend(ledger, app, 200)).toBeUndefined();

      expect(spend(ledger, app, 1)).toEqual({
        ...{ reason: 'CLIENT_LIMIT', purse: 'client', retryAfterSeconds: DAY_SECONDS_LEFT },
      });
      expect(spend(ledger, clientOf({ name: 'other', dayBudgetMicros: 200 }), 200)).toBeUndefined();
    }));
});

describe('what purses have taken', () => {
  it('is known after a restart, and costs no row', () =>
    inLedger((ledger, storage) => {
      const rows = (): number => Number(storage.sql.exec('SELECT total_changes() AS n').one().n);
      const rowsOf = (step: () => unknown): number => {
        const before = rows();
        step();
        return rows() - before;
      };
      // The first of a day also writes the day's caps.
      spend(ledger, clientOf(), 1);
      const bare = rowsOf(() => spend(ledger, clientOf(), 60));

      expect(rowsOf(() => spend(ledger, visitorOf({}), 60))).toBe(bare);
      ledger.reserve(asked(visitorOf({}), 30), NOW);

      const restarted = createLedgerMachine(sqlOf(storage));

      expect(reportOf(restarted, NOW).purses).toEqual(reportOf(ledger, NOW).purses);
      expect(reportOf(restarted, NOW).purses).toContainEqual({
        ...{ purse: 'visitor p1', settledMicros: 60, heldMicros: 30 },
      });
      expect(restarted.reserve(asked(visitorOf({}), 11), NOW)).toMatchObject({ reason: 'BUDGET_HELD' });
      expect(restarted.reserve(asked(visitorOf({}), 10), NOW)).toBeUndefined();
    }));

  it('is in the owner’s table, apart from what clients have spent', () =>
    inLedger((ledger) => {
      spend(ledger, visitorOf({}), 60, 70);
      spend(ledger, clientOf(), 40);

      expect(ledger.usage.table(1, NOW)).toMatchObject([{ costMicros: 100, overrunMicros: 10, visitorMicros: 70 }]);
      expect(ledger.spentToday(NOW)).toBe(110);
    }));

  it('is what it was when a step fails', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(asked(visitorOf({}), 60, 'fails:1'), NOW);
      storage.sql.exec("CREATE TRIGGER no_usage BEFORE INSERT ON usage BEGIN SELECT raise(ABORT, 'no'); END");
      expect(() => ledger.settle('fails:1', settlement(60), NOW)).toThrow();
      storage.sql.exec('DROP TRIGGER no_usage');

      expect(reportOf(ledger, NOW).purses).toContainEqual({ purse: 'visitor p1', settledMicros: 0, heldMicros: 60 });
    }));
});

describe('a question that changes nothing', () => {
  it('hears what a reservation would, and writes and counts nothing', () =>
    inLedger((ledger, storage) => {
      const rows = (): number => Number(storage.sql.exec('SELECT total_changes() AS n').one().n);
      const demand = { ...asked(visitorOf({}), 100), policies: [policy(1)], caps: [dayCap(100)] };
      const before = rows();

      expect([ledger.judge(demand, NOW), ledger.judge(demand, NOW)]).toEqual([undefined, undefined]);
      expect(ledger.judge({ ...demand, micros: 101 }, NOW)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT' });
      expect(ledger.judge({ ...demand, caps: [], micros: 101 }, NOW)).toMatchObject({ reason: 'VISITOR_BUDGET_SPENT' });
      expect(ledger.judge({ ...demand, policies: [policy(0)] }, NOW)).toMatchObject({ reason: 'VISITOR_MINUTE' });
      expect(rows()).toBe(before);
      setPaused(storage, true);
      expect(ledger.judge(demand, NOW)).toEqual({ reason: 'SITE_PAUSED' });
    }));
});
