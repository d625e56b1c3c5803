/**
 * A request's inputs, in memory or in R2. Inline inputs are kept as files, so that the object that holds the run needs
 * no memory for them: every attempt streams them from R2 again.
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
  /** @returns An input that can be opened repeatedly. R2 is read only then; `open` throws {@link InputGone}. */
  open(input: Input): OpenInput;
  /**
   * Puts inline inputs into R2; inputs already there stay as they are. All or nothing: where R2 refuses one, the others
   * are deleted again and the refusal is thrown.
   *
   * @param createId 128 random bits.
   * @returns In the order of `inputs`.
   */
  keep(inputs: readonly Input[], site: string, createId: () => string): Promise<KeptInput[]>;
  /** Deletes what {@link Inputs.keep} has put. Uploads, our pictures and our signatures in the same list stay. */
  discard(kept: readonly KeptInput[]): Promise<void>;
}

/** An input that was found at its look-up is no longer in R2. */
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
        // The refusal is the error to throw. Files that cannot be deleted now expire within 48 h.
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
