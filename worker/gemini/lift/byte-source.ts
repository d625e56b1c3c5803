/**
 * Reads a byte stream in pieces of a useful size.
 *
 * workerd's default reads give 4 KiB and cost the same however small they are, so a BYOB reader with a large view is
 * used where the stream has one: it gives what has arrived, at once, and much of it. Streams made in JavaScript
 * without `type: 'bytes'` only have the default reader.
 */
import { splitPeeked } from '../forms/peeked-stream.ts';

/** Enough for the text before a picture; a tiny answer needs no more than this. */
const FIRST_READ_BYTES = 16 * 1024;
const BULK_READ_BYTES = 256 * 1024;

export interface ByteSource {
  /**
   * What has arrived, waiting only if nothing has. Valid until the next read: the buffer is reused.
   *
   * Never `readAtLeast`: a stream that fails, or a process that dies, takes along what such a read holds, and the last
   * bytes of a paid picture are always in one.
   *
   * @param bulk Much is expected (a picture): use a large buffer from now on.
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
      // The read moved the buffer's memory into a new one, which is ours again.
      if (value) buffer = value.buffer as ArrayBuffer;
      return value?.length ? value : undefined;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** @returns undefined where the stream has none. */
export function getByobReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch (error) {
    // A locked stream throws the same type, and throws again below.
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
