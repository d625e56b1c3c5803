import { describe, expect, it } from 'vitest';
import { findModel, type Size } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import { dimensionsOf } from '../../../worker/providers/demo/dimensions.ts';

/** Pixels at 512, 1K, 2K, 4K, from https://ai.google.dev/gemini-api/docs/image-generation. */
const GEMINI_3: [ratio: string, ...pixels: string[]][] = [
  ['1:1', '512×512', '1024×1024', '2048×2048', '4096×4096'],
  ['1:4', '256×1024', '512×2048', '1024×4096', '2048×8192'],
  ['1:8', '192×1536', '384×3072', '768×6144', '1536×12288'],
  ['2:3', '424×632', '848×1264', '1696×2528', '3392×5056'],
  ['3:2', '632×424', '1264×848', '2528×1696', '5056×3392'],
  ['3:4', '448×600', '896×1200', '1792×2400', '3584×4800'],
  ['4:1', '1024×256', '2048×512', '4096×1024', '8192×2048'],
  ['4:3', '600×448', '1200×896', '2400×1792', '4800×3584'],
  ['4:5', '464×576', '928×1152', '1856×2304', '3712×4608'],
  ['5:4', '576×464', '1152×928', '2304×1856', '4608×3712'],
  ['8:1', '1536×192', '3072×384', '6144×768', '12288×1536'],
  ['9:16', '384×688', '768×1376', '1536×2752', '3072×5504'],
  ['16:9', '688×384', '1376×768', '2752×1536', '5504×3072'],
  ['21:9', '792×168', '1584×672', '3168×1344', '6336×2688'],
];

const GEMINI_2_5: [ratio: string, pixels: string][] = [
  ['1:1', '1024×1024'],
  ['2:3', '832×1248'],
  ['3:2', '1248×832'],
  ['3:4', '864×1184'],
  ['4:3', '1184×864'],
  ['4:5', '896×1152'],
  ['5:4', '1152×896'],
  ['9:16', '768×1344'],
  ['16:9', '1344×768'],
  ['21:9', '1536×672'],
];

const SIZES: Size[] = ['512', '1K', '2K', '4K'];

const print = ({ width, height }: { width: number; height: number }): string => `${width}×${height}`;

describe('dimensionsOf', () => {
  it.each(GEMINI_3)('gives %s of Gemini 3 the pixels that Google documents', (ratio, ...pixels) => {
    const sizes = SIZES.map((size) => print(dimensionsOf({ id: 'gemini-3.1-flash-image' }, size, ratio)));

    expect(sizes).toEqual(pixels);
  });

  it.each(GEMINI_2_5)('gives %s of Gemini 2.5 the pixels that Google documents', (ratio, pixels) => {
    expect(print(dimensionsOf({ id: 'gemini-2.5-flash-image' }, '1K', ratio))).toBe(pixels);
  });

  it('knows every ratio of every model in the catalog', () => {
    const square = SEED_CATALOG.flatMap((model) =>
      model.aspectRatios
        .filter((ratio) => ratio !== '1:1')
        .map((ratio) => dimensionsOf(model, '1K', ratio))
        .filter(({ width, height }) => width === height),
    );

    expect(square).toEqual([]);
    expect(findModel(SEED_CATALOG, 'gemini-nano-banana-2.1')?.aspectRatios.length).toBe(14);
  });
});
