import type { Site } from '../auth/site.ts';
import type { ProviderName } from '../catalog/model.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { WindowPolicy } from '../limits/policies.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { Fallback } from '../request/last-picture.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { Manifest, StoredImage } from '../storage/manifest.ts';

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
  /** It goes on without the conversation. Told before the provider answers, which may take longer than headers wait. */
  | { type: 'fallback'; fallback: Fallback }
  /** The provider answered 200 and its answer is coming in. */
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
export type RequestInputs = readonly KeptInput[] | (() => Promise<readonly KeptInput[]>);
export interface Generations {
  /** The events of the run, from its beginning whenever the caller came. They end with `done` or `failed`. */
  ask(job: GenerationJob, inputs: RequestInputs): AsyncIterable<GenerationEvent>;
}
