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

/** Durations change slowly. */
const REMEMBERED_MS = 60_000;
/** A pause ends at a moment for which open pages wait. */
const PAUSE_REMEMBERED_MS = 5000;
/** A request waits no longer than this for the figures. */
const TIMEOUT_MS = 300;

/** A site's facts in an isolate's memory. */
export interface SiteStatus {
  /**
   * @returns The last known facts. Never throws: before the first answer of the ledger, nothing is paused or spent, and
   *   `durations` is empty, so the catalog's figures count.
   */
  read(): Promise<Expectations>;
  /** Notes that a ledger has just refused as paused: facts that say otherwise are read again sooner. */
  doubt(): void;
}

/**
 * Reads a site's facts from its ledger when they are asked for, at most once a minute; once in 5 s while it is paused.
 */
export function createExpectations({ read, now, pause, log }: ExpectationsOptions): SiteStatus {
  let known: Expectations = { paused: false, spentMicros: 0, durations: {} };
  let readAt = Number.NEGATIVE_INFINITY;
  let isDoubted = false;

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

  return {
    async read() {
      if (now() - readAt > (known.paused || isDoubted ? PAUSE_REMEMBERED_MS : REMEMBERED_MS)) {
        readAt = now();
        isDoubted = false;
        await Promise.race([refresh(), pause(TIMEOUT_MS)]);
      }
      return known;
    },
    doubt() {
      isDoubted = true;
    },
  };
}
