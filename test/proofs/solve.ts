/** Solves proofs of work as the widget does, in Node and in workerd. */
import { hash } from 'node:crypto';
import { issueChallenge, type ProofBinding } from '../../worker/proofs/pow.ts';

const PUZZLES = 16;

/** Finds the counter of one puzzle. */
function solveOne(text: string, difficulty: number): number {
  for (let counter = 0; ; counter += 1) {
    // A digest as text takes a sixth of the time of one in a buffer.
    const digest = hash('sha256', `${text}.${counter}`);
    if (Math.clz32(Number.parseInt(digest.slice(0, 8), 16)) >= difficulty) return counter;
  }
}

/** @returns The counters of the 16 puzzles, joined by `.`. Others in this process have their turn between two puzzles. */
export async function solve({ nonce, difficulty }: { nonce: string; difficulty: number }): Promise<string> {
  const counters: number[] = [];
  for (let at = 0; at < PUZZLES; at += 1) {
    counters.push(solveOne(`${nonce}.${at}`, difficulty));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return counters.join('.');
}

/** The body's `proof` for a challenge. */
export const powOf = async (challenge: { nonce: string; difficulty: number }) => ({
  pow: { nonce: challenge.nonce, solution: await solve(challenge) },
});

/**
 * A challenge that takes a few hashes, and otherwise is the worker's own: whoever has the secret can make one.
 *
 * @param now Unix seconds.
 */
export const easyChallenge = (secret: string, binding: ProofBinding, now = Math.floor(Date.now() / 1000)) =>
  issueChallenge([secret], binding, { id: crypto.getRandomValues(new Uint8Array(16)).toHex(), difficulty: 1 }, now);
