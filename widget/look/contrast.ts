/** Red, green, blue and alpha in sRGB, from 0 to 1; outside of that where a screen shows more than sRGB. */
export type Colour = readonly number[];

const WHITE = [1, 1, 1, 1];
const BLACK = [0, 0, 0, 1];

/** Reads `color(srgb r g b)` and `color(srgb r g b / a)`, in which a browser writes every mix of colours in sRGB. */
export const parseColour = (computed: string): Colour =>
  [...(computed.match(/-?[\d.]+(e-\d+)?/g) ?? []).map(Number), 1].slice(0, 4);

export const toCss = ([red, green, blue, alpha]: Colour): string => `color(srgb ${red} ${green} ${blue}/${alpha})`;

const fade = ([red = 0, green = 0, blue = 0, alpha = 1]: Colour, share: number): Colour => [
  red,
  green,
  blue,
  alpha * share,
];

/** What is seen of one colour on an opaque one. */
const over = (top: Colour, ground: Colour): Colour =>
  ground.map((part, index) => part + (top[index]! - part) * top[3]!);

/** @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const part = Math.min(Math.max(value, 0), 1);
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/**
 * @param ground Opaque.
 * @returns From 1 to 21.
 */
export function contrast(text: Colour, ground: Colour): number {
  const [a, b] = [luminance(over(text, ground)) + 0.05, luminance(ground) + 0.05];
  return Math.max(a / b, b / a);
}

/** White or black, whichever is read more easily on the colour: one of them always has 4.58 to 1. */
const against = (ground: Colour): Colour => (contrast(WHITE, ground) >= contrast(BLACK, ground) ? WHITE : BLACK);

/** A ground that nothing is known of: the one of the colour scheme, unless the text could not be read on it. */
export const likelyGround = (ink: Colour, canvas: Colour): Colour =>
  contrast(ink, canvas) < 3 ? against(ink) : canvas;

/**
 * The tokens that CSS cannot compute, for the base sheet.
 *
 * @param paper Opaque.
 * @returns Declarations.
 */
export function chooseTokens(ink: Colour, paper: Colour, accent: Colour): string {
  const fill = over(accent, paper);
  const onFill = contrast(WHITE, fill) < 4.5 ? against(fill) : WHITE;
  // A dark or light accent moves towards its text on hover, where there is room; another one moves away from it.
  const onHover = contrast(onFill, fill) > 7 ? onFill : against(onFill);
  const quiet = fade(ink, 0.8);
  const stands = contrast(accent, paper) >= 3;
  return `
    --_i: ${toCss(ink)};
    --_p: ${toCss(paper)};
    --_a: ${toCss(accent)};
    --_o: ${toCss(onFill)};
    --_h: ${toCss(onHover)};
    --_q: ${Math.min(contrast(quiet, paper), contrast(quiet, over(fade(ink, 0.08), paper))) < 4.5 ? 100 : 80}%;
    --_e: ${contrast(fade(ink, 0.6), paper) < 3 ? 100 : 60}%;
    --_t: ${contrast(ink, over(fade(accent, 0.11), paper)) < 4.5 ? 0 : 11}%;
    --_r: var(--_${stands ? 'accent' : 'ink'});
    --_l: ${stands ? 'transparent' : 'var(--_edge)'};
  `;
}
