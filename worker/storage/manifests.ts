/** Manifests in R2, which is strongly consistent, so a kept answer is a hit everywhere. */
import { isPrivateId } from '../auth/private-picture.ts';
import { suggestionOf } from '../gemini/suggestion.ts';
import type { Site } from '../sites/site.ts';
import { isManifestPast, manifestKey } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { withRetries } from './retry.ts';
import { putSuggestion } from './suggestions.ts';

export interface Manifests {
  /** @param now Unix milliseconds. @returns undefined where there is none or it has expired. */
  get(site: Pick<Site, 'id' | 'retention'>, key: string, now: number): Promise<Manifest | undefined>;
  put(site: Pick<Site, 'id' | 'retention'>, key: string, manifest: Manifest): Promise<void>;
  delete(site: Pick<Site, 'id' | 'retention'>, key: string): Promise<void>;
}

export function createManifests(bucket: R2Bucket): Manifests {
  return {
    async get(site, key, now) {
      const object = await bucket.get(manifestKey(site.retention, site.id, key));
      if (!object) return undefined;
      // Small by construction: lift bounds the skeleton, and pictures are elsewhere.
      const manifest = await object.json<Manifest>();
      const usable = manifest.version === 1 && !isManifestPast(site.retention, manifest.createdAt, now);
      return usable ? manifest : undefined;
    },
    async put(site, key, manifest) {
      // A grounded answer must show its search suggestion, so that is stored first: no manifest exists without it.
      const html = isPrivateId(manifest.id) ? suggestionOf(manifest.chunks, manifest.form) : undefined;
      if (html !== undefined) await putSuggestion(bucket, manifest.id, html, { site: site.id, key });
      const name = manifestKey(site.retention, site.id, key);
      const httpMetadata = { contentType: 'application/json' };
      await withRetries(() => bucket.put(name, JSON.stringify(manifest), { httpMetadata }));
    },
    delete: (site, key) => bucket.delete(manifestKey(site.retention, site.id, key)),
  };
}
