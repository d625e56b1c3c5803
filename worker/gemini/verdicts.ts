/**
 * The provider's verdicts against a picture: the only ends of an answer with which a whole picture is not kept. Any
 * other finish reason, known or new, says why the model stopped and nothing against what it drew.
 */
import { at, candidateOf, textOf } from './forms/names.ts';
import type { Value } from './forms/value.ts';

/**
 * Google's `SAFETY`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT`, `IMAGE_PROHIBITED_CONTENT`, `BLOCKLIST` and `SPII`, what may
 * follow in their family, and the `content_filter` of those who speak like OpenAI; in any spelling.
 */
const FAMILY = /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT_?FILTER/;

export const isVerdict = (finishReason: string): boolean =>
  FAMILY.test(finishReason.toUpperCase().replaceAll(/[\s-]/g, '_'));

/** Why a message says that its picture, or the prompt, is not allowed. */
export function verdictIn(message: Value | undefined): string | undefined {
  const blocked = textOf(at(message, 'promptFeedback', 'blockReason'));
  if (blocked && !/UNSPECIFIED/i.test(blocked)) return blocked;
  const reason = textOf(at(candidateOf(message), 'finishReason'));
  return reason && isVerdict(reason) ? reason : undefined;
}
