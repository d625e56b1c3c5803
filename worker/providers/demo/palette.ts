/** The 256 colours of a picture: ramps for what fades, and steps between neighbours for soft edges. */
import { type Lab, mix, mixAlong, toRgb } from './colour.ts';
import type { Ridge } from './scene.ts';
import type { Scheme } from './schemes.ts';

/** Index 0 is the top of the sky, this one its brightest, beside the sun. */
export const SKY_TONES = 100;
/** The last sky tones are brighter than the horizon: only glow reaches them. */
export const HORIZON_TONE = 85;
/** Shared out among the ridges, each from its crest down into the mist. */
const LAND_TONES = 132;

export interface Palette {
  /** 256 × RGB, as PNG's PLTE wants it. */
  colours: Uint8Array;
  disc: number;
  ink: number;
  faintInk: number;
  /** The tone of a ridge at a depth from 0 (crest) to 1 (foot), for row `y`. */
  shade(ridge: number, depth: number, y: number): number;
  /** The same on the side that has the light. */
  lit(ridge: number, depth: number, y: number): number;
  /** The nearest colour there is to `over` covering a share (0 to 1) of `under`. */
  blend(under: number, over: number, share: number): number;
}

/** @param ridges Farthest first; at most seven. */
export function createPalette(scheme: Scheme, ridges: readonly Pick<Ridge, 'nearness' | 'light'>[]): Palette {
  const labs: Lab[] = [];
  const horizon = scheme.sky.at(-1)!;
  const glow = mix(horizon, scheme.disc, 0.75);
  for (let tone = 0; tone < SKY_TONES; tone++) {
    const beyond = (tone - HORIZON_TONE) / (SKY_TONES - 1 - HORIZON_TONE);
    labs.push(beyond > 0 ? mix(horizon, glow, beyond) : mixAlong(scheme.sky, tone / HORIZON_TONE));
  }

  const disc = labs.push(scheme.disc) - 1;
  const nearest = scheme.hills.at(-1)!;
  const ink = labs.push(mix(nearest, mix(horizon, scheme.disc, 0.5), 0.86)) - 1;
  const faintInk = labs.push(mix(nearest, mix(horizon, scheme.disc, 0.3), 0.64)) - 1;

  const perRidge = Math.floor(LAND_TONES / ridges.length);
  const litTones = ridges.some((ridge) => ridge.light > 0) ? Math.floor(perRidge / 3) : 1;
  const shadeTones = perRidge - litTones;
  const firstRidge = labs.length;
  for (const { nearness: near } of ridges) {
    const crest = mixAlong(scheme.hills, near);
    // Mist is thick far away and gone in front.
    const foot = near === 1 ? mix(crest, [0.08, 0, 0], 0.35) : mix(crest, scheme.mist, 0.62 * (1 - near * 0.75));
    const light = mix(crest, mix(horizon, scheme.disc, 0.4), 0.42 * (1 - near * 0.7));
    for (let tone = 0; tone < shadeTones; tone++) labs.push(mix(crest, foot, tone / (shadeTones - 1)));
    for (let tone = 0; tone < litTones; tone++) labs.push(mix(light, foot, (tone / Math.max(litTones - 1, 1)) * 0.7));
  }

  // The widest jumps have no ramp between them: dark trees before a bright sky, the disc before a dark one.
  for (const tone of [20, HORIZON_TONE]) {
    for (const share of [0.25, 0.5, 0.75]) {
      labs.push(mix(labs[tone]!, nearest, share), mix(labs[tone]!, scheme.disc, share));
    }
  }
  return {
    colours: toPlte(labs),
    disc,
    ink,
    faintInk,
    shade: (ridge, depth, y) => firstRidge + ridge * perRidge + step(depth, shadeTones, y),
    lit: (ridge, depth, y) => firstRidge + ridge * perRidge + shadeTones + step(depth, litTones, y),
    blend: createBlend(labs),
  };
}

/** Rows round differently (by the golden ratio, which never falls into step), so that no band shows where a tone ends. */
export const ditherOf = (y: number): number => (y * 0.618034) % 1;

const step = (depth: number, tones: number, y: number): number =>
  Math.min(Math.floor(depth * (tones - 1) + ditherOf(y)), tones - 1);

function toPlte(labs: readonly Lab[]): Uint8Array {
  const colours = new Uint8Array(256 * 3);
  for (const [index, lab] of labs.entries()) colours.set(toRgb(lab), index * 3);
  return colours;
}

/** Blends are looked for once and remembered: a picture has thousands of edge pixels and few different ones. */
function createBlend(labs: readonly Lab[]): Palette['blend'] {
  const STEPS = 4;
  // 0 stands for "not looked for yet", so indexes are kept one higher.
  const known = new Uint16Array(256 * 256 * (STEPS - 1));
  return (under, over, share) => {
    const step = Math.round(share * STEPS);
    if (step <= 0) return under;
    if (step >= STEPS) return over;
    const key = (under * 256 + over) * (STEPS - 1) + step - 1;
    const found = known[key]!;
    if (found > 0) return found - 1;
    const index = nearest(labs, mix(labs[under]!, labs[over]!, step / STEPS));
    known[key] = index + 1;
    return index;
  };
}

function nearest(labs: readonly Lab[], [lightness, a, b]: Lab): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < labs.length; index++) {
    const lab = labs[index]!;
    const distance = (lab[0] - lightness) ** 2 + (lab[1] - a) ** 2 + (lab[2] - b) ** 2;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
