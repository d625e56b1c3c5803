/**
 * Limits the time in which a body must be complete, even if bytes still arrive. Otherwise a silent sender would keep
 * its bytes in memory for as long as the connection lasts.
 */
import type { ByteSource } from './lift/byte-source.ts';

/** The least time that a body has. */
const BODY_SECONDS = 60;
/** The slowest connection on which a large upload still succeeds. */
const SLOWEST_BYTES_PER_SECOND = 64 * 1024;

/** The time limit of one body. It runs from the call of {@link startBodyTime}. */
export interface BodyTime {
  seconds: number;
  /** Aborted when the time is over. */
  signal: AbortSignal;
}

/**
 * Starts a body's time now.
 *
 * @param maxBytes The largest size that the body may have. The limit is 60 s, or 1 s for each 64 KiB if that is longer.
 */
export function startBodyTime(maxBytes = 0): BodyTime {
  const seconds = Math.max(BODY_SECONDS, Math.ceil(maxBytes / SLOWEST_BYTES_PER_SECOND));
  return { seconds, signal: AbortSignal.timeout(seconds * 1000) };
}

/** The body was not complete in time. {@link inTime} has cancelled it. */
export class BodyLate extends Error {
  override name = 'BodyLate';
  constructor(readonly seconds: number) {
    super(`a body was not whole after ${seconds} s`);
  }
}

/**
 * Reads from the source until the time is over. Then the pending or next read throws {@link BodyLate}, and the source
 * is cancelled.
 */
export function inTime(source: ByteSource, { seconds, signal }: BodyTime): ByteSource {
  const late = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new BodyLate(seconds));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  // Only a read handles this rejection, so between two reads it must not count as unhandled.
  late.catch(() => undefined);
  return {
    async read(...how) {
      const reading = source.read(...how);
      try {
        return await Promise.race([reading, late]);
      } catch (error) {
        if (error instanceof BodyLate) {
          // The result of the cancelled read is ignored.
          reading.catch(() => undefined);
          source.cancel(error).catch(() => undefined);
        }
        throw error;
      }
    },
    cancel: (reason) => source.cancel(reason),
  };
}
