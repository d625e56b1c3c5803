/**
 * Limits the bytes of request bodies that one isolate holds, all requests together. The budget refuses instead of
 * waiting, so that no request waits for a slow sender. Each share is a lease that runs out: a request that the platform
 * cuts off runs no `finally` and could not release its share.
 *
 * One owner never holds it all: at most two of its bodies are large, and together they have at most half of the memory.
 * So there is room for another visitor's picture.
 */

/** Of the 128 MB an isolate has (docs/wire-facts.md#cloudflare-workers). */
const ISOLATE_BODY_BYTES = 48 * 1024 * 1024;
/** A body of this many bytes has a picture in it. */
const LARGE_BODY_BYTES = 1024 * 1024;
const LARGE_BODIES_OF_ONE = 2;

/** `full`: the isolate's budget is used up. `too many`: the owner already holds as much as one owner may. */
export type Room = 'taken' | 'full' | 'too many';

/** One body's share of the budget. */
export interface Holding {
  /** Adds bytes to the share. Success renews the lease; a refusal changes nothing. */
  take(bytes: number): Room;
  /** Returns a part of the share, down to 0 bytes. */
  giveBack(bytes: number): void;
  /** Lets the lease end `ms` milliseconds from now. Does nothing once the share is released or has run out. */
  extend(ms: number): void;
  /** Returns the whole share. Calling it again does nothing. */
  release(): void;
}

export interface ByteBudget {
  /** @param owner The sender of the body; absent: a caller without the owner's limit. */
  open(owner?: string): Holding;
}

/** A body that takes no bytes for this long was cut off. */
const LEASE_MS = 60_000;

interface Held {
  owner: string | undefined;
  bytes: number;
  until: number;
}

/**
 * @param now Unix milliseconds.
 * @param total Bytes of all shares together; default 48 MiB.
 */
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
