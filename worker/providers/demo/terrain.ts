/** From a ridge's description to its outline: one height for each column of pixels. */
import { createNoise, createRandom } from './random.ts';
import type { Ridge } from './scene.ts';

/** Columns are looked at in blocks, so that a row can skip or fill most of them at once. */
export const BLOCK = 32;

export interface Outline {
  /** Distance of the ridge line from the top, in pixels, by column. */
  crest: Float32Array;
  /** Where the lit side ends, by column; the crest itself where there is none. */
  lit: Float32Array;
  /** Of `crest`, by block. */
  highest: Float32Array;
  /** Of `lit` or `crest`, whichever is lower in the picture, by block. */
  lowest: Float32Array;
  /** Of the whole outline. */
  top: number;
  /** Below this row the ridge covers the full width. */
  bottom: number;
}

/** @param lightFrom 1 where the light comes from the right, -1 from the left. */
export function traceOutline(ridge: Ridge, width: number, lightFrom: 1 | -1): Outline {
  const ground = traceGround(ridge, width);
  const crest = ridge.trees > 0 ? plantTrees(ridge, ground) : ground;
  const lit = traceLight(ridge, crest, lightFrom);
  const blocks = Math.ceil(width / BLOCK);
  const highest = new Float32Array(blocks).fill(Number.POSITIVE_INFINITY);
  const lowest = new Float32Array(blocks);
  for (let x = 0; x < width; x++) {
    const block = Math.floor(x / BLOCK);
    highest[block] = Math.min(highest[block]!, crest[x]!);
    lowest[block] = Math.max(lowest[block]!, crest[x]!, lit[x]!);
  }
  return { crest, lit, highest, lowest, top: Math.floor(Math.min(...highest)), bottom: Math.ceil(Math.max(...lowest)) };
}

function traceGround({ base, amplitude, wavelength, roughness, sharpness, seed }: Ridge, width: number): Float32Array {
  const random = createRandom(seed);
  const swell = createNoise(random);
  const detail = [createNoise(random), createNoise(random), createNoise(random), createNoise(random)];
  const shift = random() * 200;
  return Float32Array.from({ length: width }, (_, x) => {
    const place = x / wavelength + shift;
    const rolling = 0.75 * swell(place * 0.5) + 0.45 * swell(place + 31);
    let height = rolling + sharpness * (fold(swell(place + 77)) - rolling);
    let weight = 0.5 * roughness;
    let scale = 2.3;
    for (const noise of detail) {
      height += weight * fold(noise(place * scale));
      weight *= 0.52;
      scale *= 2.1;
    }
    return base - amplitude * height;
  });
}

/** Folded noise has sharp tops and wide bottoms, as rock and wind-blown sand have. */
const fold = (noise: number): number => 1 - 2 * Math.abs(noise);

/** Slopes that face the light are lit, the steeper the deeper. */
function traceLight({ amplitude, wavelength, light }: Ridge, ground: Float32Array, lightFrom: 1 | -1): Float32Array {
  if (light === 0) return ground;
  const reach = Math.max(2, Math.round(wavelength * 0.05));
  return ground.map((height, x) => {
    const ahead = ground[Math.min(Math.max(x + reach * lightFrom, 0), ground.length - 1)]!;
    const slope = ((ahead - height) / reach) * (wavelength / amplitude);
    return height + amplitude * light * Math.min(Math.max(slope * 0.32 - 0.08, 0), 1);
  });
}

/** Conifers as outlines: tiers of branches that step in towards the tip. */
function plantTrees({ trees, wavelength, seed }: Ridge, ground: Float32Array): Float32Array {
  const crest = Float32Array.from(ground);
  const random = createRandom(seed ^ 0x7ee5);
  const clusters = createNoise(random);
  for (let x = -trees * random(); x < crest.length + trees * 0.3; x += trees * (0.1 + 0.22 * random())) {
    const dense = clusters((x / wavelength) * 2.2);
    if (dense < -0.35) continue;
    const height = trees * (0.42 + 0.3 * Math.max(dense, 0) + 0.34 * random() ** 2);
    plantTree(crest, ground, x, height, height * (0.17 + 0.06 * random()));
  }
  return crest;
}

function plantTree(crest: Float32Array, ground: Float32Array, x: number, height: number, halfWidth: number): void {
  const TIERS = 5;
  const foot = ground[Math.min(Math.max(Math.round(x), 0), ground.length - 1)]!;
  const last = Math.min(crest.length - 1, Math.floor(x + halfWidth));
  for (let column = Math.max(0, Math.ceil(x - halfWidth)); column <= last; column++) {
    const outward = (Math.abs(column - x) / halfWidth) * TIERS;
    const tier = Math.floor(outward);
    const down = (tier + 0.45 * (outward - tier)) / TIERS;
    crest[column] = Math.min(crest[column]!, foot - height * (1 - down));
  }
}
