/**
 * The exact limit, as ledgers apply it: a sliding window over the single times of use. `kv-limiter.ts` is the cheap,
 * approximate one in front of it.
 *
 * @param times Uses within the window, Unix milliseconds, oldest first.
 * @param now Unix milliseconds.
 * @returns undefined when one more use has room; otherwise the seconds until it has.
 */
export function judgeUses(
  policy: { limit: number; windowSeconds: number },
  times: readonly number[],
  now: number,
): { retryAfterSeconds: number } | undefined {
  if (times.length < policy.limit) return undefined;
  // There is room when this use leaves the window. A limit of 0 never opens.
  const leaving = times[times.length - policy.limit] ?? now;
  return { retryAfterSeconds: Math.max(1, Math.ceil((leaving - now) / 1000 + policy.windowSeconds)) };
}
