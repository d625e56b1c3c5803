/** Drives a sink: one blob open at a time, numbered by kind, and a record of what is kept, for the day it goes wrong. */
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
    // A number names what there is to read.
    if (!writer.keepsNothing) this.#counts[kind] += 1;
    this.#open = { kind, n, writer };
  }

  /** `bytes` may be reused when this resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    const writer = this.#open?.writer;
    if (bytes.length > 0 && writer) await attempt(() => writer.write(bytes));
  }

  /**
   * Begins to close the open blob. Reading goes on meanwhile: {@link allClosed} waits.
   *
   * @returns undefined where nothing of it is kept.
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
    // Whoever waits hears of it; until then it must not count as unhandled.
    closing.catch(() => undefined);
    this.#closing.push(closing);
    return lifted;
  }

  /** Resolves when everything so far is kept. Throws {@link LiftError} `sink_failed`. */
  async allClosed(): Promise<void> {
    await Promise.all(this.#closing);
    this.#closing = [];
  }

  /** Leaves nothing half-written. */
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

/** The error that led here is the one that is told. */
async function abortQuietly(writer: BlobWriter, reason: unknown): Promise<void> {
  await Promise.resolve(reason)
    .then((why) => writer.abort(why))
    .catch(() => undefined);
}
