import type { ProviderName } from '../catalog/model.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { CallerLimits } from '../ledger/rpc.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { Fallback } from '../request/last-picture.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';
import type { Manifest, StoredImage } from '../storage/manifest.ts';

/**
 * A generation to start, or to join when the same key is running. Plain data, because it is sent to another object. Only
 * a caller that starts a run is held to its limits, not one that joins.
 */
export interface GenerationJob extends CallerLimits {
  /** The canonical key, lower-case hex SHA-256. */
  key: string;
  site: Site;
  /** Of the deployment, as the caller knows it. */
  origin: string;
  /** The request has filled this version of the site's template. */
  templateVersion?: string;
  request: GenerateRequest;
  form: Form;
  /** Micro-dollars. The most that the generation can cost. */
  worstMicros: number;
  /** Name of the visitor's address prefix, for the site owner's index. */
  prefix?: string;
  /** Name of the API client that asks, for the same. */
  client?: string;
  /** The one caller that may see the pictures. Absent: any caller that knows their address may. */
  asker?: string;
}

/** An event of a generation, as its callers get it: small, in order, never picture bytes. */
export type GenerationEvent =
  /**
   * The run goes on, and this caller started or joined it. The first event, unless the answer is a refusal or a replay.
   */
  | { type: 'admitted'; joined: boolean }
  /** The run goes on without the conversation. Emitted before the provider answers: headers do not wait that long. */
  | { type: 'fallback'; fallback: Fallback }
  /** The provider answered 200; chunks follow. */
  | { type: 'started'; provider: ProviderName; id: string; form: Form; fallback?: Fallback }
  /** One unit of the answer. Every picture that it names is stored. */
  | { type: 'chunk'; chunk: Chunk; images: StoredImage[] }
  /**
   * The end. `kept`: the manifest is in R2 (a refusal is not kept). `isWithdrawn`: the provider has withdrawn its
   * pictures. They are deleted after delivery to the caller that asked.
   */
  | { type: 'done'; manifest: Manifest; kept: boolean; isWithdrawn?: true }
  /** The end without an answer. */
  | { type: 'failed'; failure: Failure };

/**
 * A request's inputs when all of them are in R2. Otherwise a function that puts them there. It is called at most once,
 * after the money is held, and only when this caller starts the run.
 */
export type RequestInputs = readonly KeptInput[] | (() => Promise<readonly KeptInput[]>);

/** Where the pictures of a run are named: their id, and the site and canonical key of its request. */
export interface KeptUnder {
  id: string;
  key: string;
  site: Pick<Site, 'id' | 'retention'>;
}

/** Every generation of the deployment. */
export interface Generations {
  /**
   * Starts the run of a job, or joins the one that goes on. The events start at the run's first and end with `done` or
   * `failed`. Expected failures are events, never exceptions.
   */
  ask(job: GenerationJob, inputs: RequestInputs): AsyncIterable<GenerationEvent>;
}
