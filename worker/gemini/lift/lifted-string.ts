/**
 * Reads one candidate string. Its first 4 KiB decide whether it is lifted; if so, it is decoded as it arrives.
 */
import { Base64Decoder, MAX_HELD_BYTES } from './base64-decoder.ts';
import { dataUrlPrefix } from './data-url.ts';
import { createTextEnd, type TextEnd } from './data-url-end.ts';
import type { Candidate } from './json-scanner.ts';
import { createPictureEnd } from './picture-end.ts';
import type { Lifted } from './skeleton.ts';

/** Signatures up to this length are not lifted. For any string, this much text decides whether it is base64. */
const HEAD_LENGTH = 4096;
/** V8 makes strings up to about this size in its young generation, where they cost almost nothing. */
const CHUNK_BYTES = 64 * 1024;
/** Shorter data URLs in a text are examples: the smallest possible PNG takes 90 letters. */
const MIN_IN_TEXT_LENGTH = 64;

/**
 * Past this length of notes they may be dropped. A line break after every 76 letters is a note each, and with a large
 * picture they would exceed `maxSkeletonBytes`.
 */
const MAX_NOTE_LENGTH = 512 * 1024;

/** Base64 or base64url, perhaps with escapes and line breaks. Linear time: no two branches begin alike. */
const BASE64_LIKE = /^(?:[A-Za-z0-9+/_-]|\\\/){2}(?:[A-Za-z0-9+/_=-]|\\[/nrt]|\\u00[0-7][0-9A-Fa-f])*$/;
/** White space before the base64, and spaces in it, which some providers write in place of line breaks. */
const LEADING_SPACE = /^(?: |\\[nrt])+/;
const SPACES = /(?<=[A-Za-z0-9+/]{16}) +(?=[A-Za-z0-9+/=]|$)/g;
/** The beginnings of PNG, JPEG and WebP. */
const BARE_PICTURE = /^(?:\\[nrt])*(?:iVBORw0KGgo|\\?\/9j\\?\/|UklGR)/;
/** An escape that the end of the head cuts off. */
const CUT_ESCAPE = /\\(?:u[0-9A-Fa-f]{0,3})?$/;

export class LiftedString {
  readonly kind: Lifted['kind'];
  readonly mimeType: string | undefined;
  /** The rest of an overlong text: no picture, and left out. */
  readonly isOverlong: boolean;
  /** The next byte is the closing quote, or the first after the base64 of a data URL in a text. */
  isClosed = false;
  /** Characters of the head that stand in earlier texts. */
  #keptBefore = 0;
  /** The text that holds the picture ends with its base64. */
  isAtQuote = false;
  #isOver: boolean;
  /** The last byte taken was a backslash that begins an escape. */
  afterBackslash = false;
  /** The position after the last byte taken. */
  next = 0;
  /** All text until the string is to be lifted; then undefined. */
  head: string | undefined = '';
  readonly #decoder = new Base64Decoder();
  #end: TextEnd | undefined;
  readonly #within: Candidate['within'];
  readonly #ends = createPictureEnd();
  readonly #takesDataUrl: boolean;
  readonly #mayForget: boolean;
  #out: Uint8Array | undefined;
  #noted = 0;

  /**
   * @param takesDataUrl Whether `data:…;base64,` may stand before the base64.
   * @param mayForget Whether a text with very many deviations may be written again as canonical base64.
   */
  constructor({ kind, mimeType, within, mayGoOn, isOverlong }: Candidate, takesDataUrl = false, mayForget = false) {
    this.isOverlong = isOverlong === true;
    this.kind = kind;
    this.mimeType = mimeType;
    this.#within = within;
    this.#isOver = !mayGoOn;
    this.#end = within && createTextEnd(within !== 'text');
    this.#mayForget = mayForget;
    this.#takesDataUrl = takesDataUrl && kind === 'image' && !within;
  }

  /** Characters that were taken but belong to the text after the base64. */
  get leftover(): string {
    return this.#end?.leftover ?? '';
  }

  /**
   * Takes a chunk of the string, at most up to its closing quote.
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
    this.isAtQuote = this.isClosed && end.leftover === '' && text.charAt(text.length - end.untaken) === '"';
    return chunk;
  }

  /**
   * Whether the picture of a text may go on in the next one: the text has ended, and the picture has not. Some
   * providers stream such a text in pieces.
   */
  get mayGoOn(): boolean {
    if (!this.isAtQuote || this.#isOver) return false;
    const { held } = this.#decoder;
    if (this.head === undefined)
      return !held.endsWith('=') && !(this.#ends.isWhole(held) ?? this.#within !== 'parentheses');
    return this.#within !== 'bare' && !this.head.endsWith('=');
  }

  /** Goes on with the next text. */
  goOn(): void {
    this.#keptBefore = this.head?.length ?? 0;
    this.#end = createTextEnd(this.#within !== 'text');
    this.isClosed = false;
    this.isAtQuote = false;
  }

  /** The text that goes on is over, and nothing can follow. */
  finish(): void {
    this.#isOver = true;
  }

  /** Whether Markdown's parenthesis closes the text that the picture ended in. */
  get isInParentheses(): boolean {
    return this.#within === 'parentheses';
  }

  /** Adds text to the head. @returns Whether to lift the string or keep its text; undefined if more text is needed. */
  decide(text: string): 'lift' | 'keep' | undefined {
    const head = (this.head ?? '') + text;
    this.head = head;
    const needed = this.#within === 'bare' ? MIN_IN_TEXT_LENGTH : HEAD_LENGTH;
    if (head.length <= needed && !this.isClosed) return undefined;
    if (this.kind === 'signature' && head.length <= HEAD_LENGTH) return 'keep';
    if (this.#end) return head.length < MIN_IN_TEXT_LENGTH || !this.#isPictureText(head) ? 'keep' : 'lift';
    const base64 = head.slice(this.prefix.length, HEAD_LENGTH).replace(CUT_ESCAPE, '');
    return BASE64_LIKE.test(base64.replace(LEADING_SPACE, '').replaceAll(SPACES, '')) ? 'lift' : 'keep';
  }

  #isPictureText = (head: string): boolean => this.#within !== 'bare' || BARE_PICTURE.test(head);

  /** The head without what stands in earlier texts. */
  get newHead(): string {
    return this.head?.slice(this.#keptBefore) ?? '';
  }

  /** The text in the head before the base64. */
  get prefix(): string {
    return this.#takesDataUrl ? dataUrlPrefix(this.head ?? '') : '';
  }

  /** @returns The decoded bytes, valid until the next call. */
  decode(text: string): Uint8Array {
    const needed = Math.ceil(text.length * 0.75) + MAX_HELD_BYTES;
    if (!this.#out || this.#out.length < needed) this.#out = new Uint8Array(needed);
    const bytes = this.#out.subarray(0, this.#decoder.push(text, this.#out));
    if (this.#end) this.#ends.add(bytes);
    return bytes;
  }

  /** The string has ended. @returns The last decoded bytes. */
  end(): Uint8Array {
    this.#out ??= new Uint8Array(MAX_HELD_BYTES);
    return this.#out.subarray(0, this.#decoder.end(this.#out));
  }

  /** Characters of notes that are new since the last call; negative if notes were dropped. */
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

/** @param before Whether the text before `text` ended in a backslash that begins an escape. */
function endsInBackslash(text: string, end: number, before: boolean): boolean {
  let count = 0;
  while (count < end && text.charCodeAt(end - 1 - count) === 0x5c) count++;
  return (count === end && before ? count + 1 : count) % 2 === 1;
}
