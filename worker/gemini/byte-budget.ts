/**
 * How much of request bodies an isolate holds at once, all requests together. It refuses rather than waits, so that
 * nobody waits for a slow sender. What is held is on lease: a request that the platform cuts off runs no `finally`,
 * and must not keep its share for ever.
 *
 * No visitor holds it all: of one owner's bodies two may be large, and both together have half of the memory, so that
 * there is room for another visitor's picture.
 */

/** Of the 128 MB an isolate has. */
const ISOLATE_BODY_BYTES = 48 * 1024 * 1024;
/** A body of this many bytes has a picture in it. */
const LARGE_BODY_BYTES = 1024 * 1024;
const LARGE_BODIES_OF_ONE = 2;

/** `full`: there is no memory just now. `too many`: the owner has as much in hand as one may. */
export type Room = 'taken' | 'full' | 'too many';

export interface Holding {
  /** Every call renews the lease. What is refused is not held. */
  take(bytes: number): Room;
  /** What is no longer needed of it. */
  giveBack(bytes: number): void;
  /** Renews the lease for as long as a run may take. */
  extend(ms: number): void;
  release(): void;
}

export interface ByteBudget {
  /** @param owner Who sends it; absent: a caller that may hold as much as there is. */
  open(owner?: string): Holding;
}

/** As long as a body may take: one that is quiet for longer has been cut off. */
const LEASE_MS = 60_000;

interface Held {
  owner: string | undefined;
  bytes: number;
  until: number;
}

/** @param now Unix milliseconds. */
export function createByteBudget(now: () => number, total = ISOLATE_BODY_BYTES): ByteBudget {
  const holdings = new Set<Held>();

  function live(): Held[] {
    for (const held of holdings) if (held.until <= now()) holdings.delete(held);
    return [...holdings];
  }

  function judge(mine: Held, bytes: number): Room {
    const others = live().filter((held) => held !== mine);
    const wanted = mine.bytes + bytes;
    if (sum(others) + wanted > total) return 'full';
    if (mine.owner === undefined || wanted < LARGE_BODY_BYTES) return 'taken';
    const large = others.filter(({ owner, bytes }) => owner === mine.owner && bytes >= LARGE_BODY_BYTES);
    const isTooMuch = large.length > 0 && sum(large) + wanted > total / 2;
    return large.length >= LARGE_BODIES_OF_ONE || isTooMuch ? 'too many' : 'taken';
  }

  return {
    open(owner) {
      const mine: Held = { owner, bytes: 0, until: 0 };
      return {
        take(bytes) {
          const room = judge(mine, bytes);
          if (room !== 'taken') return room;
          mine.bytes += bytes;
          mine.until = now() + LEASE_MS;
          holdings.add(mine);
          return room;
        },
        giveBack(bytes) {
          mine.bytes = Math.max(0, mine.bytes - bytes);
        },
        extend(ms) {
          if (holdings.has(mine)) mine.until = now() + ms;
        },
        release() {
          holdings.delete(mine);
          mine.bytes = 0;
        },
      };
    },
  };
}

const sum = (holdings: readonly Held[]): number => holdings.reduce((bytes, held) => bytes + held.bytes, 0);
