/** The `RateLimit` fields of draft-ietf-httpapi-ratelimit-headers-11, from where the policies stand. */
import type { WindowPolicy } from './policies.ts';
import type { WindowState } from './sliding-window.ts';

/** What a site's visitors do together is the owner's business; attempts only matter to who makes no pictures. */
const PRIVATE_POLICIES = new Set(['site-minute', 'site-upload-mib', 'attempts-minute', 'attempts-day']);

export function rateLimitFields(
  states: readonly { policy: WindowPolicy; state: WindowState }[],
): Record<string, string> {
  const shown = states.filter(({ policy }) => !PRIVATE_POLICIES.has(policy.name));
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
