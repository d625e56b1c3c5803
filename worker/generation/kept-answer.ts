/** What is kept of a request, as a run sees it: an answer without its pictures is none. */
import type { Site } from '../auth/site.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunDependencies } from './run.ts';

type Kept = Pick<RunDependencies, 'manifests' | 'images' | 'now'>;

/** @returns undefined where there is none, or one of its pictures is not there (yet, or any more). */
export async function findKeptAnswer(
  site: Pick<Site, 'id' | 'retention'>,
  key: string,
  { manifests, images, now }: Kept,
): Promise<Manifest | undefined> {
  const manifest = await manifests.get(site, key, now());
  return manifest && (await images.hasAll(manifest.id, manifest.chunks)) ? manifest : undefined;
}
