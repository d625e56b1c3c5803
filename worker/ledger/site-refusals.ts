/**
 * What an isolate remembers of refusals that concern everybody, so that a flood after the cap costs nothing: no object
 * is asked while it is remembered. Short, because money can come back and a pause can end.
 */
import type { Failure } from '../shared/failure.ts';

export const MEMO_MS = 5_000;

/** Spent and paused, and not held: what is held comes back any moment. */
const REMEMBERED: readonly string[] = [
  'SITE_PAUSED',
  'DAILY_BUDGET_SPENT',
  'MONTHLY_BUDGET_SPENT',
  'DEPLOYMENT_BUDGET_SPENT',
];

export interface SpentMemo {
  /** What was refused lately, for as much or less. */
  recall(site: string, micros: number): Failure | undefined;
  note(site: string, micros: number, failure: Failure): void;
}

/** @param now Unix milliseconds. */
export function createSpentMemo(now: () => number): SpentMemo {
  const memos = new Map<string, { micros: number; failure: Failure; at: number }>();
  return {
    recall(site, micros) {
      const memo = memos.get(site);
      if (!memo) return undefined;
      const ageMs = now() - memo.at;
      const opensIn = 'retryAfterSeconds' in memo.failure ? (memo.failure.retryAfterSeconds ?? 0) * 1000 : MEMO_MS;
      // A dearer request is refused where a cheaper one was; a cheaper one may find room.
      return ageMs < Math.min(MEMO_MS, opensIn) && micros >= memo.micros ? memo.failure : undefined;
    },
    note(site, micros, failure) {
      if (REMEMBERED.includes(failure.reason)) memos.set(site, { micros, failure, at: now() });
    },
  };
}
