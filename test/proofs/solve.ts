/** Solves proofs of work as the widget does, in Node and in workerd. */
import { createHash } from 'node:crypto';
import { issueChallenge, type ProofBinding } from '../../worker/proofs/pow.ts';

const PUZZLES = 16;

/** @returns The counters of the 16 puzzles, joined by `.`. */
export function solve({ nonce, difficulty }: { nonce: string; difficulty: number }): string {
  const counters = Array.from({ length: PUZZLES }, (_, at) => {
    for (let counter = 0; ; counter += 1) {
      const digest = createHash('sha256').update(`${nonce}.${at}.${counter}`).digest();
      if (Math.clz32(digest.readUInt32BE(0)) >= difficulty) return counter;
    }
  });
  return counters.join('.');
}

/** The body's `proof` for a challenge. */
export const powOf = (challenge: { nonce: string; difficulty: number }) => ({
  pow: { nonce: challenge.nonce, solution: solve(challenge) },
});

/**
 * A challenge that takes a few hashes, and otherwise is the worker's own: whoever has the secret can make one.
 *
 * @param now Unix seconds.
 */
export const easyChallenge = (secret: string, binding: ProofBinding, now = Math.floor(Date.now() / 1000)) =>
  issueChallenge([secret], binding, { id: crypto.getRandomValues(new Uint8Array(16)).toHex(), difficulty: 1 }, now);
