/** What a run is given, and what it comes to. */
import type { CatalogModel } from '../domain/catalog.ts';
import type { Failure } from '../domain/failure.ts';
import type { GenerateRequest } from '../domain/request.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { Site } from '../domain/site.ts';
import type { Chunk, Form } from '../gemini/skeleton.ts';
import type { Manifest, OpenInput, ProviderCall } from '../ports.ts';
import type { Pricing } from '../pricing.ts';
import type { ImageStore } from '../storage/images.ts';
import type { Manifests } from '../storage/manifests.ts';
import type { ParkingLot } from '../storage/parked.ts';
import type { ConversationDependencies } from './conversation.ts';

export interface RunDependencies extends ConversationDependencies {
  pricing: Pricing;
  images: ImageStore;
  manifests: Manifests;
  /** Takes keys out of what a supplier said. */
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
  /** Aborted when the supplier has had its time. */
  signal: AbortSignal;
  permit: ProviderCall['permit'];
  /** Takes what R2 refuses. */
  lot: ParkingLot;
  /** Waits until what was parked is stored. @throws Where that takes too long. */
  storeParked: () => Promise<void>;
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
export class StillParked extends Error {
  override name = 'StillParked';
}
