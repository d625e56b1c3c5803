/** One message to the owner's webhook: its body, its signature, and the call. */
import type { AlarmName, DeskAlarm } from '../desk-protocol.ts';
import { postSigned, type SignedPostOptions } from '../shared/signed-post.ts';
import { HOUR_MS } from '../shared/utc.ts';

/**
 * The receiver must answer within this time. It is less than the bound of a call to an object, in which the desk's test
 * runs.
 */
const SEND_MS = 5_000;

const FIRST_WAIT_MS = 60_000;
/** Waits before the second to the sixth try. After them the message is given up. */
const BACK_OFF_MS = [FIRST_WAIT_MS, 5 * 60_000, 30 * 60_000, 2 * HOUR_MS, 8 * HOUR_MS] as const;

/**
 * When a message is tried again, Unix milliseconds.
 *
 * @param tries Tries so far, at least 1.
 * @returns undefined: never.
 */
export const nextTry = (tries: number, now: number): number | undefined => {
  const wait = BACK_OFF_MS[tries - 1];
  return wait === undefined ? undefined : now + wait;
};

/** Whether a receiver has taken a message. @param status Its answer's; null: it gave none. */
export const isTaken = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** What is sent. `id` is the same in each try, and `at` is when it rang, Unix milliseconds. */
export interface Message extends Pick<DeskAlarm, 'id' | 'at' | 'site' | 'text' | 'facts'> {
  name: AlarmName | 'test';
}

/** @param origin Origin of the deployment. Absent until its desk was opened for the first time. */
export const bodyOf = ({ id, name, at, site, text, facts }: Message, origin: string | undefined): string =>
  JSON.stringify({
    ...{ id, name, at },
    ...(site !== undefined && { site }),
    ...{ text, facts },
    ...(origin !== undefined && { deployment: origin, runbook: `${origin}/docs/runbook#${name}` }),
  });

export interface SendOptions extends SignedPostOptions {
  abortAfter: (ms: number) => AbortSignal;
}

/** How a try went. `status`: null where there was no answer in time. */
export interface Outcome {
  status: number | null;
  ms: number;
}

/** Sends a message once. Never rejects: a receiver that fails is an outcome. Its answer's body is not read. */
export async function send(
  { url, secret, body }: { url: string; secret: string; body: string },
  options: SendOptions,
): Promise<Outcome> {
  const { now, abortAfter } = options;
  const startedAt = now();
  try {
    const answer = await postSigned({ url, secret, body, signal: abortAfter(SEND_MS) }, options);
    void answer.body?.cancel().catch(() => undefined);
    return { status: answer.status, ms: now() - startedAt };
  } catch {
    return { status: null, ms: now() - startedAt };
  }
}
