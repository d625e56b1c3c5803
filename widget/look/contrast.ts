/** Red, green and blue in sRGB from 0 to 1, outside of that where a screen shows more than sRGB; and alpha. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const WHITE: Colour = [1, 1, 1, 1];
const BLACK: Colour = [0, 0, 0, 1];

/** Reads `color(srgb r g b)` and `color(srgb r g b / a)`, in which a browser writes every mix of colours in sRGB. */
export function parseColour(computed: string): Colour {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (computed.match(/-?[\d.]+(e-\d+)?/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

export const toCss = ([red, green, blue, alpha]: Colour): string => `color(srgb ${red} ${green} ${blue}/${alpha})`;

const fade = ([red, green, blue, alpha]: Colour, share: number): Colour => [red, green, blue, alpha * share];

/** What is seen of one colour on an opaque one. */
function over(top: Colour, ground: Colour): Colour {
  const mix = (index: 0 | 1 | 2) => top[index] * top[3] + ground[index] * (1 - top[3]);
  return [mix(0), mix(1), mix(2), 1];
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function luminance(colour: Colour): number {
  const linear = (index: 0 | 1 | 2) => {
    const share = Math.min(Math.max(colour[index], 0), 1);
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
}

/**
 * @param ground Opaque.
 * @returns From 1 to 21.
 */
export function contrast(text: Colour, ground: Colour): number {
  const [a, b] = [luminance(over(text, ground)), luminance(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** White or black, whichever is read more easily on the colour: one of them always has 4.58 to 1. */
const against = (colour: Colour): Colour => (contrast(WHITE, colour) >= contrast(BLACK, colour) ? WHITE : BLACK);

/** A ground that nothing is known of: the one of the colour scheme, unless the text could not be read on it. */
export const likelyGround = (ink: Colour, canvas: Colour): Colour =>
  contrast(ink, canvas) < 3 ? against(over(ink, canvas)) : canvas;

/** An accent that the owner has not chosen for us must at least be seen. */
export const isVisible = (accent: Colour, paper: Colour): boolean => contrast(accent, paper) >= 1.6;

/**
 * The tokens that CSS cannot compute, for the base sheet.
 *
 * @param paper Opaque.
 */
export function chooseTokens(ink: Colour, paper: Colour, accent: Colour): Record<string, string> {
  const fill = over(accent, paper);
  const onFill = contrast(WHITE, fill) >= 4.5 ? WHITE : against(fill);
  // A dark or light accent moves towards its text on hover, where there is room; another one moves away from it.
  const onHover = contrast(onFill, fill) > 7 ? onFill : against(onFill);
  const tone = over(fade(ink, 0.08), paper);
  const reads = (share: number, least: number, ground: Colour) => contrast(fade(ink, share), ground) >= least;
  const stands = contrast(fill, paper) >= 3;
  return {
    '--_i': toCss(ink),
    '--_p': toCss(paper),
    '--_a': toCss(accent),
    '--_o': toCss(onFill),
    '--_h': toCss(onHover),
    '--_q': reads(0.8, 4.5, paper) && reads(0.8, 4.5, tone) ? '80%' : '100%',
    '--_e': reads(0.6, 3, paper) ? '60%' : '100%',
    '--_t': contrast(ink, over(fade(accent, 0.11), paper)) >= 4.5 ? '11%' : '0%',
    '--_r': stands ? 'var(--_accent)' : 'var(--_ink)',
    '--_l': stands ? 'transparent' : 'var(--_edge)',
  };
}
