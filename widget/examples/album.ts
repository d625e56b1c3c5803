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

/**
 * The two halves of an album, as wide as each other as their order allows. Which of one or two lines they take is
 * decided by the style sheet, which knows the width. The second half is empty where there is one picture.
 */
export function albumHalves(ratios: readonly number[]): [number[], number[]] {
  const total = sum(ratios);
  const offs = ratios.map((_, index) => Math.abs(total - 2 * sum(ratios.slice(0, index + 1))));
  const half = offs.indexOf(Math.min(...offs)) + 1;
  return [ratios.slice(0, half), ratios.slice(half)];
}

export const sum = (ratios: readonly number[]): number => ratios.reduce((total, ratio) => total + ratio, 0);
