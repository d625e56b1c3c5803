/**
 * The breaker of one key and model. After several failures in a row it opens, and the key is left alone. After
 * a cool-down one request may probe while others go elsewhere. A successful probe closes the breaker; a failed one
 * doubles the cool-down.
 *
 * Pure functions: they take the old state and the time, and return the new state. Times are Unix milliseconds.
 */

export interface BreakerState {
  /** Failures in a row. */
  failures: number;
  lastAt: number;
  /** Set while the breaker is open. */
  open?: { until: number; cooldownMs: number };
  /** Until when other requests wait for a probe's result. */
  probedUntil?: number;
}

/** `probed`: half-open, and a probe is running. */
export type BreakerPhase = 'closed' | 'open' | 'half-open' | 'probed';

/** With a failure rate of one in three, five failures in a row have a chance of 1 in 243. */
export const OPENS_AFTER_FAILURES = 5;
/** Failures further apart than this do not count as a row. */
export const FAILURE_WINDOW_MS = 60_000;
export const FIRST_COOLDOWN_MS = 15_000;
export const MAX_COOLDOWN_MS = 5 * 60_000;
/** Then a new probe may start. Most pictures take 4 to 35 s (`docs/wire-facts.md#google-pixels-and-tokens`). */
export const PROBE_MS = 60_000;

export const CLOSED: BreakerState = { failures: 0, lastAt: Number.NEGATIVE_INFINITY };

export function phaseOf({ open, probedUntil = 0 }: BreakerState, now: number): BreakerPhase {
  if (!open) return 'closed';
  if (now < probedUntil) return 'probed';
  return now < open.until ? 'open' : 'half-open';
}

export const beginProbe = (state: BreakerState, now: number): BreakerState => ({
  ...state,
  probedUntil: now + PROBE_MS,
});

/** Ends a probe that was never sent: it has shown nothing. */
export const dropProbe = ({ probedUntil: _, ...state }: BreakerState): BreakerState => state;

/** @param isProbe False for requests sent before the breaker opened: their failures do not extend the cool-down. */
export function afterFailure(state: BreakerState, isProbe: boolean, now: number): BreakerState {
  const failures = now - state.lastAt > FAILURE_WINDOW_MS ? 1 : state.failures + 1;
  const { open } = state;
  if (open && !isProbe) return { ...state, failures, lastAt: now };
  if (!open && failures < OPENS_AFTER_FAILURES) return { failures, lastAt: now };
  const cooldownMs = open ? Math.min(2 * open.cooldownMs, MAX_COOLDOWN_MS) : FIRST_COOLDOWN_MS;
  return { failures, lastAt: now, open: { until: now + cooldownMs, cooldownMs } };
}
