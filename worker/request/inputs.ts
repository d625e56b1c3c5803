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

/** One that came inline: in this worker's memory. */
export interface InputBlob extends InputDescription {
  bytes: Uint8Array;
}

/** One that is in R2 already: an upload, a picture of ours, a signature that a reference stood for. */
export interface KeptInput extends InputDescription {
  /** R2 key. */
  object: string;
}

export type Input = InputBlob | KeptInput;
/** One as a provider's call reads it, each attempt anew. */
export interface OpenInput extends InputDescription {
  open(): Promise<ReadableStream<Uint8Array> | Uint8Array> | Uint8Array;
}
