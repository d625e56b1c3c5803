import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createOwnerTries, type OwnerTries } from '../../worker/ledger/owner-tries.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import { NOW } from './ledgers.ts';

const inTries = (test: (tries: OwnerTries) => void) =>
  runInDurableObject(env.LEDGER.getByName(crypto.randomUUID()), (_ledger, { storage }) =>
    test(createOwnerTries(sqlOf(storage))),
  );

const MINUTE_MS = 60_000;

/** Answers to wrong tokens, a second apart. */
const wrong = (tries: OwnerTries, prefix: string, times: number, from = NOW): number[] =>
  Array.from({ length: times }, (_, n) => tries.judge(prefix, false, from + n * 1000));

it('an address has ten wrong tokens in ten minutes, and is then locked for the rest of them, the right one included', () =>
  inTries((tries) => {
    expect(wrong(tries, 'a', 12)).toEqual([...Array(10).fill(0), 590, 589]);
    expect(tries.judge('a', true, NOW + MINUTE_MS)).toBe(540);
    expect(tries.judge('a', true, NOW + 10 * MINUTE_MS)).toBe(0);
    expect(wrong(tries, 'a', 11, NOW + 10 * MINUTE_MS).at(-1)).toBe(590);
  }));

it('nine wrong tokens lock nobody', () =>
  inTries((tries) => {
    wrong(tries, 'a', 9);

    expect(tries.judge('a', true, NOW + 9000)).toBe(0);
  }));

it('a locked address locks no other', () =>
  inTries((tries) => {
    wrong(tries, 'a', 20);

    expect(tries.judge('b', true, NOW)).toBe(0);
    expect(tries.judge('b', false, NOW)).toBe(0);
  }));

it('after a hundred wrong tokens of all together each address has one, and the owner’s own is free', () =>
  inTries((tries) => {
    for (let n = 0; n < 100; n += 1) tries.judge(`of many ${n}`, false, NOW);

    expect(wrong(tries, 'next', 2)).toEqual([0, 599]);
    expect(tries.judge('of many 7', true, NOW)).toBe(600);
    expect(tries.judge('owner', true, NOW)).toBe(0);
    expect(wrong(tries, 'later', 10, NOW + 11 * MINUTE_MS)).toEqual(Array(10).fill(0));
  }));
