import { Refusal } from '../api.ts';
import { PROBLEM } from '../words/shell.ts';
import { formatDuration } from './format.ts';

/** Why a call of the owner's API did not come off, in words for the owner. */
export function problemOf(error: unknown): string {
  if (error instanceof Refusal) {
    return error.retryAfterSeconds !== undefined && error.status === 429
      ? PROBLEM.tooFast(formatDuration(error.retryAfterSeconds * 1000))
      : error.message;
  }
  return error instanceof DOMException && error.name === 'TimeoutError' ? PROBLEM.slow : PROBLEM.noAnswer;
}
