/**
 * The demo's picture: ridges under a sky with a sun or moon, in flat colours. It is painted row by row with one byte a
 * pixel, so 4K needs no more memory than a thumbnail and compresses to a few hundred kilobytes.
 */
import type { Caption } from './caption.ts';
import type { Dimensions } from './dimensions.ts';
import { type Colour, HOURS, hourIn } from './hours.ts';
import { between, createNoise, createRandom, hashText, pick, type Random } from './random.ts';

export interface LandscapeOptions extends Dimensions {
  /** The first words of the conversation. They decide the shape of the land. */
  subject: string;
  /** The last words. They decide the hour, so that an edit keeps the land and changes the light. */
  instruction: string;
  /** Another take of the same words gives another picture. */
  take: number;
}

export interface Landscape {
  /** 256 × RGB, as PNG's PLTE wants it. */
  colours: Uint8Array;
  /** Paints row `y` into `row`, which has one byte for each pixel of the width. Rows may come in any order. */
  paintRow(y: number, row: Uint8Array): void;
}

/** The tones' places among the 256 colours: first the sky, whose last tone is the horizon, then ridges and disc. */
const SKY_TONES = 160;
const RIDGES = 5;
/** A ridge fades from its crest into haze. */
const RIDGE_TONES = 16;
const DISC = SKY_TONES + RIDGES * RIDGE_TONES;
const INKS = { ink: DISC + 1, faintInk: DISC + 2 };

/** The same options give the same picture. The nearest ridge covers the caption's whole height. */
export function paintLandscape(options: LandscapeOptions, caption: Caption): Landscape {
  const { subject, instruction, take, width, height } = options;
  const land = createRandom(hashText(`land ${take} ${subject}`));
  const light = createRandom(hashText(`light ${take} ${instruction}`));
  const hour =
    hourIn(instruction) ?? hourIn(subject) ?? pick(light, [HOURS.dawn, HOURS.noon, HOURS.dusk, HOURS.autumn]);

  const horizon = height * between(land, 0.5, 0.6);
  const ridges = layRidges(land, { width, height, horizon, floor: height - caption.height });
  const radius = Math.min(width, height) * between(light, 0.055, 0.1);
  const disc = {
    x: width * (land() < 0.5 ? between(land, 0.24, 0.42) : between(land, 0.58, 0.76)),
    y: horizon - radius * between(light, 0.6, 3.4),
    radius,
    glow: radius * 7,
  };
  return {
    colours: mixColours(hour),
    paintRow(y, row) {
      paintSky(y, row, Math.min(y / horizon, 1), disc);
      for (const [index, ridge] of ridges.entries()) paintRidge(y, row, ridge, SKY_TONES + index * RIDGE_TONES);
      caption.paintRow(y, row, INKS);
    },
  };
}

interface Disc {
  x: number;
  y: number;
  radius: number;
  /** How far its light reaches into the sky, in pixels. */
  glow: number;
}

/** Near the disc the sky takes brighter tones: those that it has nearer the horizon. */
function paintSky(y: number, row: Uint8Array, depth: number, { x, y: discY, radius, glow }: Disc): void {
  row.fill(Math.round(depth * (SKY_TONES - 1)));
  const dy = y + 0.5 - discY;
  const reach = Math.sqrt(Math.max(glow * glow - dy * dy, 0));
  const to = Math.min(Math.ceil(x + reach), row.length);
  for (let at = Math.max(Math.floor(x - reach), 0); at < to; at++) {
    const distance = Math.hypot(at + 0.5 - x, dy);
    if (distance <= radius) row[at] = DISC;
    else row[at] = Math.round((depth + (1 - depth) * Math.max(1 - distance / glow, 0) ** 2) * (SKY_TONES - 1));
  }
}

interface Ridge {
  /** The height of the land at each column, in pixels from the top. */
  crest: Float32Array;
  /** The highest and the lowest point of the crest. */
  top: number;
  bottom: number;
  /** Pixels below the highest point at which the ridge has faded into haze. */
  fade: number;
}

function layRidges(
  random: Random,
  { width, height, horizon, floor }: Dimensions & { horizon: number; floor: number },
): Ridge[] {
  const span = Math.sqrt(width * height);
  const amplitude = Math.min(height * 0.08, span * 0.09);
  const lowest = Math.min(height * 0.87, floor - amplitude);
  return Array.from({ length: RIDGES }, (_, index) => {
    const nearness = index / (RIDGES - 1);
    const base = horizon + (lowest - horizon) * nearness ** 1.2;
    const rise = amplitude * between(random, 0.75, 1);
    const wavelength = span * between(random, 0.18, 0.32) * (0.8 + 0.5 * nearness);
    const [hills, stones] = [createNoise(random), createNoise(random)];
    const roughness = between(random, 0.08, 0.3) * (1 - 0.6 * nearness);
    const crest = Float32Array.from(
      { length: width },
      (_, x) => base - rise * (hills(x / wavelength) * (1 - roughness) + stones((x * 7) / wavelength) * roughness),
    );
    const [top, bottom] = crest.reduce(([least, most], y) => [Math.min(least, y), Math.max(most, y)], [height, 0]);
    return { crest, top, bottom, fade: (lowest - horizon) / 2 + rise };
  });
}

/** Rows below the crest's lowest point are land from edge to edge, so one native `fill` paints them. */
function paintRidge(y: number, row: Uint8Array, { crest, top, bottom, fade }: Ridge, firstTone: number): void {
  if (y < top) return;
  const tone = firstTone + Math.min(Math.floor(((y - top) / fade) * RIDGE_TONES), RIDGE_TONES - 1);
  if (y >= bottom) {
    row.fill(tone);
    return;
  }
  for (let x = 0; x < row.length; x++) if (y >= crest[x]!) row[x] = tone;
}

function mixColours({ sky, disc, land: [far, near] }: (typeof HOURS)[keyof typeof HOURS]): Uint8Array {
  const colours = new Uint8Array(256 * 3);
  const put = (index: number, colour: Colour) => colours.set(colour, index * 3);
  const [top, middle, horizon] = sky;
  for (let tone = 0; tone < SKY_TONES; tone++) {
    const depth = (tone / (SKY_TONES - 1)) * 2;
    put(tone, depth < 1 ? mix(top, middle, depth) : mix(middle, horizon, depth - 1));
  }
  for (let ridge = 0; ridge < RIDGES; ridge++) {
    const crest = mix(far, near, ridge / (RIDGES - 1));
    // Haze is thick far away; the nearest ridge has none, so that the caption stands on one colour.
    const haze = mix(crest, horizon, 0.45 * (1 - ridge / (RIDGES - 1)));
    for (let tone = 0; tone < RIDGE_TONES; tone++) {
      put(SKY_TONES + ridge * RIDGE_TONES + tone, mix(crest, haze, tone / (RIDGE_TONES - 1)));
    }
  }
  put(DISC, disc);
  put(INKS.ink, mix(near, disc, 0.9));
  put(INKS.faintInk, mix(near, disc, 0.68));
  return colours;
}

/** Mixes two colours. @param share From 0, `from` alone, to 1, `to` alone. */
const mix = (from: Colour, to: Colour, share: number): Colour => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];
