import type { Size } from './request.ts';

export type ProviderName = 'google' | 'apiyi' | 'fal' | 'demo';

/** Where a figure came from, and how long it may be believed. Dates are ISO, `YYYY-MM-DD`. */
export interface Source {
  source: string;
  date: string;
  validUntil?: string;
}

/** What a supplier charges for a model. Money is integer micro-dollars. */
export type PriceTable = Source &
  (
    | {
        kind: 'token';
        /** Micro-dollars for a million tokens. */
        inputPerMillion: number;
        textOutPerMillion: number;
        imageOutPerMillion: number;
      }
    | { kind: 'call'; perCall: number }
    | { kind: 'image'; perImage: Partial<Record<Size, number>>; perSearch?: number }
  );

/** A model as one supplier offers it. */
export interface ModelOffer {
  /** The id that supplier knows it by. */
  wireId: string;
  prices: readonly PriceTable[];
}

export interface CatalogModel {
  /** The GA name. */
  id: string;
  displayName: string;
  description: string;
  /** Other ids a caller may use: previews, nicknames. */
  aliases: readonly string[];
  /** Smallest first. */
  sizes: readonly Size[];
  aspectRatios: readonly string[];
  maxReferences: number;
  grounding: readonly ('web' | 'image')[];
  /** Lowest first; empty where there is no choice. */
  thinkingLevels: readonly string[];
  defaultThinkingLevel?: string;
  /** Whether the model thinks at all (`includeThoughts` is refused where it does not). */
  thinks: boolean;
  /** Output tokens of one picture, by size. */
  imageTokens: Partial<Record<Size, number>>;
  inputTokenLimit: number;
  outputTokenLimit: number;
  /** Output tokens beside the picture that are allowed for when the caller sets no `maxOutputTokens`; null: the model's limit. */
  outputCap: { base: number; highThinking: number } | null;
  /** Published median milliseconds to an answer, by size, until we know our own. */
  expectedMs: Partial<Record<Size, number>>;
  offers: Partial<Record<ProviderName, ModelOffer>>;
  /** The day the maker ends it, and what takes its place. */
  end?: string;
  successor?: string;
}
