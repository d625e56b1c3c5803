/**
 * A request body that can prove that a request was not complete.
 *
 * `fetch` takes a body before it has a connection. It fails with the same words ("Network connection lost.") if the
 * connection was refused and if it broke after the whole request. So the last byte is held back for a moment: a server
 * without all of `Content-Length` cannot act. If `fetch` fails before the last byte was handed over, another attempt is
 * safe.
 */
export interface Upload {
  /** Its length is known, so it is sent with `Content-Length`. */
  body: ReadableStream<Uint8Array> | Uint8Array;
  /** Whether `fetch` was given the last byte. */
  handedOver(): boolean;
  /** Stops the upload and cancels its source. */
  abandon(reason: unknown): Promise<void>;
}

/** Each piece is valid until the next one is requested. */
export type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Measured on workerd: within 1 ms a refused connection, a failed handshake, and nearly every local reset and failed DNS
 * look-up are reported. One that is reported later counts as a call that may have run. A picture takes seconds, so the
 * delay does not matter.
 */
const LAST_BYTE_HOLD_MS = 1;

/**
 * @param bytes The request; a `Uint8Array` if there is nothing to stream.
 * @param length Its exact length, at least 1. With another length `fetch` fails.
 * @param pause Absent if nothing has to be proven: no byte is held, and bytes in memory go to `fetch` as they are.
 */
export function createUpload(
  bytes: ReadableStream<Uint8Array> | Pieces | Uint8Array,
  length: number,
  pause?: (ms: number) => Promise<unknown>,
): Upload {
  if (!pause && bytes instanceof Uint8Array) {
    return { body: bytes, handedOver: () => true, abandon: async () => undefined };
  }
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
      await pause?.(LAST_BYTE_HOLD_MS);
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

  // If the source fails, the body ends and `fetch` reports it. If `fetch` no longer reads, there is nothing to report.
  pump().catch(abandon);
  return { body: readable, handedOver: () => isHandedOver, abandon };
}

function readPieces(pieces: Pieces) {
  return {
    read: () => pieces.next(),
    cancel: async () => void (await pieces.return()),
  };
}

/** The used part of a reader's interface, for bytes in memory. A real stream of them would be slower. */
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
