/** How the box of a picture lies in the element, by the ratio of its width to its height. */

/** A box this wide stands above both columns. */
const WIDE = 2.2;
/** A box this narrow has its buttons beside it. */
const TALL = 0.8;
/** So narrow that the buttons stand beside it on a phone too. */
const SPINE = 0.4;
/** What a model usually draws where it chooses the shape. */
const ANY = 4 / 3;

export type ShapeClass = 'is-panorama' | 'is-rail' | 'is-rail is-spine' | '';

export function shapeClass(ratio: number): ShapeClass {
  if (ratio >= WIDE) return 'is-panorama';
  if (ratio < SPINE) return 'is-rail is-spine';
  return ratio <= TALL ? 'is-rail' : '';
}

/** The ratio of an asked shape; of the shown picture while it is changed and keeps its shape. */
export function ratioOf(asked: string, shown?: { width: number; height: number }): number {
  const [width, height] = asked.split(':').map(Number);
  if (width && height) return width / height;
  return shown ? shown.width / shown.height : ANY;
}
