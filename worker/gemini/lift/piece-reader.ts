/** Reads a blob into one buffer, in pieces of a given length. Only the last piece is shorter. */
import { getByobReader } from './byte-source.ts';

export interface PieceReader {
  /** Valid until the next read. @returns undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

export function createPieceReader(blob: ReadableStream<Uint8Array> | Uint8Array, pieceBytes: number): PieceReader {
  if (blob instanceof Uint8Array) return readArray(blob, pieceBytes);
  const reader = getByobReader(blob);
  return reader ? readByob(reader, pieceBytes) : readDefault(blob.getReader(), pieceBytes);
}

function readArray(bytes: Uint8Array, pieceBytes: number): PieceReader {
  let at = 0;
  return {
    async read() {
      if (at >= bytes.length) return undefined;
      const piece = bytes.subarray(at, at + pieceBytes);
      at += piece.length;
      return piece;
    },
    async cancel() {
      at = bytes.length;
    },
  };
}

function readByob(reader: ReadableStreamBYOBReader, pieceBytes: number): PieceReader {
  let buffer = new ArrayBuffer(pieceBytes);
  return {
    async read() {
      // At the end a read returns fewer bytes, then none.
      const { value } = await reader.readAtLeast(pieceBytes, new Uint8Array(buffer));
      if (!value?.length) return undefined;
      buffer = value.buffer as ArrayBuffer;
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

function readDefault(reader: ReadableStreamDefaultReader<Uint8Array>, pieceBytes: number): PieceReader {
  const buffer = new Uint8Array(pieceBytes);
  let rest = new Uint8Array(0);
  return {
    async read() {
      let filled = 0;
      while (filled < pieceBytes) {
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) break;
          rest = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
        }
        const some = rest.subarray(0, pieceBytes - filled);
        buffer.set(some, filled);
        rest = rest.subarray(some.length);
        filled += some.length;
      }
      return filled === 0 ? undefined : buffer.subarray(0, filled);
    },
    cancel: () => reader.cancel(),
  };
}
