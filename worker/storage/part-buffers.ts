/**
 * The memory that pictures pass through on their way into R2. Multipart parts must be equal and at least 5 MiB, so a
 * picture of unknown length needs a buffer of that size; an isolate has 128 MB for all requests together, so there
 * are few of them, and whoever comes later waits while the network holds its bytes back.
 */

/** R2's smallest part (developers.cloudflare.com/r2/objects/multipart-objects). */
export const PART_BYTES = 5 * 1024 * 1024;

/** Six parts are 30 MiB, a quarter of an isolate. */
export const PART_BUFFERS = 6;

/** A run that holds a buffer for longer was cut off by the platform, which runs no `finally`. */
const LEASE_MS = 360_000;
const POLL_MS = 10;

export interface PartBuffers {
  /** Resolves with a buffer of {@link PART_BYTES}; waits while all are in use. */
  acquire(): Promise<Uint8Array>;
  release(buffer: Uint8Array): void;
}

export interface PartBuffersOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  count?: number;
}

/**
 * Nobody holds one buffer while waiting for a second, so waiting always ends. Waiting is by asking again and not by a
 * queue: the next in a queue may be a request that no longer exists, and would take its buffer with it.
 */
export function createPartBuffers({ now, pause, count = PART_BUFFERS }: PartBuffersOptions): PartBuffers {
  const free: Uint8Array[] = [];
  const leases = new Map<Uint8Array, number>();

  function take(): Uint8Array | undefined {
    for (const [buffer, until] of leases) if (until <= now()) leases.delete(buffer);
    const buffer = free.pop() ?? (leases.size < count ? new Uint8Array(PART_BYTES) : undefined);
    if (buffer) leases.set(buffer, now() + LEASE_MS);
    return buffer;
  }

  return {
    async acquire() {
      for (;;) {
        const buffer = take();
        if (buffer) return buffer;
        await pause(POLL_MS);
      }
    },
    release(buffer) {
      // One whose lease has ended may still be written to by its old holder: it is not given to another.
      if (leases.delete(buffer) && free.length + leases.size < count) free.push(buffer);
    },
  };
}
