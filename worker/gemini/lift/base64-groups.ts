/**
 * Decodes unusual base64, one group (four letters, three bytes) at a time. Deviations that hold for the whole string
 * are recorded in its `Spelling`. Every other deviation (line breaks, escapes, inner padding, stray bits, foreign
 * letters) becomes a patch with the original text.
 */
import { malformed } from './lift-error.ts';
import type { Patch } from './skeleton.ts';

/** A group that spreads over more text becomes a patch, so that the held text stays small. */
const MAX_GROUP_LENGTH = 96;
/** Characters that a patch takes in a manifest, beside its text. */
const PATCH_OVERHEAD = 40;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 64;
/** Not base64: whitespace or a foreign letter. */
const NOTHING = 65;

/** Sextet of a character code; `-` and `_` mean what `+` and `/` do. */
const VALUES = new Uint8Array(256).fill(NOTHING);
for (let value = 0; value < 64; value++) VALUES[LETTERS.charCodeAt(value)] = value;
VALUES[0x2d] = 62;
VALUES[0x5f] = 63;
VALUES[0x3d] = PAD;

const SIMPLE_ESCAPES = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']);

/** One character of the string: its value, its length as written, and whether the spelling would write it this way. */
interface Letter {
  value: number;
  length: number;
  /** 1 for an escaped slash that the spelling explains, else 0. */
  slashes: number;
  isPlain: boolean;
}

export interface Base64Groups {
  readonly patches: Patch[];
  readonly unpadded: boolean;
  readonly noteLength: number;
  /** Drops the patches and records no more. */
  forget(): void;
  /**
   * @param at Decoded bytes of the string before `text`.
   * @param isEnd Nothing follows `text`.
   * @returns Bytes written to `out`, and characters taken of `text`; the rest is the beginning of a group.
   */
  decode(text: string, out: Uint8Array, at: number, isEnd: boolean): { written: number; taken: number };
}

export function createBase64Groups(spelling: Spelling): Base64Groups {
  const patches: Patch[] = [];
  let unpadded = false;
  let noteLength = 0;
  let isForgetful = false;

  function patch(at: number, text: string, bytes: number): void {
    if (isForgetful) return;
    noteLength += text.length;
    const last = patches.at(-1);
    if (last && last.at + last.bytes === at) {
      last.text += text;
      last.bytes += bytes;
      return;
    }
    noteLength += PATCH_OVERHEAD;
    patches.push({ at, text, bytes });
  }

  /** @returns undefined if the text ends inside an escape. */
  function readLetter(text: string, at: number): Letter | undefined {
    const code = text.charCodeAt(at);
    if (code < 0x20) throw malformed('a control character in a string');
    if (code !== 0x5c) {
      const value = VALUES[code] as number;
      return { value, length: 1, slashes: 0, isPlain: value < 62 || value === PAD || isPlainSpecial(code) };
    }
    const escaped = text[at + 1];
    if (escaped === undefined) return undefined;
    if (escaped === 'u') {
      const hex = text.slice(at + 2, at + 6);
      if (hex.length < 4) return undefined;
      if (!/^[0-9a-f]{4}$/i.test(hex)) throw malformed('an escape that JSON does not know');
      const unit = Number.parseInt(hex, 16);
      return { value: unit < 256 ? (VALUES[unit] as number) : NOTHING, length: 6, slashes: 0, isPlain: false };
    }
    if (!SIMPLE_ESCAPES.has(escaped)) throw malformed('an escape that JSON does not know');
    if (escaped !== '/') return { value: NOTHING, length: 2, slashes: 0, isPlain: false };
    spelling.escapes ??= true;
    if (spelling.url === undefined) spelling.url = false;
    const isPlain = spelling.escapes && !spelling.url;
    return { value: 63, length: 2, slashes: isPlain ? 1 : 0, isPlain };
  }

  /** `+`, `/`, `-`, `_`: the first one seen decides the alphabet of this string. */
  function isPlainSpecial(code: number): boolean {
    const isUrl = code === 0x2d || code === 0x5f;
    if (!isUrl && code !== 0x2b && code !== 0x2f) return false;
    spelling.url ??= isUrl;
    if (code === 0x2f) spelling.escapes ??= false;
    return spelling.url === isUrl && !(code === 0x2f && spelling.escapes);
  }

  function decode(text: string, out: Uint8Array, before: number, isEnd: boolean) {
    let written = 0;
    let start = 0;
    while (start < text.length) {
      const group = readGroup(text, start, isEnd, readLetter);
      if (!group) break;
      const { letters, value, end, isPlain, pads, slashes } = group;
      const bytes = (letters * 6) >> 3;
      for (let byte = 0; byte < bytes; byte++) out[written + byte] = value >> (16 - 8 * byte);
      const isLast = isEnd && end === text.length;
      // Only the text after it, or the end, shows whether its padding is right.
      if (!isEnd && end === text.length) break;
      const strayBits = value & (0xffffff >> (8 * bytes));
      const isWhole = letters === 4 && pads === 0;
      const isPadded = isLast && letters > 1 && letters + pads === 4 && strayBits === 0;
      const isBare = isLast && letters > 1 && letters < 4 && pads === 0 && strayBits === 0;
      if (isPlain && (isWhole || isPadded || isBare)) {
        unpadded = isBare;
        spelling.escaped += slashes;
      } else {
        patch(before + written, text.slice(start, end), bytes);
      }
      written += bytes;
      start = end;
    }
    return { written, taken: start };
  }

  return {
    patches,
    get unpadded() {
      return unpadded;
    },
    get noteLength() {
      return noteLength;
    },
    forget() {
      isForgetful = true;
      patches.length = 0;
      noteLength = 0;
    },
    decode,
  };
}

interface Group {
  /** 24 bits. Fewer than four letters fill the upper bits. */
  value: number;
  letters: number;
  pads: number;
  slashes: number;
  end: number;
  isPlain: boolean;
}

/** @returns undefined if more text is needed to find the group's end. */
function readGroup(
  text: string,
  start: number,
  isEnd: boolean,
  readLetter: (text: string, at: number) => Letter | undefined,
): Group | undefined {
  const group: Group = { value: 0, letters: 0, pads: 0, slashes: 0, end: start, isPlain: true };
  while (group.letters + group.pads < 4) {
    if (group.end >= text.length) return isEnd && group.end > start ? group : undefined;
    const letter = readLetter(text, group.end);
    if (!letter) return undefined;
    if (letter.value < 64 && group.pads > 0) return group;
    if (letter.value < 64) group.value |= letter.value << (18 - 6 * group.letters++);
    if (letter.value === PAD && group.letters > 0) group.pads++;
    if (letter.value > 63 && group.letters === 0) group.isPlain = false;
    group.isPlain &&= letter.isPlain;
    group.slashes += letter.slashes;
    group.end += letter.length;
    const isOdd = letter.value > 63 && group.letters === 0;
    if (isOdd || group.end - start > MAX_GROUP_LENGTH) return group;
  }
  return group;
}

/** How a whole string is written. Each flag is undefined until a letter decides it. */
export interface Spelling {
  /** The alphabet is base64url. */
  url: boolean | undefined;
  /** Slashes are written `\/`. */
  escapes: boolean | undefined;
  /** Number of slashes written `\/`, outside patches. */
  escaped: number;
}
