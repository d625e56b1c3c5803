/**
 * What is left of a Gemini message when its pictures and large thought signatures are taken out: text in pieces, with
 * marks where the lifted strings stood. `splice` puts them back, byte for byte.
 */

/** The place of one lifted string. The quotes around it stay in the text before and after. */
export interface Lifted {
  /** `image`: `inlineData.data` or a data URL. `signature`: a `thoughtSignature` over 4 KiB. */
  kind: 'image' | 'signature';
  /** Counted from 0 within its kind, in order of appearance over the whole message. */
  n: number;
  /** Decoded length in bytes. */
  bytes: number;
  /** How the text differed from canonical base64; absent if it did not. Only lift and splice read it. */
  encoding?: Encoding;
}

/**
 * Deviations from canonical base64 (padded, nothing escaped), enough to write the same text again. Between patches the
 * bytes are encoded by these rules; every such run but the last is a multiple of three bytes long.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-4
 */
export interface Encoding {
  /** The alphabet of https://www.rfc-editor.org/rfc/rfc4648#section-5 (`-` and `_`). */
  url?: true;
  /** No `=` at the end although the length requires it. */
  unpadded?: true;
  /** Every `/` was written `\/`, as PHP does. The number of them outside patches, which adds to the text's length. */
  escaped?: number;
  /** Stretches that no rule above explains, in order. */
  patches?: Patch[];
}

/** At decoded byte `at`, `text` (one character for each byte as written) stands for `bytes` decoded bytes. */
export interface Patch {
  at: number;
  text: string;
  bytes: number;
}

/** Text is UTF-8; a stretch that is not valid UTF-8 is kept as `raw`, base64 of its bytes. */
export type Segment = string | { raw: string } | Lifted;

/**
 * One unit of an answer with its framing: an SSE event with its blank line, an array element with the bracket or comma
 * before it, or a whole JSON object. Bytes between units (the closing bracket, comments) form units too.
 */
export type Chunk = Segment[];

export const isLifted = (segment: Segment): segment is Lifted => typeof segment === 'object' && 'kind' in segment;

/** Takes the decoded bytes of one lifted string as they arrive. */
export interface BlobWriter {
  /** The writer drops its bytes: the string becomes empty text, without a number. */
  keepsNothing?: true;
  /** `bytes` is only valid until the promise resolves: the caller reuses the buffer. */
  write(bytes: Uint8Array): Promise<void> | void;
  /** Stores the blob: it is kept once this resolves. */
  close(): Promise<void> | void;
  /** The message was cut off or is broken: the writer must leave nothing behind. */
  abort(reason: unknown): Promise<void> | void;
}

/** Receives the lifted strings. `mimeType` is known only if it stood before the data. */
export interface BlobSink {
  open(blob: { kind: Lifted['kind']; n: number; mimeType?: string }): Promise<BlobWriter> | BlobWriter;
}

/** Gives splice the bytes of a lifted string. */
export type OpenBlob = (
  blob: Lifted,
) => Promise<ReadableStream<Uint8Array> | Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;
