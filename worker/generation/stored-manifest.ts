import type { Manifest } from '../storage/manifest.ts';
import type { KeptAt } from './moderation.ts';
import type { RunDependencies } from './run.ts';

type Stores = Pick<RunDependencies, 'manifests' | 'images' | 'now' | 'moderator'>;

/**
 * Reads the kept answer of a request from R2, for a run that would otherwise begin.
 *
 * @returns undefined when there is no manifest, when one of its pictures is missing (not stored yet, or deleted), or
 *   when the owner's moderation endpoint refuses it.
 * @throws When R2 or that endpoint does not answer.
 */
export async function findStoredManifest(
  at: KeptAt,
  { manifests, images, now, moderator }: Stores,
): Promise<Manifest | undefined> {
  const manifest = await manifests.get(at.site, at.key, now());
  if (!manifest || !(await images.hasAll(manifest.id, manifest.chunks))) return undefined;
  return moderator ? moderator.clear(manifest, at, { manifests, remove: ({ id }) => images.remove(id) }) : manifest;
}
