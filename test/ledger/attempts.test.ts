/** Attempts: every call that may have gone up is counted, with any outcome. */
import { describe, expect, it } from 'vitest';
import type { CountedVisitor } from '../../worker/auth/caller.ts';
import { createLedgerMachine } from '../../worker/ledger/ledger.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { attemptPoliciesOf, policiesOf } from '../../worker/limits/policies.ts';
import type { Site } from '../../worker/sites/site.ts';
import { HOUR_MS, inLedger, NOW, policy, reservation, settlement } from './ledgers.ts';

const pictures = policy(2);
const attempts = policy(4, { name: 'attempts-minute', reason: 'VISITOR_ATTEMPTS', perAttempt: true });
const policies = [pictures, attempts];
const REFUSED = { reason: 'VISITOR_ATTEMPTS', limit: 4, retryAfterSeconds: 60 };

describe('an attempt', () => {
  it('is counted for good, where the picture is given back', () =>
    inLedger((ledger) => {
      const answers = [1, 2, 3, 4, 5].map((n) => {
        const refused = ledger.reserve(reservation(`r${n}:1`, { policies }), NOW);
        ledger.release(`r${n}:1`, NOW);
        return refused;
      });

      expect(answers).toEqual([undefined, undefined, undefined, undefined, REFUSED]);
      expect(ledger.reserve(reservation('r6:1', { policies }), NOW + 60_000)).toBeUndefined();
    }));

  it('is each one of a run’s, so that another key’s refusal is one more', () =>
    inLedger((ledger) => {
      const next = (n: number) => reservation(`r1:${n}`, { policies, ...(n > 1 && { replaces: `r1:${n - 1}` }) });

      const answers = [1, 2, 3, 4, 5].map((n) => ledger.reserve(next(n), NOW));

      expect(answers).toEqual([undefined, undefined, undefined, undefined, REFUSED]);
      expect(ledger.open()).toEqual([]);
    }));

  it('asked again because its answer was lost is the same one', () =>
    inLedger((ledger) => {
      const asked = reservation('r1:1', { policies: [{ ...attempts, limit: 1 }] });

      expect([ledger.reserve(asked, NOW), ledger.reserve(asked, NOW)]).toEqual([undefined, undefined]);
    }));

  it('without money is counted with the others', () =>
    inLedger((ledger) => {
      const answers = [1, 2, 3].map(() => ledger.attempt([attempts], crypto.randomUUID(), NOW));
      const paid = [1, 2].map((n) => ledger.reserve(reservation(`r${n}:1`, { policies }), NOW));

      expect(answers).toEqual([undefined, undefined, undefined]);
      expect(paid).toEqual([undefined, REFUSED]);
      expect(ledger.attempt([attempts], crypto.randomUUID(), NOW)).toEqual(REFUSED);
    }));

  it('that was refused is none', () =>
    inLedger((ledger) => {
      for (let n = 0; n < 9; n += 1) ledger.attempt([attempts], crypto.randomUUID(), NOW + n * 1000);

      // Only the first four count.
      expect(ledger.attempt([attempts], crypto.randomUUID(), NOW + 60_000)).toBeUndefined();
    }));
});

const site = { ...{ id: 'default', visitorPerMinute: 2, visitorPerDay: 3, sitePerMinute: 999 } } as Site;
const from = (prefix: string, network = 'n1'): CountedVisitor => ({
  ...{ kind: 'visitor', site, origin: '', visitor: 'v', session: prefix, uses: 99, rung: 'none' },
  ...{ prefix, network },
});

describe('the attempts of a network', () => {
  it('are four visitors’ a minute and a day, whatever came of them', () =>
    inLedger((ledger, storage) => {
      /** One failure of each of many addresses. @returns How many calls went up. */
      const flood = (addresses: number, at: number, machine = ledger): number =>
        Array.from({ length: addresses }, (_, n) => {
          const wanted = reservation(`${at}-${n}:1`, { policies: policiesOf(from(`p${n}`)), caps: [] });
          const refused = machine.reserve(wanted, at);
          if (refused) expect(refused).toMatchObject({ reason: 'VISITOR_ATTEMPTS' });
          else machine.release(wanted.id, at);
          return refused ? 0 : 1;
        }).reduce<number>((sum, one) => sum + one, 0);

      expect(flood(100, NOW)).toBe(40);
      expect(ledger.attempt(attemptPoliciesOf(from('p500')), 'tokens', NOW)).toMatchObject({ limit: 40 });
      expect(ledger.attempt(attemptPoliciesOf(from('p500', 'n2')), 'tokens', NOW)).toBeUndefined();
      const restarted = createLedgerMachine(sqlOf(storage));
      expect(flood(100, NOW + HOUR_MS, restarted)).toBe(20);
      expect(flood(100, NOW + 2 * HOUR_MS, restarted)).toBe(0);
    }));

  it('cost a picture one row, with the counts of its minute and its day', () =>
    inLedger((ledger, storage) => {
      ledger.reserve(reservation('r1:1', { policies: policiesOf(from('p1')) }), NOW);
      ledger.settle('r1:1', settlement(1), NOW);

      const counters = storage.sql.exec('SELECT counter FROM counted ORDER BY counter').toArray();
      expect(counters.map(({ counter }) => counter)).toEqual([
        ...['attempts default.n1', 'attempts default.p1', 'default', 'default.p1'],
      ]);
    }));
});
