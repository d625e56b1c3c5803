/** What a model is and what it costs: the shapes of the catalog, and how a model is found in it. */

/** Smallest first. */
export const SIZES = ['512', '1K', '2K', '4K'] as const;

export type Size = (typeof SIZES)[number];

/** Providers that are called with a key, in the order they are tried unless `PROVIDERS` says otherwise. */
export const KEYED_PROVIDERS = ['google', 'apiyi', 'fal'] as const;

export type KeyedProvider = (typeof KEYED_PROVIDERS)[number];

/** `demo` draws inside the worker and needs no key. */
export type ProviderName = KeyedProvider | 'demo';

/** As people write them. */
const NAMES: Readonly<Record<ProviderName, string>> = { google: 'Google', apiyi: 'APIYI', fal: 'fal', demo: 'Demo' };

/** @param provider An id; one that a later version has stored stands for itself. */
export const nameOfProvider = (provider: string): string =>
  Object.hasOwn(NAMES, provider) ? NAMES[provider as ProviderName] : provider;

/** Where a price came from, and how long it is trusted. Days are UTC, `YYYY-MM-DD`. */
export interface Source {
  /** The page it was read from. */
  source: string;
  /** The first day on which the price holds. */
  since: string;
  /** The last day on which it was compared with its source; absent: `since`. */
  confirmed?: string;
  /** The last day on which the price is trusted. After it the price is unknown, and requests are refused. */
  until?: string;
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

/** What a provider charges for a model. Money is integer micro-dollars. */
export type PriceTable = TokenPrices | CallPrices | ImagePrices;

/** A model as one provider offers it. */
export interface ModelOffer {
  /** The provider's own id of the model. */
  wireId: string;
  /** One table for each way this provider charges. Empty: no price is known, and the provider is not called. */
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
  /** Observed counts above `imageTokens`. The higher count is reserved until one of the two is confirmed. */
  imageTokensSeen?: Partial<Record<Size, number>>;
  inputTokenLimit: number;
  outputTokenLimit: number;
  /**
   * Output tokens allowed beside the picture when the caller sets no `maxOutputTokens`. Null: no cap is sent, and the
   * model's limit is reserved. Whether image models keep to the cap is unconfirmed.
   */
  outputCap: { base: number; highThinking: number } | null;
  /** Published median milliseconds to an answer, by size, until we know our own. */
  expectedMs: Partial<Record<Size, number>>;
  offers: Partial<Record<ProviderName, ModelOffer>>;
  /**
   * The last day on which Google serves the model; afterwards it is retired. A reseller may serve it for longer. To go
   * on with a reseller, the owner removes the day through `CATALOG`.
   */
  end?: string;
  /** The id of the model that replaces it. A model with a successor and no end is deprecated and works. */
  successor?: string;
}

/** In the order of the menu. */
export type Catalog = readonly CatalogModel[];

/** The model when the owner configures no other. */
export const DEFAULT_MODEL = 'gemini-nano-banana-2.1';

/** @param name A canonical id or an alias, with or without Gemini's `models/` in front. */
export function findModel(catalog: Catalog, name: string): CatalogModel | undefined {
  const id = name.startsWith('models/') ? name.slice('models/'.length) : name;
  return catalog.find((model) => model.id === id || model.aliases.includes(id));
}

/** Whether Google has ended a model. @param today UTC day, `YYYY-MM-DD`. */
export const isRetired = ({ end }: CatalogModel, today: string): boolean => end !== undefined && today > end;

/** What is offered: everything but retired models. */
export const offeredModels = (catalog: Catalog, today: string): CatalogModel[] =>
  catalog.filter((model) => !isRetired(model, today));

/** The model to use instead of a retired one: the first of its successors that is not retired. */
export function successorOf(catalog: Catalog, model: CatalogModel, today: string): CatalogModel | undefined {
  const seen = new Set<CatalogModel>();
  for (let next: CatalogModel | undefined = model; next && !seen.has(next); ) {
    if (!isRetired(next, today)) return next;
    seen.add(next);
    next = next.successor === undefined ? undefined : findModel(catalog, next.successor);
  }
  return undefined;
}

/** A model on its way out, for its owner. */
export interface AgeingModel extends Pick<CatalogModel, 'end' | 'successor'> {
  model: string;
  state: 'deprecated' | 'retired';
}

export const ageingModels = (catalog: Catalog, today: string): AgeingModel[] =>
  catalog
    .filter(({ end, successor }) => end !== undefined || successor !== undefined)
    .map((model) => ({
      model: model.id,
      state: isRetired(model, today) ? 'retired' : 'deprecated',
      ...(model.end !== undefined && { end: model.end }),
      ...(model.successor !== undefined && { successor: model.successor }),
    }));
