/**
 * Follows a file that is a chain of chunks, each with its length in front, from head to head as the bytes pass. A chain
 * that does not end where the file ends was cut short, or has other data behind it.
 */

export interface ChainFormat {
  name: string;
  /** Bytes before the first chunk. */
  start: number;
  /** Whether the format has a chunk that ends the chain, and before it one with the picture. */
  hasLast: boolean;
  /**
   * @param head The first 8 bytes of a chunk, or 16 after `more`.
   * @returns The chunk's whole length, no shorter than its head; `more` where that takes 16 bytes to tell; undefined
   *   where it is no chunk.
   */
  measure(head: DataView): { length: number; isLast?: boolean; isPicture?: boolean } | 'more' | undefined;
}

const IDAT = 0x49444154;
const IEND = 0x49454e44;

/** Four bytes of length, four of type, the contents, four of checksum (w3.org/TR/png-3 §5.3). */
export const PNG_CHAIN: ChainFormat = {
  name: 'PNG',
  start: 8,
  hasLast: true,
  measure(head) {
    const type = head.getUint32(4);
    return { length: head.getUint32(0) + 12, isLast: type === IEND, isPicture: type === IDAT };
  },
};

/** Boxes (ISO/IEC 14496-12 §4.2): a size of 0 runs to the end of the file, of 1 has 64 bits behind the type. */
export const HEIF_CHAIN: ChainFormat = {
  name: 'HEIF',
  start: 0,
  hasLast: false,
  measure(head) {
    const size = head.getUint32(0);
    if (size === 0) return { length: TO_THE_END };
    if (size === 1 && head.byteLength < 16) return 'more';
    const length = size === 1 ? Number(head.getBigUint64(8)) : size;
    return length < head.byteLength ? undefined : { length };
  },
};

const TO_THE_END = Number.POSITIVE_INFINITY;
const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;
/**
 * A picture has some thousands. The bound is there because a library looped endlessly in this walk
 * (docs/wire-facts.md#why-some-of-it-is-our-own-code).
 */
const MAX_CHUNKS = 65_536;

export interface ChunkChain {
  add(piece: Uint8Array): void;
  /** @param length Of the whole file, in bytes. @returns The rule that the file breaks; undefined for a whole one. */
  problem(length: number): string | undefined;
}

/** @param mayBeFollowed Whether bytes after the chunk that ends the chain are ignored. */
export function createChunkChain({ name, start, hasLast, measure }: ChainFormat, mayBeFollowed = false): ChunkChain {
  const head = new Uint8Array(LONG_HEAD_BYTES);
  let wanted = HEAD_BYTES;
  let filled = 0;
  /** Offset of the chunk whose head is read next. */
  let next = start;
  let passed = 0;
  let chunks = 0;
  let isBroken = false;
  let isEnded = false;
  let hasPicture = false;

  function take(): void {
    const chunk = measure(new DataView(head.buffer, 0, wanted));
    if (chunk === 'more') {
      wanted = LONG_HEAD_BYTES;
      return;
    }
    chunks += 1;
    isBroken = !chunk || isEnded || chunks > MAX_CHUNKS;
    isEnded = chunk?.isLast === true;
    hasPicture ||= chunk?.isPicture === true;
    next += chunk?.length ?? 0;
    wanted = HEAD_BYTES;
    filled = 0;
  }

  return {
    add(piece) {
      while (!isBroken && !(isEnded && mayBeFollowed)) {
        const from = next + filled - passed;
        if (from >= piece.length) break;
        const taken = piece.subarray(from, from + wanted - filled);
        head.set(taken, filled);
        filled += taken.length;
        if (filled === wanted) take();
      }
      passed += piece.length;
    },
    problem(length) {
      const isFollowed = isEnded && mayBeFollowed && next <= length;
      const isAtEnd = filled === 0 && (next === length || next === TO_THE_END || isFollowed);
      if (!isBroken && isAtEnd && ((isEnded && hasPicture) || !hasLast)) return undefined;
      return `must be a whole image: this ${name} is cut short, holds no picture, or does not end where the file ends.`;
    },
  };
}
