/**
 * An isolate's memory of refusals that concern a whole site. A flood after the cap then costs no call to a ledger. The
 * memory is short, because money can be freed and a pause can end.
 */
import type { Failure } from '../shared/failure.ts';

/** Longest time for which a refusal is remembered. */
export const REMEMBER_MS = 5_000;

/** `BUDGET_HELD` is not among them: held money may be freed at any moment. */
const REMEMBERED: readonly string[] = [
  'SITE_PAUSED',
  'DAILY_BUDGET_SPENT',
  'MONTHLY_BUDGET_SPENT',
  'DEPLOYMENT_BUDGET_SPENT',
];

/** Refusals by site id; money is integer micro-dollars. */
export interface SiteRefusals {
  /** The last refusal, when it is still valid and the refused amount was not larger than `micros`. */
  recall(site: string, micros: number): Failure | undefined;
  /** Remembers a refusal. A reason that concerns one visitor, or held money, is ignored. */
  note(site: string, micros: number, failure: Failure): void;
}

/** An isolate's memory. @param now Unix milliseconds. */
export function createSiteRefusals(now: () => number): SiteRefusals {
  const refusals = new Map<string, { micros: number; failure: Failure; at: number }>();
  return {
    recall(site, micros) {
      const refusal = refusals.get(site);
      if (!refusal) return undefined;
      const ageMs = now() - refusal.at;
      const opensIn =
        'retryAfterSeconds' in refusal.failure ? (refusal.failure.retryAfterSeconds ?? 0) * 1000 : REMEMBER_MS;
      // A request at least as dear as the refused one is refused too. A cheaper one may find room.
      return ageMs < Math.min(REMEMBER_MS, opensIn) && micros >= refusal.micros ? refusal.failure : undefined;
    },
    note(site, micros, failure) {
      if (REMEMBERED.includes(failure.reason)) refusals.set(site, { micros, failure, at: now() });
    },
  };
}
