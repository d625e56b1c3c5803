/**
 * Copies of pictures that a site's wall shows. No lifecycle rule deletes them, so their labels alone say whose they are:
 * the site's, and of which picture.
 */
import { blobKey, WALL_FOLDER } from './keys.ts';
import { siteOf } from './labels.ts';

export interface WallCopy {
  id: string;
  /** Id of the site that may show it, and whose end is its end. */
  site: string;
  /** Unix milliseconds. */
  storedAt: number;
}

/**
 * Copies a picture to the id of its place on the wall. No copy stays of a picture that was deleted meanwhile. Throws R2's
 * errors.
 *
 * @returns Whether the picture was there before and after.
 */
export async function copyToWall(bucket: R2Bucket, id: string, n: number, wallId: string): Promise<boolean> {
  const key = blobKey('images', id, n);
  const copyKey = blobKey('images', wallId, n);
  const object = await bucket.get(key);
  if (!object) return false;
  const { httpMetadata, customMetadata } = object;
  await bucket.put(copyKey, object.body, {
    ...(httpMetadata && { httpMetadata }),
    customMetadata: { ...customMetadata, site: siteOf(object), copyOf: id },
  });
  // Who deletes the picture looks for a copy afterwards: it finds this one, or has deleted the picture before this look.
  const isStillThere = (await bucket.head(key)) !== null;
  if (!isStillThere) await bucket.delete(copyKey);
  return isStillThere;
}

/** All copies of the deployment. Throws R2's errors. */
export async function listWallCopies(bucket: R2Bucket): Promise<WallCopy[]> {
  const copies: WallCopy[] = [];
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix: WALL_FOLDER, include: ['customMetadata'], ...(cursor && { cursor }) });
    for (const object of page.objects) {
      const [id = ''] = object.key.slice(WALL_FOLDER.length).split('/');
      copies.push({ id, site: siteOf(object), storedAt: object.uploaded.getTime() });
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return copies;
}
