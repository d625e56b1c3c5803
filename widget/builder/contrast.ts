/** Contrast of two colours, and the text colour that the element takes on its accent. */

/** Text of this contrast is readable (WCAG 2.2, success criterion 1.4.3). */
export const READABLE = 4.5;
/** A shape of this contrast can be told from its ground (WCAG 2.2, success criterion 1.4.11). */
export const VISIBLE = 3;

/** Relative luminance of `#rrggbb`, 0 to 1. */
export function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** White where it is readable, else black or white, whichever has more contrast. */
export function textOn(accent: string): { colour: '#ffffff' | '#000000'; contrast: number } {
  const [white, black] = [contrast(accent, '#ffffff'), contrast(accent, '#000000')];
  return white >= READABLE || white >= black
    ? { colour: '#ffffff', contrast: white }
    : { colour: '#000000', contrast: black };
}

/** Cut and not rounded: 4.49 is not 4.5. */
export const written = (ratio: number): string => (Math.floor(ratio * 10) / 10).toFixed(1);
