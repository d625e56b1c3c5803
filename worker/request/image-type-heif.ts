/**
 * Reads type and pixels of HEIC and HEIF: boxes within boxes (ISO/IEC 14496-12 §4.2), of which we read two. Every walk
 * is bounded, because a library looped endlessly in it (docs/wire-facts.md#why-some-of-it-is-our-own-code).
 */

interface Box {
  type: string;
  /** Where its contents start and end. */
  start: number;
  end: number;
}

/** Brands whose pictures are HEVC (ISO/IEC 23008-12 annex B). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const HEIF_BRANDS = ['mif1', 'msf1', 'mif2'];
/** AVIF uses the same boxes and lists `mif1` too, but no model takes it. */
const AVIF_BRANDS = ['avif', 'avis'];

const MAX_BRANDS = 32;
/** Boxes looked at on one level; `ipco` of a tiled photo has a few dozen. */
const MAX_BOXES = 256;

/** @param view The first bytes of a file. @returns undefined where it is neither, or AVIF. */
export function isHeif(view: DataView): 'image/heic' | 'image/heif' | undefined {
  const [first] = boxesIn(view, 0, view.byteLength);
  if (first?.type !== 'ftyp') return undefined;
  const brands: string[] = [];
  for (let offset = first.start; offset + 4 <= first.end && brands.length < MAX_BRANDS; offset += 4) {
    // The second word is the minor version, which looks like no brand.
    brands.push(textAt(view, offset));
  }
  const hasOneOf = (names: readonly string[]) => brands.some((brand) => names.includes(brand));
  if (hasOneOf(AVIF_BRANDS)) return undefined;
  if (hasOneOf(HEIC_BRANDS)) return 'image/heic';
  return hasOneOf(HEIF_BRANDS) ? 'image/heif' : undefined;
}

/** The largest `ispe` property: the others belong to tiles and thumbnails of the picture. */
export function heifSize(view: DataView): { width: number; height: number } | undefined {
  const meta = boxesIn(view, 0, view.byteLength).find(({ type }) => type === 'meta');
  // `meta` and `ispe` are full boxes: four bytes of version and flags come first.
  const properties = meta && boxesIn(view, meta.start + 4, meta.end).find(({ type }) => type === 'iprp');
  const container = properties && boxesIn(view, properties.start, properties.end).find(({ type }) => type === 'ipco');
  if (!container) return undefined;
  let largest: { width: number; height: number } | undefined;
  for (const { type, start, end } of boxesIn(view, container.start, container.end)) {
    if (type !== 'ispe' || end - start < 12) continue;
    const width = view.getUint32(start + 4);
    const height = view.getUint32(start + 8);
    if (width * height > (largest ? largest.width * largest.height : 0)) largest = { width, height };
  }
  return largest;
}

/** The boxes between two offsets, in order. A box that runs past the end is cut to it and ends the list. */
function boxesIn(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  let offset = from;
  while (offset + 8 <= to && boxes.length < MAX_BOXES) {
    const size = view.getUint32(offset);
    // Size 0 runs to the end of the file, 1 means 64 bits: neither occurs around the boxes that are read.
    if (size < 8) break;
    boxes.push({ type: textAt(view, offset + 4), start: offset + 8, end: Math.min(offset + size, to) });
    offset += size;
  }
  return boxes;
}

const textAt = (view: DataView, offset: number): string =>
  String.fromCharCode(
    view.getUint8(offset),
    view.getUint8(offset + 1),
    view.getUint8(offset + 2),
    view.getUint8(offset + 3),
  );
