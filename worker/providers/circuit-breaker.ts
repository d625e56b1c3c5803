/**
 * The breaker of one key and model. After several failures in a row it opens, and the key is left alone; after a
 * cool-down one request may probe while others go elsewhere, and its success closes it again. A probe that fails doubles
 * the cool-down.
 *
 * Pure: the past and the time in, the new past out. Times are Unix milliseconds.
 */
export interface BreakerState {
  /** Failures in a row. */
  failures: number;
  lastAt: number;
  /** Set where it is open. */
  open?: { until: number; cooldownMs: number };
  /** Until when a probe is waited for. */
  probedUntil?: number;
}

/** `probed`: half-open, and somebody is finding out. */
export type BreakerPhase = 'closed' | 'open' | 'half-open' | 'probed';

/** Of a model that fails every third time, this many in a row are one in 243. */
export const OPENS_AFTER_FAILURES = 5;
/** Failures further apart are no row. */
export const FAILURE_WINDOW_MS = 60_000;
export const FIRST_COOLDOWN_MS = 15_000;
export const MAX_COOLDOWN_MS = 5 * 60_000;
/** A picture takes up to 35 s (facts §2.5); a probe that takes longer is not waited for any more. */
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

/** A probe that never went up has shown nothing. */
export const dropProbe = ({ probedUntil: _, ...state }: BreakerState): BreakerState => state;

/** @param isProbe Others were under way when it opened: their failures are no news. */
export function afterFailure(state: BreakerState, isProbe: boolean, now: number): BreakerState {
  const failures = now - state.lastAt > FAILURE_WINDOW_MS ? 1 : state.failures + 1;
  const { open } = state;
  if (open && !isProbe) return { ...state, failures, lastAt: now };
  if (!open && failures < OPENS_AFTER_FAILURES) return { failures, lastAt: now };
  const cooldownMs = open ? Math.min(2 * open.cooldownMs, MAX_COOLDOWN_MS) : FIRST_COOLDOWN_MS;
  return { failures, lastAt: now, open: { until: now + cooldownMs, cooldownMs } };
}
