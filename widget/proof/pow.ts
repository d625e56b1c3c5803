import type { Proof } from '../../worker/protocol.ts';
import { runInWorker } from '../trusted.ts';
import { search } from './search.ts';

/** Two million hashes for each counter, which is half a minute. No worker asks for as many. */
const MAX_DIFFICULTY = 20;

/**
 * Solves a proof of work beside the page's own thread, or on it in slices where the page allows no workers.
 *
 * @returns undefined for a challenge of another kind than this version knows. An abort throws the signal's reason.
 */
export async function solve(
  { nonce, algorithm, difficulty = 0 }: Proof,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (algorithm !== 'SHA-256' || !(difficulty <= MAX_DIFFICULTY)) return undefined;
  try {
    return await runInWorker(search, [nonce, difficulty], signal);
  } catch {
    signal.throwIfAborted();
  }
  return search(nonce, difficulty, async () => {
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  });
}
