/**
 * Limits the pixels that a header may claim. Nothing is decoded here, but a decoder allocates what the header claims.
 */
import { type Failure, invalidField } from '../shared/failure.ts';

/** The longest side a model draws: 1:8 at 4K (docs/wire-facts.md#google-pixels-and-tokens). */
const MAX_SIDE_PIXELS = 12_288;
/**
 * Twice the largest picture of a model, and enough for nearly every photograph. Models scale references down far below.
 */
const MAX_MEGAPIXELS = 40;

/**
 * @param field Names the picture in a refusal.
 * @param image Pixels that the header claims; absent ones are not judged.
 */
export function refusePixels(field: string, image: { width?: number; height?: number }): Failure | undefined {
  const { width = 0, height = 0 } = image;
  if (Math.max(width, height) <= MAX_SIDE_PIXELS && width * height <= MAX_MEGAPIXELS * 1e6) return undefined;
  const rule = `must have at most ${MAX_SIDE_PIXELS} pixels a side and ${MAX_MEGAPIXELS} megapixels: it claims ${width} × ${height}.`;
  return invalidField(field, rule);
}
