import type { Candidate } from './json-scanner.ts';

const BOM = [0xef, 0xbb, 0xbf];
export interface Framer {
  readonly stop: FramerStop;
  /** Of the last stop at a candidate. */
  readonly candidate: Candidate;
  /** @returns The position after the last byte taken. Throws {@link LiftError}. */
  scan(bytes: Uint8Array, from: number, to: number): number;
  resumeInString(afterBackslash: boolean): void;
  /** The source has ended. Throws `truncated` where the message had not. */
  end(): void;
}

/** Why a framer stopped: all is read; a candidate's first byte is next; a unit is whole. */
export type FramerStop = 'more' | 'candidate' | 'unit';
/** Lets a byte order mark pass at the very beginning of a message. */
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
