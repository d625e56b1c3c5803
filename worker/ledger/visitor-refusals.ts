/**
 * An isolate's memory of a ledger's refusals of single visitors. A visitor that goes on then costs no call to a ledger.
 * Only `VISITOR_ATTEMPTS` is remembered: attempts are never given back, so the ledger would answer the same.
 */
import type { Failure } from '../shared/failure.ts';

/** Visitors remembered by an isolate. The oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** Refusals by visitor. `who` is the id in the limit's policy, never a raw address. */
export interface VisitorRefusals {
  /** The refusal with the seconds that are left; undefined when none is remembered. */
  recall(who: string): Failure | undefined;
  /** Remembers a refusal until its retry time. Reasons other than `VISITOR_ATTEMPTS` are ignored. */
  note(who: string, failure: Failure): void;
}

/** An isolate's memory. @param now Unix milliseconds. */
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
