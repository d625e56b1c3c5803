/**
 * Takes the pictures out of a Gemini message while it comes: the contents of `inlineData.data`, and of thought
 * signatures over 4 KiB, are decoded and handed to a sink in pieces of at most 48 KiB; the small rest is yielded.
 * `splice` is the inverse, byte for byte, whatever the chunking was. Memory is the same for any size of picture.
 */
import { createByteSource } from './byte-source.ts';
import { createFramer, type Framer } from './framing.ts';
import { LiftError } from './lift-error.ts';
import { LiftedString } from './lifted-string.ts';
import { assertPayload } from './payload.ts';
import type { BlobSink, BlobWriter, Chunk, Form, Lifted } from './skeleton.ts';
import { SkeletonText } from './skeleton-text.ts';

export { LiftError, type LiftErrorKind } from './lift-error.ts';

/** Text and structure of the longest real answers are a few tens of KiB. */
const DEFAULT_MAX_SKELETON_BYTES = 2 * 1024 * 1024;

export interface LiftOptions {
  form: Form;
  sink: BlobSink;
  /** Bound of all that stays: text, and notes on odd base64. Default 2 MiB. */
  maxSkeletonBytes?: number;
}

/**
 * Reads the message at the pace of whoever iterates.
 *
 * @returns Its units, each as soon as its last byte is in and the sink has closed its blobs. Fails with
 *   {@link LiftError}: by then the source is cancelled, an open writer aborted, and what was closed is in
 *   `error.closed`. Leaving the loop early cancels the source and aborts an open writer as well.
 */
export function lift(source: ReadableStream<Uint8Array>, options: LiftOptions): AsyncIterableIterator<Chunk> {
  const run = new LiftRun(source, options);
  const chunks = run.chunks();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => chunks.next(),
    async return() {
      // The generator only ends between reads; a read that waits for the network must not keep it.
      await run.leave();
      await chunks.return(undefined);
      return { done: true, value: undefined };
    },
  };
}

class LiftRun {
  readonly #bytes: ReturnType<typeof createByteSource>;
  readonly #framer: Framer;
  readonly #form: Form;
  readonly #sink: BlobSink;
  readonly #text: SkeletonText;
  readonly #closed: Lifted[] = [];
  readonly #counts = { image: 0, signature: 0 };
  #closing: Promise<void>[] = [];
  #string: LiftedString | undefined;
  #isLeaving = false;

  constructor(source: ReadableStream<Uint8Array>, { form, sink, maxSkeletonBytes }: LiftOptions) {
    this.#bytes = createByteSource(source);
    this.#framer = createFramer(form);
    this.#form = form;
    this.#sink = sink;
    this.#text = new SkeletonText(maxSkeletonBytes ?? DEFAULT_MAX_SKELETON_BYTES);
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#bytes.cancel('no longer wanted').catch(ignoreLateError);
  }

  async *chunks(): AsyncGenerator<Chunk, void, undefined> {
    let isWhole = false;
    try {
      for (;;) {
        const bytes = await this.#read();
        if (!bytes) break;
        let at = 0;
        while (at < bytes.length) {
          at = await this.#take(bytes, at);
          if (this.#string || this.#framer.stop !== 'unit') continue;
          yield await this.#endUnit();
        }
      }
      if (this.#isLeaving) return;
      this.#framer.end();
      if (!this.#text.isEmpty) yield await this.#endUnit();
      isWhole = true;
    } catch (error) {
      throw await this.#fail(error);
    } finally {
      // Also reached when the loop over the chunks is left.
      if (!isWhole) await this.#abandon(new LiftError('truncated', 'reading was given up'));
    }
  }
}
