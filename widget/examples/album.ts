/** Shapes outside of this are cropped: a banner or a bookmark would leave no room for the others. */
const NARROWEST = 0.5;
const WIDEST = 2.4;

/** The shape of a picture whose size is not known. */
const USUAL = 4 / 3;

/** The width of a tile as a share of its height. */
export function tileRatio(width?: number, height?: number): number {
  const ratio = width && height ? width / height : USUAL;
  return Math.min(Math.max(ratio, NARROWEST), WIDEST);
}

/** How many pictures of an album stand in its first half, so that both halves are as wide as each other. */
export function firstHalf(ratios: readonly number[]): number {
  const total = sum(ratios);
  const offs = ratios.map((_, index) => Math.abs(total - 2 * sum(ratios.slice(0, index + 1))));
  return offs.indexOf(Math.min(...offs)) + 1;
}

export const sum = (ratios: readonly number[]): number => ratios.reduce((total, ratio) => total + ratio, 0);
