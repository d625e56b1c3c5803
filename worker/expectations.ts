/** How long a picture takes here, by model and size: the site ledger's medians, remembered for a while. */
import type { Log } from './log.ts';

/** `{model: {size: milliseconds}}`. */
export type Expected = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface ExpectationsOptions {
  read: () => Promise<readonly { model: string; size: string; ms: number }[]>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

const REMEMBERED_MS = 60_000;
/** Nobody waits for a guess at how long to wait. */
const TIMEOUT_MS = 300;

/** @returns What is known; nothing where the ledger is slow or fails, and then the catalog's figures stand. */
export function createExpectations({ read, now, pause, log }: ExpectationsOptions): () => Promise<Expected> {
  let known: Expected = {};
  let readAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    try {
      const expected: Record<string, Record<string, number>> = {};
      for (const { model, size, ms } of await read()) expected[model] = { ...expected[model], [size]: ms };
      known = expected;
    } catch (error) {
      log('expectations_failed', { error: String(error) });
    }
  }

  return async () => {
    if (now() - readAt > REMEMBERED_MS) {
      readAt = now();
      await Promise.race([refresh(), pause(TIMEOUT_MS)]);
    }
    return known;
  };
}
