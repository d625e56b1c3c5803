/** Finds the end of a data URL's base64 inside a longer text, while the text arrives. */

/** Neither a letter of base64 or base64url nor padding. */
const FOREIGN = /[^A-Za-z0-9+/=_-]/g;
/** Escapes that stand for letters of base64. */
const LETTER = /^(?:\\\/|\\u00(?:2[bdf]|3d|5f))/i;
/** Line breaks, which some writers put after every 76 letters. */
const BREAK = /^(?:\\[nrt]|\\u000[9ad])/i;
/** An escape that the end of the text cuts off. */
const CUT = /^\\(?:u[0-9A-Fa-f]{0,3})?$/;

export interface TextEnd {
  /** The base64 has ended. */
  readonly isReached: boolean;
  /** Characters at the end of the last text that were not taken. */
  readonly untaken: number;
  /** The beginning of an escape that was taken earlier but belongs to the text after the base64. */
  readonly leftover: string;
  /** @returns The base64 in the next text, as written. */
  take(text: string): string;
}

/** @param breaksPass The address is in parentheses, so a line break does not end it. */
export function createTextEnd(breaksPass: boolean): TextEnd {
  /** The beginning of an escape, not given out yet. */
  let held = '';
  let isReached = false;
  let untaken = 0;
  let leftover = '';

  /** @returns The length of the escape at `from`; 0 if it ends the base64; undefined if it is cut off. */
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
