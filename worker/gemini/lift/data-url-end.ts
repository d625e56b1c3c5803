/** Where the base64 of a data URL ends that stands within a text, found while the text comes. */

/** Neither a letter of base64, in either alphabet, nor padding. */
const FOREIGN = /[^A-Za-z0-9+/=_-]/g;
/** Escapes that stand for letters of base64. */
const LETTER = /^(?:\\\/|\\u00(?:2[bdf]|3d|5f))/i;
/** Line breaks, which some writers put after every 76 letters. */
const BREAK = /^(?:\\[nrt]|\\u000[9ad])/i;
/** An escape cut off by the text's end. */
const CUT = /^\\(?:u[0-9A-Fa-f]{0,3})?$/;

export interface TextEnd {
  /** What ends the base64 is next. */
  readonly isReached: boolean;
  /** Characters at the end of the last text that were not taken. */
  readonly untaken: number;
  /** Taken before the end was seen, and part of the text behind it: the beginning of an escape. */
  readonly leftover: string;
  /** @returns The base64 in the next text, as written. */
  take(text: string): string;
}

/** @param breaksPass A line break does not end it, because parentheses do. */
export function createTextEnd(breaksPass: boolean): TextEnd {
  /** The beginning of an escape. */
  let held = '';
  let isReached = false;
  let untaken = 0;
  let leftover = '';

  /** @returns The length of the escape at `from`; 0 where it ends the base64; undefined where it is cut off. */
  function measureEscape(text: string, from: number): number | undefined {
    const near = text.slice(from, from + 6);
    const found = LETTER.exec(near) ?? (breaksPass ? BREAK.exec(near) : null);
    if (found) return found[0].length;
    return CUT.test(near) ? undefined : 0;
  }

  function endAt(text: string, end: number, taken: number): string {
    isReached = true;
    leftover = text.slice(end, taken);
    untaken = text.length - Math.max(end, taken);
    return text.slice(0, end);
  }

  return {
    get isReached() {
      return isReached;
    },
    get untaken() {
      return untaken;
    },
    get leftover() {
      return leftover;
    },
    take(fresh) {
      const taken = held.length;
      const text = held + fresh;
      held = '';
      FOREIGN.lastIndex = 0;
      for (let found = FOREIGN.exec(text); found; found = FOREIGN.exec(text)) {
        const length = found[0] === '\\' ? measureEscape(text, found.index) : 0;
        if (length === 0) return endAt(text, found.index, taken);
        if (length === undefined) {
          held = text.slice(found.index);
          return text.slice(0, found.index);
        }
        FOREIGN.lastIndex = found.index + length;
      }
      return text;
    },
  };
}
