/**
 * How much of an isolate's traffic may be retries of the same provider. Retries of a crowd keep a provider in trouble
 * that would otherwise recover (sre.google/sre-book/handling-overload: at most one in ten). Answers earn them: while
 * nobody is answered nothing is earned, and retries stop by themselves.
 *
 * Going to another key or provider that is fit is not counted: it takes load away from who is in trouble.
 */
const RETRIES_PER_ANSWER = 0.1;
/** An isolate that has answered nobody yet may retry so often. */
export const FIRST_RETRIES = 3;
/** A long calm does not buy a storm. */
export const MAX_RETRIES = 10;

export const earnRetry = (tokens: number): number => Math.min(MAX_RETRIES, tokens + RETRIES_PER_ANSWER);

export const hasRetry = (tokens: number): boolean => tokens >= 1;
