/**
 * One string on its way to the sink: whether it is to be lifted at all shows in its first 4 KiB, then it is decoded
 * and written as it comes.
 */
import { Base64Decoder, MAX_HELD_BYTES } from './base64-decoder.ts';
import { dataUrlPrefix } from './data-url.ts';
import { createTextEnd, type TextEnd } from './data-url-end.ts';
import type { Candidate } from './json-scanner.ts';
import type { Lifted } from './skeleton.ts';

/** Shorter signatures stay where they are; no picture's type is decided by more. */
const HEAD_LENGTH = 4096;
/** Strings up to about this size are made in V8's young generation, where they cost next to nothing. */
const CHUNK_BYTES = 64 * 1024;
/** Shorter data URLs in a text are examples: the smallest PNG there is takes 90 letters. */
const MIN_IN_TEXT_LENGTH = 64;

/** A picture with a line break after every 76 letters has a note on each: that of a large one would be refused for them. */
const MAX_NOTE_LENGTH = 512 * 1024;

/** Base64 in either alphabet, perhaps with escapes and line breaks in it. Linear: no two branches begin alike. */
const BASE64_LIKE = /^(?:[A-Za-z0-9+/_-]|\\\/){2}(?:[A-Za-z0-9+/_=-]|\\[/nrt]|\\u00[0-7][0-9A-Fa-f])*$/;
/** White space before it, and the spaces in it, which some writers put in place of line breaks. */
const LEADING_SPACE = /^(?: |\\[nrt])+/;
const SPACES = /(?<=[A-Za-z0-9+/]{16}) +(?=[A-Za-z0-9+/=]|$)/g;
/** An escape cut off by the head's end. */
const CUT_ESCAPE = /\\(?:u[0-9A-Fa-f]{0,3})?$/;

export class LiftedString {
  readonly kind: Lifted['kind'];
  readonly mimeType: string | undefined;
  /** It is no picture, and not kept. */
  readonly isOverlong: boolean;
  /** The closing quote is next, or what ends the base64 within a text. */
  isClosed = false;
  /** The last byte taken was a backslash that begins an escape. */
  afterBackslash = false;
  /** The position after the last byte taken. */
  next = 0;
  /** All text while it is not decided; undefined when it is. */
  head: string | undefined = '';
  readonly #decoder = new Base64Decoder();
  readonly #end: TextEnd | undefined;
  readonly #takesDataUrl: boolean;
  readonly #mayForget: boolean;
  #out: Uint8Array | undefined;
  #noted = 0;

  /**
   * @param takesDataUrl Whether the base64 may begin behind `data:…;base64,`.
   * @param mayForget Whether a text with very much that is odd may be written again as canonical base64.
   */
  constructor({ kind, mimeType, within, isOverlong }: Candidate, takesDataUrl = false, mayForget = false) {
    this.isOverlong = isOverlong === true;
    this.kind = kind;
    this.mimeType = mimeType;
    this.#end = within && createTextEnd(within === 'parentheses');
    this.#mayForget = mayForget;
    this.#takesDataUrl = takesDataUrl && kind === 'image' && !within;
  }

  /** What was taken and belongs to the text after the base64. */
  get leftover(): string {
    return this.#end?.leftover ?? '';
  }

  /**
   * Takes a chunk of the string, up to the closing quote where it is in there.
   *
   * @returns The text as written, one character for each byte.
   */
  read(bytes: Uint8Array, from: number): string {
    const to = Math.min(bytes.length, from + CHUNK_BYTES);
    this.next = to;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
    if (this.#end) return this.#readWithin(this.#end, text);
    for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', quote + 1)) {
      if (endsInBackslash(text, quote, this.afterBackslash)) continue;
      this.isClosed = true;
      this.afterBackslash = false;
      this.next = from + quote;
      return text.slice(0, quote);
    }
    this.afterBackslash = endsInBackslash(text, text.length, this.afterBackslash);
    return text;
  }

  #readWithin(end: TextEnd, text: string): string {
    const chunk = end.take(text);
    this.isClosed = end.isReached;
    this.next -= end.untaken;
    this.afterBackslash = end.leftover === '\\';
    return chunk;
  }

  /** Adds text to the head. @returns What is to become of the string, once that can be said. */
  decide(text: string): 'lift' | 'keep' | undefined {
    const head = (this.head ?? '') + text;
    this.head = head;
    if (head.length <= HEAD_LENGTH && !this.isClosed) return undefined;
    if (this.kind === 'signature' && head.length <= HEAD_LENGTH) return 'keep';
    if (this.#end) return head.length < MIN_IN_TEXT_LENGTH ? 'keep' : 'lift';
    const base64 = head.slice(this.prefix.length, HEAD_LENGTH).replace(CUT_ESCAPE, '');
    return BASE64_LIKE.test(base64.replace(LEADING_SPACE, '').replaceAll(SPACES, '')) ? 'lift' : 'keep';
  }

  /** What stands in the head before the base64. */
  get prefix(): string {
    return this.#takesDataUrl ? dataUrlPrefix(this.head ?? '') : '';
  }

  /** @returns The decoded bytes, valid until the next call. */
  decode(text: string): Uint8Array {
    const needed = Math.ceil(text.length * 0.75) + MAX_HELD_BYTES;
    if (!this.#out || this.#out.length < needed) this.#out = new Uint8Array(needed);
    return this.#out.subarray(0, this.#decoder.push(text, this.#out));
  }

  end(): Uint8Array {
    this.#out ??= new Uint8Array(MAX_HELD_BYTES);
    return this.#out.subarray(0, this.#decoder.end(this.#out));
  }

  /** Characters of notes on odd text that are new since the last call; negative where they were dropped. */
  takeNoteLength(): number {
    if (this.#mayForget && this.#decoder.noteLength > MAX_NOTE_LENGTH) this.#decoder.forget();
    const fresh = this.#decoder.noteLength - this.#noted;
    this.#noted += fresh;
    return fresh;
  }

  toLifted(n: number): Lifted {
    const encoding = this.#decoder.encoding();
    return { kind: this.kind, n, bytes: this.#decoder.bytes, ...(encoding && { encoding }) };
  }
}

/** @param before Whether the text before `text` ended so. */
function endsInBackslash(text: string, end: number, before: boolean): boolean {
  let count = 0;
  while (count < end && text.charCodeAt(end - 1 - count) === 0x5c) count++;
  return (count === end && before ? count + 1 : count) % 2 === 1;
}
