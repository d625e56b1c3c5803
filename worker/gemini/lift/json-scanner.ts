/**
 * Follows the structure of JSON byte by byte, without building values: just enough to know where a picture begins and
 * where the outermost value ends. It checks brackets and strings; the rest is `JSON.parse`'s business, on the skeleton.
 */
import { DATA_URL_REACH, dataUrlBefore } from './data-url.ts';
import { malformed } from './lift-error.ts';
import type { Lifted } from './skeleton.ts';

/** Deeper nesting is nobody's answer and would only exhaust the stack of who walks it. */
const MAX_DEPTH = 128;
/** Longer keys and types are none of those looked for. */
const MAX_TOKEN_LENGTH = 256;

/** Of all parts: recorded answers have some KiB. */
const MAX_TEXT_BYTES = 1024 * 1024;
/** An escape, `\\u0000`, is no longer. */
const ESCAPE_LENGTH = 6;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const COLON = 0x3a;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** A string whose contents may have to be lifted; scanning goes on inside it. */
export interface Candidate {
  kind: Lifted['kind'];
  mimeType?: string;
  /** The base64 of a data URL within a longer text: it ends where the base64 does. */
  within?: 'text' | 'parentheses';
  /** The rest of a text that is too long to keep. */
  isOverlong?: true;
}

/** Of which field an object is the value, or which list it is an element of, where that matters. */
type Role = 'inlineData' | 'fileData' | 'parts' | 'part' | undefined;

interface Level {
  closer: 0x7d | 0x5d;
  role: Role;
  mimeType?: string;
}

/** Why {@link JsonScanner.scan} stopped: all is read; a candidate's first byte is next; the value is whole; a line ends. */
export type Stop = 'more' | 'candidate' | 'end' | 'line';

const isImageKey = (key: string) => key === 'inlineData' || key === 'inline_data';
const isFileKey = (key: string) => key === 'fileData' || key === 'file_data';
const isUriKey = (key: string) => key === 'fileUri' || key === 'file_uri';
const isTypeKey = (key: string) => key === 'mimeType' || key === 'mime_type';
const isSignatureKey = (key: string) => key === 'thoughtSignature' || key === 'thought_signature';

export interface ScannerOptions {
  /** Stop at a line's end between tokens, as a `data:` line of an event must. */
  stopsAtLines?: boolean;
  /**
   * Stop at pictures in data URLs as well, in the text of a part and in `fileData`; and where the texts of all parts
   * are longer than is kept.
   */
  isAnswer?: boolean;
}

export class JsonScanner {
  stop: Stop = 'more';
  candidate: Candidate = { kind: 'image' };
  readonly #stopsAtLines: boolean;
  readonly #isAnswer: boolean;
  #levels: Level[] = [];
  #level: Level | undefined;
  #key = '';
  #expectsKey = false;
  #inString = false;
  #afterBackslash = false;
  /** The text of a key or type so far; undefined in strings that nobody asks about. */
  #token: string | undefined;
  /** The last characters of a text that may hold a data URL; undefined in other strings. */
  #tail: string | undefined;
  /** Of all such texts so far. */
  #textBytes = 0;

  constructor({ stopsAtLines = false, isAnswer = false }: ScannerOptions = {}) {
    this.#stopsAtLines = stopsAtLines;
    this.#isAnswer = isAnswer;
  }

  get isOpen(): boolean {
    return this.#level !== undefined;
  }

  /** Says that the candidate's text, up to `afterBackslash`, was read by someone else. */
  resumeInString(afterBackslash: boolean): void {
    this.#afterBackslash = afterBackslash;
  }

  /**
   * Begins at the value's bracket, or goes on where the last call stopped.
   *
   * @returns The position after the last byte taken; {@link stop} says why it is not further.
   */
  scan(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (this.#inString) {
        this.stop = 'more';
        at = this.#scanString(bytes, at, to);
        if (this.stop === ('candidate' as Stop)) return at;
        continue;
      }
      const byte = bytes[at] as number;
      if (this.#stopsAtLines && (byte === LF || byte === CR)) {
        this.stop = 'line';
        return at;
      }
      at++;
      if (byte > SPACE && this.#scanStructure(byte)) return at;
    }
    this.stop = 'more';
    return at;
  }

  /** @returns Whether to stop after this byte. */
  #scanStructure(byte: number): boolean {
    switch (byte) {
      case QUOTE:
        return this.#openString();
      case COLON:
        this.#expectsKey = false;
        return false;
      case COMMA:
        this.#expectsKey = this.#level?.closer === 0x7d;
        return false;
      case 0x7b: // {
        this.#push({ closer: 0x7d, role: this.#roleOfObject() });
        this.#expectsKey = true;
        return false;
      case 0x5b: // [
        this.#push({ closer: 0x5d, role: this.#key === 'parts' ? 'parts' : undefined });
        this.#expectsKey = false;
        return false;
      case 0x7d:
      case 0x5d:
        return this.#pop(byte);
      default:
        if (!this.#level) throw malformed('expected a JSON object or array');
        return false;
    }
  }

  #roleOfObject(): Role {
    if (isImageKey(this.#key)) return 'inlineData';
    if (isFileKey(this.#key)) return 'fileData';
    return this.#level?.role === 'parts' ? 'part' : undefined;
  }

  #push(level: Level): void {
    if (this.#levels.length === MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
    this.#levels.push(level);
    this.#level = level;
    this.#key = '';
  }

  #pop(closer: number): boolean {
    if (this.#level?.closer !== closer) throw malformed('brackets that do not match');
    this.#levels.pop();
    this.#level = this.#levels.at(-1);
    this.#key = '';
    this.#expectsKey = false;
    if (this.#level) return false;
    this.stop = 'end';
    return true;
  }

  #openString(): boolean {
    if (!this.#level) throw malformed('expected a JSON object or array');
    this.#inString = true;
    this.#token = undefined;
    this.#tail = undefined;
    const { role } = this.#level;
    if (this.#expectsKey) {
      this.#token = '';
    } else if (role === 'inlineData' && isTypeKey(this.#key)) {
      this.#token = '';
    } else if (role === 'inlineData' && this.#key === 'data') {
      return this.#stopAtCandidate('image', this.#level.mimeType);
    } else if (isSignatureKey(this.#key)) {
      return this.#stopAtCandidate('signature');
    } else if (this.#isAnswer && this.#mayHoldDataUrl(role)) {
      this.#tail = '';
    }
    return false;
  }

  #mayHoldDataUrl(role: Role): boolean {
    return role === 'part' ? this.#key === 'text' : role === 'fileData' && isUriKey(this.#key);
  }

  #stopAtCandidate(kind: Lifted['kind'], mimeType?: string): true {
    this.candidate = mimeType === undefined ? { kind } : { kind, mimeType };
    this.stop = 'candidate';
    return true;
  }

  #scanString(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    const tooLongFrom = this.#tail === undefined ? to : from + Math.max(0, MAX_TEXT_BYTES - this.#textBytes);
    for (; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte < SPACE) throw malformed('a control character in a string');
      if (this.#afterBackslash) this.#afterBackslash = false;
      else if (at >= tooLongFrom && isBetweenCharacters(bytes, from, at)) return this.#stopBeforeRest(at);
      else if (byte === BACKSLASH) this.#afterBackslash = true;
      else if (byte === QUOTE) break;
      else if (byte === COMMA && this.#tail !== undefined && this.#endsDataUrl(bytes, from, at + 1)) return at + 1;
    }
    if (this.#tail !== undefined) this.#textBytes += at - from;
    if (this.#tail !== undefined && at === to) this.#tail = this.#reachBack(bytes, from, to);
    if (this.#token !== undefined) this.#collect(bytes, from, at);
    if (at === to) return at;
    this.#closeString();
    return at + 1;
  }

  #stopBeforeRest(at: number): number {
    this.#textBytes = MAX_TEXT_BYTES;
    this.candidate = { kind: 'image', isOverlong: true };
    this.stop = 'candidate';
    return at;
  }

  /** @param from Where the text goes on after {@link #tail}. @returns The last of it, up to `to`. */
  #reachBack(bytes: Uint8Array, from: number, to: number): string {
    const near = bytes.subarray(Math.max(from, to - DATA_URL_REACH), to);
    return (this.#tail + String.fromCharCode(...near)).slice(-DATA_URL_REACH);
  }

  #endsDataUrl(bytes: Uint8Array, from: number, to: number): boolean {
    const found = dataUrlBefore(this.#reachBack(bytes, from, to));
    if (!found) return false;
    const { mimeType, inParentheses } = found;
    this.#textBytes += to - from;
    this.candidate = { kind: 'image', mimeType, within: inParentheses ? 'parentheses' : 'text' };
    this.stop = 'candidate';
    this.#tail = '';
    return true;
  }

  #collect(bytes: Uint8Array, from: number, to: number): void {
    if ((this.#token as string).length + (to - from) > MAX_TOKEN_LENGTH) {
      if (this.#expectsKey) this.#key = '';
      this.#token = undefined;
      this.#expectsKey = false;
      return;
    }
    for (let at = from; at < to; at++) this.#token += String.fromCharCode(bytes[at] as number);
  }

  #closeString(): void {
    this.#inString = false;
    if (this.#token === undefined) return;
    const token = this.#token.includes('\\') ? unescapeToken(this.#token) : this.#token;
    if (this.#expectsKey) this.#key = token;
    else if (this.#level) this.#level.mimeType = token;
    this.#token = undefined;
    this.#expectsKey = false;
  }
}

/** Nothing that is written with several bytes is cut in two before `at`, where no backslash stands before it. */
function isBetweenCharacters(bytes: Uint8Array, from: number, at: number): boolean {
  if ((bytes[at] as number) >= 0x80 || at - from < ESCAPE_LENGTH) return false;
  const near = bytes.subarray(at - ESCAPE_LENGTH + 1, at);
  return !near.some((byte, n) => byte === BACKSLASH && near[n + 1] === LETTER_U);
}

function unescapeToken(token: string): string {
  try {
    return JSON.parse(`"${token}"`);
  } catch (cause) {
    throw malformed(`an escape that JSON does not know: ${String(cause)}`);
  }
}
