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
/**
 * A piece of a key this long is no ordinary word, and would help to guess the rest. Pieces of encoded keys are searched
 * for as well: a key that is cut over two events is whole again where a client joins them.
 */
const WINDOW_LENGTH = 12;
/** A piece with fewer different letters, such as zeros, reveals nothing of a key: the window is longer there. */
const MIN_LETTERS = 6;

/**
 * The forms of a secret: plain, reversed, hex, percent-encoded, and base64 in both alphabets, each whole and in each
 * window of at least 12 letters that begins with a whole code. Base64 depends on the secret's offset in the encoded
 * bytes, so it has three texts. They leave out letters that also encode neighbouring bytes.
 *
 * @returns Empty for secrets of fewer than 6 characters.
 */
export function formsOf(secret: string): SecretForm[] {
  if (secret.length < MIN_SECRET_LENGTH) return [];
  const percent = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  const allPercent = hex.replace(/../g, '%$&');
  const encoded = [0, 1, 2].flatMap((before) => base64Forms(secret, before));
  const byLetter = [
    ...[secret, secret.replaceAll('/', '\\/'), [...secret].reverse().join(''), percent, lowerHex(percent)],
    ...encoded.filter((form) => form.length >= MIN_ENCODED_LENGTH),
  ];
  return [
    ...[...new Set(byLetter)].flatMap((text) => windowsOf(text, 1)),
    ...[hex, hex.toUpperCase()].flatMap((text) => windowsOf(text, 2)),
    ...[allPercent, upperHex(allPercent)].flatMap((text) => windowsOf(text, 3)),
  ];
}

/**
 * The rest of a text from each of its codes on, down to the last window with enough different letters.
 *
 * @param step Letters of a code.
 */
function windowsOf(text: string, step: number): SecretForm[] {
  const windows: SecretForm[] = [];
  for (let at = 0; at < text.length; at += step) {
    const length = windowLength(text, at);
    if (length !== undefined) windows.push({ text: text.slice(at), least: length });
    else if (at === 0) return [{ text, least: text.length }];
    else break;
  }
  return windows;
}

/** @returns undefined if the rest of the text is too short or has too few different letters. */
function windowLength(text: string, from: number): number | undefined {
  let letters = 0;
  for (let at = from; at < text.length; at++) {
    if (text.indexOf(text.charAt(at), from) === at) letters += 1;
    if (letters >= MIN_LETTERS && at - from + 1 >= WINDOW_LENGTH) return at - from + 1;
  }
  return undefined;
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
 * Finds many secrets in one pass that looks at about one place in nine (Wu and Manber, "A fast algorithm for
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
  const encoder = new TextEncoder();
  const secrets = forms.map(({ text, least }): Spelled => ({ bytes: encoder.encode(text), least }));
  const heads = secrets.map(({ least }) => least);
  const shortest = secrets.length === 0 ? 0 : Math.min(...heads);
  const longest = Math.max(0, ...heads);
  const farthest = Math.min(MAX_SHIFT, Math.max(1, shortest - BLOCK + 1));
  const shifts = new Uint8Array(1 << HASH_BITS).fill(farthest);
  /** The block of each slot in use. Asked only where the first table has a hit, so it may be larger. */
  const blocks = new Uint32Array(1 << HASH_BITS);
  /** 1: several blocks share the slot. */
  const isShared = new Uint8Array(1 << HASH_BITS);
  /** Secrets by the block that ends their first bytes, and by their first byte. */
  const byEnd = new Map<number, Spelled[]>();
  const byFirst: Spelled[][] = Array.from({ length: 256 }, () => []);
  for (const secret of secrets) {
    const { bytes } = secret;
    const view = viewOf(bytes);
    for (let end = BLOCK; end <= shortest; end++) {
      const block = view.getUint32(end - BLOCK, true);
      const slot = slotOf(block);
      if (shifts[slot] === farthest) blocks[slot] = block;
      else if (blocks[slot] !== block) isShared[slot] = 1;
      shifts[slot] = Math.min(shifts[slot] as number, shortest - end);
    }
    append(byEnd, view.getUint32(shortest - BLOCK, true), secret);
    byFirst[bytes[0] as number]?.push(secret);
  }

  /** The next place at which the head of a secret may end; past `to` if there is none. */
  function seek(view: DataView, from: number, to: number): number {
    let end = from;
    while (end <= to) {
      const block = view.getUint32(end - BLOCK, true);
      const slot = slotOf(block);
      const shift = shifts[slot] as number;
      // A branch of its own, because the processor guesses it and reads on before the table has answered: twice as fast.
      if (shift === farthest) {
        end += farthest;
        continue;
      }
      // Another block with the same hash is in no secret.
      if (blocks[slot] !== block && isShared[slot] === 0) end += farthest;
      else if (shift === 0) break;
      else end += shift;
    }
    return end;
  }

  function matchAt(bytes: Uint8Array, view: DataView, start: number, to: number): Match | undefined {
    let best: Match | undefined;
    for (const secret of byEnd.get(view.getUint32(start + shortest - BLOCK, true)) ?? []) {
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

/** The place of a block in the tables. */
const slotOf = (block: number): number => Math.imul(block, SPREAD) >>> (32 - HASH_BITS);

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
