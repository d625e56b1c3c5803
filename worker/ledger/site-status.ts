/** What a site's ledger knows that anybody may: how long a picture takes here, and whether it is paused. */
import type { Log } from '../shared/log.ts';
import type { LedgerFacts } from './rpc.ts';

export interface Expectations {
  paused: boolean;
  /** `{model: {size: milliseconds}}`, medians. */
  durations: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface ExpectationsOptions {
  read: () => Promise<LedgerFacts>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

const REMEMBERED_MS = 60_000;
/** Nobody waits for a guess at how long to wait. */
const TIMEOUT_MS = 300;

/** @returns What was known last; where the ledger is slow or fails, the catalog's figures stand. */
export function createExpectations({ read, now, pause, log }: ExpectationsOptions): () => Promise<Expectations> {
  let known: Expectations = { paused: false, durations: {} };
  let readAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    try {
      const { paused, medians } = await read();
      const durations: Record<string, Record<string, number>> = {};
      for (const { model, size, ms } of medians) durations[model] = { ...durations[model], [size]: ms };
      known = { paused, durations };
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
