import { describe, expect, it } from 'vitest';
import { seal } from '../../worker/auth/sealed-token.ts';
import { CHALLENGE_SECONDS, isSolved, issueChallenge, readChallenge } from '../../worker/proofs/pow.ts';
import { solve } from './solve.ts';

const NOW = 1_790_000_000;
const secrets = ['0123456789abcdef0123456789abcdef'];
const binding = { site: 'shop', origin: 'https://shop.example', prefix: '4:cb007107' };
const id = '00112233445566778899aabbccddeeff';

const issue = (difficulty = 13) => issueChallenge(secrets, binding, { id, difficulty }, NOW);

describe('a challenge', () => {
  it('says how hard it is and when it ends, and its nonce says the same', async () => {
    const challenge = await issue(14);

    expect(challenge).toMatchObject({ algorithm: 'SHA-256', difficulty: 14, expiresAt: '2026-09-21T14:28:20.000Z' });
    expect(await readChallenge(secrets, binding, challenge.nonce)).toEqual({
      id: 'ABEiM0RVZneImaq7zN3u_w',
      difficulty: 14,
      expiresAt: NOW + CHALLENGE_SECONDS,
    });
  });

  it('keeps the text of a puzzle within two blocks of SHA-256', async () => {
    const { nonce } = await issue();

    // 64 bytes a block, of which the padding takes at least 9.
    expect(`${nonce}.15.${2 ** 17 * 10}`.length).toBeLessThanOrEqual(2 * 64 - 9);
  });

  it.each([
    { name: 'another site', other: { ...binding, site: 'other' } },
    { name: 'another page', other: { ...binding, origin: 'https://other.example' } },
    { name: 'another address', other: { ...binding, prefix: '4:cb007108' } },
    {
      name: 'fields that only join to the same text',
      other: { ...binding, site: 'sho', origin: 'phttps://shop.example' },
    },
  ])('is nothing beside $name', async ({ other }) => {
    const { nonce } = await issue();

    expect(await readChallenge(secrets, other, nonce)).toBeUndefined();
  });

  it('opens with the old secret while rotating, and not without it', async () => {
    const { nonce } = await issue();
    const newest = 'fedcba9876543210fedcba9876543210';

    expect(await readChallenge([newest, ...secrets], binding, nonce)).toMatchObject({ difficulty: 13 });
    expect(await readChallenge([newest], binding, nonce)).toBeUndefined();
  });

  it('is no ticket, and a token of another purpose is no challenge', async () => {
    const boundTo = [binding.site, binding.origin, binding.prefix];
    const ticket = await seal(secrets, { purpose: 'ticket', boundTo }, ['ABEiM0RVZneImaq7zN3u_w', '1', 'tl2q2w']);

    expect(await readChallenge(secrets, binding, ticket)).toBeUndefined();
  });
});

describe('a solution', async () => {
  const nonce = 'v1.nonce.mac';
  const solution = await solve({ nonce, difficulty: 6 });
  const counters = solution.split('.');
  const withFirst = (first: string) => [first, ...counters.slice(1)].join('.');

  it('solves its nonce, and any that asks for less', () => {
    expect(isSolved(nonce, 6, solution)).toBe(true);
    expect(isSolved(nonce, 1, solution)).toBe(true);
  });

  it('is checked in every one of its puzzles', () => {
    for (const at of counters.keys()) {
      const broken = [...counters];
      // A counter that was passed over on the way to the right one, or the next that is wrong too.
      let wrong = Number(counters[at]) + 1;
      while (isSolved(nonce, 6, counters.with(at, String(wrong)).join('.'))) wrong += 1;
      broken[at] = String(wrong);

      expect(isSolved(nonce, 6, broken.join('.'))).toBe(false);
    }
  });

  it.each([
    ['for another nonce', 'v1.nonce.mad', solution],
    ['of fifteen counters', nonce, counters.slice(1).join('.')],
    ['of seventeen counters', nonce, `${solution}.0`],
    ['with an empty end', nonce, `${solution}.`],
    ['with a leading zero', nonce, withFirst(`0${counters[0]}`)],
    ['with a sign', nonce, withFirst(`+${counters[0]}`)],
    ['with a fraction', nonce, withFirst(`${counters[0]},0`)],
    ['in hex', nonce, withFirst(`0x${Number(counters[0]).toString(16)}`)],
    ['with a blank', nonce, withFirst(`${counters[0]} `)],
    ['with an exponent', nonce, withFirst('1e3')],
    ['with a counter that is no safe integer', nonce, withFirst('9007199254740993')],
    ['without a counter', nonce, ''],
  ])('%s is none', (_, of, text) => {
    expect(isSolved(of, 6, text)).toBe(false);
    // Not even where every hash would do, but for another nonce.
    if (of === nonce) expect(isSolved(of, 0, text)).toBe(false);
  });
});
