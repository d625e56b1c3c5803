import type { Failure } from '../shared/failure.ts';
import { lazy } from '../shared/lazy.ts';
import type { Quotable } from './unquoted-words.ts';

/** The list of words is a hundredth of what a start may evaluate, so it is loaded with the first failure. */
const loadWords = lazy(() => import('./unquoted-words.ts'));

/**
 * A failure as it may be logged. Behind the first colon its cause may have a provider's words, and a relay may quote the
 * prompt in them. So the known words are left, with which providers speak of accounts; and where even these quote the
 * prompt, only what stands before the colon, such as `HTTP 403 PERMISSION_DENIED`.
 */
export async function unquoted<F extends Failure>(failure: F, request: Quotable): Promise<F> {
  if (!('cause' in failure) || !failure.cause?.includes(':')) return failure;
  const { cause } = failure;
  const colon = cause.indexOf(':');
  // Where the list does not load, the status alone is told: the failure itself must reach its caller.
  const loaded = await loadWords().catch(() => undefined);
  const told = cause.slice(0, colon) + (loaded?.unquotedWords(cause.slice(colon), request) ?? '');
  return told === cause ? failure : { ...failure, cause: told };
}
