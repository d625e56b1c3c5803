import type { Log } from '../shared/log.ts';
import type { LedgerFacts } from './rpc.ts';

/** The public facts of a site: whether it is paused, and how long a picture takes. */
export interface Expectations {
  paused: boolean;
  /** What the site has spent and holds of today, micro-dollars. */
  spentMicros: number;
  /** `{model: {size: milliseconds}}`, medians. */
  durations: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What {@link createExpectations} needs. */
export interface ExpectationsOptions {
  read: () => Promise<LedgerFacts>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log: Log;
}

const REMEMBERED_MS = 60_000;
/** A request waits no longer than this for the figures. */
const TIMEOUT_MS = 300;

/**
 * Reads a site's facts from its ledger at most once a minute.
 *
 * @returns The last known facts. Never throws: before the first answer of the ledger, nothing is paused or spent, and
 *   `durations` is empty, so the catalog's figures count.
 */
export function createExpectations({ read, now, pause, log }: ExpectationsOptions): () => Promise<Expectations> {
  let known: Expectations = { paused: false, spentMicros: 0, durations: {} };
  let readAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    try {
      const { paused, spentMicros, medians } = await read();
      const durations: Record<string, Record<string, number>> = {};
      for (const { model, size, ms } of medians) durations[model] = { ...durations[model], [size]: ms };
      known = { paused, spentMicros, durations };
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
