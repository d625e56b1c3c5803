import type { Candidate, Reasons } from './json-scanner.ts';

const BOM = [0xef, 0xbb, 0xbf];

/** Cuts a message into units, and stops at strings that may have to be lifted. */
export interface Framer {
  readonly stop: FramerStop;
  /** The candidate of the last stop at one. */
  readonly candidate: Candidate;
  /** Those of the answer's current value, as far as it has come. */
  readonly reasons: Reasons;
  /** @returns The position after the last byte taken. Throws `LiftError` `malformed`. */
  scan(bytes: Uint8Array, from: number, to: number): number;
  /** Goes on inside the candidate's string. @param kept What the caller read of it and left as text. */
  resumeInString(afterBackslash: boolean, kept?: string): void;
  /** Whether to stop at the beginning of the next text of a part, too (`Candidate.isRest`). */
  expectRest(isExpected: boolean): void;
  /** The source has ended. Throws `LiftError` `truncated` if the message is not complete. */
  end(): void;
}

/** `more`: all bytes are read. `candidate`: the next byte is the first of a candidate. `unit`: a unit is complete. */
export type FramerStop = 'more' | 'candidate' | 'unit';

/** Accepts the bytes of a byte order mark at the very beginning of a message. */
export function createBomSkipper(): (byte: number) => boolean {
  let at = 0;
  return (byte) => {
    if (byte !== BOM[at]) {
      at = BOM.length;
      return false;
    }
    at++;
    return true;
  };
}
