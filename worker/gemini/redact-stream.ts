/**
 * Takes needles out of a byte stream that passes through, at the price of looking at one byte in fourteen.
 *
 * What costs is not the looking but each piece that passes through JavaScript (about 0.1 ms, read and write). So where
 * nobody needs a part of the body before the whole, a short one is read at once and sent as it is, without a stream.
 */
import { getByobReader } from './byte-source.ts';
import { cutNeedles } from './cut-needles.ts';
import type { NeedleSearch } from './needles.ts';
import { splitPeeked } from './peeked-stream.ts';

/** An answer without a picture, or with a thumbnail: read whole. */
const SHORT_BYTES = 64 * 1024;
/** What has arrived of a stream of events, at most. */
const READ_BYTES = 64 * 1024;
/** Larger pieces were measured to be no faster, and eight large answers at once hold eight of them twice. */
const UNHURRIED_READ_BYTES = 512 * 1024;
/** Large pieces in hand at once, all bodies together; past it pieces are small. */
const MAX_IN_HAND_BYTES = 24 * 1024 * 1024;

interface Source {
  /** @returns `kept` and what comes after it; undefined at the end. */
  read(kept: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * Bytes of large pieces that readers have not taken yet. One for all streams of an isolate; a reader that the platform
 * cuts off never takes his, so what has not changed for a minute counts as gone.
 */
export interface InHand {
  bytes: number;
  /** Unix milliseconds. */
  changedAt: number;
}

const LEASE_MS = 60_000;

export interface RedactStreamOptions {
  search: NeedleSearch;
  replacement: Uint8Array;
  /** Nobody needs a part of the body before the whole. Otherwise what has arrived passes at once. */
  mayWait: boolean;
  inHand: InHand;
  /** Looks on. */
  watch?: Watch | undefined;
}

/** Sees a body pass. */
export interface Watch {
  /** Only valid during the call. */
  piece(bytes: Uint8Array): void;
  /** @param isWhole False where its reader left. */
  end(isWhole: boolean): void;
}

/** @returns The body without needles: bytes where it is short and may wait, else a stream at the reader's pace. */
export async function redactStream(
  stream: ReadableStream<Uint8Array>,
  options: RedactStreamOptions,
): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>> {
  const { head, rest } = splitPeeked(stream);
  const reader = getByobReader(rest);
  if (!reader) return passOn(openDefault(rest), head, options);
  const source = openByob(reader, options);
  if (!options.mayWait || head.length >= SHORT_BYTES) return passOn(source, head, options);
  const buffer = new Uint8Array(SHORT_BYTES);
  buffer.set(head);
  const { value } = await reader.readAtLeast(SHORT_BYTES - head.length, buffer.subarray(head.length));
  const first = value ? new Uint8Array(value.buffer as ArrayBuffer, 0, head.length + value.length) : head.slice();
  if (first.length >= SHORT_BYTES) return passOn(source, first, options);
  const whole = createCleaner(options).last(first);
  options.watch?.piece(whole);
  options.watch?.end(true);
  return whole;
}

/** @param first Already read. */
function passOn(source: Source, first: Uint8Array, options: RedactStreamOptions) {
  const { inHand, watch } = options;
  const cleaner = createCleaner(options);
  let ahead: Uint8Array | undefined = first;
  let given = 0;
  const hold = (bytes: number) => {
    inHand.bytes = Math.max(0, inHand.bytes - given) + bytes;
    inHand.changedAt = Date.now();
    given = bytes;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // The reader asks for more, so it has taken what it was given.
        hold(0);
        try {
          for (;;) {
            const bytes = ahead ?? (await source.read(cleaner.kept));
            ahead = undefined;
            if (!bytes) break;
            const passing = cleaner.next(bytes);
            if (passing.length === 0) continue;
            hold(passing.length);
            watch?.piece(passing);
            return controller.enqueue(passing);
          }
        } catch (error) {
          watch?.end(false);
          throw error;
        }
        const rest = cleaner.last(cleaner.kept);
        watch?.piece(rest);
        watch?.end(true);
        if (rest.length > 0) controller.enqueue(rest);
        controller.close();
      },
      cancel(reason) {
        hold(0);
        watch?.end(false);
        return source.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Cuts needles out of one piece after the other, and keeps an end that may be the beginning of one. */
function createCleaner({ search, replacement }: Pick<RedactStreamOptions, 'search' | 'replacement'>) {
  const cleaner = {
    kept: new Uint8Array(0) as Uint8Array,
    next(bytes: Uint8Array): Uint8Array {
      const { passing, keptFrom } = cutNeedles(bytes, search, replacement, false);
      cleaner.kept = bytes.slice(keptFrom);
      return passing;
    },
    /** What was kept, or the only piece there is. */
    last: (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
      cutNeedles(bytes, search, replacement, true).passing as Uint8Array<ArrayBuffer>,
  };
  return cleaner;
}

/** A new buffer for each piece: the old one belongs to whoever reads the stream. */
function openByob(reader: ReadableStreamBYOBReader, { mayWait, inHand }: RedactStreamOptions): Source {
  let isOver = false;
  return {
    async read(kept) {
      if (isOver) return undefined;
      if (Date.now() - inHand.changedAt > LEASE_MS) inHand.bytes = 0;
      const length = mayWait && inHand.bytes < MAX_IN_HAND_BYTES ? UNHURRIED_READ_BYTES : READ_BYTES;
      const buffer = new Uint8Array(kept.length + length);
      buffer.set(kept);
      const { value } = await reader.readAtLeast(mayWait ? length : 1, buffer.subarray(kept.length));
      // Less than was waited for is all there is: another read would only cost another buffer.
      isOver = mayWait && (value?.length ?? 0) < length;
      return value?.length ? new Uint8Array(value.buffer, 0, kept.length + value.length) : undefined;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

function openDefault(stream: ReadableStream<Uint8Array>): Source {
  const reader = stream.getReader();
  return {
    async read(kept) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      return new Uint8Array(Buffer.concat([kept, value]));
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
