/**
 * The small interfaces through which the rooms meet. Routes and middleware know these; adapters implement them.
 */

import type { Site } from './auth/site.ts';
import type { CatalogModel, ProviderName } from './catalog/model.ts';
import type { Chunk, Form } from './gemini/lift/skeleton.ts';
import type { WindowPolicy } from './limits/sliding-window.ts';
import type { Usage } from './pricing/prices.ts';
import type { ImageFacts } from './request/image-type.ts';
import type { Fallback } from './request/last-picture.ts';
import type { GenerateRequest } from './request/request.ts';
import type { Failure, Result } from './shared/failure.ts';

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

/** One as a supplier's call reads it, each attempt anew. */
export interface OpenInput extends InputDescription {
  open(): Promise<ReadableStream<Uint8Array> | Uint8Array> | Uint8Array;
}

/** One call of a supplier. Made anew for every attempt; nothing in it is used twice. */
export interface ProviderCall {
  request: GenerateRequest;
  model: CatalogModel;
  /** What the request's parts name by index. */
  inputs: readonly OpenInput[];
  /** The form the answer is wanted in. A provider that cannot may answer in another and says so. */
  form: Form;
  /** Tells takes apart, for suppliers that have no chance of their own: the same for the same key. Up to 2³². */
  take: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
  /** Asked before every attempt, counted from 1: nothing is sent without it. @returns Why it may not be made. */
  permit: (attempt: number, provider: ProviderName) => Promise<Failure | undefined>;
  /** Only this key is asked: thought signatures in the request are its own, and mean nothing to another. */
  pin?: Maker;
}

/** Who made an answer. A supplier takes its thought signatures back under the key that made them. */
export interface Maker {
  provider: ProviderName;
  /** The first 8 hex digits of the key's SHA-256: it tells keys apart and opens nothing. */
  key: string;
}

/** What a supplier said. `body` is Gemini-shaped bytes in `form`, whatever the supplier's own dialect is. */
export type ProviderAnswer =
  | { ok: true; provider: ProviderName; form: Form; body: ReadableStream<Uint8Array>; maker: Maker }
  | {
      ok: false;
      provider: ProviderName;
      failure: Failure;
      /** The call's pin could not be asked, or provably did not run; nobody else was asked. Another may be, unpinned: there is one. */
      pinned?: true;
      /** The supplier refused a thought signature; provably nothing ran. Without signatures it may be asked again. */
      signature?: true;
    };

export interface Provider {
  readonly name: ProviderName;
  /** Whether this supplier has the model at all. */
  serves(model: CatalogModel): boolean;
  generate(call: ProviderCall): Promise<ProviderAnswer>;
  /** Absent where the supplier has no such method. The value is Gemini's `CountTokensResponse`. */
  countTokens?(call: Pick<ProviderCall, 'request' | 'model' | 'inputs' | 'signal'>): Promise<Result<unknown>>;
}

/** A picture as its manifest knows it. */
export interface StoredImage {
  n: number;
  mimeType: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** Pixels; absent where the header could not be read. */
  width?: number;
  height?: number;
}

/** A large thought signature as its manifest knows it. */
export interface StoredSignature {
  n: number;
  /** Decoded. */
  bytes: number;
  /** Lower-case hex; absent where nobody has read it since it was stored. */
  sha256?: string;
}

/** The lasting truth of a finished generation: the answer without its pictures, and where these are. */
export interface Manifest {
  version: 1;
  /** Names the pictures: class letter and 128 random bits, new for every run. */
  id: string;
  form: Form;
  chunks: Chunk[];
  images: StoredImage[];
  signatures: StoredSignature[];
  model: string;
  provider: ProviderName;
  /** Absent in those that were kept before makers were. */
  maker?: Maker;
  /** The conversation itself could not be gone on from. */
  fallback?: Fallback;
  usage?: Usage;
  /** Micro-dollars, at the price table of the day. */
  costMicros: number;
  /** Unix time in milliseconds. */
  createdAt: number;
}

/** A generation to start, or to join where the same key is already running. Plain data: it goes to another object. */
export interface GenerationJob {
  /** The canonical key, lower-case hex SHA-256. */
  key: string;
  site: Site;
  request: GenerateRequest;
  form: Form;
  /** Micro-dollars: the dearest it can become. */
  worstMicros: number;
  /** Whom it is counted on, where it really starts. */
  policies: readonly WindowPolicy[];
  /** Name of the visitor's address prefix, for the owner's index. */
  prefix?: string;
  /** Whose alone its pictures are; absent: they are for anyone who knows their address. */
  asker?: string;
}

/** What a generation tells its callers: small, in order, never picture bytes. */
export type GenerationEvent =
  /** It runs, and this caller started it or joined. Always the first, but for a failure. */
  | { type: 'admitted'; joined: boolean }
  /** It goes on without the conversation. Told before the supplier answers, which may take longer than headers wait. */
  | { type: 'fallback'; fallback: Fallback }
  /** The supplier answered 200 and its answer is coming in. */
  | { type: 'started'; provider: ProviderName; id: string; form: Form; fallback?: Fallback }
  /** One unit of the answer; every picture it names is stored. */
  | { type: 'chunk'; chunk: Chunk; images: StoredImage[] }
  /**
   * The end. `kept`: the manifest is in R2 (a refusal is not kept). `isWithdrawn`: the provider has taken its pictures
   * back, and they are deleted when the caller that asked has them.
   */
  | { type: 'done'; manifest: Manifest; kept: boolean; isWithdrawn?: true }
  | { type: 'failed'; failure: Failure };

/**
 * A request's inputs, where all of them are in R2; else what puts them there, called where this caller's request is
 * the one that starts, once its money is held.
 */
export type AskedInputs = readonly KeptInput[] | (() => Promise<readonly KeptInput[]>);

export interface Generations {
  /** The events of the run, from its beginning whenever the caller came. They end with `done` or `failed`. */
  ask(job: GenerationJob, inputs: AskedInputs): AsyncIterable<GenerationEvent>;
}
