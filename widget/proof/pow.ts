import type { Proof } from '../../worker/protocol.ts';
import { runInWorker } from '../trusted.ts';
import { search } from './search.ts';

const PUZZLES = 16;
/** A million hashes for each puzzle. No worker asks for as many. */
const MAX_DIFFICULTY = 20;
/** More of them would take longer to start than they save. */
const MOST_WORKERS = 4;

/**
 * Solves a proof of work beside the page's own thread, on half of the processor's cores, or on that thread in slices
 * where the page allows no workers.
 *
 * @returns undefined for a challenge of another kind than this version knows. An abort throws the signal's reason.
 */
export async function solve(
  { nonce, algorithm, difficulty = 0 }: Proof,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (algorithm !== 'SHA-256' || !(difficulty <= MAX_DIFFICULTY)) return undefined;
  const workers = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency >> 1));
  const share = PUZZLES / 2 ** Math.floor(Math.log2(workers));
  const solving: Promise<string[]>[] = [];
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  try {
    for (let from = 0; from < PUZZLES; from += share)
      solving.push(runInWorker(search, [nonce, difficulty, from, from + share], either));
    return (await Promise.all(solving)).flat().join('.');
  } catch {
    // One that has failed ends the others.
    ended.abort();
    signal.throwIfAborted();
  }
  const counters = await search(nonce, difficulty, 0, PUZZLES, async () => {
    await pause();
    signal.throwIfAborted();
  });
  return counters.join('.');
}

/** Lets input and frames go first. A nested `setTimeout` would wait for 4 ms each time. */
const pause = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
