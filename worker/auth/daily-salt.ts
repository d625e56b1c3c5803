/**
 * The random salt of the day, used to hash visitors' address prefixes for counting. The site's ledger creates it and
 * deletes it after the day. From then on not even the owner can turn a stored hash back into an address. An isolate
 * reads the salt once a day.
 */
import { dayOf } from '../shared/utc.ts';

export interface Salt {
  /** UTC, `YYYY-MM-DD`. */
  day: string;
  salt: string;
}

export interface DailySaltOptions {
  /** Reads from the site's ledger, which may answer with a later day by its own clock. */
  read: (day: string) => Promise<Salt>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the ledger's answer alive after the first request that needed it has ended. */
  waitUntil: (promise: Promise<unknown>) => void;
}

/** Paid work waits for the ledger anyway. A call that takes longer counts as unanswered. */
const SALT_TIMEOUT_MS = 2_000;

/** @returns A function that gives today's salt (UTC). It throws after 2 s without an answer, or if the ledger fails. */
export function createDailySalt({ read, now, pause, waitUntil }: DailySaltOptions): () => Promise<string> {
  let known: Salt | undefined;
  let asking: Promise<Salt> | undefined;

  function ask(day: string): Promise<Salt> {
    const asked = read(day)
      .then((salt) => {
        known = salt;
        return salt;
      })
      .finally(() => {
        if (asking === asked) asking = undefined;
      });
    waitUntil(asked.catch(() => undefined));
    return asked;
  }

  return async () => {
    const day = dayOf(now());
    if (known && known.day >= day) return known.salt;
    asking ??= ask(day);
    const asked = asking;
    const answer = await Promise.race([asked, pause(SALT_TIMEOUT_MS)]);
    if (isSalt(answer)) return answer.salt;
    // The next caller asks the ledger again.
    if (asking === asked) asking = undefined;
    throw new Error(`the ledger did not say the day's salt within ${SALT_TIMEOUT_MS} ms`);
  };
}

const isSalt = (answer: unknown): answer is Salt => typeof answer === 'object' && answer !== null && 'salt' in answer;
