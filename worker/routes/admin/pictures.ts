import { Hono } from 'hono';
import * as v from 'valibot';
import { isPrivateId, SIGNED_SECONDS, signatureQuery } from '../../auth/private-picture.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { dayOf } from '../../ledger/budget.ts';
import type { PictureCursor, PictureRow } from '../../ledger/pictures.ts';
import type { Failure } from '../../shared/failure.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { classOf } from '../../storage/keys.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, wholeNumber } from './query.ts';

/** As many as an address may ask for in smaller sizes at once, with room for a second page. */
const DEFAULT_ROWS = 24;
const MAX_ROWS = 100;
const THUMBNAIL = 'w=160';
/** By then a rendition is made, and a copy is in the cache, whose picture was read before it was deleted. */
const SWEEP_AFTER_MS = 10_000;

/** The end of a page: the time and the run of its last row. */
const CURSOR = /^(\d{1,15})-([0-9a-f]{0,32})$/;

const picturesQuery = v.strictObject({
  site: v.optional(v.string(), DEFAULT_SITE),
  before: v.optional(v.pipe(v.string(), v.regex(CURSOR, 'must be the next of an earlier page'))),
  limit: v.optional(wholeNumber(1, MAX_ROWS), String(DEFAULT_ROWS)),
});

function cursorOf(before: string | undefined): PictureCursor {
  const [, at, run = ''] = CURSOR.exec(before ?? '') ?? [];
  return { at: at === undefined ? Number.MAX_SAFE_INTEGER : Number(at), run };
}

/**
 * `GET …/pictures`: what a site has drawn, newest first, from its ledger. `DELETE …/pictures/{id}`: the pictures of one
 * run with all that was made of them, so that the same request makes a new picture.
 */
export const pictureAdminRoutes = (services: AdminServices) => {
  const { owners, sites, ledger, images, pictures, eraser, config, audit, log, now, pause, waitUntil } = services;

  function describe({ at, id, file, model, costMicros, prefix, deletedAt }: PictureRow, origin: string) {
    const folder = `${origin}/images/${id}`;
    const expiresAt = Math.floor(now() / 1000) + SIGNED_SECONDS;
    const signature = isPrivateId(id) && signatureQuery(config.secrets[0] as string, id, expiresAt);
    const addressOf = (name: string, ...query: string[]): string => {
      const all = [...query, ...(signature ? [signature] : [])].join('&');
      return `${folder}/${name}${all && `?${all}`}`;
    };
    return {
      ...{ at, id, model, costMicros },
      // Names of another day name nobody any more.
      ...(prefix !== undefined && dayOf(at) === dayOf(now()) && { prefix }),
      ...(deletedAt !== undefined && { deletedAt }),
      // Rows of earlier versions do not say the type, which any rendition goes without.
      address: file === undefined ? addressOf('0.png', 'w=1280') : addressOf(file),
      thumbnail: addressOf(file ?? '0.png', THUMBNAIL),
    };
  }

  return new Hono<App>()
    .get('/peel/admin/api/pictures', owned(owners), async (c) => {
      const query = readQuery(c, picturesQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, before, limit } = query.value;
      const found = await sites.find(site);
      // The pictures of a site whose record is broken are there all the same.
      if (!found.ok && found.failure.reason === 'SITE_UNKNOWN') return sendFailure(c, found.failure);
      const rows = await ledger(site).pictures({ before: cursorOf(before) }, limit);
      const { origin } = new URL(c.req.url);
      const last = rows.length === limit ? rows.at(-1) : undefined;
      const page = { site, pictures: rows.map((row) => describe(row, origin)) };
      return c.json({ ...page, ...(last && { next: `${last.at}-${last.run}` }) }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/pictures/:id', owned(owners), async (c) => {
      const id = c.req.param('id');
      const retention = classOf(id);
      if (!retention) return sendFailure(c, { reason: 'NOT_FOUND', what: 'This picture' });
      const found = await images.findAll(id);
      const { labels } = found;
      // The labels go last, with the pictures, so a deletion that broke off can be asked for again.
      if (labels) {
        const site = { id: labels.site, retention };
        if (!(await eraser(labels.key).erase({ id, key: labels.key, site }))) return sendFailure(c, STILL_RUNNING);
        await ledger(labels.site).forgetPicture(id);
      }
      const { origin } = new URL(c.req.url);
      const remove = async (): Promise<void> => {
        await images.removeAll(id, found);
        await pictures.forget(origin, id, found.pictures);
      };
      await remove();
      waitUntil(
        pause(SWEEP_AFTER_MS)
          .then(remove)
          .catch((error) => log('picture_unswept', { id, error: String(error) })),
      );
      // A picture without labels is of an earlier version, which knew one site.
      const site = labels?.site ?? DEFAULT_SITE;
      if (found.keys.length > 0) await audit({ what: 'picture_deleted', who: c.get('owner').who, site, target: id });
      return c.json({ id, deleted: found.keys.length }, 200, NO_STORE);
    });
};

const STILL_RUNNING: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: 10,
  cause: 'the same request is being drawn',
};
