import type { SiteFacts, SiteModel } from '../../worker/protocol.ts';
import type { Key } from '../words/keys.ts';
import { nameOfShape } from './ratios.ts';

/** What the model may look up before it draws. `image` includes the web. */
type Grounding = 'none' | 'web' | 'image';

/** The choices of page and visitor. An empty text means no choice. */
export interface StudioOptions {
  model: string;
  /** Ids of the models that are offered, separated by spaces. It narrows the site's list; empty for all. */
  models: string;
  /** `auto` or a ratio. */
  aspectRatio: string;
  /** `512`, `1k`, `2k`, `4k` in any case. */
  resolution: string;
  thinking: string;
  grounding: Grounding;
  /** Pictures at once. */
  count: number;
}

/** The settings of a request: only values that the chosen model and the site have. */
export interface Settings {
  model: SiteModel;
  /** `auto`: the model chooses; in a change, the shape of the changed picture. */
  aspectRatio: string;
  /** As the site spells it. */
  size: string;
  /** Absent: the model's default, or no choice. */
  thinking?: string;
  grounding: Grounding;
  /** 1 to 4. */
  count: number;
  /** Typical milliseconds, if the site knows them. */
  expectedMs?: number;
}

const MAX_COUNT = 4;

/** Most pictures at once: more than the visitor's minute or day allows would only be refused. At least 1. */
export const mostPictures = ({ limits }: SiteFacts): number =>
  Math.max(1, Math.min(MAX_COUNT, limits.perMinute, limits.left ?? MAX_COUNT));

/** The models that the page offers. A list without any model of the site counts as no list. */
export function offeredModels({ models }: SiteFacts, allowed = ''): SiteModel[] {
  const ids = allowed.split(/\s+/);
  const offered = models.filter(({ id }) => ids.includes(id));
  return offered.length > 0 ? offered : models;
}

/** Fits options to what page and site offer. An option that the model lacks falls back to its default. */
export function settle(facts: SiteFacts, options: StudioOptions): Settings | undefined {
  const models = offeredModels(facts, options.models);
  const model =
    models.find(({ id }) => id === options.model) ?? models.find(({ id }) => id === facts.defaultModel) ?? models[0];
  if (!model) return undefined;
  const size = match(model.sizes, options.resolution) ?? match(model.sizes, '1K') ?? model.sizes[0] ?? '1K';
  const thinking = match(model.thinking, options.thinking);
  const expectedMs = model.expectedMs[size];
  const { grounding } = options;
  return {
    model,
    aspectRatio: match(model.aspectRatios, options.aspectRatio) ?? 'auto',
    size,
    ...(thinking !== undefined && { thinking }),
    // One kind of search stands in for the other: the page or the visitor wants something looked up.
    grounding: grounding === 'none' || model.grounding.includes(grounding) ? grounding : (model.grounding[0] ?? 'none'),
    count: Math.max(1, Math.min(Math.floor(options.count) || 1, mostPictures(facts))),
    ...(expectedMs !== undefined && { expectedMs }),
  };
}

const match = (values: readonly string[], option: string): string | undefined =>
  values.find((value) => value.toLowerCase() === option.trim().toLowerCase());

/** People's words for a model among others. */
export type Tier = 'quickest' | 'fast' | 'best';

/**
 * People's word for a model. The dearest or slowest is `best`, the other `fast`; of three or more the first is
 * `quickest` and all between are `fast`.
 *
 * @param models All models that are offered; the order of the list decides between equals.
 * @returns undefined with one model, or for an unknown one.
 */
export function tierOf(models: readonly SiteModel[], id: string): Tier | undefined {
  const size = models[0]?.sizes.find((one) => models.every(({ expectedMs }) => expectedMs[one]));
  // Name and price come first: by time alone two models would exchange their words from one hour to the next.
  const effort = ({ priceClass = 'low', expectedMs, displayName }: SiteModel) =>
    100 *
      (2 * PRICES.indexOf(priceClass) + (/\bpro\b/i.test(displayName) ? 1 : /\blite\b/i.test(displayName) ? -1 : 0)) +
    Math.log2((size && expectedMs[size]) || 1);
  const last = models.length - 1;
  const place = [...models].sort((one, other) => effort(one) - effort(other)).findIndex((model) => model.id === id);
  if (last < 1 || place < 0) return undefined;
  return place === last ? 'best' : place === 0 && last > 1 ? 'quickest' : 'fast';
}

const PRICES = ['low', 'medium', 'high'];

/** What the settings line says. */
export interface Summary {
  /** Word of the shape; absent: show `ratio`. */
  shape?: Key;
  /** `auto` or a ratio. */
  ratio: string;
  /** Absent where there is one model. */
  tier?: Tier;
  /** Typical seconds, if the site knows them. */
  seconds?: number;
}

/** @param changing Whether a picture is changed, which then gives the shape. */
export function summaryOf(settings: Settings, models: readonly SiteModel[], changing = false): Summary {
  const { aspectRatio, model, expectedMs } = settings;
  const shape = changing && aspectRatio === 'auto' ? 'sameShape' : nameOfShape(aspectRatio);
  const tier = tierOf(models, model.id);
  return {
    ...(shape && { shape }),
    ratio: aspectRatio,
    ...(tier && { tier }),
    ...(expectedMs && { seconds: Math.max(1, Math.round(expectedMs / 1000)) }),
  };
}
