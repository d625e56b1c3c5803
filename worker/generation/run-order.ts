/** What a run is given, and what it comes to. */
import type { Site } from '../auth/site.ts';
import type { CatalogModel } from '../catalog/model.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { ProviderCall } from '../providers/provider.ts';
import type { OpenInput } from '../request/inputs.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import type { ImageStore } from '../storage/images.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Manifests } from '../storage/manifests.ts';
import type { PendingParts } from '../storage/pending.ts';
import type { ConversationDependencies } from './conversation.ts';
import type { RunRecord } from './run-record.ts';

export interface RunDependencies extends ConversationDependencies {
  pricing: Pricing;
  images: ImageStore;
  manifests: Manifests;
  /** Takes keys out of what a provider said. */
  redact: (chunk: Chunk) => Chunk;
  /** Unix milliseconds. */
  now: () => number;
}

export interface RunOrder {
  key: string;
  site: Pick<Site, 'id' | 'retention'>;
  request: GenerateRequest;
  model: CatalogModel;
  inputs: readonly OpenInput[];
  form: Form;
  /** The pictures'. */
  id: string;
  /** What it costs where the answer does not say. */
  worstMicros: number;
  /** Aborted when the provider has had its time. */
  signal: AbortSignal;
  permit: ProviderCall['permit'];
  /** Takes what R2 refuses. */
  pendingParts: PendingParts;
  /** Waits until what was pending is stored. @throws Where that takes too long. */
  storePending: () => Promise<void>;
  /** Writes down what a crash must not take along. */
  note: (facts: Partial<Pick<RunRecord, 'maker' | 'fallback' | 'form'>>) => void;
  /** Writes down what of the answer has been read, before its pictures are waited for. */
  checkpoint: (chunks: readonly Chunk[]) => void;
}

export type RunEnd =
  /** `kept`: its manifest is in R2. */
  | { outcome: 'picture' | 'refused'; manifest: Manifest; kept: boolean; isWithdrawn?: true }
  /** Charged by its usage, and no use. */
  | { outcome: 'broken'; failure: Failure; manifest: Manifest }
  /** `micros`: what the usage that came says, where that is more than was held. */
  | { outcome: 'unknown' | 'none'; failure: Failure; micros?: number };

/** What R2 refuses is safe in the object, but not yet a picture. */
export class StillPending extends Error {
  override name = 'StillPending';
}
