/**
 * Recognizes the provider's verdicts against a picture. Only with a verdict is a whole picture not kept. Any other
 * finish reason, known or new, tells why the model stopped and says nothing against its picture
 * (docs/wire-facts.md#google-answers).
 */
import { at, candidateOf, countOf, textOf } from './forms/names.ts';
import type { Value } from './forms/value.ts';
import type { Reasons } from './lift/json-scanner.ts';

/**
 * Google's `SAFETY`, `IMAGE_SAFETY`, `PROHIBITED_CONTENT`, `IMAGE_PROHIBITED_CONTENT`, `BLOCKLIST` and `SPII`, future
 * names of these families, and the `content_filter` of providers that imitate OpenAI; in any case, with `_`, `-` or
 * spaces.
 */
const FAMILY = /SAFETY|PROHIBITED|BLOCKLIST|BLOCKED|SPII|CONTENT_?FILTER/;

/** Whether a finish reason is a verdict. */
export const isVerdict = (finishReason: string): boolean =>
  FAMILY.test(finishReason.toUpperCase().replaceAll(/[\s-]/g, '_'));

/** Google's finish and block reasons (https://ai.google.dev/api/generate-content). */
const REASONS = [
  ...['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'LANGUAGE', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'],
  ...['IMAGE_SAFETY', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER', 'NO_IMAGE'],
];

/**
 * A finish or block reason by a known name, for logs and for visitors of a template. Another name could be any text, such
 * as the prompt, so it becomes the known one that means the same. @returns undefined where there is none.
 */
export function knownReason(text: string | undefined): string | undefined {
  const reason = text?.toUpperCase();
  if (!reason || reason.endsWith('UNSPECIFIED')) return undefined;
  return REASONS.find((known) => known === reason) ?? (isVerdict(reason) ? 'SAFETY' : 'OTHER');
}

/** Why a message refuses its prompt or picture. */
export interface Verdict {
  reason: string;
  /** The candidate that it is against. Absent: it is against the prompt, and so against all. */
  index?: number;
}

/** The block reason or finish reason with which a message refuses its prompt or picture; undefined if there is none. */
export function verdictIn(message: Value | undefined): Verdict | undefined {
  const blocked = textOf(at(message, 'promptFeedback', 'blockReason'));
  if (blocked && !/UNSPECIFIED/i.test(blocked)) return { reason: blocked };
  const reason = textOf(at(candidateOf(message), 'finishReason'));
  return reason && isVerdict(reason) ? { reason, index: indexOf(message) } : undefined;
}

/**
 * The message that says what has arrived of a unit that is not whole.
 *
 * @returns undefined where none of the reasons is a verdict.
 */
export function verdictOf({ finishReason, blockReason }: Reasons): Value | undefined {
  const message: Value = {
    ...(finishReason !== undefined && { candidates: [{ finishReason, index: 0 }] }),
    ...(blockReason !== undefined && { promptFeedback: { blockReason } }),
  };
  return verdictIn(message) && message;
}

/** The index of a message's candidate, 0 if it has none. Some providers draw a second one unasked. */
export const indexOf = (message: Value | undefined): number => countOf(at(candidateOf(message), 'index'));

/** Whether a verdict is against a picture of one of these candidates. If nothing was drawn, any verdict counts. */
export const isAgainst = ({ index }: Verdict, drawnIn: readonly number[]): boolean =>
  index === undefined || drawnIn.length === 0 || drawnIn.includes(index);
