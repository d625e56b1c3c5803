/**
 * How hard a key, token or secret is to guess. An upper estimate: a text does not tell how it was made, so what passes
 * may still be weak, and what fails certainly is.
 */

/** What a random 128-bit value has, such as 32 hex digits. */
export const MIN_BITS = 128;
/** A text of fewer different characters is a placeholder. */
const MIN_CHARACTERS = 8;

/** Alphabets that keys are written in, smallest first, with the number of their characters. */
const ALPHABETS: readonly [pattern: RegExp, size: number][] = [
  [/^(?:[0-9a-f]*|[0-9A-F]*)$/, 16],
  [/^(?:[0-9a-z]*|[0-9A-Z]*)$/, 36],
  [/^[A-Za-z0-9_-]*$/, 64],
  [/^[\x20-\x7e]*$/, 95],
];
const ANY_CHARACTER = 256;

/** At most so many bits: the smallest block that makes the text by repetition, at full use of its alphabet. */
export function bitsOf(text: string): number {
  const block = text.slice(0, periodOf(text));
  const size = ALPHABETS.find(([pattern]) => pattern.test(block))?.[1] ?? ANY_CHARACTER;
  return block.length * Math.log2(size);
}

export const isStrong = (text: string): boolean => bitsOf(text) >= MIN_BITS && new Set(text).size >= MIN_CHARACTERS;

/** Where a text meets itself again in its own double, its repetition begins. */
const periodOf = (text: string): number => (text === '' ? 0 : `${text}${text}`.indexOf(text, 1));
