/**
 * The random salt of the day, under which visitors' address prefixes are counted. The site's ledger makes it and deletes
 * it when the day is over, so that names which are still stored somewhere mean nothing: not even the owner can find the
 * address again. An isolate asks once a day.
 */

export interface Salt {
  /** UTC, `YYYY-MM-DD`. */
  day: string;
  salt: string;
}

export interface DailySaltOptions {
  /** Asks the site's ledger. It may answer with a later day, by its own clock. */
  read: (day: string) => Promise<Salt>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** Keeps the ledger's answer from being cut off with the request that asked first. */
  waitUntil: (promise: Promise<unknown>) => void;
}

/** Paid work waits for the ledger anyway; what takes longer is a ledger that does not answer. */
const SALT_TIMEOUT_MS = 2_000;

/** @returns The salt of today. Throws where the ledger does not say it in time. */
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
    const day = new Date(now()).toISOString().slice(0, 10);
    if (known && known.day >= day) return known.salt;
    asking ??= ask(day);
    const asked = asking;
    const answer = await Promise.race([asked, pause(SALT_TIMEOUT_MS)]);
    if (isSalt(answer)) return answer.salt;
    // The next one asks anew.
    if (asking === asked) asking = undefined;
    throw new Error(`the ledger did not say the day's salt within ${SALT_TIMEOUT_MS} ms`);
  };
}

const isSalt = (answer: unknown): answer is Salt => typeof answer === 'object' && answer !== null && 'salt' in answer;
