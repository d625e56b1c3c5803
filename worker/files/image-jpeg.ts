/**
 * Follows a JPEG from marker to marker to its own end (ITU-T T.81 annex B), past the end of a preview in its metadata.
 */
import type { ChunkChain } from './chunk-chain.ts';

const START_BYTES = 2;
const END = 0xd9;
const SCAN = 0xda;

/** @returns A chain that lets anything follow the end. */
export function createJpegWalk(): ChunkChain {
  let place: 'skip' | 'search' | 'code' | 'length' | 'end' | 'lost' = 'skip';
  let left = START_BYTES;
  let code = 0;
  let length = 0;
  let lengthBytes = 0;
  let hasScan = false;

  /** Stuffed zeros, restarts and markers without a length continue the search; fill bytes precede the code. */
  function takeCode(byte: number): void {
    if (byte === 0xff) return;
    code = byte;
    length = 0;
    lengthBytes = 0;
    if (byte === END) place = 'end';
    else if (byte <= 0x01 || (byte >= 0xd0 && byte <= 0xd8)) place = 'search';
    else place = 'length';
  }

  function takeLength(byte: number): void {
    length = length * 256 + byte;
    lengthBytes += 1;
    if (lengthBytes < 2) return;
    left = length - 2;
    place = left < 0 ? 'lost' : 'skip';
    hasScan ||= code === SCAN;
  }

  return {
    add(piece) {
      for (let at = 0; at < piece.length && place !== 'end' && place !== 'lost'; ) {
        if (place === 'skip') {
          const taken = Math.min(left, piece.length - at);
          at += taken;
          left -= taken;
          if (left === 0) place = 'search';
        } else if (place === 'search') {
          const found = piece.indexOf(0xff, at);
          if (found < 0) return;
          at = found + 1;
          place = 'code';
        } else if (place === 'code') {
          takeCode(piece[at++] as number);
        } else {
          takeLength(piece[at++] as number);
        }
      }
    },
    problem: () =>
      place === 'end' && hasScan ? undefined : 'must be a whole image: a JPEG has a scan and an end-of-image marker.',
  };
}
