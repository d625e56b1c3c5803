/** The colours of the demo's pictures by hour of the day, and the prompt words that choose an hour. */

export type Colour = readonly [red: number, green: number, blue: number];

/** The colours of one hour. */
export interface Hour {
  /** From the top of the picture to the horizon. */
  sky: readonly [Colour, Colour, Colour];
  /** The sun or moon. */
  disc: Colour;
  /** The farthest ridge and the nearest one. */
  land: readonly [far: Colour, near: Colour];
}

const hour = (top: string, middle: string, horizon: string, disc: string, far: string, near: string): Hour => ({
  sky: [parseColour(top), parseColour(middle), parseColour(horizon)],
  disc: parseColour(disc),
  land: [parseColour(far), parseColour(near)],
});

export const HOURS = {
  dawn: hour('#6f7fa8', '#e5b3a8', '#fff0d2', '#fffaf0', '#d3a1a0', '#241d38'),
  noon: hour('#2f86bd', '#93cde0', '#fff4d6', '#fffdf2', '#8fc0bb', '#0f3538'),
  dusk: hour('#2c1c50', '#b5416c', '#ffb870', '#fff0c4', '#b34f6c', '#150c24'),
  night: hour('#081126', '#1f3f66', '#7fa6c0', '#f6f2dd', '#3f6890', '#050b17'),
  autumn: hour('#7c6a78', '#e3ac74', '#fde8b8', '#fffbe8', '#c98a55', '#2b1716'),
  winter: hour('#5f7488', '#b8c8d3', '#f6f6f2', '#ffffff', '#a9bac6', '#172430'),
} as const satisfies Record<string, Hour>;

type HourName = keyof typeof HOURS;

/** The first match wins, so "a snowy night" is a night. */
const WORDS: readonly (readonly [RegExp, HourName])[] = [
  [/\b(night|moon\w*|midnight|stars?|starry|dark|space)\b/i, 'night'],
  [/\b(sunset|dusk|evening|twilight)\b/i, 'dusk'],
  [/\b(sunrise|dawn|morning)\b/i, 'dawn'],
  [/\b(snow\w*|winter|ice|icy|frozen|fog\w*)\b/i, 'winter'],
  [/\b(autumn|fall|golden?|desert)\b/i, 'autumn'],
  [/\b(noon|day|summer|spring|sea|ocean|lake)\b/i, 'noon'],
];

/** @returns The hour that a text names; undefined where it names none. */
export const hourIn = (text: string): Hour | undefined => {
  const found = WORDS.find(([words]) => words.test(text));
  return found && HOURS[found[1]];
};

/** `#rrggbb` as three numbers from 0 to 255. */
function parseColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
