/** Who is asked next after a failure, and when: a pure decision, so that every turn of it is a line in a table. */
import type { ProviderName } from '../domain/catalog.ts';
import type { Failure } from '../domain/failure.ts';
import type { Verdict } from './supplier.ts';

/** In all, whoever is asked: retries of a crowd must not triple a supplier's trouble. */
export const MAX_ATTEMPTS = 3;
/** Longer waits are the caller's to make: the picture would be late anyway, and somebody else may be quicker. */
export const MAX_WAIT_MS = 8_000;
/** Full jitter below 500 ms, then 1 s (aws.amazon.com/builders-library, "Timeouts, retries and backoff with jitter"). */
const FIRST_BACKOFF_MS = 500;

/** One key of one supplier. */
export interface Lane {
  provider: ProviderName;
  /** Unix milliseconds; in the past where the key is fit. */
  restsUntil: number;
}

export interface Attempt {
  /** Index into the lanes. */
  lane: number;
  verdict: Verdict;
}

export interface RetryState {
  /** In the owner's order. Not empty. */
  lanes: readonly Lane[];
  /** Failed attempts of this call, oldest first. */
  history: readonly Attempt[];
  /** Unix milliseconds. */
  deadline: number;
}

export type Decision = { ask: number; afterMs: number } | { giveUp: Failure };

/**
 * A fit key is asked at once: the first in the owner's order that the history does not speak against. Where there is
 * none, one that will be fit within {@link MAX_WAIT_MS} is waited for. Nobody is asked after an attempt that may have
 * run.
 *
 * @param now Unix milliseconds.
 * @param random From 0 up to 1.
 */
export function nextAttempt({ lanes, history, deadline }: RetryState, now: number, random: () => number): Decision {
  const last = history.at(-1);
  if (!last) return { ask: firstLane(lanes, now), afterMs: 0 };
  if (last.verdict.next === 'never' || history.length >= MAX_ATTEMPTS) return giveUp(history);

  const open = lanes.flatMap((lane, index) => {
    const afterMs = waitFor(lane, lanes, history, now, random);
    return afterMs !== undefined && afterMs <= MAX_WAIT_MS && now + afterMs < deadline ? [{ ask: index, afterMs }] : [];
  });
  const [first, ...others] = open;
  if (!first) return giveUp(history);
  return others.reduce((best, lane) => (lane.afterMs < best.afterMs ? lane : best), first);
}

/** A resting key is better than none: its rest is our guess, and a refusal costs nothing. */
function firstLane(lanes: readonly Lane[], now: number): number {
  const fit = lanes.findIndex((lane) => lane.restsUntil <= now);
  if (fit >= 0) return fit;
  const soonest = Math.min(...lanes.map((lane) => lane.restsUntil));
  return lanes.findIndex((lane) => lane.restsUntil === soonest);
}

/** Milliseconds until a lane may be asked; nothing where it may not be in this call. */
function waitFor(
  lane: Lane,
  lanes: readonly Lane[],
  history: readonly Attempt[],
  now: number,
  random: () => number,
): number | undefined {
  const restMs = Math.max(0, lane.restsUntil - now);
  const sameSupplier = history.filter((attempt) => lanes[attempt.lane]?.provider === lane.provider);
  if (sameSupplier.some((attempt) => attempt.verdict.next === 'elsewhere')) return undefined;
  // A supplier in trouble is in trouble for all its keys.
  const troubled = sameSupplier.some((attempt) => attempt.verdict.next === 'again');
  if (restMs === 0 && !troubled) return 0;
  // At least a moment, so that somebody who is fit now goes first.
  return restMs + Math.max(1, random() * FIRST_BACKOFF_MS * 2 ** (history.length - 1));
}

/** A quota says when to come back, which is worth more to a caller than the failures around it. */
function giveUp(history: readonly Attempt[]): { giveUp: Failure } {
  const last = history.at(-1)!.verdict;
  const spent = history.find((attempt) => attempt.verdict.failure.reason === 'UPSTREAM_QUOTA');
  return { giveUp: last.next === 'never' || !spent ? last.failure : spent.verdict.failure };
}
