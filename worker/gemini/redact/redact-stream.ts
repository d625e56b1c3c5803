/**
 * Takes secrets out of a byte stream that passes through, and looks at about one place in nine.
 *
 * The search is cheap; each piece that passes through JavaScript costs about 0.1 ms, read and write. So if a body may
 * wait and is short, it is read whole and returned as bytes, without a stream.
 */
import { parseJson } from '../../shared/json.ts';
import { splitPeeked } from '../forms/peeked-stream.ts';
import { getByobReader } from '../lift/byte-source.ts';
import { cutSecrets } from './cut-secrets.ts';
import type { SecretSearch } from './secret-search.ts';

/** A shorter body is read whole: an answer without a picture, or with a thumbnail. */
const SHORT_BYTES = 64 * 1024;
/** The most that one read of an event stream returns. */
const READ_BYTES = 64 * 1024;
/** Larger pieces were measured to be no faster, and eight large answers at once hold eight pieces twice. */
const UNHURRIED_READ_BYTES = 512 * 1024;
/** A body that may wait passes in pieces of at least this size: fewer pieces cost less, longer waits bring no more. */
const ENOUGH_BYTES = 128 * 1024;
/** Bound of large pieces in hand, all bodies together. Past it, pieces are small. */
const MAX_IN_HAND_BYTES = 24 * 1024 * 1024;

interface StreamSource {
  /** @returns `kept` and what comes after it; undefined at the end. */
  read(kept: Uint8Array): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * Counts the bytes of pieces that readers have not taken yet, for all streams of one redactor. A reader that the
 * platform cuts off never takes its piece, so a count that has not changed for a minute is reset.
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
  /** The client needs no part of the body before the whole. If false, bytes pass as soon as they arrive. */
  mayWait: boolean;
  inHand: InHand;
  watch?: Watch | undefined;
  /** Adds pieces at the end of the body. If the provider broke the body off, they replace the stream's error. */
  lastWord?: LastWord | undefined;
}

/**
 * @param error Why the body broke off; absent if it ended well.
 * @returns Pieces to write one by one; empty if nothing is to be added.
 */
export type LastWord = (error?: unknown) => readonly Uint8Array[];

/** Sees the bytes that pass, without secrets. `end` is called at most once. */
export interface Watch {
  /** @param bytes Valid only during the call. */
  piece(bytes: Uint8Array): void;
  end(how: PassEnd): void;
}

/** `cut`: the provider broke the body off, and nothing more will pass. `left`: the reader cancelled. */
export type PassEnd = 'whole' | 'cut' | 'left';

/**
 * Throws if a body that may wait breaks off within its first 64 KiB, unless it is complete JSON by then.
 *
 * @returns The body without secrets: bytes if it is short and may wait, else a stream at the reader's pace.
 */
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
  const first = await gather.read(head, SHORT_BYTES - head.length);
  if (first.length === SHORT_BYTES) return passOn(source, first, options);
  const whole = createCleaner(options).last(first);
  // A body that broke off after complete JSON is whole. Any other fails here, before an answer is begun.
  if (gather.failure && !isWholeJson(whole)) throw gather.failure.error;
  options.watch?.piece(whole);
  options.watch?.end('whole');
  return whole;
}

/** @param first The bytes that are already read. */
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
  /** What was kept back and is less than a window is no key, now that nothing follows. */
  const giveRest = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const rest = cleaner.last(cleaner.kept);
    if (rest.length === 0) return;
    watch?.piece(rest);
    controller.enqueue(rest);
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
          giveRest(controller);
          watch?.end('cut');
          if (!lastWord) throw error;
          for (const piece of lastWord(error)) controller.enqueue(piece);
          return controller.close();
        }
        giveRest(controller);
        watch?.end('whole');
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

/** Cuts secrets out of one piece after the other, and keeps back an end that may begin a secret. */
function createCleaner({ search, replacement }: Pick<RedactStreamOptions, 'search' | 'replacement'>) {
  const cleaner = {
    kept: new Uint8Array(0) as Uint8Array,
    next(bytes: Uint8Array): Uint8Array {
      const { passing, keptFrom } = cutSecrets(bytes, search, replacement, false);
      cleaner.kept = bytes.slice(keptFrom);
      return passing;
    },
    /** @param bytes The bytes kept back, or the only piece. */
    last: (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
      cutSecrets(bytes, search, replacement, true).passing as Uint8Array<ArrayBuffer>,
  };
  return cleaner;
}

/** Gives bytes as soon as they arrive. Each piece has a new buffer: the old one belongs to the stream's reader. */
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

/** Gives large pieces while few are in hand, else small ones. */
function openUnhurried(gather: Gatherer, { inHand }: RedactStreamOptions): StreamSource {
  return {
    async read(kept) {
      if (Date.now() - inHand.changedAt > LEASE_MS) inHand.bytes = 0;
      const room = inHand.bytes < MAX_IN_HAND_BYTES ? UNHURRIED_READ_BYTES : READ_BYTES;
      const piece = await gather.read(kept, room, ENOUGH_BYTES);
      if (piece.length > kept.length) return piece;
      if (gather.failure) throw gather.failure.error;
      return undefined;
    },
    cancel: gather.cancel,
  };
}

interface Gatherer {
  /**
   * Reads one piece. It does not fail: the bytes before a failure are returned, and then none.
   *
   * @param before The piece's first bytes. The caller keeps its own copy of them.
   * @param room The most bytes to read.
   * @param enough Number of bytes after which the piece does not wait for more.
   * @returns `before` and the bytes after it: none at the end, fewer than `enough` only before it.
   */
  read(before: Uint8Array, room: number, enough?: number): Promise<Uint8Array>;
  readonly failure: { error: unknown } | undefined;
  cancel(reason: unknown): Promise<void>;
}

/**
 * Does what `readAtLeast` does, without losing bytes. `readAtLeast` drops the bytes it holds if the stream fails, and a
 * failed read also takes its buffer. So only the first read, which has nothing to lose, goes into the piece itself; it
 * nearly always brings enough. What later ones bring is copied.
 */
function createGatherer(reader: ReadableStreamBYOBReader): Gatherer {
  let buffer: ArrayBuffer | undefined;
  let isOver = false;
  let failure: Gatherer['failure'];

  async function readInto(view: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const { value } = await reader.read(view);
      if (value?.length) return value as Uint8Array<ArrayBuffer>;
    } catch (error) {
      failure = { error };
    }
    isOver = true;
    return undefined;
  }

  return {
    get failure() {
      return failure;
    },
    async read(before, room, enough = room) {
      if (isOver) return before;
      const empty = new Uint8Array(before.length + room);
      empty.set(before);
      const first = await readInto(empty.subarray(before.length));
      if (!first) return before;
      const piece = new Uint8Array(first.buffer);
      const least = before.length + Math.min(room, enough);
      let filled = before.length + first.length;
      while (filled < least) {
        buffer ??= new ArrayBuffer(READ_BYTES);
        const more = await readInto(new Uint8Array(buffer, 0, Math.min(READ_BYTES, piece.length - filled)));
        if (!more) break;
        buffer = more.buffer;
        piece.set(more, filled);
        filled += more.length;
      }
      return piece.subarray(0, filled);
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
