/**
 * Pictures in the cache of the data centre, in front of R2. The Cache API works on an owner's own domain and is tested
 * against workerd's; on `workers.dev` it keeps nothing, and R2 answers.
 *
 * Never cached: private pictures, answers other than a whole picture, and a picture that its provider can still
 * withdraw. A picture that is deleted from R2 is sent from a cache for five minutes at most.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/cache/
 */
import { isPrivateId } from '../auth/private-picture.ts';
import { extensionOf } from '../request/image-type.ts';
import type { Log } from '../shared/log.ts';
import { keepNewest } from '../shared/newest.ts';
import { HOUR_MS } from '../shared/utc.ts';
import { isPlain, type PictureFiles, type PictureRead } from './picture-files.ts';
import { RENDITION_WIDTHS, type RenditionWidth } from './renditions.ts';

/** Five minutes, less the 30 s that work behind a request may take: so long after R2 was read a picture is stored. */
const CACHED_SECONDS = 270;
/** A run ends within eight minutes of its first picture, and deletes a withdrawn one half a minute later. */
export const WITHDRAWABLE_MS = 600_000;
/** A local cache answers in a few milliseconds. R2 does not wait longer for a slow one. */
const PATIENCE_MS = 30;
/** Longer than it takes to store a picture. */
const FILL_INTERVAL_MS = 60_000;
/** How long a cache that keeps nothing, or fails, is not asked. */
const OFF_MS = HOUR_MS;
/** Pictures remembered by an isolate. The least recently used are forgotten first. */
const MAX_REMEMBERED = 1000;

/** Names of our own, because a cache may rewrite `ETag` and `Content-Length`. None of them is sent to a caller. */
const ETAG = 'Peel-ETag';
const SIZE = 'Peel-Size';
const SITE = 'Peel-Site';

export interface CachedPicturesOptions {
  pictures: PictureFiles;
  cache: Pick<Cache, 'match' | 'put' | 'delete'>;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  waitUntil: (promise: Promise<unknown>) => void;
  log: Log;
}

export interface CachedPictures {
  /** Like `PictureFiles.read`, for the conditions and the range of a request. */
  read(
    id: string,
    n: number,
    request: Request,
    width?: RenditionWidth,
    mayMake?: () => Promise<boolean>,
  ): Promise<PictureRead | null>;
  /**
   * Deletes pictures that R2 has no more, and their renditions, from the cache of this data centre. Never throws.
   *
   * @param origin Of the worker, without a trailing slash.
   */
  forget(origin: string, id: string, pictures: readonly number[]): Promise<void>;
}

export function createCachedPictures(options: CachedPicturesOptions): CachedPictures {
  const { pictures, cache, now, pause, waitUntil, log } = options;
  /** From when on the cache is asked for a picture, and from when on it may be filled. Unix milliseconds. */
  const known = new Map<string, { from: number; fillsFrom: number }>();
  let offUntil = 0;

  const noteFailure = (error: unknown): undefined => {
    log('picture_cache_failed', { error: String(error) });
  };

  function remember(address: string, from: number) {
    const memory = { from, fillsFrom: known.get(address)?.fillsFrom ?? 0 };
    keepNewest(known, address, memory, MAX_REMEMBERED);
    return memory;
  }

  async function find(address: string): Promise<PictureRead | undefined> {
    const matching = cache.match(address).catch(noteFailure);
    const found = await Promise.race([matching, pause(PATIENCE_MS).then(() => 'late' as const)]);
    if (found === 'late') waitUntil(matching.then((late) => late?.body?.cancel()));
    return found && found !== 'late' ? toPicture(found) : undefined;
  }

  /** Reads R2 again: a body with two readers would be kept in memory for the slower one, a visitor's connection. */
  async function fill(address: string, id: string, n: number, width: RenditionWidth | undefined): Promise<void> {
    try {
      const read = await pictures.read(id, n, new Headers(), width);
      if (!read || read.isInstead) {
        if (read?.object.body instanceof ReadableStream) await read.object.body.cancel();
        return;
      }
      await cache.put(address, toResponse(read));
      const kept = await cache.match(address);
      if (!kept) offUntil = now() + OFF_MS;
      await kept?.body?.cancel();
    } catch (error) {
      offUntil = now() + OFF_MS;
      noteFailure(error);
    }
  }

  return {
    async read(id, n, request, width, mayMake) {
      const { headers, method, url } = request;
      if (isPrivateId(id) || !isPlain(headers) || now() < offUntil) {
        return pictures.read(id, n, headers, width, mayMake);
      }
      const address = addressOf(new URL(url).origin, id, n, width);
      const memory = known.get(address);
      // A picture that is asked for once gains nothing from a cache, so the first time R2 alone is asked.
      const isCacheable = memory !== undefined && now() >= memory.from;
      const found = isCacheable ? await find(address) : undefined;
      if (found) return found;

      const read = await pictures.read(id, n, headers, width, mayMake);
      if (read?.storedAt === undefined || read.isInstead || !isPicture(read)) return read;
      const latest = remember(address, read.storedAt + WITHDRAWABLE_MS);
      if (isCacheable && method === 'GET' && now() >= latest.fillsFrom) {
        latest.fillsFrom = now() + FILL_INTERVAL_MS;
        waitUntil(fill(address, id, n, width));
      }
      return read;
    },
    async forget(origin, id, numbers) {
      const addresses = numbers.flatMap((n) =>
        [undefined, ...RENDITION_WIDTHS].map((width) => addressOf(origin, id, n, width)),
      );
      for (const address of addresses) known.delete(address);
      await Promise.all(addresses.map((address) => cache.delete(address).catch(noteFailure)));
    },
  };
}

const addressOf = (origin: string, id: string, n: number, width: RenditionWidth | undefined): string =>
  `${origin}/images/${id}/${n}${width === undefined ? '' : `?w=${width}`}`;

/** The route finds nothing else, so nothing else is cached. */
const isPicture = ({ object }: PictureRead): boolean =>
  extensionOf(object.httpMetadata?.contentType ?? '') !== undefined;

function toResponse({ object, site }: PictureRead): Response {
  return new Response(object.body, {
    headers: {
      'Content-Type': object.httpMetadata?.contentType ?? '',
      'Cache-Control': `public, max-age=${CACHED_SECONDS}`,
      [ETAG]: object.httpEtag,
      [SIZE]: String(object.size),
      [SITE]: site,
    },
  });
}

function toPicture({ headers, body }: Response): PictureRead | undefined {
  const [contentType, httpEtag, size, site] = ['Content-Type', ETAG, SIZE, SITE].map((name) => headers.get(name));
  if (!body || !contentType || !httpEtag || !size || !site) return undefined;
  return { object: { httpEtag, size: Number(size), httpMetadata: { contentType }, body }, site };
}
