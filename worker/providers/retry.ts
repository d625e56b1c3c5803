/** Decides which key is asked next, and when. The decision is pure, so that tests can list its cases in a table. */
import type { ProviderName } from '../catalog/model.ts';
import { UNAVAILABLE_RETRY_SECONDS } from '../http/wire-error.ts';
import type { Failure } from '../shared/failure.ts';
import { type ErrorClass, LONG_REST_MS } from './failure-policies.ts';
import type { Verdict } from './provider.ts';

/** Of one call, over all keys. Many clients' retries must not multiply an overload. */
const MAX_ATTEMPTS = 3;
/** All waits of one call together. A longer wait is left to the caller, which hears when to come back. */
export const MAX_WAIT_MS = 8_000;
/** `Retry-After` during a probe, which usually ends long before its time limit. */
const PROBE_RETRY_MS = 5_000;
/** `Retry-After` for a guessed rest: the next request finds out whether it is over. */
const GUESS_RETRY_MS = UNAVAILABLE_RETRY_SECONDS * 1000;
/** `Retry-After` for a key that rests for ever: by then the owner may have replaced it. */
const LONGEST_RETRY_MS = LONG_REST_MS;
/**
 * Full jitter below 500 ms, then 1 s
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
const FIRST_BACKOFF_MS = 500;

/** One key of one provider. */
export interface RetryKey {
  provider: ProviderName;
  /** Why the key rests. Absent: it is fit. */
  rest?: {
    /** Unix milliseconds; `Infinity`: for ever. */
    until: number;
    errorClass: ErrorClass;
    /** `until` is our guess and not the provider's word. As a last resort the key is asked during the rest. */
    isGuess: boolean;
    /** A probe is testing whether the key is fit again. */
    isProbed?: boolean;
  };
}

export interface Attempt {
  /** Index into the keys. */
  key: number;
  verdict: Verdict;
}

export interface RetryState {
  /** In the owner's order. Not empty. */
  keys: readonly RetryKey[];
  /** Failed attempts of this call, oldest first. */
  history: readonly Attempt[];
  /** Milliseconds that this call has waited already. */
  waitedMs: number;
  /** Whether the isolate's budget has a retry left. */
  mayRetry: boolean;
  /** Unix milliseconds. */
  deadline: number;
}

export type Decision =
  /** `isRetry`: the provider has failed in this call, so the attempt takes one retry from the isolate's budget. */
  { ask: number; afterMs: number; isRetry: boolean } | { giveUp: Failure };

/**
 * Chooses the next key of a call, or gives up:
 *
 * 1. The first fit key, in the owner's order, that the history does not rule out is asked at once.
 * 2. If there is none, the call waits for a key that will be fit soon.
 * 3. If there is none, a key whose rest is our own guess is asked.
 * 4. Otherwise the call gives up, and the caller hears when the first key comes back.
 *
 * After an attempt that may have run, no key is asked.
 *
 * @param now Unix milliseconds.
 * @param random From 0 up to 1.
 */
export function nextAttempt(state: RetryState, now: number, random: () => number): Decision {
  const { keys, history, waitedMs, deadline } = state;
  const last = history.at(-1)?.verdict;
  if (last?.next === 'never' || history.length >= MAX_ATTEMPTS) return giveUp(state, now);

  const [first, ...others] = keys.flatMap((key, index) => {
    const option = optionOf(key, index, state, now, random);
    return option && waitedMs + option.afterMs <= MAX_WAIT_MS && now + option.afterMs < deadline ? [option] : [];
  });
  if (first) return others.reduce((best, option) => (option.afterMs < best.afterMs ? option : best), first);
  return askGuess(state) ?? giveUp(state, now);
}

function optionOf(key: RetryKey, ask: number, state: RetryState, now: number, random: () => number) {
  const { keys, history, mayRetry } = state;
  const sameProvider = history.filter((attempt) => keys[attempt.key]?.provider === key.provider);
  if (sameProvider.some(({ verdict }) => verdict.next === 'elsewhere')) return undefined;
  // Each failed run takes as long as a picture: a second try is worth it, a third keeps the caller waiting.
  if (sameProvider.filter(({ verdict }) => verdict.next === 'once').length > 1) return undefined;
  // A provider's overload concerns all its keys.
  const isFailing = sameProvider.some(({ verdict }) => verdict.next === 'again' || verdict.next === 'once');
  const restMs = key.rest ? Math.max(0, key.rest.until - now) : 0;
  // A key that refused this request does not get it again, even if the key does not rest.
  if (restMs === 0 && history.some((attempt) => attempt.key === ask && attempt.verdict.next === 'other-key')) {
    return undefined;
  }
  if (restMs === 0 && !isFailing) return { ask, afterMs: 0, isRetry: false };
  const isRetry = isFailing || history.some((attempt) => attempt.key === ask);
  if (isRetry && !mayRetry) return undefined;
  // At least 1 ms, so that a fit key comes first.
  const jitterMs = Math.max(1, random() * FIRST_BACKOFF_MS * 2 ** Math.max(0, history.length - 1));
  return { ask, afterMs: restMs + jitterMs, isRetry };
}

/** The last resort: of the keys with a guessed rest, the one that is fit soonest. One request at a time. */
function askGuess({ keys, history }: RetryState): Decision | undefined {
  const guesses = keys.flatMap((key, ask) => {
    const isSpokenAgainst = history.some(
      (attempt) =>
        attempt.key === ask || (keys[attempt.key]?.provider === key.provider && attempt.verdict.next !== 'other-key'),
    );
    return key.rest?.isGuess && !key.rest.isProbed && !isSpokenAgainst ? [{ ask, until: key.rest.until }] : [];
  });
  const [first] = guesses.sort((a, b) => a.until - b.until);
  return first && { ask: first.ask, afterMs: 0, isRetry: false };
}

/** Prefers a quota failure: its time to come back helps a caller more than the other failures. */
function giveUp({ keys, history }: RetryState, now: number): { giveUp: Failure } {
  const last = history.at(-1)?.verdict;
  if (!last) return { giveUp: allRest(keys, now) };
  if (last.next === 'never') return { giveUp: last.failure };
  // A resting provider may be able to do it later, so the caller hears that and not this provider's refusal.
  const resting = keys.filter(
    ({ provider, rest }) => rest && history.every(({ key }) => keys[key]?.provider !== provider),
  );
  if (last.errorClass === 'unsuited' && resting.length > 0) return { giveUp: allRest(resting, now) };
  const spent = history.find(({ verdict }) => verdict.failure.reason === 'UPSTREAM_QUOTA')?.verdict.failure;
  const told = spent ?? last.failure;
  // The caller whose request finds a bad key hears the same time as later callers.
  const isTimed = told.reason === 'UPSTREAM_QUOTA' || told.reason === 'UPSTREAM_UNAVAILABLE';
  return { giveUp: isTimed ? { ...told, ...comeBack(keys, now) } : told };
}

/** @param keys All of them rest. The failure does not repeat a provider's words to another request. */
function allRest(keys: readonly RetryKey[], now: number): Failure {
  const { errorClass, isProbed } = soonest(keys).rest!;
  const cause = `all keys rest, the first of them for ${errorClass}`;
  if (errorClass === 'model-missing' && !isProbed) return { reason: 'NOT_FOUND', ran: 'no', cause };
  const reason = QUOTAS.includes(errorClass) ? 'UPSTREAM_QUOTA' : 'UPSTREAM_UNAVAILABLE';
  return { reason, ran: 'no', cause, ...comeBack(keys, now) };
}

const QUOTAS: readonly ErrorClass[] = ['rate', 'rate-vague', 'day-quota'];

const soonest = (keys: readonly RetryKey[]): RetryKey =>
  keys.reduce((best, key) => ((key.rest?.until ?? 0) < (best.rest?.until ?? 0) ? key : best));

/** When the first key can be asked again; empty if a key is fit and failed nevertheless. */
function comeBack(keys: readonly RetryKey[], now: number): { retryAfterSeconds?: number } {
  const { rest } = soonest(keys);
  if (!rest || rest.until <= now) return {};
  const waitMs = Math.min(rest.until - now, longestWaitMs(rest));
  return { retryAfterSeconds: Math.ceil(waitMs / 1000) };
}

function longestWaitMs({ until, errorClass, isGuess, isProbed }: NonNullable<RetryKey['rest']>): number {
  if (isProbed) return PROBE_RETRY_MS;
  if (isGuess && !QUOTAS.includes(errorClass)) return GUESS_RETRY_MS;
  return Number.isFinite(until) ? Number.POSITIVE_INFINITY : LONGEST_RETRY_MS;
}
