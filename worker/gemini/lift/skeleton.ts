/** The place of one string that was lifted out. The quotes around it stay in the text before and after. */
export interface Lifted {
  /** `image`: `inlineData.data`. `signature`: a `thoughtSignature` over the limit. */
  kind: 'image' | 'signature';
  /** Counted from 0 within its kind, in order of appearance over the whole message. */
  n: number;
  /** Decoded length. */
  bytes: number;
  /** How the text differed from canonical base64; absent where it did not. Only lift and splice look inside. */
  encoding?: Encoding;
}

/**
 * Deviations from canonical base64 (RFC 4648 §4, padded, nothing escaped), enough to write the same text again. Between
 * patches the bytes are encoded by these rules; all such runs but the last are a multiple of three bytes long.
 */
export interface Encoding {
  /** RFC 4648 §5 letters (`-` and `_`). */
  url?: true;
  /** No `=` at the end though the length asks for it. */
  unpadded?: true;
  /** Every `/` was written `\/`, as PHP does. So many of them, outside patches: the text's length depends on it. */
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
 * One unit of an answer, whole with its framing: an SSE event with its blank line, an array element with the bracket
 * or comma before it, or all of a JSON object. Bytes between units (the closing bracket, comments) form units as well.
 */
export type Chunk = Segment[];

export const isLifted = (segment: Segment): segment is Lifted => typeof segment === 'object' && 'kind' in segment;

/** Takes one lifted string's decoded bytes as they come. */
export interface BlobWriter {
  /** Nothing is kept here: the string becomes an empty one, without a number. */
  keepsNothing?: true;
  /** `bytes` is only valid until the promise resolves: the caller reuses the buffer. */
  write(bytes: Uint8Array): Promise<void> | void;
  /** After this the blob is kept. */
  close(): Promise<void> | void;
  /** The message was cut short or broke: leave nothing behind. */
  abort(reason: unknown): Promise<void> | void;
}

/** Where lift hands lifted strings to. `mimeType` is known only where it stood before the data. */
export interface BlobSink {
  open(blob: { kind: Lifted['kind']; n: number; mimeType?: string }): Promise<BlobWriter> | BlobWriter;
}

/** Where splice gets the bytes back from. */
export type OpenBlob = (
  blob: Lifted,
) => Promise<ReadableStream<Uint8Array> | Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;
