/** Writes a lifted string's bytes as the text they came from. */
import type { Lifted, Patch } from './skeleton.ts';

/** The length of the text in bytes, computed from {@link Lifted} alone. */
export function encodedLength({ bytes, encoding }: Lifted): number {
  const patches = encoding?.patches ?? [];
  let length = encoding?.escaped ?? 0;
  let at = 0;
  for (const patch of patches) {
    length += ((patch.at - at) / 3) * 4 + patch.text.length;
    at = patch.at + patch.bytes;
  }
  const last = bytes - at;
  return length + (encoding?.unpadded ? Math.ceil((last * 4) / 3) : Math.ceil(last / 3) * 4);
}

/** All output is written into one buffer: each piece is valid until the next is requested. */
export interface Encoder {
  /** @param bytes A piece of any length. */
  push(bytes: Uint8Array): Iterable<Uint8Array>;
  end(): Iterable<Uint8Array>;
}

export function createEncoder({ encoding = {} }: Lifted): Encoder {
  const toText = createSpelling(encoding);
  const patches: Patch[] = [...(encoding.patches ?? [])].reverse();
  /** Decoded bytes taken so far. */
  let at = 0;
  /** The one or two bytes of an incomplete group of three. */
  let held: Uint8Array = new Uint8Array(0);

  function* run(bytes: Uint8Array): Iterable<Uint8Array> {
    const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const length = whole.length - (whole.length % 3);
    held = new Uint8Array(whole.subarray(length));
    if (length > 0) yield toText(whole.subarray(0, length));
  }

  /** Writes the patch at `at`, if any, and skips the decoded bytes that it stands for. */
  function* patchHere(available: number): Generator<Uint8Array, number> {
    const patch = patches.at(-1);
    if (!patch || patch.at > at) return 0;
    const isBegun = patch.at < at;
    if (!isBegun && patch.text !== '') yield Buffer.from(patch.text, 'latin1');
    const skipped = Math.min(available, patch.at + patch.bytes - at);
    at += skipped;
    if (at === patch.at + patch.bytes) patches.pop();
    return skipped;
  }

  return {
    *push(bytes) {
      let from = 0;
      while (from < bytes.length) {
        from += yield* patchHere(bytes.length - from);
        const next = patches.at(-1);
        if (next && next.at <= at) continue;
        const to = Math.min(bytes.length, next ? from + next.at - at : bytes.length);
        at += to - from;
        yield* run(bytes.subarray(from, to));
        from = to;
      }
    },
    *end() {
      if (held.length > 0) yield toText(held);
      held = new Uint8Array(0);
      while (patches.at(-1)?.bytes === 0) yield* patchHere(0);
    },
  };
}

/** A multiple of three. V8 makes strings of this size in its young generation; larger ones stay until memory is low. */
const CHUNK_BYTES = 48 * 1024;

/** Native base64 of whole bytes, in the string's own spelling. */
function createSpelling({
  url,
  unpadded,
  escaped,
}: NonNullable<Lifted['encoding']>): (bytes: Uint8Array) => Uint8Array {
  let out = Buffer.alloc(0);
  const options = { alphabet: url ? 'base64url' : 'base64', omitPadding: unpadded ?? false } as const;
  if (escaped) return (bytes) => Buffer.from(bytes.toBase64(options).replaceAll('/', '\\/'), 'latin1');
  return (bytes) => {
    const room = Math.ceil(bytes.length / 3) * 4;
    if (out.length < room) out = Buffer.allocUnsafeSlow(room);
    let length = 0;
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      length += out.write(bytes.subarray(from, from + CHUNK_BYTES).toBase64(options), length, 'latin1');
    }
    return out.subarray(0, length);
  };
}
