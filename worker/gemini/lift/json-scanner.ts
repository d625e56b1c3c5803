/**
 * Follows the structure of JSON byte by byte, without building values: just enough to find the beginning of a picture
 * and the end of the outermost value. It checks brackets and strings; `JSON.parse` checks the rest, on the skeleton.
 */
import { DATA_URL_REACH, dataUrlBefore } from './data-url.ts';
import { malformed } from './lift-error.ts';
import type { Lifted } from './skeleton.ts';

/** No real answer is nested deeper, and deeper nesting could exhaust the stack of recursive readers. */
const MAX_DEPTH = 128;
/** Longer than any key or type that the scanner looks for. */
const MAX_TOKEN_LENGTH = 256;

/** Bound of the texts of all parts together. Recorded answers have some KiB. */
const MAX_TEXT_BYTES = 1024 * 1024;
/** The longest escape: `\u0000`. */
const ESCAPE_LENGTH = 6;

/** First letters of the base64 of PNG, JPEG and WebP, and of an escaped slash or line break. */
const BEGINS_PICTURE = [...'i/U\\'].map((letter) => letter.charCodeAt(0));

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
  /**
   * The candidate is the base64 of a data URL in a longer text, and ends with the base64. `bare`: a text that may be
   * a picture's base64, without a data URL.
   */
  within?: 'text' | 'parentheses' | 'bare';
  /** It stands in the text of a part, and may go on in the text of the next part. */
  mayGoOn?: true;
  /** The candidate is a text that may go on with the picture of the text before it. */
  isRest?: true;
  /** The candidate is the rest of a text that is too long to keep. */
  isOverlong?: true;
}

/** Why an answer or its prompt was ended or refused. */
export interface Reasons {
  finishReason?: string;
  blockReason?: string;
}

/** The field that holds an object, or the list that it is an element of, if that matters. */
type Role = 'inlineData' | 'fileData' | 'parts' | 'part' | undefined;

interface Level {
  closer: 0x7d | 0x5d;
  role: Role;
  mimeType?: string;
}

/**
 * Why {@link JsonScanner.scan} stopped. `more`: all bytes are read. `candidate`: the next byte is the first of a
 * candidate. `end`: the value is complete. `line`: a line ends.
 */
export type Stop = 'more' | 'candidate' | 'end' | 'line';

const isImageKey = (key: string) => key === 'inlineData' || key === 'inline_data';
const isFileKey = (key: string) => key === 'fileData' || key === 'file_data';
const isUriKey = (key: string) => key === 'fileUri' || key === 'file_uri';
const isTypeKey = (key: string) => key === 'mimeType' || key === 'mime_type';
const isFinishKey = (key: string) => key === 'finishReason' || key === 'finish_reason';
const isBlockKey = (key: string) => key === 'blockReason' || key === 'block_reason';
/** Of a list of parts. Some providers put the parts, or a list of contents, right into `content`. */
const isListKey = (key: string) => key === 'parts' || key === 'content';
/** OpenAI's fields for the address of a picture, and texts of its messages. */
const isOpenAiKey = (key: string) => key === 'url' || key === 'image_url' || key === 'content';
const isReasonKey = (key: string) => isFinishKey(key) || isBlockKey(key);
const isSignatureKey = (key: string) => key === 'thoughtSignature' || key === 'thought_signature';

export interface ScannerOptions {
  /** Stop at the end of a line between tokens, for the `data:` lines of an event. Default false. */
  stopsAtLines?: boolean;
  /**
   * Stop also at pictures in data URLs (in the text of a part and in `fileData`), and at the rest of texts past 1 MiB
   * in all. Default false.
   */
  isAnswer?: boolean;
}

export class JsonScanner {
  stop: Stop = 'more';
  candidate: Candidate = { kind: 'image' };
  /**
   * The reasons in the answer's value so far: a block reason, and the finish reason of its last candidate that has one,
   * unless another candidate has begun after it. A new object with each new reason.
   */
  reasons: Reasons = {};
  readonly #stopsAtLines: boolean;
  readonly #isAnswer: boolean;
  #levels: Level[] = [];
  #level: Level | undefined;
  #key = '';
  #expectsKey = false;
  #inString = false;
  #afterBackslash = false;
  /** The text of a key or type so far; undefined in other strings. */
  #token: string | undefined;
  /** The last characters of a text that may hold a data URL; undefined in other strings. */
  #tail: string | undefined;
  /** Bytes of all texts that may hold a data URL, so far. */
  #textBytes = 0;
  /** Number of levels of the last finish reason. */
  #finishDepth = 0;
  /** The next text of a part may go on with the picture of the last one. */
  #expectsRest = false;
  /** The end of the last text of a part: the beginning of a data URL may be cut in two. */
  #lastTail = '';
  /** The first letter of the text of a part has been seen. Other strings have begun. */
  #isTextBegun = true;

  constructor({ stopsAtLines = false, isAnswer = false }: ScannerOptions = {}) {
    this.#stopsAtLines = stopsAtLines;
    this.#isAnswer = isAnswer;
  }

  get isOpen(): boolean {
    return this.#level !== undefined;
  }

  /**
   * Goes on inside the candidate's string, after the caller read its contents.
   *
   * @param afterBackslash Whether the last byte that the caller took begins an escape.
   * @param kept What the caller left as text: a data URL may have begun in it.
   */
  resumeInString(afterBackslash: boolean, kept = ''): void {
    this.#afterBackslash = afterBackslash;
    if (this.#tail !== undefined) this.#tail = (this.#tail + kept).slice(-DATA_URL_REACH);
  }

  /** Stops also at the beginning of the next text of a part: a picture was not whole when its text ended. */
  expectRest(isExpected: boolean): void {
    this.#expectsRest = isExpected;
  }

  /**
   * Begins at the value's bracket, or continues after the last call's stop. Throws `LiftError` `malformed`.
   *
   * @returns The position after the last byte taken; {@link stop} gives the reason.
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
        this.#push({ closer: 0x5d, role: isListKey(this.#key) ? 'parts' : undefined });
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
    return this.#level?.role === 'parts' || this.#key === 'parts' ? 'part' : undefined;
  }

  #push(level: Level): void {
    if (this.#levels.length === MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`);
    if (!this.#level) this.reasons = {};
    const isNextCandidate = this.#levels.length === this.#finishDepth - 1 && this.#level?.closer === 0x5d;
    if (isNextCandidate && this.reasons.finishReason !== undefined) {
      const { finishReason: _, ...others } = this.reasons;
      this.reasons = others;
    }
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
    } else if ((role === 'inlineData' && isTypeKey(this.#key)) || (this.#isAnswer && isReasonKey(this.#key))) {
      this.#token = '';
    } else if (role === 'inlineData' && this.#key === 'data') {
      return this.#stopAtCandidate('image', this.#level.mimeType);
    } else if (this.#isAnswer && this.#key === 'b64_json') {
      return this.#stopAtCandidate('image');
    } else if (isSignatureKey(this.#key)) {
      return this.#stopAtCandidate('signature');
    } else if (this.#isAnswer && role === 'part' && this.#key === 'text') {
      this.#tail = this.#lastTail;
      this.#lastTail = '';
      this.#isTextBegun = false;
      if (this.#expectsRest) return this.#stopAtRest();
    } else if (this.#isAnswer && this.#mayHoldDataUrl(role)) {
      this.#tail = '';
    }
    return false;
  }

  #stopAtRest(): true {
    this.#isTextBegun = true;
    this.candidate = { kind: 'image', isRest: true };
    this.stop = 'candidate';
    return true;
  }

  #mayHoldDataUrl(role: Role): boolean {
    return role === 'fileData' ? isUriKey(this.#key) : isOpenAiKey(this.#key);
  }

  #stopAtCandidate(kind: Lifted['kind'], mimeType?: string): true {
    this.candidate = mimeType === undefined ? { kind } : { kind, mimeType };
    this.stop = 'candidate';
    return true;
  }

  #scanString(bytes: Uint8Array, from: number, to: number): number {
    if (!this.#isTextBegun) {
      this.#isTextBegun = true;
      if (BEGINS_PICTURE.includes(bytes[from] as number)) {
        this.candidate = { kind: 'image', within: 'bare', mayGoOn: true };
        this.stop = 'candidate';
        return from;
      }
    }
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
    if (this.#tail !== undefined && this.#key === 'text') this.#lastTail = this.#reachBack(bytes, from, at);
    this.#closeString();
    return at + 1;
  }

  #stopBeforeRest(at: number): number {
    this.#textBytes = MAX_TEXT_BYTES;
    this.candidate = { kind: 'image', isOverlong: true };
    this.stop = 'candidate';
    return at;
  }

  /** @param from The position after `#tail`. @returns The last characters of the text before `to`. */
  #reachBack(bytes: Uint8Array, from: number, to: number): string {
    const near = bytes.subarray(Math.max(from, to - DATA_URL_REACH), to);
    return (this.#tail + String.fromCharCode(...near)).slice(-DATA_URL_REACH);
  }

  #endsDataUrl(bytes: Uint8Array, from: number, to: number): boolean {
    const found = dataUrlBefore(this.#reachBack(bytes, from, to));
    if (!found) return false;
    const { mimeType, inParentheses } = found;
    this.#textBytes += to - from;
    const isOfPart = this.#level?.role === 'part' && this.#key === 'text';
    const within = inParentheses ? 'parentheses' : 'text';
    this.candidate = { kind: 'image', mimeType, within, ...(isOfPart && { mayGoOn: true }) };
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
    else if (isReasonKey(this.#key)) this.#noteReason(token);
    else if (this.#level) this.#level.mimeType = token;
    this.#token = undefined;
    this.#expectsKey = false;
  }

  #noteReason(reason: string): void {
    const isBlock = isBlockKey(this.#key);
    if (!isBlock) this.#finishDepth = this.#levels.length;
    this.reasons = { ...this.reasons, [isBlock ? 'blockReason' : 'finishReason']: reason };
  }
}

/** Whether a cut at `at` splits no UTF-8 character and no `\u` escape. The caller checks for a backslash before it. */
function isBetweenCharacters(bytes: Uint8Array, from: number, at: number): boolean {
  if ((bytes[at] as number) >= 0x80 || at - from < ESCAPE_LENGTH) return false;
  const near = bytes.subarray(at - ESCAPE_LENGTH + 1, at);
  return !near.some((byte, n) => byte === BACKSLASH && near[n + 1] === LETTER_U);
}

function unescapeToken(token: string): string {
  try {
    return JSON.parse(`"${token}"`);
  } catch {
    // V8's own words quote the token, and this message goes to logs.
    throw malformed('an escape that JSON does not know');
  }
}
