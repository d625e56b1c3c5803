/**
 * Joins the first bytes of a body, read to see what it is, with its rest. The joined stream is the whole body. Readers
 * of large pieces split it again: a stream made in JavaScript costs a call for every 4 KiB, the platform's own does
 * not.
 */

export interface Peeked {
  head: Uint8Array;
  /** The platform's stream, which continues after the head. */
  rest: ReadableStream<Uint8Array>;
}

const PEEKED = new WeakMap<ReadableStream<Uint8Array>, Peeked>();

/** Does not read from `rest` until the joined stream is read. */
export function joinPeeked(peeked: Peeked): ReadableStream<Uint8Array> {
  let head: Uint8Array | undefined = peeked.head;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const stream: ReadableStream<Uint8Array> = new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      const first = head;
      head = undefined;
      if (first?.length) return controller.enqueue(new Uint8Array(first));
      reader ??= peeked.rest.getReader();
      const { done, value } = await reader.read();
      if (!done) return controller.enqueue(value);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => (reader ?? peeked.rest).cancel(reason),
  });
  PEEKED.set(stream, peeked);
  return stream;
}

/** @returns The two parts of an unread joined stream; for any other stream an empty head and the stream itself. */
export const splitPeeked = (stream: ReadableStream<Uint8Array>): Peeked =>
  PEEKED.get(stream) ?? { head: new Uint8Array(0), rest: stream };
