import { type Colour, chooseTokens, contrast, parseColour } from '../look/contrast.ts';

export interface AccentVerdict {
  /** Contrast of the text on the accent, 1 to 21. */
  onAccent: number;
  /** Contrast of the accent on the page. */
  onPage: number;
  /** The button gets a line around it, since its fill alone is hard to see there. */
  hasLine: boolean;
}

/** Red, green and blue of `#rrggbb`. */
const toSrgb = (hex: string): Colour => {
  const share = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [share(1), share(3), share(5), 1];
};

/** What the element makes of an accent, by its own rules. @param accent `#rrggbb`, like the others. */
export function judgeAccent(accent: string, { ink, paper }: { ink: string; paper: string }): AccentVerdict {
  const [fill, ground] = [toSrgb(accent), toSrgb(paper)];
  const tokens = chooseTokens(toSrgb(ink), ground, fill);
  const [, onAccent = ''] = /--_o: ([^;]+)/.exec(tokens) ?? [];
  return {
    onAccent: contrast(parseColour(onAccent), fill),
    onPage: contrast(fill, ground),
    hasLine: /--_l: var/.test(tokens),
  };
}

/** Cut and not rounded: 4.49 is not 4.5. */
export const written = (ratio: number): string => (Math.floor(ratio * 10) / 10).toFixed(1);
