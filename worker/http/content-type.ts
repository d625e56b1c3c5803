import type { Failure } from '../shared/failure.ts';

/**
 * Refuses every content type but `application/json`. A page can send some other types without a CORS preflight
 * (OWASP ASVS 5.0, 3.5.2).
 *
 * @returns The refusal, or undefined if the type is right.
 */
export function refuseOtherThanJson(type: string | null): Failure | undefined {
  if (/^application\/json\s*(;|$)/i.test(type ?? '')) return undefined;
  return { reason: 'TYPE_NOT_ALLOWED', type: type ?? '', accepted: ['application/json'] };
}
