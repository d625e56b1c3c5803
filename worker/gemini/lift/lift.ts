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
const PARENTHESIS = 0x29;
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
  /**
   * A picture whose text has ended before it. The next text of a part may go on with it. `places`: of its text so far,
   * which it leaves when it turns out to be a picture. The first one then is the picture's.
   */
  #unfinished: { string: LiftedString; places: { raw?: string }[] } | undefined;
  /** Units that wait for the unfinished picture, which stands in the first of them. */
  #waiting: Chunk[] = [];
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
          if (!this.#string && this.#framer.stop === 'unit') this.#waiting.push(this.#takeUnit());
          if (this.#waiting.length > 0 && !this.#unfinished) yield* this.#told();
        }
      }
      if (this.#isLeaving) return;
      this.#framer.end();
      await this.#finish();
      if (!this.#text.isEmpty) this.#waiting.push(this.#takeUnit());
      yield* this.#told();
      isWhole = true;
    } catch (error) {
      reason = error;
      // Units that are whole count, though the one after them is cut off.
      if (isCut(error) && this.#unfinished && !this.#string) {
        await this.#finish();
        yield* this.#told();
      }
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
    if (this.#framer.stop === 'candidate' && this.#framer.candidate.isRest) {
      this.#framer.expectRest(false);
      this.#string = this.#unfinished?.string;
      this.#string?.goOn();
    } else if (this.#framer.stop === 'candidate') {
      const mayForget = this.#isAnswer || this.#isParsedLater;
      this.#string = new LiftedString(this.#framer.candidate, this.#isAnswer, mayForget);
    }
    return at;
  }

  async #takeString(string: LiftedString, bytes: Uint8Array, from: number): Promise<number> {
    const isRest = this.#unfinished?.string === string;
    const chunk = string.read(bytes, from);
    if (string.isOverlong) {
      this.#leaveOut(string, chunk.length);
    } else if (string.head === undefined) {
      await this.#lift(string, chunk);
    } else {
      const decision = string.decide(chunk);
      if (decision === 'keep' && string.mayGoOn) this.#suspend(string);
      else if (decision === 'keep') this.#keep(string, string.head);
      if (decision === 'lift') await this.#beginLift(string, string.head);
    }
    const closes = isRest && string.isInParentheses && bytes[string.next] === PARENTHESIS;
    return closes && !this.#string ? string.next + 1 : string.next;
  }

  /** The text has ended, and its picture has not. */
  #suspend(string: LiftedString): void {
    this.#unfinished ??= { string, places: [] };
    const { places } = this.#unfinished;
    if (string.head !== undefined || places.length === 0) {
      const place = { raw: Buffer.from(string.newHead, 'latin1').toString('base64') };
      places.push(place);
      this.#text.place(place);
    }
    this.#framer.expectRest(true);
    this.#leave(string);
  }

  /** No text goes on with the unfinished picture. */
  async #finish(): Promise<void> {
    const { string } = this.#unfinished ?? {};
    if (!string) return;
    string.finish();
    this.#framer.expectRest(false);
    if (string.head === undefined) {
      await this.#blobs.write(string.end());
      this.#close(string);
    }
    this.#unfinished = undefined;
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
    this.#text.append(Buffer.from(string.newHead, 'latin1'));
    if (this.#unfinished?.string === string) this.#unfinished = undefined;
    this.#leave(string, head);
  }

  async #beginLift(string: LiftedString, head: string): Promise<void> {
    // One blob is open at a time.
    if (this.#unfinished && this.#unfinished.string !== string) await this.#finish();
    const { prefix } = string;
    this.#text.append(Buffer.from(prefix, 'latin1'));
    string.head = undefined;
    await this.#blobs.open(string.kind, string.mimeType);
    await this.#lift(string, head.slice(prefix.length));
  }

  async #lift(string: LiftedString, chunk: string): Promise<void> {
    await this.#blobs.write(string.decode(chunk));
    const mayGoOn = string.mayGoOn;
    if (string.isClosed && !mayGoOn) await this.#blobs.write(string.end());
    this.#text.use(string.takeNoteLength());
    if (!string.isClosed) return;
    if (mayGoOn) return this.#suspend(string);
    this.#close(string);
    this.#leave(string);
  }

  /** Closes the blob, and puts it into the place of its string: of an unfinished one, where it began. */
  #close(string: LiftedString): void {
    const lifted = this.#blobs.close((n) => string.toLifted(n));
    if (this.#unfinished?.string !== string) {
      if (lifted) this.#text.place(lifted);
      return;
    }
    const { places } = this.#unfinished;
    for (const place of places) place.raw = '';
    const [first] = places;
    if (first && lifted) {
      delete first.raw;
      Object.assign(first, lifted);
    }
    this.#unfinished = undefined;
  }

  /** Ends the string: the framer scans from here on. */
  #leave({ leftover, afterBackslash }: LiftedString, kept = ''): void {
    this.#text.append(Buffer.from(leftover, 'latin1'));
    this.#framer.resumeInString(afterBackslash, kept);
    this.#string = undefined;
  }

  #takeUnit(): Chunk {
    const chunk = this.#text.take();
    if (!this.#isParsedLater) assertPayload(chunk, this.#form);
    return chunk;
  }

  /** The units that wait for nothing but their pictures' storage. */
  async *#told(): AsyncGenerator<Chunk, void, undefined> {
    await this.#blobs.allClosed();
    for (let chunk = this.#waiting.shift(); chunk; chunk = this.#waiting.shift()) yield chunk;
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
    if (isCut(reason)) await this.#endString(this.#string ?? this.#unfinished?.string).catch(() => undefined);
    await Promise.all([this.#blobs.abort(reason), this.#cancelSource(reason)]);
    if (reason instanceof LiftError) reason.closed = this.#blobs.closed;
  }

  async #cancelSource(reason: unknown): Promise<void> {
    // A failed source throws again here; the first error is the one to report.
    await this.#source.cancel(reason).catch(() => undefined);
  }
}
