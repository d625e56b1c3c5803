/**
 * How much of request bodies an isolate holds at once, all requests together. It refuses rather than waits, so that
 * nobody waits for a slow sender. What is held is on lease: a request that the platform cuts off runs no `finally`,
 * and must not keep its share for ever.
 */

/** Of the 128 MB an isolate has. */
export const ISOLATE_BODY_BYTES = 48 * 1024 * 1024;

export interface Holding {
  /** @returns Whether there was room. Every call renews the lease. */
  take(bytes: number): boolean;
  /** Renews the lease for as long as a run may take. */
  extend(ms: number): void;
  release(): void;
}

export interface ByteBudget {
  open(): Holding;
}

/** A sender who is quiet for this long has gone. */
const LEASE_MS = 60_000;

/** @param now Unix milliseconds. */
export function createByteBudget(now: () => number, total = ISOLATE_BODY_BYTES): ByteBudget {
  const holdings = new Map<object, { bytes: number; until: number }>();
  const used = (): number => {
    let sum = 0;
    for (const [holder, { bytes, until }] of holdings) {
      if (until <= now()) holdings.delete(holder);
      else sum += bytes;
    }
    return sum;
  };
  return {
    open() {
      const holder = {};
      return {
        take(bytes) {
          if (used() + bytes > total) return false;
          const held = holdings.get(holder)?.bytes ?? 0;
          holdings.set(holder, { bytes: held + bytes, until: now() + LEASE_MS });
          return true;
        },
        extend(ms) {
          const held = holdings.get(holder);
          if (held) held.until = now() + ms;
        },
        release() {
          holdings.delete(holder);
        },
      };
    },
  };
}
