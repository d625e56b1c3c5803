import { type Context, Hono } from 'hono';
import { extensionOf, typeOfExtension } from '../domain/image-type.ts';
import { type App, sendFailure } from '../http.ts';
import { classOf } from '../storage/keys.ts';
import {
  fileNameOf,
  type PictureFiles,
  type PictureRead,
  RENDITION_WIDTHS,
  type RenditionWidth,
} from '../storage/picture-files.ts';

/** An address never changes its bytes, so a day is as good as a year and forgets deleted pictures sooner. */
const CACHE_CONTROL = 'public, max-age=86400, immutable';
/** Something else may be there soon. */
const CACHE_BRIEFLY = 'public, max-age=60';
/** Strangers' pictures, opened as a page: nothing runs, nothing loads. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox";

/** `GET /images/{id}/{n}.{ext}`: a picture. Whoever knows its 128-bit name may see it. */
export const imageRoutes = ({ pictures }: { pictures: PictureFiles }) =>
  new Hono<App>().get('/images/:id/:file', async (c) => {
    const notFound = () => sendFailure(c, { reason: 'NOT_FOUND', what: 'This picture' });
    const id = c.req.param('id');
    const [, digits, extension] = /^(\d{1,3})\.([a-z]{3,4})$/.exec(c.req.param('file')) ?? [];
    const type = extension && typeOfExtension(extension);
    if (!classOf(id) || !digits || !type) return notFound();
    const n = Number(digits);
    const width = parseWidth(c.req.query('w'));
    if (width === null) {
      const accepted = RENDITION_WIDTHS.map(String);
      return sendFailure(c, { reason: 'UNSUPPORTED_VALUE', field: 'w', value: c.req.query('w') ?? '', accepted });
    }

    const picture = await pictures.read(id, n, c.req.raw.headers, width);
    if (!picture) return notFound();
    // The type that the bytes had when they were stored. What was no picture then is not found, in any width.
    const contentType = picture.object.httpMetadata?.contentType ?? '';
    const isPicture = extensionOf(contentType) !== undefined;
    if (!isPicture || (width === undefined && contentType !== type)) {
      if ('body' in picture.object) await picture.object.body?.cancel();
      return notFound();
    }
    return sendPicture(c, picture, contentType, fileNameOf(id, n, contentType));
  });

/** @returns undefined where none is asked for, null for one that is not offered. */
function parseWidth(text: string | undefined): RenditionWidth | undefined | null {
  if (text === undefined) return undefined;
  return RENDITION_WIDTHS.find((width) => String(width) === text) ?? null;
}

function sendPicture(
  c: Context<App>,
  { object, range, isInstead }: PictureRead,
  contentType: string,
  fileName: string,
) {
  const disposition = c.req.query('download') === undefined ? 'inline' : 'attachment';
  c.header('ETag', object.httpEtag);
  c.header('Cache-Control', isInstead || range === 'unsatisfiable' ? CACHE_BRIEFLY : CACHE_CONTROL);
  c.header('Accept-Ranges', 'bytes');
  c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  if (range === 'unsatisfiable') return c.body(null, 416, { 'Content-Range': `bytes */${object.size}` });
  if (!('body' in object) || !object.body) return c.body(null, isWritePrecondition(c) ? 412 : 304);

  c.header('Content-Type', contentType);
  c.header('Content-Disposition', `${disposition}; filename="${fileName}"`);
  c.header('Content-Length', String(range?.length ?? object.size));
  if (!range) return c.body(object.body, 200);
  c.header('Content-Range', `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  return c.body(object.body, 206);
}

/** RFC 9110 §13.2.2: these two fail with 412, the others with 304. */
const isWritePrecondition = (c: Context<App>): boolean =>
  c.req.header('If-Match') !== undefined || c.req.header('If-Unmodified-Since') !== undefined;
