/** Kept pictures as HTTP sees them: conditional and ranged reads, of originals and renditions. */
import { type ByteRange, parseRange } from '../http/byte-range.ts';
import { extensionOf } from '../request/image-type.ts';
import { blobKey, classOf, isPast, renditionKey } from './keys.ts';
import { siteOf } from './labels.ts';
import type { Renditions, RenditionWidth } from './renditions.ts';

export interface PictureFiles {
  /**
   * Reads a picture as far as the request's conditions and range ask.
   *
   * @param width Absent: the original.
   * @param mayMake Asked before a rendition that is not kept is made. Absent: it may.
   * @returns null where there is none (any more), or where it may not be made.
   */
  read(
    id: string,
    n: number,
    headers: Headers,
    width?: RenditionWidth,
    mayMake?: () => Promise<boolean>,
  ): Promise<PictureRead | null>;
}

export interface PictureRead {
  /** Without `body` where a precondition failed. */
  object: Pick<R2Object, 'httpEtag' | 'size' | 'httpMetadata'> & { body?: ReadableStream<Uint8Array> | ArrayBuffer };
  /** Id of the picture's site. */
  site: string;
  /** The requested range. Absent: all of it. `unsatisfiable`: `object` has no body. */
  range?: ByteRange | 'unsatisfiable';
  /** When the picture was stored, also of a rendition: Unix milliseconds. Absent: not read from R2. */
  storedAt?: number;
  /** This is the original, because the requested rendition does not exist (yet). */
  isInstead?: true;
}

export interface PictureFilesOptions {
  bucket: R2Bucket;
  renditions: Renditions;
  /** Unix milliseconds. */
  now: () => number;
}

export function createPictureFiles({ bucket, renditions, now }: PictureFilesOptions): PictureFiles {
  /** @returns undefined for a picture that is past its life. Unix milliseconds. */
  function storedAtOf(id: string, { customMetadata, uploaded }: R2Object): number | undefined {
    const retention = classOf(id);
    const storedAt = Number(customMetadata?.pictureUploaded ?? uploaded.getTime());
    return retention && !isPast(retention, storedAt, now()) ? storedAt : undefined;
  }

  async function readKey(key: string, id: string, headers: Headers): Promise<PictureRead | null> {
    const asked = headers.get('Range');
    const head = asked === null ? undefined : await bucket.head(key);
    const range = asked !== null && head && isAskedOf(head, headers) ? parseRange(asked, head.size) : 'ignore';
    const isPart = typeof range === 'object';
    const object =
      head && range === 'unsatisfiable' ? head : await bucket.get(key, { onlyIf: headers, ...(isPart && { range }) });
    const storedAt = object ? storedAtOf(id, object) : undefined;
    if (!object || storedAt === undefined) return null;
    return { object, site: siteOf(object), storedAt, ...(range !== 'ignore' && { range }) };
  }

  return {
    async read(id, n, headers, width, mayMake) {
      if (width !== undefined) {
        const key = renditionKey(id, n, width);
        const kept = await readKey(key, id, headers);
        if (kept) return kept;
        if (mayMake && !(await mayMake())) return null;
        const made = await renditions.make(id, n, width);
        if (made) return isPlain(headers) ? { object: made, site: siteOf(made) } : readKey(key, id, headers);
      }
      const original = await readKey(blobKey('images', id, n), id, headers);
      return original && width !== undefined ? { ...original, isInstead: true } : original;
    },
  };
}

/** Whether a request asks for all of a picture, under no condition (RFC 9110 §13.1). */
export const isPlain = (headers: Headers): boolean =>
  !['Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'].some((name) => headers.has(name));

/** A range whose `If-Range` names another version is ignored (RFC 9110 §13.1.5). */
const isAskedOf = ({ httpEtag }: R2Object, headers: Headers): boolean =>
  (headers.get('If-Range') ?? httpEtag) === httpEtag;

/** File name of a downloaded picture. */
export const fileNameOf = (id: string, n: number, mimeType: string): string =>
  `peel-${id.slice(1, 9)}-${n}.${extensionOf(mimeType) ?? 'bin'}`;
