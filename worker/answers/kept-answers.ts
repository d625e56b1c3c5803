/**
 * Answers requests from what is kept. An isolate remembers which pictures an answer had, so that they are opened while
 * the manifest is read again. The manifest decides: what it does not name is not sent, and a missing picture is a miss.
 */

import type { Lifted } from '../gemini/lift/skeleton.ts';
import type { ClearStores, Moderator } from '../generation/moderation.ts';
import { keepNewest } from '../shared/newest.ts';
import type { Site } from '../sites/site.ts';
import type { CachedPictures } from '../storage/cached-pictures.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Manifests } from '../storage/manifests.ts';
import { type AnswerBody, answerWhole } from './answer-whole.ts';
import type { PictureDelivery, Wanted } from './delivery.ts';
import { onlyPicturesOf } from './only-pictures.ts';

const REMEMBERED_MS = 60_000;
/** The least recently used are forgotten first. An entry is smaller than 1 KiB, so all are smaller than 1 MiB. */
const MAX_REMEMBERED = 1000;
/** With the manifest six: so many connections wait for headers at once (developers.cloudflare.com/workers/platform/limits). */
const MAX_OPENED = 5;

/** What an answer had in one form. */
interface Memory {
  id: string;
  blobs: readonly Lifted[];
  /** Unix milliseconds. */
  until: number;
}

interface KeptStores {
  manifests: Manifests;
  delivery: PictureDelivery;
  pictures: Pick<CachedPictures, 'forget'>;
  moderator?: Moderator;
}

export interface KeptAnswers {
  /**
   * @param key Of the request.
   * @returns undefined where nothing is kept, or where a picture of it is gone. Throws R2's errors.
   */
  find(
    site: Pick<Site, 'id' | 'retention'>,
    key: string,
    wanted: Wanted,
    stores: KeptStores,
  ): Promise<{ manifest: Manifest; body: AnswerBody } | undefined>;
}

/** @param now Unix milliseconds. */
export function createKeptAnswers(now: () => number): KeptAnswers {
  const memories = new Map<string, Memory>();

  function remember(name: string, id: string, blobs: readonly Lifted[]): void {
    if (blobs.length > MAX_OPENED) return;
    const marks = blobs.map(({ kind, n, bytes }) => ({ kind, n, bytes }));
    keepNewest(memories, name, { id, blobs: marks, until: now() + REMEMBERED_MS }, MAX_REMEMBERED);
  }

  return {
    async find(site, key, wanted, { manifests, delivery, pictures, moderator }) {
      const name = [wanted.form, wanted.isOnlyPictures, site.id, key].join('/');
      const memory = memories.get(name);
      const reading = manifests.get(site, key, now());
      const isFresh = memory !== undefined && now() < memory.until;
      const opening = isFresh ? delivery.begin(memory.id, memory.blobs, wanted.delivery) : undefined;
      const moderating = reading.then(async (found) => {
        if (!found || !moderator || found.isModerated) return found;
        const { origin } = wanted;
        const remove: ClearStores['remove'] = async ({ id, images }) => {
          await delivery.takeBack(id);
          await pictures.forget(
            origin,
            id,
            images.map(({ n }) => n),
          );
        };
        return moderator.clear(found, { site, key, origin }, { manifests, remove });
      });
      const manifest = await moderating.catch((error: unknown) => {
        void opening?.cancel();
        throw error;
      });
      memories.delete(name);
      if (!manifest) {
        void opening?.cancel();
        return undefined;
      }
      const told = wanted.isOnlyPictures ? onlyPicturesOf(manifest) : manifest;
      const answer = await answerWhole(told, wanted, delivery, { opening });
      if (!answer) return undefined;
      const { blobs, ...body } = answer;
      remember(name, manifest.id, blobs);
      return { manifest, body };
    },
  };
}
