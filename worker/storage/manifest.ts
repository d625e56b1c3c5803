/** What is kept of a finished generation beside its pictures. */
import type { ProviderName } from '../catalog/model.ts';
import type { Chunk } from '../gemini/lift/skeleton.ts';
import type { Usage } from '../pricing/prices.ts';
import type { SignatureOrigin } from '../providers/provider.ts';
import type { Fallback } from '../request/last-picture.ts';
import type { Form } from '../request/target.ts';

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
  /** Decoded length. */
  bytes: number;
  /** Lower-case hex. Absent where the object was found by listing and has no digest in its metadata. */
  sha256?: string;
}

/** The lasting record of a finished generation: the answer without its pictures, and where they are. */
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
  /** Origin of the signatures. Absent in manifests older than this field. */
  maker?: SignatureOrigin;
  /** What was sent where the conversation itself could not be continued. */
  fallback?: Fallback;
  usage?: Usage;
  /** Micro-dollars, at the price table of the day. */
  costMicros: number;
  /** Unix time in milliseconds. */
  createdAt: number;
  /** The owner's check has let its pictures through. */
  isModerated?: true;
}
