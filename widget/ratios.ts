/** The 14 aspect ratios of Gemini's image models, in the order of the picker. */

export type ShapeName =
  | 'square'
  | 'landscape'
  | 'wide'
  | 'ultrawide'
  | 'panorama'
  | 'longPanorama'
  | 'portrait'
  | 'tall'
  | 'banner'
  | 'ribbon';

export interface Ratio {
  /** As in the request: `16:9`. */
  id: string;
  name: ShapeName;
  width: number;
  height: number;
}

const ratio = (id: string, name: ShapeName): Ratio => ({ id, name, ...parseRatio(id) });

export const RATIOS: readonly Ratio[] = [
  ratio('1:1', 'square'),
  ratio('5:4', 'landscape'),
  ratio('4:3', 'landscape'),
  ratio('3:2', 'landscape'),
  ratio('16:9', 'wide'),
  ratio('21:9', 'ultrawide'),
  ratio('4:1', 'panorama'),
  ratio('8:1', 'longPanorama'),
  ratio('4:5', 'portrait'),
  ratio('3:4', 'portrait'),
  ratio('2:3', 'portrait'),
  ratio('9:16', 'tall'),
  ratio('1:4', 'banner'),
  ratio('1:8', 'ribbon'),
];

/** @returns 1 by 1 for anything but two whole numbers, such as `auto`. */
export function parseRatio(id: string): { width: number; height: number } {
  const match = /^(\d+):(\d+)$/.exec(id);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : { width: 1, height: 1 };
}

/**
 * The sides of a shape drawn inside a square, so that all shapes look equally heavy; extreme ones stay visible.
 *
 * @param box Side of the square, in CSS pixels.
 */
export function drawnSize({ width, height }: { width: number; height: number }, box: number) {
  const long = Math.max(width, height);
  const thinnest = box / 6;
  return {
    width: Math.max(thinnest, (box * width) / long),
    height: Math.max(thinnest, (box * height) / long),
  };
}
