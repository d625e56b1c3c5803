import { Hono } from 'hono';
import * as v from 'valibot';
import { pictureAddress } from '../../answers/delivery.ts';
import { isPrivateId, SIGNED_SECONDS, signatureQuery } from '../../auth/private-picture.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { dayOf } from '../../ledger/budget.ts';
import type { PictureCursor, PictureRow } from '../../ledger/pictures.ts';
import { type Failure, succeed } from '../../shared/failure.ts';
import { parseJson } from '../../shared/json.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { classOf, wallIdOf } from '../../storage/keys.ts';
import { erasePicture } from './erase-picture.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, wholeNumber } from './query.ts';
import { NOTHING } from './requests.ts';

/** As many as an address may ask for in smaller sizes at once, with room for a second page. */
const DEFAULT_ROWS = 24;
const MAX_ROWS = 100;
const THUMBNAIL = 'w=160';

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
  const { owners, sites, siteStore, ledger, images, eraser, config, audit, now } = services;

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

  /** Takes a deleted picture out of its site's record. A record that KV does not show yet keeps it, and shows a gap. */
  async function takeOffWall(id: string, wallId: string): Promise<void> {
    await siteStore.change(id, async ({ stored, recordEtag, isStale }, writer) => {
      const checked = stored && recordEtag !== undefined && !isStale && (await siteStore.check(parseJson(stored.text)));
      if (!checked || 'problems' in checked) return succeed(undefined);
      const wall = checked.record.wall?.filter(({ image }) => !image.includes(`/images/${wallId}/`)) ?? [];
      return succeed(await writer.keep({ ...checked.record, wall }));
    });
    sites.forget(id);
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
      if (!retention) return sendFailure(c, NOT_THERE);
      const found = await images.findAll(id);
      const { labels } = found;
      // The labels go last, with the pictures, so a deletion that broke off can be asked for again.
      if (labels && retention !== 'wall') {
        const site = { id: labels.site, retention };
        if (!(await eraser(labels.key).erase({ id, key: labels.key, site }))) return sendFailure(c, STILL_RUNNING);
        await ledger(labels.site).forgetPicture(id);
      }
      const { origin } = new URL(c.req.url);
      await erasePicture(services, origin, id, found);
      // A picture without labels is of an earlier version, which knew one site.
      const site = labels?.site ?? DEFAULT_SITE;
      const wallId = wallIdOf(id);
      if (wallId !== undefined && (await erasePicture(services, origin, wallId)) > 0) await takeOffWall(site, wallId);
      if (found.keys.length > 0) await audit({ what: 'picture_deleted', who: c.get('owner').who, site, target: id });
      return c.json({ id, deleted: found.keys.length }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/pictures/:id/reports', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!classOf(id)) return sendFailure(c, NOT_THERE);
      const site = (await images.findAll(id)).labels?.site ?? DEFAULT_SITE;
      await ledger(site).closeReports(id);
      await audit({ what: 'reports_closed', who: c.get('owner').who, site, target: id });
      return c.body(null, 204, NO_STORE);
    })
    .post('/peel/admin/api/pictures/:id/wall', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, NOTHING);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const id = c.req.param('id');
      const wallId = wallIdOf(id);
      if (classOf(id) && wallId === undefined) return sendFailure(c, PRIVATE);
      const image = wallId && (await images.find(id)).images.at(-1);
      if (!wallId || !image) return sendFailure(c, NOT_THERE);
      const { n, mimeType, width, height } = image;
      if (width === undefined || height === undefined) return sendFailure(c, UNMEASURED);
      if (wallId !== id && !(await images.copyToWall(id, n, wallId))) return sendFailure(c, NOT_THERE);
      return c.json({ image: pictureAddress('', wallId, n, mimeType), width, height }, 200, NO_STORE);
    });
};

const NOT_THERE: Failure = { reason: 'NOT_FOUND', what: 'This picture' };

const PRIVATE: Failure = {
  ...{ reason: 'INVALID_FIELD', field: 'id' },
  rule: 'must not be of a private picture: the provider’s terms allow it to be shown to its asker alone.',
};

const UNMEASURED: Failure = {
  ...{ reason: 'INVALID_FIELD', field: 'id' },
  rule: 'must be of a picture whose measures its bytes tell.',
};

const STILL_RUNNING: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: 10,
  cause: 'the same request is being drawn',
};
