/**
 * Which trouble of the owner an error tells of, as opposed to one of the request: a key, a bill, a quota that is not
 * there, a service that is off, a region. Messages as collected in facts/gemini-image-api.md §6; resellers word a
 * spent balance in ways of their own.
 */
import type { UpstreamError } from '../domain/failure.ts';

export type OwnersTrouble = 'key-invalid' | 'key-leaked' | 'service-disabled' | 'depleted' | 'no-quota' | 'region';

const KEY = /api[ _]key (not valid|expired|invalid)|API_KEY_(INVALID|EXPIRED)/i;
const LEAKED = /reported as leaked/i;
const DISABLED = /SERVICE_DISABLED|has not been used in project|it is disabled/;
const DEPLETED =
  /credits? (are|is) (depleted|used up)|prepay|insufficient[ _](account[ _])?(balance|quota|user[ _]quota|funds|credit)|quota is not enough/i;
const NO_QUOTA = /\blimit: 0\b/i;

/**
 * @param reasons `ErrorInfo` reasons, which stand beside keys and projects and are no part of `error`.
 * @returns Nothing where the error is about the request, or about too many of them.
 */
export function ownersTroubleOf(
  status: number,
  error: UpstreamError | undefined,
  reasons: readonly string[],
): OwnersTrouble | undefined {
  const message = error?.message ?? '';
  const words = [message, ...reasons].join(' ');
  switch (status) {
    case 402:
      return 'depleted';
    case 429:
      if (DEPLETED.test(message)) return 'depleted';
      return NO_QUOTA.test(message) ? 'no-quota' : undefined;
    case 401:
    case 403:
      if (LEAKED.test(message)) return 'key-leaked';
      if (DISABLED.test(words)) return 'service-disabled';
      return DEPLETED.test(words) ? 'depleted' : 'key-invalid';
    case 400:
      if (KEY.test(words)) return 'key-invalid';
      if (error?.status !== 'FAILED_PRECONDITION') return undefined;
      // "The free tier is not available in your country": a key that is paid for would do.
      return /free tier/i.test(message) ? 'no-quota' : 'region';
    default:
      return undefined;
  }
}
