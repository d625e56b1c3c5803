/**
 * Decodes one base64 string as it arrives, and records how its text differs from canonical base64, so that the same
 * text can be written again.
 *
 * Nearly all strings are canonical, and the native decoder proves it: text of 4n characters that decodes strictly to
 * exactly 3n bytes has no whitespace, escape, padding or foreign letter. Only text that fails this test is read letter
 * by letter (base64-groups.ts).
 */
import { createBase64Groups, type Spelling } from './base64-groups.ts';
import { malformed } from './lift-error.ts';
import type { Encoding } from './skeleton.ts';

/** Upper bound of the bytes that the held group decodes to. */
export const MAX_HELD_BYTES = 128;

export class Base64Decoder {
  /** Bytes decoded so far. */
  bytes = 0;
  readonly #spelling: Spelling = { url: undefined, escapes: undefined, escaped: 0 };
  readonly #quanta = createBase64Groups(this.#spelling);
  /** The beginning of a group, not decoded yet. */
  #held = '';
  #isForgotten = false;

  /** Approximate length in characters of the patches so far, as JSON. */
  get noteLength(): number {
    return this.#quanta.noteLength;
  }

  /** Drops the patches and records no more: the text will be written again as canonical base64. */
  forget(): void {
    this.#isForgotten = true;
    this.#quanta.forget();
  }

  /**
   * @param text The next chunk as written, one character for each byte.
   * @param out Receives the bytes; it needs three quarters of the text's length plus {@link MAX_HELD_BYTES}.
   * @returns How many bytes were written to `out`.
   */
  push(text: string, out: Uint8Array): number {
    const written = this.#pushPlain(text, out) ?? this.#pushOdd(this.#held + text, out);
    this.bytes += written;
    return written;
  }

  /**
   * The usual case. The held group is completed and decoded by itself, because joining it to the chunk would copy
   * the chunk. The last group is held back: only the end of the string shows whether its padding is right.
   */
  #pushPlain(text: string, out: Uint8Array): number | undefined {
    const held = this.#held;
    const missing = held.length === 0 ? 0 : 4 - held.length;
    const length = text.length - missing - ((text.length - missing) % 4 || 4);
    if (missing < 0 || length <= 0) return undefined;
    const first = held.length === 0 ? 0 : this.#decodePlain(held + text.slice(0, missing), out);
    if (first === undefined) return undefined;
    const rest = this.#decodePlain(text.slice(missing, missing + length), first === 0 ? out : out.subarray(first));
    if (rest === undefined) return undefined;
    this.#held = text.slice(missing + length);
    return first + rest;
  }

  #pushOdd(whole: string, out: Uint8Array): number {
    const { written, taken } = this.#decodeEscaped(whole, out) ?? this.#quanta.decode(whole, out, this.bytes, false);
    this.#held = whole.slice(taken);
    return written;
  }

  /** The beginning of a group, which {@link push} has not decoded yet, as written. */
  get held(): string {
    return this.#held;
  }

  /** The string has ended. `out` as in {@link push}. */
  end(out: Uint8Array): number {
    const { written, taken } = this.#quanta.decode(this.#held, out, this.bytes, true);
    if (taken !== this.#held.length) throw malformed('a string that ends inside an escape');
    this.#held = '';
    this.bytes += written;
    return written;
  }

  /** @returns undefined if the text was canonical, or after {@link forget}. */
  encoding(): Encoding | undefined {
    if (this.#isForgotten) return undefined;
    const { url, escaped } = this.#spelling;
    const { patches, unpadded } = this.#quanta;
    const encoding: Encoding = {
      ...(url && { url }),
      ...(unpadded && { unpadded }),
      ...(escaped > 0 && { escaped }),
      ...(patches.length > 0 && { patches }),
    };
    return Object.keys(encoding).length > 0 ? encoding : undefined;
  }

  #decodePlain(text: string, out: Uint8Array): number | undefined {
    const spelling = this.#spelling;
    if (spelling.escapes && text.includes('/')) return undefined;
    const written = decodeStrictly(text, out, spelling.url ? 'base64url' : 'base64');
    if (written !== undefined) {
      // `includes` stops at the first such letter, so it costs nothing.
      if (spelling.url === undefined && (text.includes('+') || text.includes('/'))) spelling.url = false;
      if (spelling.escapes === undefined && text.includes('/')) spelling.escapes = false;
      return written;
    }
    if (spelling.url !== undefined) return undefined;
    const asUrl = decodeStrictly(text, out, 'base64url');
    if (asUrl !== undefined) spelling.url = true;
    return asUrl;
  }

  /** Text in which every slash is `\/` and nothing else is odd. */
  #decodeEscaped(whole: string, out: Uint8Array): { written: number; taken: number } | undefined {
    const spelling = this.#spelling;
    if (spelling.escapes === false || spelling.url || !whole.includes('\\/')) return undefined;
    const pieces = whole.split('\\/');
    if (pieces.some((piece) => piece.includes('/'))) return undefined;
    const plain = pieces.join('/');
    const length = plain.length - (plain.length % 4 || 4);
    if (length <= 0) return undefined;
    const written = decodeStrictly(plain.slice(0, length), out, 'base64');
    if (written === undefined) return undefined;
    const heldSlashes = plain.slice(length).split('/').length - 1;
    const slashes = pieces.length - 1 - heldSlashes;
    if (slashes > 0) {
      spelling.escapes = true;
      spelling.url = false;
      spelling.escaped += slashes;
    } else if (plain.slice(0, length).includes('+')) {
      spelling.url = false;
    }
    return { written, taken: length + slashes };
  }
}

/** @returns Bytes written, or undefined if `text` is not purely base64 of three bytes for every four characters. */
function decodeStrictly(text: string, out: Uint8Array, alphabet: 'base64' | 'base64url'): number | undefined {
  try {
    const { written } = out.setFromBase64(text, { alphabet, lastChunkHandling: 'strict' });
    return written * 4 === text.length * 3 ? written : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
