/**
 * A request body that proves what was not sent.
 *
 * `fetch` takes a body before it has a connection, and says the same whether the connection was refused or broke after
 * the whole request ("Network connection lost."). So the last byte is held back for a moment: a server that has not
 * got all of `Content-Length` cannot have acted on it, and when `fetch` fails before it was handed over, asking again
 * is safe.
 */
export interface Upload {
  /** Of a known length: it goes out with `Content-Length`. */
  body: ReadableStream<Uint8Array>;
  /** Whether `fetch` was given the last byte. */
  handedOver(): boolean;
  /** Stops: nothing more is handed over. */
  abandon(reason: unknown): Promise<void>;
}

/** Each is valid until the next is asked for. */
export type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Measured on workerd: within 1 ms a refused connection, a failed look-up or handshake has been reported, and a reset
 * on a local network too. A picture takes seconds.
 */
const LAST_BYTE_HOLD_MS = 1;

/**
 * @param bytes The request: at once where there is nothing to stream.
 * @param length Its exact length, at least 1. `fetch` fails where it is another.
 */
export function createUpload(
  bytes: ReadableStream<Uint8Array> | Pieces | Uint8Array,
  length: number,
  pause: (ms: number) => Promise<unknown>,
): Upload {
  const { readable, writable } = new FixedLengthStream(length);
  const source =
    bytes instanceof Uint8Array ? readOnce(bytes) : 'next' in bytes ? readPieces(bytes) : bytes.getReader();
  const writer = writable.getWriter();
  let isHandedOver = false;
  let isAbandoned = false;

  async function pump(): Promise<void> {
    let left = length;
    for (;;) {
      const { done, value } = await source.read();
      if (done) break;
      left -= value.length;
      if (left > 0) {
        await writer.write(value);
        continue;
      }
      if (value.length > 1) await writer.write(value.subarray(0, value.length - 1));
      await pause(LAST_BYTE_HOLD_MS);
      if (isAbandoned) return;
      isHandedOver = true;
      await writer.write(value.subarray(value.length - 1));
    }
    await writer.close();
  }

  async function abandon(reason: unknown): Promise<void> {
    isAbandoned = true;
    await Promise.allSettled([source.cancel(reason), writer.abort(reason)]);
  }

  // A source that fails ends the body, and `fetch` tells of it; a body that nobody takes any more is no news.
  pump().catch(abandon);
  return { body: readable, handedOver: () => isHandedOver, abandon };
}

function readPieces(pieces: Pieces) {
  return {
    read: () => pieces.next(),
    cancel: async () => void (await pieces.return()),
  };
}

/** As much of a reader as is used, for bytes that are all there: a stream of them would cost more than the rest. */
function readOnce(bytes: Uint8Array) {
  let left: Uint8Array | undefined = bytes;
  return {
    async read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }> {
      const value = left;
      left = undefined;
      return value ? { done: false, value } : { done: true };
    },
    cancel: async () => {
      left = undefined;
    },
  };
}
