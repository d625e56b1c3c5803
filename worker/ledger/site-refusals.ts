/**
 * What an isolate remembers of refusals that concern everybody, so that a flood after the cap costs nothing: no object
 * is asked while it is remembered. Short, because money can come back and a pause can end.
 */
import type { Failure } from '../shared/failure.ts';

export const REMEMBER_MS = 5_000;

/** Spent and paused, and not held: what is held comes back any moment. */
const REMEMBERED: readonly string[] = [
  'SITE_PAUSED',
  'DAILY_BUDGET_SPENT',
  'MONTHLY_BUDGET_SPENT',
  'DEPLOYMENT_BUDGET_SPENT',
];

export interface SiteRefusals {
  /** What was refused lately, for as much or less. */
  recall(site: string, micros: number): Failure | undefined;
  note(site: string, micros: number, failure: Failure): void;
}

/** @param now Unix milliseconds. */
export function createSiteRefusals(now: () => number): SiteRefusals {
  const refusals = new Map<string, { micros: number; failure: Failure; at: number }>();
  return {
    recall(site, micros) {
      const refusal = refusals.get(site);
      if (!refusal) return undefined;
      const ageMs = now() - refusal.at;
      const opensIn =
        'retryAfterSeconds' in refusal.failure ? (refusal.failure.retryAfterSeconds ?? 0) * 1000 : REMEMBER_MS;
      // A dearer request is refused where a cheaper one was; a cheaper one may find room.
      return ageMs < Math.min(REMEMBER_MS, opensIn) && micros >= refusal.micros ? refusal.failure : undefined;
    },
    note(site, micros, failure) {
      if (REMEMBERED.includes(failure.reason)) refusals.set(site, { micros, failure, at: now() });
    },
  };
}
