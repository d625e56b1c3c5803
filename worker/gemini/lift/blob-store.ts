/** Drives a sink: opens one blob at a time, numbers blobs by kind, and records which are stored, for a cleanup. */
import { LiftError } from './lift-error.ts';
import type { BlobSink, BlobWriter, Lifted } from './skeleton.ts';

export class BlobStore {
  readonly closed: Lifted[] = [];
  readonly #sink: BlobSink;
  readonly #counts = { image: 0, signature: 0 };
  #open: { kind: Lifted['kind']; n: number; writer: BlobWriter } | undefined;
  #closing: Promise<void>[] = [];

  constructor(sink: BlobSink) {
    this.#sink = sink;
  }

  async open(kind: Lifted['kind'], mimeType: string | undefined): Promise<void> {
    const n = this.#counts[kind];
    const writer = await attempt(() => this.#sink.open({ kind, n, ...(mimeType !== undefined && { mimeType }) }));
    // A blob that keeps nothing gets no number: a number names a blob that can be read.
    if (!writer.keepsNothing) this.#counts[kind] += 1;
    this.#open = { kind, n, writer };
  }

  /** The caller may reuse `bytes` when this resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    const writer = this.#open?.writer;
    if (bytes.length > 0 && writer) await attempt(() => writer.write(bytes));
  }

  /**
   * Starts to close the open blob, so that reading goes on meanwhile. {@link allClosed} waits for the end.
   *
   * @returns undefined if the writer keeps nothing.
   */
  close(describe: (n: number) => Lifted): Lifted | undefined {
    if (!this.#open) throw new Error('no blob is open');
    const { n, writer } = this.#open;
    this.#open = undefined;
    if (writer.keepsNothing) return undefined;
    const lifted = describe(n);
    const closing = attempt(() => writer.close()).then(
      () => void this.closed.push(lifted),
      async (error: unknown) => {
        await abortQuietly(writer, error);
        throw error;
      },
    );
    // `allClosed` throws this error; until then it must not count as unhandled.
    closing.catch(() => undefined);
    this.#closing.push(closing);
    return lifted;
  }

  /** Resolves when every blob closed so far is stored. Throws {@link LiftError} `sink_failed`. */
  async allClosed(): Promise<void> {
    await Promise.all(this.#closing);
    this.#closing = [];
  }

  /** Aborts the open blob and waits for the closing ones, so that no blob stays half-written. Never throws. */
  async abort(reason: unknown): Promise<void> {
    const writer = this.#open?.writer;
    this.#open = undefined;
    if (writer) await abortQuietly(writer, reason);
    await Promise.allSettled(this.#closing);
  }
}

async function attempt<T>(step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new LiftError('sink_failed', 'the sink refused a blob', { cause });
  }
}

/** Hides errors of the abort, because the error that led here is the one to report. */
async function abortQuietly(writer: BlobWriter, reason: unknown): Promise<void> {
  await Promise.resolve(reason)
    .then((why) => writer.abort(why))
    .catch(() => undefined);
}
