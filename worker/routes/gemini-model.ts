/** Shows models of the catalog in Gemini's `Model` shape, and in the widget's shape. */
import type { CatalogModel, PriceTable, Size } from '../catalog/model.ts';
import { pictureMicros } from '../pricing/prices.ts';
import type { SiteModel } from '../protocol.ts';
import { defaultSize } from '../request/parse-config.ts';

/** Gemini's `Model` (https://ai.google.dev/api/models), with Peel's `imageCapabilities`. */
export interface Model {
  /** `models/` and the canonical id. */
  name: string;
  version: string;
  displayName: string;
  description: string;
  inputTokenLimit: number;
  outputTokenLimit: number;
  supportedGenerationMethods: string[];
  thinking: boolean;
  imageCapabilities: ImageCapabilities;
}

interface ImageCapabilities {
  sizes: readonly Size[];
  aspectRatios: readonly string[];
  maxReferences: number;
  grounding: readonly ('web' | 'image')[];
  thinkingLevels: readonly string[];
  defaultThinkingLevel?: string;
  /** Dollars for a picture by size, without its prompt and thoughts. Absent if no price is known. */
  priceUsd?: Partial<Record<Size, number>>;
  /** The day on which the model shuts down, `YYYY-MM-DD`. `successor` is the id of its replacement. */
  end?: string;
  successor?: string;
}

/** A picture below these prices is `low` or `medium`, any other is `high`. Micro-dollars. */
const PRICE_CLASSES = { low: 50_000, medium: 100_000 };

/**
 * @param table Prices of the owner's first provider. Absent: no prices are shown.
 * @param counts Whether the caller may count tokens.
 */
export function toModel(model: CatalogModel, table?: PriceTable, counts = true): Model {
  const priceUsd = table && pricesUsd(model, table);
  return {
    name: `models/${model.id}`,
    version: /\d+(\.\d+)?/.exec(model.id)?.[0] ?? '1',
    displayName: model.displayName,
    description: model.description,
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: ['generateContent', ...(counts ? ['countTokens'] : [])],
    thinking: model.thinks,
    imageCapabilities: {
      sizes: model.sizes,
      aspectRatios: model.aspectRatios,
      maxReferences: model.maxReferences,
      grounding: model.grounding,
      thinkingLevels: model.thinkingLevels,
      ...(model.defaultThinkingLevel !== undefined && { defaultThinkingLevel: model.defaultThinkingLevel }),
      ...(priceUsd && { priceUsd }),
      ...(model.end !== undefined && { end: model.end }),
      ...(model.successor !== undefined && { successor: model.successor }),
    },
  };
}

/**
 * @param expected Measured milliseconds to a picture, by size. Absent sizes take the catalog's figures.
 * @param table Prices of the owner's first provider. Absent: no price class is shown.
 */
export function toSiteModel(
  model: CatalogModel,
  expected: Readonly<Record<string, number>> = {},
  table?: PriceTable,
): SiteModel {
  const micros = table && pictureMicros(table, model, defaultSize(model));
  return {
    id: model.id,
    displayName: model.displayName,
    sizes: [...model.sizes],
    aspectRatios: [...model.aspectRatios],
    maxReferences: model.maxReferences,
    grounding: [...model.grounding],
    thinking: [...model.thinkingLevels],
    expectedMs: { ...expectedMsBySize(model), ...expected },
    ...(micros !== undefined && { priceClass: priceClassOf(micros) }),
  };
}

function pricesUsd(model: CatalogModel, table: PriceTable): Partial<Record<Size, number>> | undefined {
  const prices = model.sizes.flatMap((size) => {
    const micros = pictureMicros(table, model, size);
    return micros === undefined ? [] : [[size, micros / 1_000_000] as const];
  });
  return prices.length > 0 ? Object.fromEntries(prices) : undefined;
}

/** A size without a figure takes the next larger size's: a wait may end early, but not late. */
function expectedMsBySize(model: CatalogModel): Record<string, number> {
  const expected: Record<string, number> = {};
  let larger: number | undefined;
  for (const size of model.sizes.toReversed()) {
    larger = model.expectedMs[size] ?? larger;
    if (larger !== undefined) expected[size] = larger;
  }
  return expected;
}

function priceClassOf(micros: number): NonNullable<SiteModel['priceClass']> {
  if (micros < PRICE_CLASSES.low) return 'low';
  return micros < PRICE_CLASSES.medium ? 'medium' : 'high';
}
