/** Who is asked next, and when: a pure decision, so that every turn of it is a line in a table. */
import type { ProviderName } from '../catalog/model.ts';
import { UNAVAILABLE_RETRY_SECONDS } from '../http/wire-error.ts';
import type { Failure } from '../shared/failure.ts';
import { type ErrorClass, LONG_REST_MS } from './failure-policies.ts';
import type { Verdict } from './provider.ts';

/** In all, whoever is asked: retries of a crowd must not triple a provider's trouble. */
const MAX_ATTEMPTS = 3;
/** In one call, all waits together. Longer ones are the caller's to make: somebody else may be quicker. */
export const MAX_WAIT_MS = 8_000;
/** A probe is over much sooner than it is given up. */
const PROBE_RETRY_MS = 5_000;
/** For a rest that is a guess: the next who comes finds out whether it is over. */
const GUESS_RETRY_MS = UNAVAILABLE_RETRY_SECONDS * 1000;
/** For a key that never comes back: its owner may have put another in its place. */
const LONGEST_RETRY_MS = LONG_REST_MS;
/** Full jitter below 500 ms, then 1 s (aws.amazon.com/builders-library, "Timeouts, retries and backoff with jitter"). */
const FIRST_BACKOFF_MS = 500;

/** One key of one provider. */
export interface RetryKey {
  provider: ProviderName;
  /** Why it is left alone; absent where it is fit. */
  rest?: {
    /** Unix milliseconds; `Infinity` where it never comes back. */
    until: number;
    errorClass: ErrorClass;
    /** Our guess and not the provider's word: better asked than nobody. */
    isGuess: boolean;
    /** Somebody is finding out whether it is fit again. */
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
  /** What this call has waited already. */
  waitedMs: number;
  /** Whether the isolate may ask a provider in trouble again. */
  mayRetry: boolean;
  /** Unix milliseconds. */
  deadline: number;
}

export type Decision =
  /** `isRetry`: of a provider that has failed in this call; it is taken from the isolate's budget. */
  { ask: number; afterMs: number; isRetry: boolean } | { giveUp: Failure };

/**
 * A fit key is asked at once: the first in the owner's order that the history does not speak against. Where there is
 * none, one that will be fit soon is waited for; then one whose rest is our own guess is asked all the same. What a
 * provider has said itself is believed: the caller hears when the first comes back, and nothing goes up. Nobody is
 * asked after an attempt that may have run.
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
  // Work that failed was work all the same: a second try is worth it, a third keeps the caller waiting.
  if (sameProvider.filter(({ verdict }) => verdict.next === 'once').length > 1) return undefined;
  // A provider in trouble is in trouble for all its keys.
  const isFailing = sameProvider.some(({ verdict }) => verdict.next === 'again' || verdict.next === 'once');
  const restMs = key.rest ? Math.max(0, key.rest.until - now) : 0;
  // A key that refused this request is not asked it again, though nothing rests.
  if (restMs === 0 && history.some((attempt) => attempt.key === ask && attempt.verdict.next === 'other-key')) {
    return undefined;
  }
  if (restMs === 0 && !isFailing) return { ask, afterMs: 0, isRetry: false };
  const isRetry = isFailing || history.some((attempt) => attempt.key === ask);
  if (isRetry && !mayRetry) return undefined;
  // At least a moment, so that somebody who is fit now goes first.
  const jitterMs = Math.max(1, random() * FIRST_BACKOFF_MS * 2 ** Math.max(0, history.length - 1));
  return { ask, afterMs: restMs + jitterMs, isRetry };
}

/** The last resort: who is fit soonest among those whose rest is a guess, one request at a time. */
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

/** A quota says when to come back, which is worth more to a caller than the failures around it. */
function giveUp({ keys, history }: RetryState, now: number): { giveUp: Failure } {
  const last = history.at(-1)?.verdict;
  if (!last) return { giveUp: allRest(keys, now) };
  if (last.next === 'never') return { giveUp: last.failure };
  // Who could do it rests: that is worth waiting for, and the refusal of who cannot is not the caller's fault.
  const resting = keys.filter(
    ({ provider, rest }) => rest && history.every(({ key }) => keys[key]?.provider !== provider),
  );
  if (last.errorClass === 'unsuited' && resting.length > 0) return { giveUp: allRest(resting, now) };
  const spent = history.find(({ verdict }) => verdict.failure.reason === 'UPSTREAM_QUOTA')?.verdict.failure;
  const told = spent ?? last.failure;
  // Who finds out that a key is bad hears the same time as all who come after.
  const isTimed = told.reason === 'UPSTREAM_QUOTA' || told.reason === 'UPSTREAM_UNAVAILABLE';
  return { giveUp: isTimed ? { ...told, ...comeBack(keys, now) } : told };
}

/** @param keys All of them rest. The provider's words of another request are not repeated. */
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

/** When the first key can be asked again; nothing where one is fit and failed all the same. */
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
