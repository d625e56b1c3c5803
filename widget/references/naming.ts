/** Words of one language, separated by `|`. */
export interface NamingWords {
  /** Such as `picture|photo`. */
  nouns: string;
  /** Such as `first|second|both`. */
  ordinals: string;
}

/** Letters before and behind a noun in which an ordinal belongs to it. */
const NEAR = 16;
/** Up to two letters of an ending and a few signs, as in "pictures 1" and "picture no. 1"; then a number. */
const NUMBER = /^\p{L}{0,2}\P{L}{0,3}?(?:no\.? ?)?(\p{Nd}+)/u;

/**
 * Whether a text names one of the pictures, as in "picture 2", "photos 1 and 2" or "the second picture". It only decides
 * about a hint, so it may be wrong.
 *
 * @param count How many pictures there are.
 */
export function namesAny(text: string, count: number, { nouns, ordinals }: NamingWords): boolean {
  const lower = text.toLowerCase();
  for (const noun of wordsIn(nouns)) {
    for (let at = lower.indexOf(noun); at >= 0; at = lower.indexOf(noun, at + 1)) {
      const rest = lower.slice(at + noun.length);
      const digits = NUMBER.exec(rest)?.[1];
      if (digits !== undefined && isOneOf(digits, count)) return true;
      const near = lower.slice(Math.max(0, at - NEAR), at) + rest.slice(0, NEAR);
      if (wordsIn(ordinals).some((ordinal) => near.includes(ordinal))) return true;
    }
  }
  return false;
}

const wordsIn = (list: string): string[] => list.toLowerCase().split('|').filter(Boolean);

/** Digits of other scripts are not read: they count as right. */
function isOneOf(digits: string, count: number): boolean {
  const number = Number(digits.normalize('NFKC'));
  return Number.isNaN(number) || (number >= 1 && number <= count);
}
