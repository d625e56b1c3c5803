import type { CatalogModel } from '../catalog/model.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { ProviderCall } from '../providers/provider.ts';
import type { OpenInput } from '../request/inputs.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { Site } from '../sites/site.ts';
import type { ImageStore } from '../storage/images.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Manifests } from '../storage/manifests.ts';
import type { PendingParts } from '../storage/pending.ts';
import type { ConversationDependencies } from './conversation.ts';
import type { Moderator } from './moderation.ts';
import type { RunRecord } from './run-record.ts';

/** The services that every run shares. */
export interface RunDependencies extends ConversationDependencies {
  pricing: Pricing;
  images: ImageStore;
  manifests: Manifests;
  /** The owner's check of finished pictures. Absent: there is none. */
  moderator?: Moderator;
  /** Removes API keys from what a provider sent. */
  redact: (chunk: Chunk) => Chunk;
  /** Unix milliseconds. */
  now: () => number;
}

/** One run's request and its hooks into the object that carries it. */
export interface RunOrder {
  /** The canonical key of the request: lower-case hex SHA-256. */
  key: string;
  site: Pick<Site, 'id' | 'retention'>;
  /** Of the deployment, as its callers know it. */
  origin: string;
  /** The request has filled this version of the site's template. */
  templateVersion?: string;
  request: GenerateRequest;
  model: CatalogModel;
  inputs: readonly OpenInput[];
  form: Form;
  /** The id of the run's pictures. */
  id: string;
  /** Micro-dollars. The cost when the answer has no usable usage. */
  worstMicros: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
  permit: ProviderCall['permit'];
  /** Holds picture parts that R2 has refused. */
  pendingParts: PendingParts;
  /** Waits until every pending part is stored. @throws {@link StillPending} at the deadline. */
  storePending: () => Promise<void>;
  /** Writes facts to the record, so that they survive a crash. */
  note: (facts: Partial<Pick<RunRecord, 'maker' | 'fallback' | 'form' | 'thoughts' | 'hasVerdict'>>) => void;
  /** Writes the chunks read so far. Called before the run waits for their pictures. */
  checkpoint: (chunks: readonly Chunk[]) => void;
}

/** The outcome of a run. `unknown`: the provider may have run and charged. `none`: it provably did not run. */
export type RunEnd =
  /**
   * `kept`: the manifest is in R2. `isWithdrawn`: a verdict came with the pictures. `isWithheld`: the owner's check has
   * refused them.
   */
  | { outcome: 'picture' | 'refused'; manifest: Manifest; kept: boolean; isWithdrawn?: true; isWithheld?: true }
  /** Charged by its usage, and useless. */
  | { outcome: 'broken'; failure: Failure; manifest: Manifest }
  /** `micros`: the cost by usage, present when it is more than was held. */
  | { outcome: 'unknown' | 'none'; failure: Failure; micros?: number };

/** The bytes that R2 refuses are safe in the object, but are not a stored picture yet. */
export class StillPending extends Error {
  override name = 'StillPending';
}
