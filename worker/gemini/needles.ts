/**
 * The forms in which a secret can show up in a text, and a search for all of them at once.
 */

/** Shorter secrets are nobody's key, and taking them out would shred ordinary text. */
const MIN_SECRET_LENGTH = 6;
/** A stretch of base64 this long does not occur by chance: 64^10 is more than all pictures ever made have letters. */
const MIN_ENCODED_LENGTH = 10;

/**
 * Plain, percent-encoded, and base64 in both alphabets. What base64 looks like depends on where in the encoded bytes
 * the secret begins, so there are three texts of it, without the letters that its neighbours have a share in.
 */
export function formsOf(secret: string): string[] {
  if (secret.length < MIN_SECRET_LENGTH) return [];
  const percent = encodeURIComponent(secret);
  const encoded = [0, 1, 2].flatMap((before) => base64Forms(secret, before));
  const long = encoded.filter((form) => form.length >= MIN_ENCODED_LENGTH);
  return [...new Set([secret, percent, percent.toLowerCase() === percent ? percent : lowerHex(percent), ...long])];
}

const lowerHex = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** @param before How many bytes of a group of three stand before the secret. */
function base64Forms(secret: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const firstOwn = Math.ceil((before * 8) / 6);
  const lastOwn = Math.floor((bytes.length * 8) / 6);
  const text = bytes.toString('base64').slice(firstOwn, lastOwn);
  return [text, text.replaceAll('/', '\\/'), text.replaceAll('+', '-').replaceAll('/', '_')];
}

const BLOCK = 3;
const HASH_BITS = 15;
const hash = (a: number, b: number, c: number) => ((a << 10) ^ (b << 5) ^ c) & ((1 << HASH_BITS) - 1);

export interface Match {
  start: number;
  end: number;
}

/**
 * Looks for many needles in one pass that touches about one byte in thirty (Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994): three bytes that end no needle's head say how far the next place is where one can.
 */
export interface NeedleSearch {
  /** The first needle at or after `from`, the longest where two begin together. */
  find(bytes: Uint8Array, from: number, to: number): Match | undefined;
  /** How many bytes at the end may be the beginning of a needle. */
  partialAtEnd(bytes: Uint8Array, from: number, to: number): number;
}

export function createNeedleSearch(texts: readonly string[]): NeedleSearch {
  const needles = texts.map((text) => new TextEncoder().encode(text)).sort((a, b) => b.length - a.length);
  const shortest = needles.at(-1)?.length ?? 0;
  const longest = needles[0]?.length ?? 0;
  const farthest = Math.max(1, shortest - BLOCK + 1);
  const shifts = new Uint16Array(1 << HASH_BITS).fill(farthest);
  for (const needle of needles) {
    for (let end = BLOCK; end <= shortest; end++) {
      const block = hash(needle[end - 3] as number, needle[end - 2] as number, needle[end - 1] as number);
      shifts[block] = Math.min(shifts[block] as number, shortest - end);
    }
  }
  const firsts = new Uint8Array(256);
  for (const needle of needles) firsts[needle[0] as number] = 1;

  const needleAt = (bytes: Uint8Array, at: number, to: number) =>
    needles.find((needle) => at + needle.length <= to && startsWith(bytes, at, needle, needle.length));

  return {
    find(bytes, from, to) {
      if (needles.length === 0) return undefined;
      let end = from + shortest;
      while (end <= to) {
        const shift = shifts[
          hash(bytes[end - 3] as number, bytes[end - 2] as number, bytes[end - 1] as number)
        ] as number;
        if (shift > 0) {
          end += shift;
          continue;
        }
        const start = end - shortest;
        const needle = needleAt(bytes, start, to);
        if (needle) return { start, end: start + needle.length };
        end++;
      }
      return undefined;
    },
    partialAtEnd(bytes, from, to) {
      for (let start = Math.max(from, to - longest + 1); start < to; start++) {
        if (firsts[bytes[start] as number] === 0) continue;
        const length = to - start;
        if (needles.some((needle) => needle.length > length && startsWith(bytes, start, needle, length))) return length;
      }
      return 0;
    },
  };
}

function startsWith(bytes: Uint8Array, at: number, needle: Uint8Array, length: number): boolean {
  for (let n = 0; n < length; n++) if (bytes[at + n] !== needle[n]) return false;
  return true;
}
