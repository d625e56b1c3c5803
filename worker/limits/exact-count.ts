/** A policy's times of use that still count, oldest first, and when the next one is free. @param now Unix ms. */
export function judgeUses(
  policy: { limit: number; windowSeconds: number },
  times: readonly number[],
  now: number,
): { retryAfterSeconds: number } | undefined {
  if (times.length < policy.limit) return undefined;
  // The one whose end makes room for one more; a limit of none never opens.
  const leaving = times[times.length - policy.limit] ?? now;
  return { retryAfterSeconds: Math.max(1, Math.ceil((leaving - now) / 1000 + policy.windowSeconds)) };
}
