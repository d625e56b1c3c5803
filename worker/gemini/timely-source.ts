/**
 * A body has to be whole in its time, whatever trickles in: a sender who says nothing would otherwise keep what came
 * of it in memory for as long as the connection lasts.
 */
import type { ByteSource } from './lift/byte-source.ts';

/** What a body may take. */
const BODY_SECONDS = 60;
/** The slowest line that a large upload still gets through on. */
const SLOWEST_BYTES_PER_SECOND = 64 * 1024;

/** The time of one body, running from when it was made. */
export interface BodyTime {
  seconds: number;
  /** Aborted when it is over. */
  signal: AbortSignal;
}

/** A body's time from now on. @param maxBytes As long as it may be; a large upload has more time. */
export function startBodyTime(maxBytes = 0): BodyTime {
  const seconds = Math.max(BODY_SECONDS, Math.ceil(maxBytes / SLOWEST_BYTES_PER_SECOND));
  return { seconds, signal: AbortSignal.timeout(seconds * 1000) };
}

/** The body was not whole in time. By then it is cancelled. */
export class BodyLate extends Error {
  override name = 'BodyLate';
  constructor(readonly seconds: number) {
    super(`a body was not whole after ${seconds} s`);
  }
}

/** Reads as its source does, until the time is over: then the source is cancelled, a read that waits included. */
export function inTime(source: ByteSource, { seconds, signal }: BodyTime): ByteSource {
  const late = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new BodyLate(seconds));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  // A read hears of it; between two reads there is none.
  late.catch(() => undefined);
  return {
    async read(...how) {
      const reading = source.read(...how);
      try {
        return await Promise.race([reading, late]);
      } catch (error) {
        if (error instanceof BodyLate) {
          // What the cancelled read comes to is no longer of interest.
          reading.catch(() => undefined);
          source.cancel(error).catch(() => undefined);
        }
        throw error;
      }
    },
    cancel: (reason) => source.cancel(reason),
  };
}
