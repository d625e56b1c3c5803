/**
 * Takes the pictures out of a Gemini message while it arrives. The contents of `inlineData.data`, and of thought
 * signatures over 4 KiB, are decoded and written to a sink in pieces of about 48 KiB; the small rest is yielded.
 * `splice` is the inverse, byte for byte, for any chunking. The exception is base64 with very many deviations, which
 * may come back as canonical base64. Memory is the same for any size of picture.
 */
import type { Form } from '../../request/target.ts';
import { assertPayload } from '../forms/payload.ts';
import { BlobStore } from './blob-store.ts';
import { type ByteSource, createByteSource } from './byte-source.ts';
import type { Framer } from './framer.ts';
import { createFramer } from './framing.ts';
import type { Reasons } from './json-scanner.ts';
import { LiftError } from './lift-error.ts';
import { LiftedString } from './lifted-string.ts';
import type { BlobSink, Chunk } from './skeleton.ts';
import { SkeletonText } from './skeleton-text.ts';

/** Text and structure of the longest real answers are a few tens of KiB. */
const DEFAULT_MAX_SKELETON_BYTES = 2 * 1024 * 1024;
/** Bound of the text that is left out: a provider that sends more is broken. */
const MAX_LEFT_OUT_BYTES = 32 * 1024 * 1024;
const LEFT_OUT = ' [the rest of the text was left out]';

export interface LiftOptions {
  form: Form;
  sink: BlobSink;
  /** Bound in bytes of all that stays: text, and notes on unusual base64. Default 2 MiB. */
  maxSkeletonBytes?: number;
  /**
   * Also lifts pictures in data URLs: in `inlineData`, in `fileData`, in the text of a part. Text past 1 MiB is
   * replaced with a note, so that overlong text does not cost the picture beside it. Default false.
   */
  isAnswer?: boolean;
  /** The caller parses the units, so `lift` does not check that they are JSON. Default false. */
  isParsedLater?: boolean;
  /** Called with each finish and block reason of an answer as it arrives, long before its unit may be whole. */
  onReasons?: (reasons: Reasons) => void;
}

/**
 * Reads the message at the pace of the caller's loop.
 *
 * @returns The units, each as soon as its last byte has arrived and the sink has closed its blobs. Fails with
 *   {@link LiftError}: by then the source is cancelled, an open writer is aborted, and `error.closed` lists the stored
 *   blobs. Leaving the loop early also cancels the source and aborts an open writer.
 */
export function lift(
  source: ReadableStream<Uint8Array> | ByteSource,
  options: LiftOptions,
): AsyncIterableIterator<Chunk> {
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

const isCut = (reason: unknown): boolean =>
  reason instanceof LiftError && (reason.kind === 'truncated' || reason.kind === 'source_failed');

class LiftRun {
  readonly #source: ByteSource;
  readonly #framer: Framer;
  readonly #form: Form;
  readonly #isParsedLater: boolean;
  readonly #text: SkeletonText;
  readonly #blobs: BlobStore;
  readonly #isAnswer: boolean;
  readonly #onReasons: ((reasons: Reasons) => void) | undefined;
  #reasons: Reasons;
  #string: LiftedString | undefined;
  #leftOutBytes = 0;
  #isLeaving = false;

  constructor(source: ReadableStream<Uint8Array> | ByteSource, options: LiftOptions) {
    const { form, sink, maxSkeletonBytes, isAnswer = false, isParsedLater = false, onReasons } = options;
    this.#source = 'read' in source ? source : createByteSource(source);
    this.#isAnswer = isAnswer;
    this.#framer = createFramer(form, isAnswer);
    this.#reasons = this.#framer.reasons;
    this.#onReasons = onReasons;
    this.#form = form;
    this.#isParsedLater = isParsedLater;
    this.#text = new SkeletonText(maxSkeletonBytes ?? DEFAULT_MAX_SKELETON_BYTES);
    this.#blobs = new BlobStore(sink);
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#cancelSource('no longer wanted');
  }

  async *chunks(): AsyncGenerator<Chunk, void, undefined> {
    let reason: unknown = new LiftError('truncated', 'reading was given up');
    let isWhole = false;
    try {
      for (let bytes = await this.#read(); bytes; bytes = await this.#read()) {
        for (let at = 0; at < bytes.length; ) {
          at = this.#string ? await this.#takeString(this.#string, bytes, at) : this.#takeText(bytes, at);
          if (!this.#string && this.#framer.stop === 'unit') yield await this.#endUnit();
        }
      }
      if (this.#isLeaving) return;
      this.#framer.end();
      if (!this.#text.isEmpty) yield await this.#endUnit();
      isWhole = true;
    } catch (error) {
      reason = error;
      throw error;
    } finally {
      // Also reached when the caller leaves the loop over the chunks.
      if (!isWhole) await this.#abandon(reason);
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      return await this.#source.read(this.#string !== undefined);
    } catch (cause) {
      throw new LiftError('source_failed', 'reading the message failed', { cause });
    }
  }

  #takeText(bytes: Uint8Array, from: number): number {
    const at = this.#framer.scan(bytes, from, bytes.length);
    this.#text.append(bytes.subarray(from, at));
    if (this.#framer.reasons !== this.#reasons) {
      this.#reasons = this.#framer.reasons;
      this.#onReasons?.(this.#reasons);
    }
    if (this.#framer.stop === 'candidate') {
      const mayForget = this.#isAnswer || this.#isParsedLater;
      this.#string = new LiftedString(this.#framer.candidate, this.#isAnswer, mayForget);
    }
    return at;
  }

  async #takeString(string: LiftedString, bytes: Uint8Array, from: number): Promise<number> {
    const chunk = string.read(bytes, from);
    if (string.isOverlong) {
      this.#leaveOut(string, chunk.length);
    } else if (string.head === undefined) {
      await this.#lift(string, chunk);
    } else {
      const decision = string.decide(chunk);
      if (decision === 'keep') this.#keep(string, string.head);
      if (decision === 'lift') await this.#beginLift(string, string.head);
    }
    return string.next;
  }

  #leaveOut(string: LiftedString, bytes: number): void {
    if (this.#leftOutBytes === 0) this.#text.append(Buffer.from(LEFT_OUT));
    this.#leftOutBytes += bytes;
    if (this.#leftOutBytes > MAX_LEFT_OUT_BYTES) {
      throw new LiftError('skeleton_too_large', `more than ${MAX_LEFT_OUT_BYTES} bytes of text to leave out`);
    }
    if (string.isClosed) this.#leave(string);
  }

  #keep(string: LiftedString, head: string): void {
    this.#text.append(Buffer.from(head, 'latin1'));
    this.#leave(string);
  }

  async #beginLift(string: LiftedString, head: string): Promise<void> {
    const { prefix } = string;
    this.#text.append(Buffer.from(prefix, 'latin1'));
    string.head = undefined;
    await this.#blobs.open(string.kind, string.mimeType);
    await this.#lift(string, head.slice(prefix.length));
  }

  async #lift(string: LiftedString, chunk: string): Promise<void> {
    await this.#blobs.write(string.decode(chunk));
    if (string.isClosed) await this.#blobs.write(string.end());
    this.#text.use(string.takeNoteLength());
    if (!string.isClosed) return;
    const lifted = this.#blobs.close((n) => string.toLifted(n));
    if (lifted) this.#text.lifted(lifted);
    this.#leave(string);
  }

  /** Ends the string: the framer scans from here on. */
  #leave({ leftover, afterBackslash }: LiftedString): void {
    this.#text.append(Buffer.from(leftover, 'latin1'));
    this.#framer.resumeInString(afterBackslash);
    this.#string = undefined;
  }

  async #endUnit(): Promise<Chunk> {
    const chunk = this.#text.take();
    if (!this.#isParsedLater) assertPayload(chunk, this.#form);
    await this.#blobs.allClosed();
    return chunk;
  }

  /**
   * Closes the open picture of a cut message. Its last byte may have arrived without the closing quote; the sink checks
   * whether the picture is complete.
   */
  async #endString(string: LiftedString | undefined): Promise<void> {
    if (!this.#isAnswer || string?.kind !== 'image' || string.isOverlong || string.head !== undefined) return;
    await this.#blobs.write(string.end());
    this.#blobs.close((n) => string.toLifted(n));
    await this.#blobs.allClosed();
  }

  async #abandon(reason: unknown): Promise<void> {
    // A string that cannot be ended is aborted below.
    if (isCut(reason)) await this.#endString(this.#string).catch(() => undefined);
    await Promise.all([this.#blobs.abort(reason), this.#cancelSource(reason)]);
    if (reason instanceof LiftError) reason.closed = this.#blobs.closed;
  }

  async #cancelSource(reason: unknown): Promise<void> {
    // A failed source throws again here; the first error is the one to report.
    await this.#source.cancel(reason).catch(() => undefined);
  }
}
