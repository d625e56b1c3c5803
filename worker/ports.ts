/**
 * The small interfaces through which the rooms meet. Routes and middleware know these; adapters implement them.
 */
import type { CatalogModel, ProviderName } from './domain/catalog.ts';
import type { Failure, Result } from './domain/failure.ts';
import type { Usage } from './domain/prices.ts';
import type { GenerateRequest } from './domain/request.ts';
import type { Site } from './domain/site.ts';
import type { Chunk, Form } from './gemini/skeleton.ts';

/** A lifted string of a request body, decoded, with the digest that names it in the canonical key. */
export interface InputBlob {
  kind: 'image' | 'signature';
  bytes: Uint8Array;
  /** Lower-case hex SHA-256 of `bytes`. */
  sha256: string;
}

/** One call of a supplier. Made anew for every attempt; nothing in it is used twice. */
export interface ProviderCall {
  request: GenerateRequest;
  model: CatalogModel;
  /** The request's lifted strings, by the index that the request's parts name. */
  inputs: readonly InputBlob[];
  /** The form the answer is wanted in. A provider that cannot may answer in another and says so. */
  form: Form;
  /** Tells takes apart, for suppliers that have no chance of their own: the same for the same key. Up to 2³². */
  take: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
}

/** What a supplier said. `body` is Gemini-shaped bytes in `form`, whatever the supplier's own dialect is. */
export type ProviderAnswer =
  | { ok: true; provider: ProviderName; form: Form; body: ReadableStream<Uint8Array> }
  | { ok: false; provider: ProviderName; failure: Failure };

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

/** The lasting truth of a finished generation: the answer without its pictures, and where these are. */
export interface Manifest {
  version: 1;
  /** Names the pictures: class letter and 128 random bits, new for every run. */
  id: string;
  form: Form;
  chunks: Chunk[];
  images: StoredImage[];
  /** Decoded sizes of the kept signatures, by `n`. */
  signatures: { n: number; bytes: number }[];
  model: string;
  provider: ProviderName;
  usage?: Usage;
  /** Micro-dollars, at the price table of the day. */
  costMicros: number;
  /** Unix time in milliseconds. */
  createdAt: number;
}

/** A generation to start, or to join where the same key is already running. */
export interface GenerationJob {
  /** The canonical key, lower-case hex SHA-256. */
  key: string;
  site: Site;
  request: GenerateRequest;
  model: CatalogModel;
  inputs: readonly InputBlob[];
  form: Form;
  /** Micro-dollars: the dearest it can become. */
  worstMicros: number;
  /** Called once the supplier has the inputs, or never will. */
  releaseInputs: () => void;
}

/** What a generation tells its callers: small, in order, never picture bytes. */
export type GenerationEvent =
  /** The supplier answered 200 and its answer is coming in. */
  | { type: 'started'; provider: ProviderName; id: string; form: Form }
  /** One unit of the answer; every picture it names is stored. */
  | { type: 'chunk'; chunk: Chunk; images: StoredImage[] }
  /** The end. `kept`: the manifest is in R2 (a refusal is not kept). */
  | { type: 'done'; manifest: Manifest; kept: boolean }
  | { type: 'failed'; failure: Failure };

export interface Generations {
  /** @returns The events of the run, from its beginning whenever the caller came. */
  ask(job: GenerationJob): Promise<ReadableStream<GenerationEvent>>;
}
