/** Address prefixes that are refused whatever they may still spend: for a while by the model's refusals, or by the owner. */
import { describe, expect, it } from 'vitest';
import type { CountedVisitor } from '../../worker/auth/caller.ts';
import { createLedgerMachine, type LedgerMachine } from '../../worker/ledger/ledger.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { attemptPoliciesOf, policiesOf } from '../../worker/limits/policies.ts';
import type { Site } from '../../worker/sites/site.ts';
import { DAY_MS, inLedger, NOW, reservation, settlement } from './ledgers.ts';

const site = {
  ...{ id: 'default', visitorPerMinute: 99, visitorPerDay: 99, sitePerMinute: 99 },
} as Site;
const visitorOf = (prefix = 'p1', session = 's1'): CountedVisitor => ({
  ...{ kind: 'visitor', site, origin: '', visitor: 'v', uses: 99, rung: 'none', network: 'n' },
  ...{ prefix, session },
});
const MINUTE_MS = 60_000;

let ids = 0;
const asked = (visitor: CountedVisitor) => {
  ids += 1;
  return reservation(`run${ids}:1`, { micros: 1, caps: [], policies: policiesOf(visitor) });
};

function run(ledger: LedgerMachine, visitor: CountedVisitor, outcome: 'refused' | 'picture' | 'unknown', at: number) {
  const wanted = asked(visitor);
  const refused = ledger.reserve(wanted, at);
  if (!refused) ledger.settle(wanted.id, settlement(1, { outcome }), at);
  return refused;
}

/** Four refusals, a minute apart from noon on. */
function refuseFour(ledger: LedgerMachine): void {
  for (let n = 0; n < 4; n += 1) run(ledger, visitorOf(), 'refused', NOW + n * MINUTE_MS);
}

describe('an address whose requests the model has refused five times in ten minutes', () => {
  it('is locked until the first of them is ten minutes old, whatever its ticket', () =>
    inLedger((ledger) => {
      refuseFour(ledger);
      expect(run(ledger, visitorOf(), 'refused', NOW + 4 * MINUTE_MS)).toBeUndefined();

      expect(run(ledger, visitorOf('p1', 's2'), 'picture', NOW + 4 * MINUTE_MS)).toEqual({
        ...{ reason: 'VISITOR_ATTEMPTS', limit: 5, retryAfterSeconds: 6 * 60 },
      });
      expect(ledger.attempt(attemptPoliciesOf(visitorOf()), 'tokens', NOW + 4 * MINUTE_MS)).toMatchObject({
        reason: 'VISITOR_ATTEMPTS',
      });
      expect(run(ledger, visitorOf('p2'), 'picture', NOW + 4 * MINUTE_MS)).toBeUndefined();
      expect(run(ledger, visitorOf(), 'picture', NOW + 10 * MINUTE_MS - 1)).toMatchObject({ retryAfterSeconds: 1 });
      expect(run(ledger, visitorOf(), 'picture', NOW + 10 * MINUTE_MS)).toBeUndefined();
    }));

  it('counts calls under way once one was refused, so that many at once are no way around', () =>
    inLedger((ledger, storage) => {
      const crowd = Array.from({ length: 20 }, () => asked(visitorOf()));
      const first = crowd.slice(0, 8).map((each) => ledger.reserve(each, NOW));
      expect(first).toEqual(Array(8).fill(undefined));
      for (const { id } of crowd.slice(0, 5)) ledger.settle(id, settlement(1), NOW);
      ledger.settle(crowd[5]!.id, settlement(1, { outcome: 'refused' }), NOW);

      // One was refused and two are under way.
      const second = crowd.slice(8).map((each) => ledger.reserve(each, NOW));

      const held = { reason: 'VISITOR_ATTEMPTS', limit: 5, retryAfterSeconds: 5 };
      expect(second).toEqual([undefined, undefined, ...Array(10).fill(held)]);
      expect(ledger.attempt(attemptPoliciesOf(visitorOf()), 'tokens', NOW)).toEqual(held);
      expect(ledger.reserve(asked(visitorOf('p2')), NOW)).toBeUndefined();
      // What ends in a picture or is given back makes room, and a start counts what is held.
      ledger.settle(crowd[6]!.id, settlement(1), NOW);
      ledger.release(crowd[7]!.id, NOW);
      const restarted = createLedgerMachine(sqlOf(storage));
      const third = [1, 2, 3].map(() => restarted.reserve(asked(visitorOf()), NOW));
      expect(third).toEqual([undefined, undefined, held]);
    }));

  it('lets a run go on with another attempt while others hold every place', () =>
    inLedger((ledger) => {
      run(ledger, visitorOf(), 'refused', NOW);
      const four = Array.from({ length: 4 }, () => asked(visitorOf()));
      for (const each of four) expect(ledger.reserve(each, NOW)).toBeUndefined();
      const [first] = four as [(typeof four)[0]];

      const next = { ...first, id: `${first.run}:2`, replaces: first.id };

      expect(ledger.reserve(next, NOW)).toBeUndefined();
      expect(ledger.reserve(asked(visitorOf()), NOW)).toMatchObject({ reason: 'VISITOR_ATTEMPTS' });
    }));

  it.each(['picture', 'unknown'] as const)('is not one of four, and of a call whose outcome is: %s', (outcome) =>
    inLedger((ledger) => {
      refuseFour(ledger);
      run(ledger, visitorOf(), outcome, NOW + 4 * MINUTE_MS);

      expect(run(ledger, visitorOf(), 'picture', NOW + 4 * MINUTE_MS)).toBeUndefined();
    }),
  );

  it('stays locked over a restart, and a picture writes no row for it', () =>
    inLedger((ledger, storage) => {
      const counted = (): unknown[] =>
        storage.sql.exec("SELECT 1 FROM counted WHERE counter LIKE 'refusals %'").toArray();
      run(ledger, visitorOf(), 'picture', NOW);
      expect(counted()).toEqual([]);
      refuseFour(ledger);
      run(ledger, visitorOf(), 'refused', NOW);
      expect(counted()).toHaveLength(5);

      const restarted = createLedgerMachine(sqlOf(storage));

      expect(run(restarted, visitorOf(), 'picture', NOW + 5 * MINUTE_MS)).toMatchObject({ reason: 'VISITOR_ATTEMPTS' });
    }));
});

describe('an address that the owner has blocked', () => {
  it('makes no picture and counts no tokens until midnight', () =>
    inLedger((ledger) => {
      ledger.setBlocked('p1', true, NOW);
      ledger.setBlocked('p1', true, NOW);

      const blocked = { reason: 'VISITOR_DAY', retryAfterSeconds: 12 * 3600 };
      expect(run(ledger, visitorOf('p1', 's2'), 'picture', NOW)).toEqual(blocked);
      expect(ledger.attempt(attemptPoliciesOf(visitorOf()), 'tokens', NOW)).toEqual(blocked);
      expect(ledger.judge(asked(visitorOf()), NOW)).toEqual(blocked);
      expect(run(ledger, visitorOf('p2'), 'picture', NOW)).toBeUndefined();
      expect(run(ledger, visitorOf(), 'picture', NOW + DAY_MS)).toBeUndefined();
    }));

  it('stays blocked over a restart, until the owner says otherwise', () =>
    inLedger((ledger, storage) => {
      ledger.setBlocked('p1', true, NOW);
      const restarted = createLedgerMachine(sqlOf(storage));
      expect(run(restarted, visitorOf(), 'picture', NOW)).toMatchObject({ reason: 'VISITOR_DAY' });

      restarted.setBlocked('p1', false, NOW);
      restarted.setBlocked('p1', false, NOW);

      expect(run(restarted, visitorOf(), 'picture', NOW)).toBeUndefined();
      expect(run(createLedgerMachine(sqlOf(storage)), visitorOf(), 'picture', NOW)).toBeUndefined();
    }));

  it('leaves no row when its day is over', () =>
    inLedger((ledger, storage) => {
      ledger.setBlocked('p1', true, NOW);

      ledger.forget(NOW + 2 * DAY_MS);

      expect(storage.sql.exec('SELECT * FROM blocked').toArray()).toEqual([]);
    }));
});
