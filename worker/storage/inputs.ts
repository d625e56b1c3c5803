/**
 * A request's inputs, in memory or in R2, and the way from one to the other: what came inline is kept as files, so that
 * a run can be held by whoever has no room for it, and is read again, in flight, each time it goes up.
 */
import type { Input, InputBlob, InputDescription, KeptInput, OpenInput } from '../request/inputs.ts';
import { mapAtMost } from './at-most.ts';
import { inputKey, isInputKey } from './keys.ts';
import { createReferenceReader, type ReferenceReader } from './references.ts';
import { withRetries } from './retry.ts';

/** A put holds its bytes until R2 has them. */
const PUTS_AT_ONCE = 3;
const UNKNOWN_TYPE = 'application/octet-stream';

export interface Inputs extends ReferenceReader {
  /** @returns One that can be read as often as it is opened; R2 is asked only then. */
  open(input: Input): OpenInput;
  /**
   * Puts what came inline into R2; what is there already stays as it is. All or nothing: where R2 refuses one, the
   * others are deleted again.
   *
   * @param createId 128 random bits.
   * @returns In the same order.
   */
  keep(inputs: readonly Input[], site: string, createId: () => string): Promise<KeptInput[]>;
  /** Deletes what {@link keep} has put. Uploads, pictures and signatures of ours, which stand in the same list, stay. */
  discard(kept: readonly KeptInput[]): Promise<void>;
}

/** An input was there when it was looked up, and is not any more. */
export class InputGone extends Error {
  override name = 'InputGone';
}

/** @param now Unix milliseconds. */
export function createInputs(bucket: R2Bucket, now: () => number): Inputs {
  async function read(object: string): Promise<ReadableStream<Uint8Array>> {
    const stored = await withRetries(() => bucket.get(object));
    if (!stored) throw new InputGone(object);
    return stored.body;
  }

  async function put(input: InputBlob, object: string): Promise<KeptInput> {
    const description = describe(input);
    const { image, sha256 } = description;
    const httpMetadata = { contentType: image?.mimeType ?? UNKNOWN_TYPE };
    await withRetries(() => bucket.put(object, input.bytes, { httpMetadata, customMetadata: { sha256 } }));
    return { ...description, object };
  }

  async function discard(kept: readonly KeptInput[]): Promise<void> {
    const files = kept.map(({ object }) => object).filter(isInputKey);
    if (files.length > 0) await withRetries(() => bucket.delete(files));
  }

  return {
    ...createReferenceReader(bucket, now),
    open(input) {
      const open = 'bytes' in input ? () => input.bytes : () => read(input.object);
      return { ...describe(input), open };
    },
    async keep(inputs, site, createId) {
      const stored: KeptInput[] = [];
      try {
        return await mapAtMost(PUTS_AT_ONCE, inputs, async (input) => {
          if ('object' in input) return input;
          const kept = await put(input, inputKey(site, createId()));
          stored.push(kept);
          return kept;
        });
      } catch (error) {
        // The refusal is what is told; what stays behind ends with its class.
        await discard(stored).catch(() => undefined);
        throw error;
      }
    },
    discard,
  };
}

const describe = ({ kind, size, sha256, image }: Input): InputDescription => ({
  kind,
  size,
  sha256,
  ...(image && { image }),
});
