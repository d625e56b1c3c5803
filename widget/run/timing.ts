/** How long a picture takes, in figures for people. */

/** A wait beyond this multiple of the expected time is longer than usual. */
const OVERRUN = 1.5;
/** After this time the visitor reads that leaving loses nothing. */
const LONG_MS = 120_000;

/** A range around a median, in whole seconds: `12_000` is `{from: 10, to: 15}`. */
export function usualSeconds(expectedMs: number): { from: number; to: number } {
  const seconds = expectedMs / 1000;
  const step = seconds < 20 ? 1 : 5;
  const from = Math.max(1, Math.floor((seconds * 0.85) / step) * step);
  return { from, to: Math.max(from + 1, Math.ceil((seconds * 1.25) / step) * step) };
}

export type Pace = 'usual' | 'slow' | 'long';

export function paceOf(elapsedMs: number, expectedMs: number | undefined): Pace {
  if (elapsedMs >= LONG_MS) return 'long';
  return expectedMs !== undefined && elapsedMs > expectedMs * OVERRUN ? 'slow' : 'usual';
}
