import type { Manifest } from '../storage/manifest.ts';
import type { KeptAt } from './moderation.ts';
import type { RunDependencies } from './run.ts';

type Kept = Pick<RunDependencies, 'manifests' | 'images' | 'now' | 'moderator'>;

/**
 * Reads the kept answer of a request from R2.
 *
 * @returns undefined when there is no manifest, when one of its pictures is missing (not stored yet, or deleted), or
 *   when the owner's check refuses it.
 * @throws When R2 or the check does not answer.
 */
export async function findKeptAnswer(
  at: KeptAt,
  { manifests, images, now, moderator }: Kept,
): Promise<Manifest | undefined> {
  const manifest = await manifests.get(at.site, at.key, now());
  if (!manifest || !(await images.hasAll(manifest.id, manifest.chunks))) return undefined;
  return moderator ? moderator.clear(manifest, at, { manifests, remove: ({ id }) => images.remove(id) }) : manifest;
}
