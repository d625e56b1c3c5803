/** Collects the skeleton of a unit: its text, and a `Lifted` in place of each lifted string. */
import { LiftError } from './lift-error.ts';
import type { Chunk, Segment } from './skeleton.ts';

// A byte order mark is text like any other here.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class SkeletonText {
  readonly #maxBytes: number;
  #used = 0;
  #segments: Chunk = [];
  #pieces: Uint8Array[] = [];

  /** @param maxBytes Bound over all units of a message. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0 && this.#pieces.length === 0;
  }

  /** Copies the bytes, because the caller reuses the buffer. Throws as {@link use}. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.use(bytes.length);
    this.#pieces.push(new Uint8Array(bytes));
  }

  /** Counts bytes that are kept elsewhere. Throws {@link LiftError} `skeleton_too_large` past the bound. */
  use(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#maxBytes) {
      throw new LiftError('skeleton_too_large', `more than ${this.#maxBytes} bytes beside the pictures`);
    }
  }

  /** @param segment In place of a string: a `Lifted`, or one that becomes what its string turns out to be. */
  place(segment: Segment): void {
    this.#endText();
    this.#segments.push(segment);
  }

  /** Returns the unit so far as a chunk, and begins the next. */
  take(): Chunk {
    this.#endText();
    const chunk = this.#segments;
    this.#segments = [];
    return chunk;
  }

  #endText(): void {
    if (this.#pieces.length === 0) return;
    const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#segments.push(decode(bytes) ?? { raw: Buffer.from(bytes).toString('base64') });
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
