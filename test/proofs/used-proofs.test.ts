import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { createUsedProofs } from '../../worker/proofs/used-proofs.ts';

const END = 1_790_000_900_000;

const withStorage = (test: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(env.PROOFS.getByName(crypto.randomUUID()), (_, { storage }) => test(storage));

describe('used proofs', () => {
  it('are known from their first use on', () =>
    withStorage((storage) => {
      const used = createUsedProofs(sqlOf(storage));

      expect([used.use('a', END), used.use('a', END), used.use('b', END), used.use('a', END)]).toEqual([
        ...[true, false],
        ...[true, false],
      ]);
      // Another instance after an eviction.
      expect(createUsedProofs(sqlOf(storage)).use('a', END)).toBe(false);
    }));

  it('are forgotten a minute after their end, for isolates whose clocks are late', () =>
    withStorage((storage) => {
      const used = createUsedProofs(sqlOf(storage));
      used.use('a', END);
      used.use('b', END + 30_000);

      expect(used.forget(END + 59_999)).toBe(END + 60_000);
      expect(used.use('a', END)).toBe(false);
      expect(used.forget(END + 60_000)).toBe(END + 90_000);
      expect(used.forget(END + 90_000)).toBeUndefined();
      expect(used.use('a', END)).toBe(true);
    }));

  it('are bounded: one more is refused until the first are forgotten', () =>
    withStorage((storage) => {
      const used = createUsedProofs(sqlOf(storage), 2);
      used.use('a', END);
      used.use('b', END);

      expect(() => used.use('c', END)).toThrow('no room');
      expect(used.use('a', END)).toBe(false);
      expect(() => createUsedProofs(sqlOf(storage), 2).use('c', END)).toThrow('no room');
      used.forget(END + 60_000);
      expect(used.use('c', END)).toBe(true);
    }));
});
