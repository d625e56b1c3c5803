/**
 * Takes needles out of a byte stream that passes through, at the price of looking at one byte in thirty.
 *
 * What costs is not the looking but each piece that passes through JavaScript (about 0.1 ms, read and write), so pieces
 * are large where nobody waits for a part of the body.
 */
import { getByobReader } from './byte-source.ts';
import type { NeedleSearch } from './needles.ts';

/** All of a short answer, at little cost. */
const FIRST_READ_BYTES = 8 * 1024;
const READ_BYTES = 64 * 1024;
const UNHURRIED_READ_BYTES = 512 * 1024;

/** @returns What was kept, and what comes after it; undefined at the end. */
type Read = (kept: Uint8Array) => Promise<Uint8Array | undefined>;

/**
 * @param mayWait Nobody needs a part of the body before the whole: it may pass in large pieces. Otherwise what has
 *   arrived passes at once, except an end that may be the beginning of a needle.
 */
export function redactStream(
  stream: ReadableStream<Uint8Array>,
  search: NeedleSearch,
  replacement: string,
  mayWait: boolean,
): ReadableStream<Uint8Array> {
  const { read, cancel } = openByob(stream, mayWait) ?? openDefault(stream);
  const instead = new TextEncoder().encode(replacement);
  let kept: Uint8Array = new Uint8Array(0);

  /** @returns What may pass. */
  function clean(bytes: Uint8Array): Uint8Array {
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (let match = search.find(bytes, 0, bytes.length); match; match = search.find(bytes, from, bytes.length)) {
      pieces.push(bytes.subarray(from, match.start), instead);
      from = match.end;
    }
    const end = bytes.length - search.partialAtEnd(bytes, from, bytes.length);
    kept = new Uint8Array(bytes.subarray(end));
    const rest = bytes.subarray(from, end);
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (let bytes = await read(kept); bytes; bytes = await read(kept)) {
        const passing = clean(bytes);
        if (passing.length > 0) return controller.enqueue(passing);
      }
      if (kept.length > 0) controller.enqueue(kept);
      controller.close();
    },
    cancel,
  });
}

/** A new buffer for each piece: the old one belongs to whoever reads the stream. */
function openByob(stream: ReadableStream<Uint8Array>, mayWait: boolean) {
  const reader = getByobReader(stream);
  if (!reader) return undefined;
  let isFirst = true;
  const read: Read = async (kept) => {
    const length = isFirst ? FIRST_READ_BYTES : mayWait ? UNHURRIED_READ_BYTES : READ_BYTES;
    const buffer = new Uint8Array(kept.length + length);
    buffer.set(kept);
    const view = buffer.subarray(kept.length);
    const { value } = await reader.readAtLeast(mayWait && !isFirst ? length : 1, view);
    isFirst = false;
    return value?.length ? new Uint8Array(value.buffer, 0, kept.length + value.length) : undefined;
  };
  return { read, cancel: (reason: unknown) => reader.cancel(reason) };
}

function openDefault(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const read: Read = async (kept) => {
    const { done, value } = await reader.read();
    if (done) return undefined;
    return kept.length === 0 ? value : Buffer.concat([kept, value]);
  };
  return { read, cancel: (reason: unknown) => reader.cancel(reason) };
}
