/** Kept pictures as HTTP sees them: conditional and ranged reads, and renditions that are made once. */
import { type ByteRange, parseRange } from '../domain/byte-range.ts';
import { extensionOf } from '../domain/image-type.ts';
import type { WindowPolicy } from '../domain/windows.ts';
import type { Log } from '../log.ts';
import { blobKey, classOf, isPast, renditionKey } from './keys.ts';
import type { Limits } from './limits.ts';

export const RENDITION_WIDTHS = [160, 320, 640, 1280] as const;
export type RenditionWidth = (typeof RENDITION_WIDTHS)[number];

/** The Images binding takes no larger input (developers.cloudflare.com/images/optimization/binding). */
const MAX_RENDITION_INPUT_BYTES = 20 * 1024 * 1024;
const RENDITION_TYPE = 'image/webp';

/** Every rendition is billed, so a day has this many; past it the original is sent. */
const RENDITIONS_PER_DAY: WindowPolicy = {
  name: 'renditions',
  who: 'deployment',
  limit: 2000,
  windowSeconds: 86_400,
  // Never told to anybody: past it the original is sent.
  reason: 'SITE_MINUTE',
};

export interface PictureFiles {
  /**
   * Reads a picture as far as the request's conditions and range ask.
   *
   * @param width Absent: the original.
   * @returns null where there is none (any more).
   */
  read(id: string, n: number, headers: Headers, width?: RenditionWidth): Promise<PictureRead | null>;
}

export interface PictureRead {
  /** Without `body` where a precondition failed. */
  object: R2ObjectBody | R2Object;
  /** The part that was asked for; absent: all of it. Unsatisfiable: `object` has no body. */
  range?: ByteRange | 'unsatisfiable';
  /** A rendition was asked for and there is none (yet). */
  isInstead?: true;
}

export interface PictureFilesOptions {
  bucket: R2Bucket;
  images: ImagesBinding;
  limits: Limits;
  /** Unix milliseconds. */
  now: () => number;
  log: Log;
}

export function createPictureFiles({ bucket, images, limits, now, log }: PictureFilesOptions): PictureFiles {
  const isGone = (id: string, object: R2Object): boolean => {
    const retention = classOf(id);
    const storedAt = Number(object.customMetadata?.pictureUploaded ?? object.uploaded.getTime());
    return !retention || isPast(retention, storedAt, now());
  };

  async function readKey(key: string, id: string, headers: Headers): Promise<PictureRead | null> {
    const asked = headers.get('Range');
    const head = asked === null ? undefined : await bucket.head(key);
    const range = asked !== null && head && isAskedOf(head, headers) ? parseRange(asked, head.size) : 'ignore';
    if (head && range === 'unsatisfiable') return isGone(id, head) ? null : { object: head, range };
    const object = await bucket.get(key, { onlyIf: headers, ...(typeof range === 'object' && { range }) });
    if (!object || isGone(id, object)) return null;
    return { object, ...(typeof range === 'object' && { range }) };
  }

  /** @returns Whether there is a rendition now. */
  async function makeRendition(id: string, n: number, width: RenditionWidth): Promise<boolean> {
    const [day] = await limits.read([RENDITIONS_PER_DAY]);
    if (day && day.state.remaining === 0) return false;
    const original = await bucket.get(blobKey('images', id, n));
    if (!original) return false;
    if (isGone(id, original)) {
      await original.body.cancel();
      return false;
    }
    if (original.size > MAX_RENDITION_INPUT_BYTES) {
      await original.body.cancel();
      return false;
    }
    try {
      const made = await images
        .input(original.body)
        .transform({ width, fit: 'scale-down' })
        .output({ format: RENDITION_TYPE });
      // At most 1,280 pixels wide: small enough to hold, and R2 wants to know the length.
      const bytes = await made.response().arrayBuffer();
      await bucket.put(renditionKey(id, n, width), bytes, {
        httpMetadata: { contentType: RENDITION_TYPE },
        // It ends with its picture, however late it was made.
        customMetadata: { pictureUploaded: String(original.uploaded.getTime()) },
      });
      await limits.count([RENDITIONS_PER_DAY]);
      return true;
    } catch (error) {
      log('rendition_failed', { id, n, width, error: String(error) });
      return false;
    }
  }

  return {
    async read(id, n, headers, width) {
      if (width !== undefined) {
        const key = renditionKey(id, n, width);
        const kept = await readKey(key, id, headers);
        if (kept) return kept;
        if (await makeRendition(id, n, width)) return readKey(key, id, headers);
      }
      const original = await readKey(blobKey('images', id, n), id, headers);
      return original && width !== undefined ? { ...original, isInstead: true } : original;
    },
  };
}

/** RFC 9110 §13.1.5: a range whose `If-Range` names another version is not asked for. */
const isAskedOf = ({ httpEtag }: R2Object, headers: Headers): boolean =>
  (headers.get('If-Range') ?? httpEtag) === httpEtag;

/** What a download of a picture is called. */
export const fileNameOf = (id: string, n: number, mimeType: string): string =>
  `peel-${id.slice(1, 9)}-${n}.${extensionOf(mimeType) ?? 'bin'}`;
