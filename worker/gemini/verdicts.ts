/**
 * Recognizes the provider's verdicts against a picture. Only with a verdict is a whole picture not kept. Any other
 * finish reason, known or new, tells why the model stopped and says nothing against its picture
 * (docs/wire-facts.md#google-answers).
 */
import { at, candidateOf, textOf } from './forms/names.ts';
import type { Value } from './forms/value.ts';

/**
 * Google's `SAFETY`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT`, `IMAGE_PROHIBITED_CONTENT`, `BLOCKLIST` and `SPII`, future
 * names of these families, and the `content_filter` of providers that imitate OpenAI; in any case, with `_`, `-` or
 * spaces.
 */
const FAMILY = /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT_?FILTER/;

/** Whether a finish reason is a verdict. */
export const isVerdict = (finishReason: string): boolean =>
  FAMILY.test(finishReason.toUpperCase().replaceAll(/[\s-]/g, '_'));

/** The block reason or finish reason with which a message refuses its prompt or picture; undefined if there is none. */
export function verdictIn(message: Value | undefined): string | undefined {
  const blocked = textOf(at(message, 'promptFeedback', 'blockReason'));
  if (blocked && !/UNSPECIFIED/i.test(blocked)) return blocked;
  const reason = textOf(at(candidateOf(message), 'finishReason'));
  return reason && isVerdict(reason) ? reason : undefined;
}
