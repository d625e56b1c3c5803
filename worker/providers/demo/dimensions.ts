import type { CatalogModel, Size } from '../../catalog/model.ts';

export interface Dimensions {
  width: number;
  height: number;
}

/**
 * Pixels that Google documents for 1K (https://ai.google.dev/gemini-api/docs/image-generation, read 2026-11). 2K and 4K
 * are two and four times as many. Measured answers differ by a few pixels; the demo follows the document.
 */
const GEMINI_3_1K: Readonly<Record<string, readonly [number, number]>> = {
  '1:1': [1024, 1024],
  '1:4': [512, 2048],
  '1:8': [384, 3072],
  '2:3': [848, 1264],
  '3:2': [1264, 848],
  '3:4': [896, 1200],
  '4:1': [2048, 512],
  '4:3': [1200, 896],
  '4:5': [928, 1152],
  '5:4': [1152, 928],
  '8:1': [3072, 384],
  '9:16': [768, 1376],
  '16:9': [1376, 768],
  '21:9': [1584, 672],
};

/** 512 is half of 1K, except here: the document prints 792×168, which is not 21:9 (792×336 is). */
const GEMINI_3_512: Readonly<Record<string, readonly [number, number]>> = {
  '21:9': [792, 168],
};

/** Gemini 2.5 Flash Image has one size only, with its own pixels. */
const GEMINI_2_5: Readonly<Record<string, readonly [number, number]>> = {
  '1:1': [1024, 1024],
  '2:3': [832, 1248],
  '3:2': [1248, 832],
  '3:4': [864, 1184],
  '4:3': [1184, 864],
  '4:5': [896, 1152],
  '5:4': [1152, 896],
  '9:16': [768, 1344],
  '16:9': [1344, 768],
  '21:9': [1536, 672],
};

const SCALE: Record<Size, number> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

/** The pixel size that Google documents for a model, a size and a ratio. An unknown ratio is drawn as a square. */
export function dimensionsOf(model: Pick<CatalogModel, 'id'>, size: Size, aspectRatio: string): Dimensions {
  if (isGemini25(model)) {
    const [width, height] = GEMINI_2_5[aspectRatio] ?? [1024, 1024];
    return { width, height };
  }
  const exact = size === '512' ? GEMINI_3_512[aspectRatio] : undefined;
  if (exact) return { width: exact[0], height: exact[1] };
  const [width, height] = GEMINI_3_1K[aspectRatio] ?? [1024, 1024];
  return { width: width * SCALE[size], height: height * SCALE[size] };
}

export const isGemini25 = (model: Pick<CatalogModel, 'id'>): boolean => model.id.startsWith('gemini-2.5');
