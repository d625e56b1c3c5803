/**
 * Reads a byte stream in pieces of a useful size.
 *
 * workerd's default reads give 4 KiB, and each read costs the same. A BYOB read with a large view returns at once all
 * that has arrived, so it is used if the stream allows it. Streams made in JavaScript without `type: 'bytes'` only have
 * the default reader.
 */
import { splitPeeked } from '../forms/peeked-stream.ts';

/** Enough for the text before a picture; a tiny answer needs no more than this. */
const FIRST_READ_BYTES = 16 * 1024;
const BULK_READ_BYTES = 256 * 1024;

export interface ByteSource {
  /**
   * Reads the bytes that have arrived, and waits only if there are none. They are valid until the next read, because
   * the buffer is reused.
   *
   * `readAtLeast` is not used: if the stream fails or the process dies, the bytes that such a read holds are lost, and
   * they may be the last bytes of a paid picture.
   *
   * @param bulk A picture is expected: use a large buffer from now on.
   * @returns undefined at the end.
   */
  read(bulk: boolean): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

export function createByteSource(stream: ReadableStream<Uint8Array>): ByteSource {
  const { head, rest } = splitPeeked(stream);
  const source = openByob(rest) ?? openDefault(rest);
  return head.length > 0 ? withHead(head, source) : source;
}

function withHead(head: Uint8Array, source: ByteSource): ByteSource {
  let isGiven = false;
  return {
    async read(...how) {
      if (isGiven) return source.read(...how);
      isGiven = true;
      return head;
    },
    cancel: source.cancel,
  };
}

function openByob(stream: ReadableStream<Uint8Array>): ByteSource | undefined {
  const reader = getByobReader(stream);
  if (!reader) return undefined;
  let buffer = new ArrayBuffer(FIRST_READ_BYTES);
  return {
    async read(bulk) {
      if (bulk && buffer.byteLength < BULK_READ_BYTES) buffer = new ArrayBuffer(BULK_READ_BYTES);
      const view = new Uint8Array(buffer);
      const { value } = await reader.read(view);
      // The read detaches the buffer and returns its memory in a new one.
      if (value) buffer = value.buffer as ArrayBuffer;
      return value?.length ? value : undefined;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** @returns undefined if the stream has no BYOB reader. Throws if the stream is locked. */
export function getByobReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch (error) {
    // A locked stream throws the same type, and throws again when a default reader is requested.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function openDefault(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  return {
    async read() {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        if (value.length > 0) return value;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
