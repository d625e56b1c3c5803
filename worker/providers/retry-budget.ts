/**
 * The share of an isolate's traffic that may be retries of the same provider: at most one in ten
 * (https://sre.google/sre-book/handling-overload/). Many clients' retries can keep a provider from recovering. Answers
 * earn retries, so without answers retries stop.
 *
 * A switch to another fit key or provider does not count, because it takes load away from the failing one.
 */
const RETRIES_PER_ANSWER = 0.1;
/** Retries of an isolate that has no answer yet. */
export const FIRST_RETRIES = 3;
/** Limits the saved retries, so that a long calm does not allow a burst. */
export const MAX_RETRIES = 10;

export const earnRetry = (tokens: number): number => Math.min(MAX_RETRIES, tokens + RETRIES_PER_ANSWER);

export const hasRetry = (tokens: number): boolean => tokens >= 1;
