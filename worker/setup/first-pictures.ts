/** The first real picture on each site's own page, in KV under `setup:{site}`: it ends the set-up. */
import { parseJsonObject } from '../shared/json.ts';
import type { FirstPicture } from './steps.ts';

export interface FirstPictures {
  /** @returns undefined where none was seen. */
  read(site: string): Promise<FirstPicture | undefined>;
  keep(site: string, picture: FirstPicture): Promise<void>;
}

export function createFirstPictures(kv: KVNamespace): FirstPictures {
  const nameOf = (site: string): string => `setup:${site}`;
  return {
    async read(site) {
      const kept = parseJsonObject((await kv.get(nameOf(site))) ?? '') as Partial<FirstPicture> | undefined;
      return typeof kept?.origin === 'string' && typeof kept.at === 'number' ? (kept as FirstPicture) : undefined;
    },
    keep: (site, picture) => kv.put(nameOf(site), JSON.stringify(picture)),
  };
}
