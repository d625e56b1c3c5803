/**
 * How an isolate keeps copies of KV's records no older than a minute. A copy is read anew after {@link REFRESH_MS}. Until
 * it is {@link MAX_AGE_MS} old, a slow read keeps no request waiting: the copy is used. After that requests wait for the
 * read that they share, and use the copy only where KV does not answer.
 */

/** KV's own cache, at its least (https://developers.cloudflare.com/kv/api/read-key-value-pairs/). */
export const CACHE_SECONDS = 30;
export const REFRESH_MS = 25_000;
/** What KV answers may be {@link CACHE_SECONDS} old already, and a change holds within a minute. */
export const MAX_AGE_MS = 60_000 - CACHE_SECONDS * 1000;
/** For so long the request that reads waits while its copy is young enough. */
const NEWER_TIMEOUT_MS = 150;
/** For so long requests wait where there is no copy, or one that is too old. */
const FIRST_TIMEOUT_MS = 2_000;

export interface LooksOptions {
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
}

interface Look<Answer> {
  startedAt: number;
  answer: Promise<Answer>;
}

export interface Looks<Answer> {
  /**
   * Reads a record, once for all requests that ask for it meanwhile.
   *
   * @param readAt When KV gave the copy that there is; undefined: there is none.
   * @param look Reads it, and does not reject. What it read may be kept while `isLast()`: no look has begun after it, and
   *   the record was not written since.
   * @returns undefined where KV takes too long.
   */
  take(
    name: string,
    readAt: number | undefined,
    look: (isLast: () => boolean) => Promise<Answer>,
  ): Promise<Answer | undefined>;
  /** What is being read is not kept: the record has just been written. */
  forget(name: string): void;
}

/** Reads that are under way, by the name of their record. */
export function createLooks<Answer>({ now, pause, waitUntil }: LooksOptions): Looks<Answer> {
  const running = new Map<string, Look<Answer>>();

  function start(name: string, look: (isLast: () => boolean) => Promise<Answer>): Look<Answer> {
    const isLast = (): boolean => running.get(name) === started;
    const started: Look<Answer> = { startedAt: now(), answer: Promise.resolve().then(() => look(isLast)) };
    running.set(name, started);
    waitUntil(started.answer.finally(() => isLast() && running.delete(name)));
    return started;
  }

  return {
    async take(name, readAt, look) {
      const known = running.get(name);
      // One that hangs is not waited for without end. Without a copy nothing can be answered, so the next try is soon.
      const patienceMs = readAt === undefined ? FIRST_TIMEOUT_MS : REFRESH_MS;
      const shared = known && isWithin(known.startedAt, patienceMs, now()) ? known : undefined;
      const { startedAt, answer } = shared ?? start(name, look);
      const isYoung = readAt !== undefined && isWithin(readAt, MAX_AGE_MS, now());
      if (isYoung && shared) return undefined;
      const waitMs = isYoung ? NEWER_TIMEOUT_MS : startedAt + FIRST_TIMEOUT_MS - now();
      return waitMs > 0 ? Promise.race([answer, pause(waitMs).then(() => undefined)]) : undefined;
    },
    forget: (name) => void running.delete(name),
  };
}

/** A clock that was set back says nothing of an age. */
export const isWithin = (at: number, ms: number, now: number): boolean => now >= at && now - at < ms;
