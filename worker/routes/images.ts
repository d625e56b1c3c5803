import type { Context } from 'hono';
import { askerOf } from '../auth/audience.ts';
import { credentialOf, type Gate } from '../auth/auth.ts';
import type { Owners } from '../auth/owner.ts';
import { isMadeFor, isPrivateId, isSignedFor, SIGNED_SECONDS } from '../auth/private-picture.ts';
import { type App, sendToAnyPage } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { extensionOf, typeOfExtension } from '../request/image-type.ts';
import type { Failure } from '../shared/failure.ts';
import type { Sites } from '../sites/sites.ts';
import type { CachedPictures } from '../storage/cached-pictures.ts';
import { classOf } from '../storage/keys.ts';
import { fileNameOf, type PictureRead } from '../storage/picture-files.ts';
import { RENDITION_WIDTHS, type RenditionWidth } from '../storage/renditions.ts';
import type { Suggestions } from '../storage/suggestions.ts';

/** The bytes at an address never change. A day serves as well as a year, and a deleted picture disappears sooner. */
const CACHE_CONTROL = 'public, max-age=86400, immutable';
/** For answers that may soon be replaced. */
const CACHE_BRIEFLY = 'public, max-age=60';
/** Only in the caller's browser, and no longer than a signed address opens. */
const CACHE_PRIVATELY = `private, max-age=${SIGNED_SECONDS}`;
/** A picture that is opened as a page runs nothing and loads nothing. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox";
/** Google's suggestion has its own styles, and links that open in a tab. No script runs. */
const SUGGESTION_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:";

export interface ImageRoutesOptions {
  pictures: CachedPictures;
  suggestions: Suggestions;
  gate: Gate;
  /** Absent: the deployment has no desk. */
  owners?: Pick<Owners, 'isHere'>;
  sites: Sites;
  /** Every secret that may have signed an address. */
  secrets: readonly string[];
  /** Unix milliseconds. */
  now: () => number;
}

/**
 * `GET /images/{id}/{n}.{ext}`: a picture. Every caller that knows its 128-bit id may see it, unless it is private. And
 * `GET /images/{id}/suggestion.html`: Google's search suggestion, which must be shown with a grounded picture. Every page
 * may read their refusals, which say nothing of a site.
 */
export const imageRoutes = ({ pictures, suggestions, gate, owners, sites, secrets, now }: ImageRoutesOptions) => {
  /** @returns The refusal, or undefined. Other callers cannot tell a private picture from one that does not exist. */
  async function refusePrivate(c: Context<App>, id: string): Promise<Failure | undefined> {
    if (!isPrivateId(id)) return undefined;
    c.header('Vary', 'Authorization, X-Goog-Api-Key', { append: true });
    const query = { e: c.req.query('e'), s: c.req.query('s') };
    if (isSignedFor(id, query, secrets, Math.floor(now() / 1000))) return undefined;
    if (credentialOf(c.req.raw) === undefined) return NOT_YOURS;
    const caller = await gate.admit(c.req.raw, c.get('origin'));
    if (!caller.ok) return caller.failure;
    return isMadeFor(askerOf(caller.value), id) ? undefined : NOT_YOURS;
  }

  /**
   * Any page may show a picture, so only a page that reads its bytes is judged: browsers then send `Origin`.
   *
   * @returns Why the page may not read a picture of this site; undefined if it may.
   */
  async function refusePage(c: Context<App>, site: string): Promise<Failure | undefined> {
    const origin = c.get('origin');
    if (c.req.header('Origin') === undefined) return void origin.allow();
    const found = await sites.find(site);
    return found.ok ? origin.refusedBy(found.value.site) : found.failure;
  }

  /** @returns Why no rendition is made for a request; undefined if one may be. A full page of the desk has dozens. */
  const refuseMaking = async (request: Request): Promise<Failure | undefined> =>
    (await owners?.isHere(request)) ? undefined : gate.admitBurst(request, 'renditions');

  return new Hono<App>()
    .get('/images/:id/suggestion.html', async (c) => {
      const id = c.req.param('id');
      const refused = await refusePrivate(c, id);
      if (refused) return sendToAnyPage(c, refused);
      const suggestion = classOf(id) && (await suggestions.get(id));
      if (!suggestion) return sendToAnyPage(c, { reason: 'NOT_FOUND', what: 'This suggestion' });
      const denied = await refusePage(c, suggestion.site);
      if (denied) return sendToAnyPage(c, denied);
      return c.body(suggestion.html, 200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': SUGGESTION_POLICY,
        'Cache-Control': CACHE_PRIVATELY,
      });
    })
    .get('/images/:id/:file', async (c) => {
      const id = c.req.param('id');
      const [, digits, extension] = /^(\d{1,3})\.([a-z]{3,4})$/.exec(c.req.param('file')) ?? [];
      const type = extension && typeOfExtension(extension);
      if (!classOf(id) || !digits || !type) return sendToAnyPage(c, NOT_THERE);
      const n = Number(digits);
      const width = parseWidth(c.req.query('w'));
      if (width === null) {
        const accepted = RENDITION_WIDTHS.map(String);
        return sendToAnyPage(c, { reason: 'UNSUPPORTED_VALUE', field: 'w', value: c.req.query('w') ?? '', accepted });
      }
      const refused = await refusePrivate(c, id);
      if (refused) return sendToAnyPage(c, refused);

      let tooMuch: Failure | undefined;
      const picture = await pictures.read(id, n, c.req.raw, width, async () => {
        tooMuch = await refuseMaking(c.req.raw);
        return tooMuch === undefined;
      });
      if (!picture) return sendToAnyPage(c, tooMuch ?? NOT_THERE);
      // The type was read from the bytes when they were stored. Anything but a picture is not found, in any width.
      const contentType = picture.object.httpMetadata?.contentType ?? '';
      const isPicture = extensionOf(contentType) !== undefined;
      const isFound = isPicture && (width !== undefined || contentType === type);
      const denied = isFound ? await refusePage(c, picture.site) : NOT_THERE;
      if (denied) {
        if (picture.object.body instanceof ReadableStream) await picture.object.body.cancel();
        return sendToAnyPage(c, denied);
      }
      return sendPicture(c, picture, contentType, fileNameOf(id, n, contentType));
    });
};

const NOT_THERE: Failure = { reason: 'NOT_FOUND', what: 'This picture' };

const NOT_YOURS: Failure = {
  reason: 'NOT_FOUND',
  what: 'This picture',
  hint: 'A picture that was made with a search opens for its asker alone: asking the same again gives a new address.',
};

/** @returns undefined if no width is requested, null for a width that is not offered. */
function parseWidth(text: string | undefined): RenditionWidth | undefined | null {
  if (text === undefined) return undefined;
  return RENDITION_WIDTHS.find((width) => String(width) === text) ?? null;
}

function cacheControlOf(id: string, isBrief: boolean): string {
  if (!isPrivateId(id)) return isBrief ? CACHE_BRIEFLY : CACHE_CONTROL;
  return isBrief ? CACHE_BRIEFLY.replace('public', 'private') : CACHE_PRIVATELY;
}

function sendPicture(
  c: Context<App>,
  { object, range, isInstead }: PictureRead,
  contentType: string,
  fileName: string,
) {
  const disposition = c.req.query('download') === undefined ? 'inline' : 'attachment';
  c.header('ETag', object.httpEtag);
  const isBrief = isInstead === true || range === 'unsatisfiable';
  c.header('Cache-Control', cacheControlOf(c.req.param('id') ?? '', isBrief));
  c.header('Accept-Ranges', 'bytes');
  c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  if (range === 'unsatisfiable') return c.body(null, 416, { 'Content-Range': `bytes */${object.size}` });
  if (!object.body) return c.body(null, isWritePrecondition(c) ? 412 : 304);

  c.header('Content-Type', contentType);
  c.header('Content-Disposition', `${disposition}; filename="${fileName}"`);
  c.header('Content-Length', String(range?.length ?? object.size));
  if (!range) return c.body(object.body, 200);
  c.header('Content-Range', `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  return c.body(object.body, 206);
}

/** RFC 9110 §13.2.2: these two preconditions fail with 412, the others with 304. */
const isWritePrecondition = (c: Context<App>): boolean =>
  c.req.header('If-Match') !== undefined || c.req.header('If-Unmodified-Since') !== undefined;
