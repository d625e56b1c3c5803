/** A `generateContent` request in our own words. */
import type { Size } from '../catalog/model.ts';

/** How closely the model looks at an input picture. Finer levels count more tokens than are reserved for a picture. */
export const MEDIA_RESOLUTIONS = ['MEDIA_RESOLUTION_LOW', 'MEDIA_RESOLUTION_MEDIUM', 'MEDIA_RESOLUTION_HIGH'] as const;
type MediaResolution = (typeof MEDIA_RESOLUTIONS)[number];

/** One part of a turn, normalized. An image or large signature is named by its index in the request's inputs. */
export type Part =
  | { kind: 'text'; text: string; thought?: true; signature?: Signature }
  | {
      kind: 'image';
      mimeType: string;
      input: number;
      mediaResolution?: MediaResolution;
      thought?: true;
      signature?: Signature;
    };

/** A thought signature: short ones stay text, as the caller wrote them; large ones were lifted. */
export type Signature = { text: string } | { input: number };

export interface Turn {
  role: 'user' | 'model';
  parts: Part[];
}

/** A `generateContent` request that the model would accept, with defaults filled in and spelled our one way. */
export interface GenerateRequest {
  /** Canonical model id. */
  model: string;
  turns: Turn[];
  /** Clients only. */
  systemInstruction?: string[];
  safetySettings?: { category: string; threshold: string }[];
  /** Absent: no grounding. */
  grounding?: { web: boolean; image: boolean };
  /** Always includes `IMAGE`. */
  modalities: ('TEXT' | 'IMAGE')[];
  size: Size;
  /** Absent: the model chooses. */
  aspectRatio?: string;
  /** Absent: the model's default, even where the caller spelled it out, or the model has no choice. */
  thinkingLevel?: string;
  includeThoughts?: boolean;
  temperature?: number;
  topP?: number;
  topK?: number;
  seed?: number;
  /** For all pictures without their own; absent: the model chooses. */
  mediaResolution?: MediaResolution;
  /** As the caller set it. */
  maxOutputTokens?: number;
}
