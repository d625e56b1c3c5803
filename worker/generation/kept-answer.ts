import type { Site } from '../sites/site.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunDependencies } from './run.ts';

type Kept = Pick<RunDependencies, 'manifests' | 'images' | 'now'>;

/**
 * Reads the kept answer of a request from R2.
 *
 * @returns undefined when there is no manifest, or when one of its pictures is missing (not stored yet, or deleted).
 * @throws When R2 does not answer.
 */
export async function findKeptAnswer(
  site: Pick<Site, 'id' | 'retention'>,
  key: string,
  { manifests, images, now }: Kept,
): Promise<Manifest | undefined> {
  const manifest = await manifests.get(site, key, now());
  return manifest && (await images.hasAll(manifest.id, manifest.chunks)) ? manifest : undefined;
}
