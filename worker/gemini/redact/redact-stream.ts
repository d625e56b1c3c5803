/**
 * Takes secrets out of a byte stream that passes through, at the price of looking at one byte in fourteen.
 *
 * What costs is not the looking but each piece that passes through JavaScript (about 0.1 ms, read and write). So where
 * nobody needs a part of the body before the whole, a short one is read at once and sent as it is, without a stream.
 */
import { parseJson } from '../../shared/json.ts';
import { splitPeeked } from '../forms/peeked-stream.ts';
import { getByobReader } from '../lift/byte-source.ts';
import { cutSecrets } from './cut-secrets.ts';
import type { SecretSearch } from './secret-search.ts';

/** An answer without a picture, or with a thumbnail: read whole. */
const SHORT_BYTES = 64 * 1024;
/** What has arrived of a stream of events, at most. */
const READ_BYTES = 64 * 1024;
/** Larger pieces were measured to be no faster, and eight large answers at once hold eight of them twice. */
const UNHURRIED_READ_BYTES = 512 * 1024;
/** Large pieces in hand at once, all bodies together; past it pieces are small. */
const MAX_IN_HAND_BYTES = 24 * 1024 * 1024;

interface StreamSource {
  /** @returns `kept` and what comes after it; undefined at the end. */
  read(kept: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * Bytes of large pieces that readers have not taken yet. One for all streams of an isolate; a reader that the platform
 * cuts off never takes his, so what has not changed for a minute counts as gone.
 */
interface InHand {
  bytes: number;
  /** Unix milliseconds. */
  changedAt: number;
}

const LEASE_MS = 60_000;

export interface RedactStreamOptions {
  search: SecretSearch;
  replacement: Uint8Array;
  /** Nobody needs a part of the body before the whole. Otherwise what has arrived passes at once. */
  mayWait: boolean;
  inHand: InHand;
  /** Looks on. */
  watch?: Watch | undefined;
  /**
   * What is said at the end of a body, if anything: where upstream has broken it off, in place of a broken connection.
   *
   * @param error Absent where the connection ended well.
   */
  lastWord?: LastWord | undefined;
}

/** @returns Pieces that are each written by itself; none where nothing has to be said. */
export type LastWord = (error?: unknown) => readonly Uint8Array[];

/** Sees a body pass. */
export interface Watch {
  /** Only valid during the call. */
  piece(bytes: Uint8Array): void;
  end(how: PassEnd): void;
}

/** `cut`: upstream broke it off, and what has passed is all there will be. `left`: its reader went away. */
export type PassEnd = 'whole' | 'cut' | 'left';

/** @returns The body without secrets: bytes where it is short and may wait, else a stream at the reader's pace. */
export async function redactStream(
  stream: ReadableStream<Uint8Array>,
  options: RedactStreamOptions,
): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>> {
  const { head, rest } = splitPeeked(stream);
  const reader = getByobReader(rest);
  if (!reader) return passOn(openDefault(rest), head, options);
  if (!options.mayWait) return passOn(openHasty(reader), head, options);
  const gather = createGatherer(reader);
  const source = openUnhurried(gather, options);
  if (head.length >= SHORT_BYTES) return passOn(source, head, options);
  const first = new Uint8Array(SHORT_BYTES);
  first.set(head);
  // A failure is remembered by the gatherer, and what came before it is looked at below.
  const length = head.length + (await gather.fill(first.subarray(head.length)).catch(() => 0));
  if (length === SHORT_BYTES) return passOn(source, first, options);
  const whole = createCleaner(options).last(first.subarray(0, length));
  // What broke off after all that it had to say is whole; of anything else nothing is begun.
  if (gather.failure && !isWholeJson(whole)) throw gather.failure.error;
  options.watch?.piece(whole);
  options.watch?.end('whole');
  return whole;
}

/** @param first Already read. */
function passOn(source: StreamSource, first: Uint8Array, options: RedactStreamOptions) {
  const { inHand, watch, lastWord } = options;
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
          watch?.end('cut');
          if (!lastWord) throw error;
          // What was kept back may be the beginning of a key, and nothing else of it ever comes.
          for (const piece of lastWord(error)) controller.enqueue(piece);
          return controller.close();
        }
        const rest = cleaner.last(cleaner.kept);
        watch?.piece(rest);
        watch?.end('whole');
        if (rest.length > 0) controller.enqueue(rest);
        for (const piece of lastWord?.() ?? []) controller.enqueue(piece);
        controller.close();
      },
      cancel(reason) {
        hold(0);
        watch?.end('left');
        return source.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Cuts secrets out of one piece after the other, and keeps an end that may be the beginning of one. */
function createCleaner({ search, replacement }: Pick<RedactStreamOptions, 'search' | 'replacement'>) {
  const cleaner = {
    kept: new Uint8Array(0) as Uint8Array,
    next(bytes: Uint8Array): Uint8Array {
      const { passing, keptFrom } = cutSecrets(bytes, search, replacement, false);
      cleaner.kept = bytes.slice(keptFrom);
      return passing;
    },
    /** What was kept, or the only piece there is. */
    last: (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
      cutSecrets(bytes, search, replacement, true).passing as Uint8Array<ArrayBuffer>,
  };
  return cleaner;
}

/** What has arrived, at once. A new buffer for each piece: the old one belongs to the stream's reader. */
function openHasty(reader: ReadableStreamBYOBReader): StreamSource {
  return {
    async read(kept) {
      const buffer = new Uint8Array(kept.length + READ_BYTES);
      buffer.set(kept);
      const { value } = await reader.read(buffer.subarray(kept.length));
      return value?.length ? new Uint8Array(value.buffer as ArrayBuffer, 0, kept.length + value.length) : undefined;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** Large pieces, as long as few are in hand. */
function openUnhurried(gather: Gatherer, { inHand }: RedactStreamOptions): StreamSource {
  return {
    async read(kept) {
      if (Date.now() - inHand.changedAt > LEASE_MS) inHand.bytes = 0;
      const length = inHand.bytes < MAX_IN_HAND_BYTES ? UNHURRIED_READ_BYTES : READ_BYTES;
      const buffer = new Uint8Array(kept.length + length);
      buffer.set(kept);
      const filled = await gather.fill(buffer.subarray(kept.length));
      return filled > 0 ? buffer.subarray(0, kept.length + filled) : undefined;
    },
    cancel: gather.cancel,
  };
}

interface Gatherer {
  /**
   * Fills a buffer; less comes at the end alone. Where the stream fails, what came before is given first.
   *
   * @throws At the next call then, or where nothing came.
   */
  fill(into: Uint8Array): Promise<number>;
  readonly failure: { error: unknown } | undefined;
  cancel(reason: unknown): Promise<void>;
}

/**
 * `readAtLeast` that loses nothing: it drops what it holds where the stream fails, and a read's own buffer is gone with
 * its failure. So bytes are read into one and copied into the other.
 */
function createGatherer(reader: ReadableStreamBYOBReader): Gatherer {
  let buffer = new ArrayBuffer(READ_BYTES);
  let isOver = false;
  let failure: Gatherer['failure'];

  async function readSome(bytes: number): Promise<Uint8Array | undefined> {
    const { value } = await reader.read(new Uint8Array(buffer, 0, Math.min(bytes, buffer.byteLength)));
    if (value) buffer = value.buffer as ArrayBuffer;
    return value?.length ? value : undefined;
  }

  return {
    get failure() {
      return failure;
    },
    async fill(into) {
      if (failure) throw failure.error;
      let filled = 0;
      while (filled < into.length && !isOver) {
        try {
          const some = await readSome(into.length - filled);
          if (some) into.set(some, filled);
          filled += some?.length ?? 0;
          isOver = some === undefined;
        } catch (error) {
          failure = { error };
          if (filled === 0) throw error;
          break;
        }
      }
      return filled;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

const isWholeJson = (bytes: Uint8Array): boolean => parseJson(new TextDecoder().decode(bytes)) !== undefined;

function openDefault(stream: ReadableStream<Uint8Array>): StreamSource {
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
