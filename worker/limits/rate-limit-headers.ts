import type { WindowPolicy } from './policies.ts';
import type { WindowState } from './sliding-window.ts';

/** Not shown: totals of a site are the owner's, and attempts rarely matter to a visitor that gets pictures. */
const isPrivate = ({ name, perAttempt }: WindowPolicy): boolean => perAttempt === true || name === 'site-upload-mib';

/**
 * The `RateLimit` and `RateLimit-Policy` fields
 * (datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers). No fields when no policy is shown.
 */
export function rateLimitFields(
  states: readonly { policy: WindowPolicy; state: WindowState }[],
): Record<string, string> {
  const shown = states.filter(({ policy }) => !isPrivate(policy));
  if (shown.length === 0) return {};
  return {
    'RateLimit-Policy': shown
      .map(({ policy }) => `"${policy.name}";q=${policy.limit};w=${policy.windowSeconds}`)
      .join(', '),
    RateLimit: shown
      .map(({ policy, state }) => `"${policy.name}";r=${state.remaining};t=${state.resetSeconds}`)
      .join(', '),
  };
}
