import type { Failure } from '../shared/failure.ts';

/**
 * Whether a body is declared as JSON and nothing like it: a page can send other types to us without asking first
 * (ASVS 3.5.2).
 *
 * @returns The refusal, or undefined where the type is right.
 */
export function refuseOtherThanJson(type: string | null): Failure | undefined {
  if (/^application\/json\s*(;|$)/i.test(type ?? '')) return undefined;
  return { reason: 'TYPE_NOT_ALLOWED', type: type ?? '', accepted: ['application/json'] };
}
