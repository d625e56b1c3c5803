/** Takes needles out of a byte stream that passes through, at the price of looking at one byte in thirty. */
import { createByteSource } from './byte-source.ts';
import type { NeedleSearch } from './needles.ts';

/** What has arrived passes at once, except an end that may be the beginning of a needle. */
export function redactStream(
  stream: ReadableStream<Uint8Array>,
  search: NeedleSearch,
  replacement: string,
): ReadableStream<Uint8Array> {
  const source = createByteSource(stream);
  const instead = new TextEncoder().encode(replacement);
  let held: Uint8Array = new Uint8Array(0);

  /** @returns What may pass. */
  function clean(bytes: Uint8Array): Uint8Array {
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (let match = search.find(bytes, 0, bytes.length); match; match = search.find(bytes, from, bytes.length)) {
      pieces.push(bytes.subarray(from, match.start), instead);
      from = match.end;
    }
    const end = bytes.length - search.partialAtEnd(bytes, from, bytes.length);
    held = new Uint8Array(bytes.subarray(end));
    const rest = bytes.subarray(from, end);
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest]);
  }

  return new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      for (;;) {
        const bytes = await source.read(true);
        if (!bytes) break;
        const passing = clean(held.length === 0 ? bytes : Buffer.concat([held, bytes]));
        if (passing.length === 0) continue;
        controller.enqueue(new Uint8Array(passing));
        return;
      }
      if (held.length > 0) controller.enqueue(held);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => source.cancel(reason),
  });
}
