import type { Summary } from '../gemini/summary.ts';
import type { StoredImage } from '../storage/manifest.ts';

/**
 * Number of pictures that a provider charges for. Equal pictures count once, because some providers send a picture
 * twice and charge it once. Drafts do not count. When a draft is the final image, the result is 1.
 *
 * @param stored The stored images. An image without a digest counts as different from all others.
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
