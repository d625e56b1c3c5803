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

/** Some calls under way have ended by then. */
const UNDER_WAY_SECONDS = 5;

/**
 * The exact limit of the model's refusals. Once one was refused, calls under way count with it, because they may be
 * refused too: otherwise many sent at once would all be paid. Where none was, a crowd behind one address goes on at the
 * pace that the other limits allow.
 *
 * @param times Refusals within the window, as for {@link judgeUses}.
 * @param underWay Calls whose outcome is not known.
 */
export function judgeRefusals(
  policy: { limit: number; windowSeconds: number },
  times: readonly number[],
  underWay: number,
  now: number,
): { retryAfterSeconds: number } | undefined {
  const full = judgeUses(policy, times, now);
  if (full || times.length === 0 || times.length + underWay < policy.limit) return full;
  return { retryAfterSeconds: UNDER_WAY_SECONDS };
}
