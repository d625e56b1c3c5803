/** What a model is and what it costs: the shapes of the catalog, and how a model is found in it. */
import type { Size } from './request.ts';

export { SEED_CATALOG } from './catalog-data.ts';

export type ProviderName = 'google' | 'apiyi' | 'fal' | 'demo';

/** Where a figure came from, and how long it may be believed. Dates are ISO, `YYYY-MM-DD`. */
export interface Source {
  source: string;
  /** The day the source was published or last confirmed. */
  date: string;
  /** The last day on which the figure holds; absent where its maker names no end. Past it the price is unknown. */
  validUntil?: string;
}

/** By tokens, as Google charges. Micro-dollars. */
export interface TokenPrices extends Source {
  kind: 'token';
  inputPerMillion: number;
  /** Text and thoughts. */
  textOutPerMillion: number;
  imageOutPerMillion: number;
  /** One search query of a grounded answer. Absent: a grounded request has no known price. */
  perSearch?: number;
}

/** By calls, whatever is in them. Micro-dollars. */
export interface CallPrices extends Source {
  kind: 'call';
  perCall: number;
}

/** By pictures and their size. Micro-dollars. */
export interface ImagePrices extends Source {
  kind: 'image';
  perImage: Partial<Record<Size, number>>;
  /** Once for a request that may search. Absent: a grounded request has no known price. */
  grounding?: number;
  /** Once for a request with high thinking; absent: nothing extra. */
  highThinking?: number;
}

/** What a supplier charges for a model. Money is integer micro-dollars. */
export type PriceTable = TokenPrices | CallPrices | ImagePrices;

/** A model as one supplier offers it. */
export interface ModelOffer {
  /** The id that supplier knows it by. */
  wireId: string;
  /** One for each way this supplier charges; empty where no price is known, and then it is not called. */
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
  /** Output tokens of one picture, by size; where a size is missing, the next larger one is reserved. */
  imageTokens: Partial<Record<Size, number>>;
  inputTokenLimit: number;
  outputTokenLimit: number;
  /** Output tokens beside the picture that are allowed for when the caller sets no `maxOutputTokens`; null: the model's limit. */
  outputCap: { base: number; highThinking: number } | null;
  /** Published median milliseconds to an answer, by size, until we know our own. */
  expectedMs: Partial<Record<Size, number>>;
  offers: Partial<Record<ProviderName, ModelOffer>>;
  /** The day the maker ends it, and what takes its place. Resellers keep ended models alive, so it is not refused here. */
  end?: string;
  successor?: string;
}

/** In the order of the menu. */
export type Catalog = readonly CatalogModel[];

/** Where the owner names no other. */
export const DEFAULT_MODEL = 'gemini-nano-banana-2.1';

/** @param name A canonical id or an alias, with or without Gemini's `models/` in front. */
export function findModel(catalog: Catalog, name: string): CatalogModel | undefined {
  const id = name.startsWith('models/') ? name.slice('models/'.length) : name;
  return catalog.find((model) => model.id === id || model.aliases.includes(id));
}
