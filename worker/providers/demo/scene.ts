/** Composes a picture: what stands where, in shares of the picture, before any pixel is thought of. */
import type { Dimensions } from './dimensions.ts';
import { between, createRandom, hashText, pick, type Random } from './random.ts';
import { SCHEME_WORDS, SCHEMES, type Scheme, type SchemeName, TERRAIN_WORDS, type Terrain } from './schemes.ts';
import type { Streak } from './streaks.ts';

/** A ridge from the left edge to the right. Heights and distances in pixels. */
export interface Ridge {
  /** Where the ridge line lies on average, from the top. */
  base: number;
  /** How far it rises above and falls below that. */
  amplitude: number;
  /** Distance between two hilltops. */
  wavelength: number;
  /** 0 smooth to 1 rocky. */
  roughness: number;
  /** 0 round hilltops to 1 edges. */
  sharpness: number;
  /** How far light reaches down slopes that face it, in amplitudes; 0 for none. */
  light: number;
  /** Height of the tallest conifers on it; 0 for none. */
  trees: number;
  /** 0 farthest to 1 nearest. */
  nearness: number;
  seed: number;
}

export interface Scene extends Dimensions {
  scheme: Scheme;
  /** Centre and radius of the sun or moon, and how far its glow reaches. */
  disc: { x: number; y: number; radius: number; glow: number };
  /** Farthest first. */
  ridges: Ridge[];
  /** From `top` to where the nearest ridge hides it; absent on dry land. */
  water?: { top: number };
  stars: { x: number; y: number; radius: number }[];
  clouds: Streak[];
  seed: number;
}

export interface SceneOptions extends Dimensions {
  /** The first words of the conversation: they lay out the land. */
  subject: string;
  /** The last words: they set the light, so that an edit keeps the land and changes the hour. */
  instruction: string;
  /** Another take of the same words is another picture. */
  take: number;
  /** Pixels at the bottom that land must cover, for the caption. */
  captionHeight: number;
}

/** How far below the horizon's land the water begins, in shares of the height. */
const SHORE_LINE = 0.05;

/** Same options, same scene. */
export function composeScene(options: SceneOptions): Scene {
  const { subject, instruction, take, width, height } = options;
  const land = createRandom(hashText(`land ${take} ${subject}`));
  const light = createRandom(hashText(`light ${take} ${instruction}`));
  const terrain =
    findWord(TERRAIN_WORDS, subject) ?? pick<Terrain>(land, ['hills', 'hills', 'peaks', 'dunes', 'forest', 'sea']);
  const scheme = SCHEMES[findWord(SCHEME_WORDS, instruction) ?? findWord(SCHEME_WORDS, subject) ?? pickScheme(light)];
  const horizon = height * between(land, 0.5, 0.6);
  const water = terrain === 'sea' ? { top: horizon + height * SHORE_LINE } : undefined;
  const radius = Math.min(width, height) * between(light, 0.055, 0.1);
  const onLeft = land() < 0.5;
  const x = width * (onLeft ? between(land, 0.24, 0.42) : between(land, 0.58, 0.76));
  const y = scheme.stars ? height * between(light, 0.16, 0.3) : horizon - radius * between(light, 0.4, 3.4);
  return {
    width,
    height,
    scheme,
    disc: { x, y, radius, glow: Math.min(Math.max(width, height) * 0.5, radius * 9) },
    ridges: composeRidges(land, terrain, horizon, options),
    ...(water && { water }),
    stars: scheme.stars ? composeStars(light, horizon, { width, height }) : [],
    clouds: composeClouds(light, horizon, { width, height }),
    seed: hashText(`${take} ${subject}`),
  };
}

const findWord = <T>(table: readonly (readonly [RegExp, T])[], text: string): T | undefined =>
  table.find(([words]) => words.test(text.toLowerCase()))?.[1];

const pickScheme = (random: Random): SchemeName =>
  pick(random, ['dawn', 'dusk', 'desert', 'sage', 'noon', 'lavender', 'winter', 'autumn', 'moonlight', 'aurora']);

interface TerrainStyle {
  /** Amplitude of the farthest and the nearest ridge, beside others. */
  tall: readonly [number, number];
  /** Share of the picture's size from hilltop to hilltop. */
  wavelength: readonly [number, number];
  roughness: number;
  sharpness: number;
  light: number;
}

const STYLES: Record<Terrain, TerrainStyle> = {
  hills: { tall: [1, 1], wavelength: [0.22, 0.4], roughness: 0.12, sharpness: 0, light: 0 },
  peaks: { tall: [1.9, 0.7], wavelength: [0.22, 0.4], roughness: 0.75, sharpness: 0, light: 0.55 },
  dunes: { tall: [0.6, 1.3], wavelength: [0.4, 0.7], roughness: 0.01, sharpness: 0.75, light: 1.5 },
  forest: { tall: [1.1, 1], wavelength: [0.22, 0.4], roughness: 0.25, sharpness: 0, light: 0 },
  sea: { tall: [0.75, 0.45], wavelength: [0.25, 0.45], roughness: 0.3, sharpness: 0, light: 0 },
};

function composeRidges(
  random: Random,
  terrain: Terrain,
  horizon: number,
  { width, height, captionHeight }: SceneOptions,
): Ridge[] {
  const count = terrain === 'sea' ? 4 : pick(random, [5, 6, 7]);
  const span = Math.sqrt(width * height);
  const style = STYLES[terrain];
  const amplitude = Math.min(height * 0.075, span * 0.09);
  // A ridge hardly ever dips further below its base than its greatest amplitude.
  const front = Math.min(height * 0.87, height - captionHeight - 1.2 * amplitude * style.tall[1]);
  return Array.from({ length: count }, (_, index) => {
    const nearness = index / (count - 1);
    // At sea there is far land, then water, then the shore one stands on.
    const offshore = terrain === 'sea' && index < count - 1;
    const farLand = horizon + height * (SHORE_LINE - 0.012 * (count - 1 - index));
    return {
      base: offshore ? farLand : horizon + (front - horizon) * nearness ** 1.15,
      amplitude: amplitude * (style.tall[0] + (style.tall[1] - style.tall[0]) * nearness) * between(random, 0.75, 1.2),
      wavelength: span * between(random, ...style.wavelength) * (0.8 + 0.5 * nearness),
      roughness: style.roughness * (1 - 0.55 * nearness),
      sharpness: style.sharpness,
      light: style.light,
      trees: treesOn(terrain, index, count) * Math.min(height * 0.11, span * 0.08),
      nearness: offshore ? nearness * 0.6 : nearness,
      seed: Math.floor(random() * 2 ** 32),
    };
  });
}

/** Conifers on the two or three nearest ridges of a forest, and on the nearest of a shore. */
function treesOn(terrain: Terrain, index: number, count: number): number {
  const behind = count - 1 - index;
  if (terrain === 'forest') return behind > 2 ? 0 : 1 - behind * 0.34;
  return terrain === 'sea' && behind === 0 ? 0.8 : 0;
}

function composeStars(random: Random, horizon: number, { width, height }: Dimensions): Scene['stars'] {
  const span = Math.sqrt(width * height);
  return Array.from({ length: Math.round(70 * Math.max(width / height, 1) ** 0.5) }, () => ({
    x: random() * width,
    // Fewer towards the horizon, as haze has it.
    y: random() ** 1.5 * horizon * 0.9,
    radius: span * 0.0011 * between(random, 0.5, 1.5),
  }));
}

/** Thin clouds, each a few streaks that lie a little apart. */
function composeClouds(random: Random, horizon: number, { width, height }: Dimensions): Streak[] {
  const span = Math.min(width, height);
  return Array.from({ length: Math.floor(between(random, 1, 5)) }, () => {
    const x = random() * width;
    const y = horizon * between(random, 0.25, 0.9);
    const halfWidth = span * between(random, 0.16, 0.42);
    const tones = Math.round(between(random, 3, 8));
    return Array.from({ length: 4 }, () => ({
      x: x + halfWidth * between(random, -0.8, 0.8),
      y: y + span * between(random, -0.02, 0.02),
      halfWidth: halfWidth * between(random, 0.4, 1),
      halfHeight: span * between(random, 0.003, 0.008),
      tones,
    }));
  }).flat();
}
