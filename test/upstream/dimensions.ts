import type { FakeModel, Size } from './models.ts';

export type Dimensions = readonly [width: number, height: number];

/** Google's table for 1K; 2K and 4K are exactly two and four times it (docs/wire-facts.md#google-pixels-and-tokens). */
const AT_1K: Readonly<Record<string, Dimensions>> = {
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

const AT_512: Readonly<Record<string, Dimensions>> = {
  '1:1': [512, 512],
  '1:4': [256, 1024],
  '1:8': [192, 1536],
  '2:3': [424, 632],
  '3:2': [632, 424],
  '3:4': [448, 600],
  '4:1': [1024, 256],
  '4:3': [600, 448],
  '4:5': [464, 576],
  '5:4': [576, 464],
  '8:1': [1536, 192],
  '9:16': [384, 688],
  '16:9': [688, 384],
  '21:9': [792, 168],
};

const SCALE: Readonly<Record<Exclude<Size, '512'>, number>> = { '1K': 1, '2K': 2, '4K': 4 };

/** Pixels of a picture. Without a ratio 2.5 draws squares; the Gemini 3 models choose, often 1408×768. */
export function dimensionsOf(model: FakeModel, size: Size, ratio: string | undefined): Dimensions {
  if (size === '512') return ratio === undefined ? [704, 384] : (AT_512[ratio] ?? [512, 512]);
  const unasked: Dimensions = model.thinks ? [1408, 768] : [1024, 1024];
  const [width, height] = ratio === undefined ? unasked : (AT_1K[ratio] ?? [1024, 1024]);
  const scale = model.ignoresSize ? 1 : SCALE[size];
  return [width * scale, height * scale];
}
