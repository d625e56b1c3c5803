/**
 * The memory that pictures pass through on their way into R2. Multipart parts must be equal and at least 5 MiB, so a
 * large picture of unknown length needs that much. An isolate has 128 MB for all its requests, so they share one budget
 * of bytes, and a holder takes no more than its bytes need.
 */
import type { Log } from '../shared/log.ts';

/** R2's smallest part (developers.cloudflare.com/r2/objects/multipart-objects). */
export const PART_BYTES = 5 * 1024 * 1024;

/** Six parts: a quarter of an isolate. */
const BUDGET_BYTES = 6 * PART_BYTES;

/** A buffer grows from one to the next. Most pictures fit into the second or third. */
const SIZES = [64 * 1024, 512 * 1024, 2 * 1024 * 1024, PART_BYTES] as const;

/** A holder that has not renewed its lease for this long was cut off by the platform, which runs no `finally`. */
const LEASE_MS = 120_000;
const POLL_MS = 10;
/** A waiter polls every {@link POLL_MS}; one that has not polled for this long leaves the queue. */
const WAITER_LIFE_MS = 2_000;
/** The longest wait without a `signal`. */
const MAX_WAIT_MS = 60_000;
/** A longer wait is logged. */
const LONG_WAIT_MS = 1_000;

export interface PartBuffers {
  /**
   * More than half of the budget is held, or a request waits: a holder that receives no bytes should release its
   * buffer.
   */
  readonly isScarce: boolean;
  /** A request waits: a holder whose buffer is empty should release it and queue for the next. */
  readonly isAwaited: boolean;
  /**
   * @returns A buffer of at least `bytes` (at most {@link PART_BYTES}); undefined where the caller would have to wait.
   */
  tryAcquire(bytes: number): Uint8Array | undefined;
  /**
   * Waits for memory, first come first served. The caller holds no other buffer meanwhile, or limits its wait: two
   * callers that wait for each other's buffers would never end.
   *
   * @param bytes Default: {@link PART_BYTES}.
   * @param signal Ends the wait. Default: after a minute.
   * @throws The signal's abort reason.
   */
  acquire(bytes?: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Renews the holder's lease, which ends after two minutes. */
  renew(buffer: Uint8Array): void;
  release(buffer: Uint8Array): void;
  pause(ms: number): Promise<unknown>;
}

export interface PartBuffersOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  log?: Log;
  budgetBytes?: number;
}

/**
 * Waiters poll and are not called back: a waiter may be a request that no longer exists, and a callback would lose its
 * buffer. Each waiter has a number, and the lowest that still polls is served first.
 */
export function createPartBuffers({
  now,
  pause,
  log = () => undefined,
  budgetBytes = BUDGET_BYTES,
}: PartBuffersOptions): PartBuffers {
  const free: Uint8Array[] = [];
  const leases = new Map<Uint8Array, number>();
  /** When each waiter last polled, by number. */
  const waiting = new Map<number, number>();
  let lastNumber = 0;

  const sum = (buffers: Iterable<Uint8Array>): number => [...buffers].reduce((total, { length }) => total + length, 0);

  function heldBytes(): number {
    for (const [buffer, until] of leases) if (until <= now()) leases.delete(buffer);
    return sum(leases.keys());
  }

  /** @returns The number of the next waiter; undefined where none waits. */
  function nextInLine(): number | undefined {
    for (const [number, askedAt] of waiting) if (now() - askedAt > WAITER_LIFE_MS) waiting.delete(number);
    return waiting.size > 0 ? Math.min(...waiting.keys()) : undefined;
  }

  function take(bytes: number): Uint8Array | undefined {
    const size = SIZES.find((each) => each >= bytes) ?? PART_BYTES;
    const held = heldBytes();
    if (held + size > budgetBytes) return undefined;
    const known = free.findIndex(({ length }) => length === size);
    const buffer = known >= 0 ? free.splice(known, 1)[0]! : new Uint8Array(size);
    // Free buffers count towards the budget as well.
    while (free.length > 0 && held + size + sum(free) > budgetBytes) free.shift();
    leases.set(buffer, now() + LEASE_MS);
    return buffer;
  }

  return {
    pause,
    get isAwaited() {
      return nextInLine() !== undefined;
    },
    get isScarce() {
      return nextInLine() !== undefined || heldBytes() > budgetBytes / 2;
    },
    tryAcquire: (bytes) => (nextInLine() === undefined ? take(bytes) : undefined),
    async acquire(bytes = PART_BYTES, signal = AbortSignal.timeout(MAX_WAIT_MS)) {
      lastNumber += 1;
      const number = lastNumber;
      const since = now();
      let isTold = false;
      try {
        for (;;) {
          waiting.set(number, now());
          const buffer = nextInLine() === number ? take(bytes) : undefined;
          if (buffer) return buffer;
          signal.throwIfAborted();
          if (!isTold && now() - since > LONG_WAIT_MS) {
            isTold = true;
            log('part_buffers_full', { bytes, heldBytes: heldBytes(), waiting: waiting.size });
          }
          await pause(POLL_MS);
        }
      } finally {
        waiting.delete(number);
        if (isTold) log('part_buffers_waited', { bytes, ms: now() - since });
      }
    },
    renew(buffer) {
      if (leases.has(buffer)) leases.set(buffer, now() + LEASE_MS);
    },
    release(buffer) {
      // After its lease a buffer may still be written by its old holder, so it is not reused.
      if (leases.delete(buffer) && heldBytes() + sum(free) + buffer.length <= budgetBytes) free.push(buffer);
    },
  };
}
