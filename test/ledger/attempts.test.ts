/** Attempts: every call that may have gone up is counted, with any outcome. */
import { describe, expect, it } from 'vitest';
import { inLedger, NOW, policy, reservation } from './ledgers.ts';

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
