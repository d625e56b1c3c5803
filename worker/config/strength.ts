/**
 * Estimates how hard a key, token or secret is to guess. The estimate is an upper bound: a text that passes may still
 * be weak, a text that fails certainly is.
 */

/** Bits of a random value such as 32 hex digits. */
export const MIN_BITS = 128;
/** A text with fewer different characters is a placeholder. */
const MIN_CHARACTERS = 8;

/** Alphabets of keys, smallest first, with their number of characters. */
const ALPHABETS: readonly [pattern: RegExp, size: number][] = [
  [/^(?:[0-9a-f]*|[0-9A-F]*)$/, 16],
  [/^(?:[0-9a-z]*|[0-9A-Z]*)$/, 36],
  [/^[A-Za-z0-9_-]*$/, 64],
  [/^[\x20-\x7e]*$/, 95],
];
const ANY_CHARACTER = 256;

/**
 * Upper bound of the bits in a text: its smallest repeating block, as if each character were random in its alphabet.
 */
export function bitsOf(text: string): number {
  const block = text.slice(0, periodOf(text));
  const size = ALPHABETS.find(([pattern]) => pattern.test(block))?.[1] ?? ANY_CHARACTER;
  return block.length * Math.log2(size);
}

export const isStrong = (text: string): boolean => bitsOf(text) >= MIN_BITS && new Set(text).size >= MIN_CHARACTERS;

/** The first place after 0 at which a text occurs in its own double is the length of its repeating block. */
const periodOf = (text: string): number => (text === '' ? 0 : `${text}${text}`.indexOf(text, 1));
