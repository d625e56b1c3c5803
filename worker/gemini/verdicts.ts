/**
 * The provider's verdicts against a picture: the only ends of an answer with which a whole picture is not kept. Any
 * other finish reason, known or new, says why the model stopped and nothing against what it drew.
 */
import { at, candidateOf, countOf, textOf } from './names.ts';
import type { Value } from './payload.ts';

/**
 * Google's `SAFETY`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT`, `IMAGE_PROHIBITED_CONTENT`, `BLOCKLIST` and `SPII`, what may
 * follow in their family, and the `content_filter` of those who speak like OpenAI; in any spelling.
 */
const FAMILY = /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT_?FILTER/;

export const isVerdict = (finishReason: string): boolean =>
  FAMILY.test(finishReason.toUpperCase().replaceAll(/[\s-]/g, '_'));

export interface Verdict {
  reason: string;
  /** The candidate that it is against; absent where it is against the prompt, and so against all. */
  index?: number;
}

/** What a message says against its picture, or the prompt. */
export function verdictIn(message: Value | undefined): Verdict | undefined {
  const blocked = textOf(at(message, 'promptFeedback', 'blockReason'));
  if (blocked && !/UNSPECIFIED/i.test(blocked)) return { reason: blocked };
  const reason = textOf(at(candidateOf(message), 'finishReason'));
  return reason && isVerdict(reason) ? { reason, index: indexOf(message) } : undefined;
}

/** Which candidate a message tells of: the first where it does not say. Some suppliers draw another unasked. */
export const indexOf = (message: Value | undefined): number => countOf(at(candidateOf(message), 'index'));

/** Whether a verdict is against what was drawn in one of these candidates; where nothing was drawn, any verdict counts. */
export const isAgainst = ({ index }: Verdict, drawnIn: readonly number[]): boolean =>
  index === undefined || drawnIn.length === 0 || drawnIn.includes(index);
