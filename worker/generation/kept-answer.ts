/** What is kept of a request, as a run sees it: an answer without its pictures is none. */
import type { Site } from '../domain/site.ts';
import { isLifted } from '../gemini/skeleton.ts';
import type { Manifest } from '../ports.ts';
import type { RunDependencies } from './run.ts';

type Kept = Pick<RunDependencies, 'manifests' | 'images' | 'now'>;

/** @returns undefined where there is none, or one of its pictures is not there (yet, or any more). */
export async function findKeptAnswer(
  site: Pick<Site, 'id' | 'retention'>,
  key: string,
  { manifests, images, now }: Kept,
): Promise<Manifest | undefined> {
  const manifest = await manifests.get(site, key, now());
  if (!manifest) return undefined;
  const lifted = manifest.chunks.flat().filter(isLifted);
  const found = await Promise.all(lifted.map(({ kind, n }) => images.has(kind, manifest.id, n)));
  return found.includes(false) ? undefined : manifest;
}
