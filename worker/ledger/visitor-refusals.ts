/**
 * What an isolate remembers of one visitor's refusals by the ledger, so that going on costs no object call. Only counts
 * that never come back are remembered: until then the ledger would say the same.
 */
import type { Failure } from '../shared/failure.ts';

/** Visitors remembered by an isolate; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

export interface VisitorRefusals {
  recall(who: string): Failure | undefined;
  note(who: string, failure: Failure): void;
}

/** @param now Unix milliseconds. */
export function createVisitorRefusals(now: () => number): VisitorRefusals {
  const opensAt = new Map<string, number>();
  return {
    recall(who) {
      const waitMs = (opensAt.get(who) ?? 0) - now();
      return waitMs > 0 ? { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: Math.ceil(waitMs / 1000) } : undefined;
    },
    note(who, failure) {
      if (failure.reason !== 'VISITOR_ATTEMPTS') return;
      opensAt.delete(who);
      opensAt.set(who, now() + failure.retryAfterSeconds * 1000);
      if (opensAt.size > MAX_REMEMBERED) opensAt.delete(opensAt.keys().next().value as string);
    },
  };
}
