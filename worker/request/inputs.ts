import type { ImageFacts } from './image-type.ts';

/** What is known of a picture or a large signature that a request names by index. */
export interface InputDescription {
  kind: 'image' | 'signature';
  /** Decoded length in bytes. */
  size: number;
  /** Lower-case hex SHA-256 of the decoded bytes: its name in the canonical key. */
  sha256: string;
  /** Of a picture: what its first bytes say. */
  image?: ImageFacts;
}

/** An inline input: in this worker's memory. */
export interface InputBlob extends InputDescription {
  bytes: Uint8Array;
}

/** An input in R2: an upload, one of our pictures, a signature behind a reference, or an inline input that was kept. */
export interface KeptInput extends InputDescription {
  /** R2 key. */
  object: string;
}

export type Input = InputBlob | KeptInput;

/** An input as a provider's call reads it; each attempt opens it again. */
export interface OpenInput extends InputDescription {
  open(): Promise<ReadableStream<Uint8Array> | Uint8Array> | Uint8Array;
}
