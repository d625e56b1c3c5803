/**
 * A body of which the first bytes were read to see what it is. As a stream it is whole again. Readers of large pieces
 * take it apart: a stream made in JavaScript costs a call for every 4 KiB, and the platform's own does not.
 */

export interface Peeked {
  head: Uint8Array;
  /** Goes on after the head. */
  rest: ReadableStream<Uint8Array>;
}

const PEEKED = new WeakMap<ReadableStream<Uint8Array>, Peeked>();

/** Nothing is read of the rest before the stream is. */
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

/** @returns The parts of a stream that nothing has been read of; for any other stream, itself without a head. */
export const splitPeeked = (stream: ReadableStream<Uint8Array>): Peeked =>
  PEEKED.get(stream) ?? { head: new Uint8Array(0), rest: stream };
