import type { FoundObjects } from '../../storage/found-blobs.ts';
import type { AdminServices } from './owned.ts';

/** By then the cache has what was read before the deletion. */
const SWEEP_AFTER_MS = 10_000;

/**
 * Deletes a picture's objects with all its sizes, from R2 and from this data centre's cache. A little later its sizes and
 * the cache once more, and never the picture: by then its place on a wall may have been filled again. Throws R2's errors.
 *
 * @param origin Of the worker, without a trailing slash.
 * @param found Absent: it is looked for.
 * @returns The number of objects that there were.
 */
export async function erasePicture(
  {
    images,
    pictures,
    pause,
    waitUntil,
    log,
  }: Pick<AdminServices, 'images' | 'pictures' | 'pause' | 'waitUntil' | 'log'>,
  origin: string,
  id: string,
  found?: FoundObjects,
): Promise<number> {
  const objects = found ?? (await images.findAll(id));
  const remove = async (keys: string[]): Promise<void> => {
    await images.removeAll(id, { pictures: objects.pictures, keys });
    await pictures.forget(origin, id, objects.pictures);
  };
  try {
    await remove(objects.keys);
  } finally {
    // R2 may have deleted without saying so in time.
    waitUntil(
      pause(SWEEP_AFTER_MS)
        .then(() => remove([]))
        .catch((error) => log('picture_unswept', { id, error: String(error) })),
    );
  }
  return objects.keys.length;
}
