/**
 * The forms in which a secret can show up in a text, and a search for all of them at once.
 */

export interface SecretForm {
  text: string;
  /** So many of its first letters are a find already; what follows of it goes with them. */
  least: number;
}

/** Shorter secrets are nobody's key, and taking them out would shred ordinary text. */
const MIN_SECRET_LENGTH = 6;
/** A stretch of base64 this long does not occur by chance: 64^10 is more than all pictures ever made have letters. */
const MIN_ENCODED_LENGTH = 10;
/** So much of a key is no word of another text, and helps to guess the rest. */
const WINDOW_LENGTH = 16;
/** A stretch of fewer different letters, such as zeros, says nothing of a key and stands in many texts. */
const MIN_LETTERS = 6;

/**
 * Plain and every window of it, reversed, hex, percent-encoded, and base64 in both alphabets. What base64 looks like
 * depends on where in the encoded bytes the secret begins, so there are three texts of it, without the letters that its
 * neighbours have a share in.
 */
export function formsOf(secret: string): SecretForm[] {
  if (secret.length < MIN_SECRET_LENGTH) return [];
  const percent = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  const allPercent = hex.replace(/../g, '%$&');
  const encoded = [0, 1, 2].flatMap((before) => base64Forms(secret, before));
  const wholes = [
    secret.replaceAll('/', '\\/'),
    [...secret].reverse().join(''),
    ...[percent, lowerHex(percent), allPercent, upperHex(allPercent)],
    ...[hex, hex.toUpperCase()],
    ...encoded.filter((form) => form.length >= MIN_ENCODED_LENGTH),
  ];
  const windows = windowsOf(secret);
  const known = new Set(windows.map(({ text }) => text));
  return [...windows, ...[...new Set(wholes)].filter((text) => !known.has(text)).map(whole)];
}

const whole = (text: string): SecretForm => ({ text, least: text.length });

/** What a secret is from each of its letters on. */
function windowsOf(secret: string): SecretForm[] {
  const least = Math.min(WINDOW_LENGTH, secret.length);
  const windows = Array.from({ length: secret.length - least + 1 }, (_, at) => ({ text: secret.slice(at), least }));
  const telling = windows.filter(({ text }) => new Set(text.slice(0, least)).size >= MIN_LETTERS);
  return telling.length === windows.length ? windows : [...telling, whole(secret)];
}

const lowerHex = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const upperHex = (text: string) => text.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase());

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
/** One byte each: a table of 32 KiB stays in the processor's first cache. */
const MAX_SHIFT = 255;
const hash = (a: number, b: number, c: number) => ((a << 10) ^ (b << 5) ^ c) & ((1 << HASH_BITS) - 1);

interface Match {
  start: number;
  end: number;
  /** The bytes end here, and the secret does not: what comes next may belong to it. */
  isOpen: boolean;
}

/**
 * Looks for many secrets in one pass that touches about one byte in fourteen (Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994): three bytes that end no secret's head say how far the next place is where one can.
 */
export interface SecretSearch {
  /** The first secret at or after `from`, the longest where two begin together. */
  find(bytes: Uint8Array, from: number, to: number): Match | undefined;
  /** How many bytes at the end may be the beginning of a secret. */
  partialAtEnd(bytes: Uint8Array, from: number, to: number): number;
}

interface Spelled {
  bytes: Uint8Array;
  least: number;
}

export function createSecretSearch(forms: readonly SecretForm[]): SecretSearch {
  const secrets = forms.map(({ text, least }): Spelled => ({ bytes: new TextEncoder().encode(text), least }));
  const heads = secrets.map(({ least }) => least);
  const shortest = secrets.length === 0 ? 0 : Math.min(...heads);
  const longest = Math.max(0, ...heads);
  const farthest = Math.min(MAX_SHIFT, Math.max(1, shortest - BLOCK + 1));
  const shifts = new Uint8Array(1 << HASH_BITS).fill(farthest);
  /** By the block that ends a head, and by the first byte. */
  const byEnd = new Map<number, Spelled[]>();
  const byFirst: Spelled[][] = Array.from({ length: 256 }, () => []);
  for (const secret of secrets) {
    const { bytes } = secret;
    for (let end = BLOCK; end <= shortest; end++) {
      const block = blockAt(bytes, end);
      shifts[block] = Math.min(shifts[block] as number, shortest - end);
    }
    append(byEnd, blockAt(bytes, shortest), secret);
    byFirst[bytes[0] as number]?.push(secret);
  }

  function matchAt(bytes: Uint8Array, start: number, to: number): Match | undefined {
    let best: Match | undefined;
    for (const secret of byEnd.get(blockAt(bytes, start + shortest)) ?? []) {
      const length = commonLength(bytes, start, to, secret.bytes);
      if (length < secret.least || (best && start + length <= best.end)) continue;
      best = { start, end: start + length, isOpen: start + length === to && length < secret.bytes.length };
    }
    return best;
  }

  return {
    find(bytes, from, to) {
      if (secrets.length === 0) return undefined;
      let end = from + shortest;
      while (end <= to) {
        const shift = shifts[
          hash(bytes[end - 3] as number, bytes[end - 2] as number, bytes[end - 1] as number)
        ] as number;
        if (shift > 0) {
          end += shift;
          continue;
        }
        const match = matchAt(bytes, end - shortest, to);
        if (match) return match;
        end++;
      }
      return undefined;
    },
    partialAtEnd(bytes, from, to) {
      for (let start = Math.max(from, to - longest + 1); start < to; start++) {
        for (const secret of byFirst[bytes[start] as number] as Spelled[]) {
          if (secret.least > to - start && isHead(bytes, start, to, secret.bytes)) return to - start;
        }
      }
      return 0;
    },
  };
}

const blockAt = (bytes: Uint8Array, end: number): number =>
  hash(bytes[end - 3] as number, bytes[end - 2] as number, bytes[end - 1] as number);

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Whether the bytes end in the midst of a secret. A loop of its own: it is asked at each of a hundred places. */
function isHead(bytes: Uint8Array, at: number, to: number, secret: Uint8Array): boolean {
  for (let n = at + 1; n < to; n++) if (bytes[n] !== secret[n - at]) return false;
  return true;
}

/** How far a secret goes along with the bytes from a place on. */
function commonLength(bytes: Uint8Array, at: number, to: number, secret: Uint8Array): number {
  const most = Math.min(secret.length, to - at);
  let length = 0;
  while (length < most && bytes[at + length] === secret[length]) length++;
  return length;
}
