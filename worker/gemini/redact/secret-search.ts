/**
 * Lists the forms in which a secret can appear in a text, and searches for all of them at once. Measured against the
 * platform's own searches in docs/wire-facts.md#why-some-of-it-is-our-own-code.
 */

export interface SecretForm {
  text: string;
  /** This many of its first letters are a match. The match extends over the letters of `text` that follow. */
  least: number;
}

/** No key is shorter, and removing shorter strings would destroy ordinary text. */
const MIN_SECRET_LENGTH = 6;
/** A stretch of base64 this long does not occur by chance: all pictures ever made have fewer than 64^10 letters. */
const MIN_ENCODED_LENGTH = 10;
/** A piece of a key this long is no ordinary word, and would help to guess the rest. */
const WINDOW_LENGTH = 16;
/** A piece with fewer different letters, such as zeros, reveals nothing of a key and occurs in many texts. */
const MIN_LETTERS = 6;

/**
 * The forms of a secret: plain and each window of 16 letters, reversed, hex, percent-encoded, and base64 in both
 * alphabets. Base64 depends on the secret's offset in the encoded bytes, so it has three texts. They leave out letters
 * that also encode neighbouring bytes.
 *
 * @returns Empty for secrets of fewer than 6 characters.
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

/** The rest of a secret from each of its letters on, as long as the window fits. */
function windowsOf(secret: string): SecretForm[] {
  const least = Math.min(WINDOW_LENGTH, secret.length);
  const windows = Array.from({ length: secret.length - least + 1 }, (_, at) => ({ text: secret.slice(at), least }));
  const telling = windows.filter(({ text }) => new Set(text.slice(0, least)).size >= MIN_LETTERS);
  return telling.length === windows.length ? windows : [...telling, whole(secret)];
}

const lowerHex = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const upperHex = (text: string) => text.replace(/%[0-9a-f]{2}/g, (code) => code.toUpperCase());

/** @param before Number of bytes before the secret in its group of three: 0, 1 or 2. */
function base64Forms(secret: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const firstOwn = Math.ceil((before * 8) / 6);
  const lastOwn = Math.floor((bytes.length * 8) / 6);
  const text = bytes.toString('base64').slice(firstOwn, lastOwn);
  return [text, text.replaceAll('/', '\\/'), text.replaceAll('+', '-').replaceAll('/', '_')];
}

/** Bytes of a block. One read of a view gives all four; no secret is shorter. */
const BLOCK = 4;
const HASH_BITS = 15;
/** Spreads the letters of base64 over the table: 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;
/** A shift fits in one byte, so that the table (32 KiB) stays in the processor's first cache. */
const MAX_SHIFT = 255;

interface Match {
  start: number;
  end: number;
  /** The bytes end before the secret does: the next bytes may belong to it. */
  isOpen: boolean;
}

/**
 * Finds many secrets in one pass that looks at about one place in thirteen (Wu and Manber, "A fast algorithm for
 * multi-pattern searching", 1994). If four bytes end no secret's head, a table gives the distance to the next place
 * where a head can end.
 */
export interface SecretSearch {
  /** The first secret at or after `from`; the longest if several begin there. */
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
  /** Secrets by the block that ends their head, and by their first byte. */
  const byEnd = new Map<number, Spelled[]>();
  const byFirst: Spelled[][] = Array.from({ length: 256 }, () => []);
  for (const secret of secrets) {
    const { bytes } = secret;
    const view = viewOf(bytes);
    for (let end = BLOCK; end <= shortest; end++) {
      const block = blockAt(view, end);
      shifts[block] = Math.min(shifts[block] as number, shortest - end);
    }
    append(byEnd, blockAt(view, shortest), secret);
    byFirst[bytes[0] as number]?.push(secret);
  }

  /** The next place at which the head of a secret may end; past `to` if there is none. */
  function seek(view: DataView, from: number, to: number): number {
    let end = from;
    while (end <= to) {
      const shift = shifts[blockAt(view, end)] as number;
      // A branch of its own, because the processor guesses it and reads on before the table has answered: twice as fast.
      if (shift === farthest) {
        end += farthest;
        continue;
      }
      if (shift === 0) break;
      end += shift;
    }
    return end;
  }

  function matchAt(bytes: Uint8Array, view: DataView, start: number, to: number): Match | undefined {
    let best: Match | undefined;
    for (const secret of byEnd.get(blockAt(view, start + shortest)) ?? []) {
      const length = commonLength(bytes, start, to, secret.bytes);
      if (length < secret.least || (best && start + length <= best.end)) continue;
      best = { start, end: start + length, isOpen: start + length === to && length < secret.bytes.length };
    }
    return best;
  }

  return {
    find(bytes, from, to) {
      if (secrets.length === 0) return undefined;
      const view = viewOf(bytes);
      for (let end = seek(view, from + shortest, to); end <= to; end = seek(view, end + 1, to)) {
        const match = matchAt(bytes, view, end - shortest, to);
        if (match) return match;
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

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView => new DataView(buffer, byteOffset, length);

/** The place in the table of the block that ends at `end`. */
const blockAt = (view: DataView, end: number): number =>
  Math.imul(view.getUint32(end - BLOCK, true), SPREAD) >>> (32 - HASH_BITS);

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** Whether the bytes end inside a secret. A separate loop, because it runs at each of a hundred places. */
function isHead(bytes: Uint8Array, at: number, to: number, secret: Uint8Array): boolean {
  for (let n = at + 1; n < to; n++) if (bytes[n] !== secret[n - at]) return false;
  return true;
}

/** The number of bytes from `at` on that equal the secret's. */
function commonLength(bytes: Uint8Array, at: number, to: number, secret: Uint8Array): number {
  const most = Math.min(secret.length, to - at);
  let length = 0;
  while (length < most && bytes[at + length] === secret[length]) length++;
  return length;
}
