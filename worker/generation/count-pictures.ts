import type { Summary } from '../gemini/summary.ts';
import type { StoredImage } from '../storage/manifest.ts';

/**
 * How many pictures of an answer a provider charges for: different ones, since some send one twice and charge it once,
 * and no drafts, unless a draft is all there is.
 */
export function countPictures(
  { images, finalImage }: Pick<Summary, 'images' | 'finalImage'>,
  stored: readonly Pick<StoredImage, 'n' | 'sha256'>[],
): number {
  const digests = new Map(stored.map(({ n, sha256 }) => [n, sha256]));
  const charged = images.filter(({ thought }) => !thought);
  const different = new Set(charged.map(({ n }) => digests.get(n) || n)).size;
  return Math.max(different, finalImage ? 1 : 0);
}
