import type { Lab } from './colour.ts';
import { parseColour } from './colour.ts';

/** The colours of one hour and weather. Sky stops run from the top of the picture to the horizon. */
export interface Scheme {
  sky: readonly [Lab, ...Lab[]];
  /** The sun or moon. */
  disc: Lab;
  /** Hills farthest away, half way, and nearest. */
  hills: readonly [Lab, ...Lab[]];
  /** What lies in the valleys. */
  mist: Lab;
  stars: boolean;
}

type Hex = `#${string}`;

const scheme = (sky: [Hex, ...Hex[]], disc: Hex, hills: [Hex, ...Hex[]], mist: Hex, stars = false): Scheme => ({
  sky: parseAll(sky),
  disc: parseColour(disc),
  hills: parseAll(hills),
  mist: parseColour(mist),
  stars,
});

const parseAll = ([first, ...rest]: [Hex, ...Hex[]]): [Lab, ...Lab[]] => [parseColour(first), ...rest.map(parseColour)];

export const SCHEMES = {
  dawn: scheme(['#6f7fa8', '#d9a6a6', '#fbd3ae', '#fff0d2'], '#fffaf0', ['#d3a1a0', '#80607c', '#241d38'], '#fbdcc0'),
  dusk: scheme(['#2c1c50', '#8a2f6b', '#e4605f', '#ffb870'], '#fff0c4', ['#b34f6c', '#5d2a57', '#150c24'], '#f58f68'),
  desert: scheme(['#2f7f92', '#86b7ab', '#f2d3a0', '#fdeccb'], '#fffaf0', ['#e3a878', '#b5604a', '#45202a'], '#f7d3a6'),
  sage: scheme(['#7fb2b5', '#b3d2c4', '#e6ecd0', '#fff7de'], '#fffef6', ['#a4c2ab', '#54857a', '#16302f'], '#eaf0d6'),
  noon: scheme(['#2f86bd', '#74b9dc', '#bfe2e6', '#fff4d6'], '#fffdf2', ['#8fc0bb', '#3b8079', '#0f3538'], '#d6ebe0'),
  lavender: scheme(
    ['#3f3c78', '#7f74b5', '#c9a6d3', '#fbd9df'],
    '#fff6f6',
    ['#9a86bd', '#574b86', '#191536'],
    '#e3bfdc',
  ),
  winter: scheme(['#5f7488', '#9db0be', '#d5dfe4', '#f6f6f2'], '#ffffff', ['#a9bac6', '#5c7386', '#172430'], '#e6ecee'),
  autumn: scheme(['#7c6a78', '#c98f6b', '#f0bf7a', '#fde8b8'], '#fffbe8', ['#c98a55', '#8a4a33', '#2b1716'], '#f4c98d'),
  moonlight: scheme(
    ['#081126', '#152c50', '#2f5680', '#7fa6c0'],
    '#f6f2dd',
    ['#3f6890', '#1e3d61', '#050b17'],
    '#7097b5',
    true,
  ),
  aurora: scheme(
    ['#06152a', '#0c3350', '#146b70', '#66bd9b'],
    '#efffef',
    ['#237878', '#114753', '#030f17'],
    '#4fa38f',
    true,
  ),
} as const satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof SCHEMES;

export type Terrain = 'hills' | 'peaks' | 'dunes' | 'forest' | 'sea';

/** Words of a prompt that the demo understands, so that "a forest at night" is one. The first match of each list wins. */
export const SCHEME_WORDS: readonly (readonly [RegExp, SchemeName])[] = [
  [/\b(aurora|northern lights|neon|cyber\w*|space|galaxy)\b/, 'aurora'],
  [/\b(night|moon\w*|midnight|stars?|starry|dark)\b/, 'moonlight'],
  [/\b(sunset|dusk|evening|twilight|dramatic)\b/, 'dusk'],
  [/\b(sunrise|dawn|morning|pastel|pink)\b/, 'dawn'],
  [/\b(snow\w*|winter|ice|icy|frozen|fog\w*|grey|gray)\b/, 'winter'],
  [/\b(autumn|fall|fox|orange|warm|golden?)\b/, 'autumn'],
  [/\b(desert|dunes?|sand\w*|beach|terracotta)\b/, 'desert'],
  [/\b(lavender|purple|violet|dream\w*)\b/, 'lavender'],
  [/\b(forest|woods?|trees?|green|garden|plants?|spring)\b/, 'sage'],
  [/\b(sea|ocean|lake|water|blue|summer|noon|day)\b/, 'noon'],
];

export const TERRAIN_WORDS: readonly (readonly [RegExp, Terrain])[] = [
  [/\b(sea|ocean|lake|water|river|beach|boats?|ships?|island|harbou?r)\b/, 'sea'],
  [/\b(forest|woods?|trees?|pines?|cabin|fox|deer|bear)\b/, 'forest'],
  [/\b(mountains?|peaks?|alps?|alpine|snow\w*|cliffs?|volcano)\b/, 'peaks'],
  [/\b(desert|dunes?|sand\w*|camel)\b/, 'dunes'],
  [/\b(hills?|meadows?|fields?|countryside|valley)\b/, 'hills'],
];
