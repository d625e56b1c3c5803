/** Attempts: what may have gone up is counted, whatever became of it. */
import { describe, expect, it } from 'vitest';
import { inBook, NOW, policy, reservation } from './ledgers.ts';

const pictures = policy(2);
const attempts = policy(4, { name: 'attempts-minute', reason: 'VISITOR_ATTEMPTS', perAttempt: true });
const policies = [pictures, attempts];
const REFUSED = { reason: 'VISITOR_ATTEMPTS', limit: 4, retryAfterSeconds: 60 };

describe('an attempt', () => {
  it('is counted for good, where the picture is given back', () =>
    inBook((book) => {
      const answers = [1, 2, 3, 4, 5].map((n) => {
        const refused = book.reserve(reservation(`r${n}:1`, { policies }), NOW);
        book.release(`r${n}:1`, NOW);
        return refused;
      });

      expect(answers).toEqual([undefined, undefined, undefined, undefined, REFUSED]);
      expect(book.reserve(reservation('r6:1', { policies }), NOW + 60_000)).toBeUndefined();
    }));

  it('is each one of a run’s, so that another key’s refusal is one more', () =>
    inBook((book) => {
      const next = (n: number) => reservation(`r1:${n}`, { policies, ...(n > 1 && { replaces: `r1:${n - 1}` }) });

      const answers = [1, 2, 3, 4, 5].map((n) => book.reserve(next(n), NOW));

      expect(answers).toEqual([undefined, undefined, undefined, undefined, REFUSED]);
      expect(book.open()).toEqual([]);
    }));

  it('asked again because its answer was lost is the same one', () =>
    inBook((book) => {
      const asked = reservation('r1:1', { policies: [{ ...attempts, limit: 1 }] });

      expect([book.reserve(asked, NOW), book.reserve(asked, NOW)]).toEqual([undefined, undefined]);
    }));

  it('without money is counted with the others', () =>
    inBook((book) => {
      const answers = [1, 2, 3].map(() => book.attempt([attempts], NOW));
      const paid = [1, 2].map((n) => book.reserve(reservation(`r${n}:1`, { policies }), NOW));

      expect(answers).toEqual([undefined, undefined, undefined]);
      expect(paid).toEqual([undefined, REFUSED]);
      expect(book.attempt([attempts], NOW)).toEqual(REFUSED);
    }));

  it('that was refused is none', () =>
    inBook((book) => {
      for (let n = 0; n < 9; n += 1) book.attempt([attempts], NOW + n * 1000);

      // The first four alone count.
      expect(book.attempt([attempts], NOW + 60_000)).toBeUndefined();
    }));
});
