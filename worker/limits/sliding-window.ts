/**
 * Approximate sliding windows from two counters: the count of this window, and the share of the last window that the
 * sliding view still covers. It assumes that uses were spread evenly over the last window.
 */
import type { WindowPolicy } from './policies.ts';

/** Units counted in the current window and in the one before. */
export interface WindowCounts {
  current: number;
  previous: number;
}

/** Where a policy stands. */
export interface WindowState {
  /** Units still free, never negative. */
  remaining: number;
  /** Seconds until there is room for one more act; 0 while there is. */
  retryAfterSeconds: number;
  /** Seconds until the current window ends, as the `t` of the `RateLimit` field. */
  resetSeconds: number;
}

/** The number of the window at `now`, Unix seconds. Windows are aligned to the Unix epoch, so days are UTC days. */
export const windowIndex = (policy: WindowPolicy, now: number): number => Math.floor(now / policy.windowSeconds);

/**
 * Computes where a policy stands.
 *
 * @param now Unix time in seconds.
 */
export function windowState(policy: WindowPolicy, counts: WindowCounts, now: number): WindowState {
  const { limit, windowSeconds } = policy;
  const elapsed = now - windowIndex(policy, now) * windowSeconds;
  const used = counts.current + counts.previous * (1 - elapsed / windowSeconds);
  // Rounded up to whole units: 2.4 used of 3 leaves room for none, or the third would be the 3.4th.
  const remaining = Math.max(0, Math.floor(limit - used + 1e-9));
  const resetSeconds = Math.max(1, Math.ceil(windowSeconds - elapsed));
  const hasRoom = remaining >= (policy.units ?? 1);
  return { remaining, resetSeconds, retryAfterSeconds: hasRoom ? 0 : secondsUntilFree(policy, counts, elapsed) };
}

/** Solves for the time with room: in this window while the last one fades, or in the next while this one fades. */
function secondsUntilFree(policy: WindowPolicy, { current, previous }: WindowCounts, elapsed: number): number {
  const { limit, windowSeconds, units = 1 } = policy;
  const room = limit - units;
  if (room < 0) return windowSeconds;
  if (current <= room && previous > 0) {
    // current + previous * (1 - t / window) = room
    const at = windowSeconds * (1 - (room - current) / previous);
    if (at <= windowSeconds) return Math.max(1, Math.ceil(at - elapsed));
  }
  // In the next window this one fades: current * (1 - t / window) = room
  const into = current > 0 ? windowSeconds * (1 - room / current) : 0;
  return Math.max(1, Math.ceil(windowSeconds - elapsed + Math.max(0, into)));
}
