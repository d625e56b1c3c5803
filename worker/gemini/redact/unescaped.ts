/**
 * Text with its JSON escapes undone. `\u0041` is an `A` to a parser, and would hide a key from a search of the bytes.
 * Escapes of escapes (`\\u0041`, JSON within JSON) are undone too.
 */
export interface Unescaped {
  /** The source itself if it has no escape. */
  bytes: Uint8Array;
  /** Number of valid bytes in `bytes`. After them the source may hold half an escape. */
  length: number;
  /** Maps a position in `bytes` to one in the source. */
  toSource(at: number): number;
}

const BACKSLASH = 0x5c;
const ESCAPE = '\\u00';
/** `u00` and two digits. */
const ESCAPE_LENGTH = 5;
const HALF = [0x75, 0x30, 0x30];
/** More backslashes in a row are not treated as an escape. */
const MAX_BACKSLASHES = 32;

interface Escape {
  /** Position of its letter in the unescaped bytes. */
  at: number;
  /** Distance from a later position in the unescaped bytes to the same position in the source. */
  shift: number;
}

/** @param isLast Nothing follows, so half an escape at the end is plain text. */
export function undoEscapes(source: Uint8Array, isLast: boolean): Unescaped {
  const sure = isLast ? source.length : source.length - halfEscapeAtEnd(source);
  // The platform's `indexOf` is many times faster than a loop here, and most bytes are a picture's, without escapes.
  const text = Buffer.from(source.buffer, source.byteOffset, sure);
  let found = text.indexOf(ESCAPE);
  if (found < 0) return { bytes: source, length: sure, toSource: (place) => place };

  const escapes: Escape[] = [];
  const bytes = new Uint8Array(sure);
  let read = 0;
  let written = 0;
  for (; found >= 0; found = text.indexOf(ESCAPE, Math.max(read, found + 1))) {
    const end = found + 1 + ESCAPE_LENGTH;
    const letter = letterAt(source, found + 1);
    if (letter === undefined || end > sure) continue;
    let at = found;
    while (at > read && source[at - 1] === BACKSLASH) at--;
    copy(source, read, at, bytes, written);
    written += at - read;
    bytes[written] = letter;
    escapes.push({ at: written, shift: end - written - 1 });
    written += 1;
    read = end;
  }
  copy(source, read, sure, bytes, written);
  return { bytes, length: written + sure - read, toSource: (place) => place + shiftBefore(escapes, place) };
}

/** Up to this many bytes a loop is faster than a view. */
const SHORT_STRETCH = 64;

function copy(source: Uint8Array, from: number, to: number, onto: Uint8Array, at: number): void {
  if (to - from > SHORT_STRETCH) onto.set(source.subarray(from, to), at);
  else for (let n = from; n < to; n++) onto[at + n - from] = source[n] as number;
}

/** The printable ASCII letter that `u00xx` stands for. */
function letterAt(source: Uint8Array, at: number): number | undefined {
  const high = digitOf(source[at + 3]);
  const low = digitOf(source[at + 4]);
  return high >= 2 && high <= 7 && low >= 0 ? 16 * high + low : undefined;
}

function digitOf(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The length of half an escape `\u00xx` at the end, with its backslashes; 0 if there is none. */
function halfEscapeAtEnd(source: Uint8Array): number {
  const end = source.length;
  let at = end - 1;
  while (at >= 0 && at > end - ESCAPE_LENGTH && source[at] !== BACKSLASH) at--;
  if (source[at] !== BACKSLASH || !isHalf(source, at + 1)) return 0;
  let first = at;
  while (first > 0 && source[first - 1] === BACKSLASH && at - first < MAX_BACKSLASHES) first--;
  return end - first;
}

function isHalf(source: Uint8Array, at: number): boolean {
  return [...source.subarray(at)].every((code, n) => (n === 3 ? digitOf(code) >= 0 : code === HALF[n]));
}

/** The shift of the last escape whose letter is before `place`; 0 if there is none. */
function shiftBefore(escapes: readonly Escape[], place: number): number {
  let from = 0;
  let to = escapes.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (escapes[middle]!.at < place) from = middle + 1;
    else to = middle;
  }
  return escapes[from - 1]?.shift ?? 0;
}
