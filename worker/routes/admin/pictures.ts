import { Hono } from 'hono';
import { pictureAddress } from '../../answers/delivery.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { type Failure, succeed } from '../../shared/failure.ts';
import { parseJson } from '../../shared/json.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { classOf, wallIdOf } from '../../storage/keys.ts';
import { erasePicture } from './erase-picture.ts';
import { type AdminServices, owned } from './owned.ts';
import { NOTHING } from './requests.ts';

/**
 * `DELETE …/pictures/{id}`: the pictures of one run with all that was made of them, so that the same request makes a new
 * picture. `DELETE …/pictures/{id}/reports` keeps one that was reported. `POST …/pictures/{id}/wall` copies it to where it
 * outlives its retention.
 */
export const pictureAdminRoutes = (services: AdminServices) => {
  const { owners, sites, siteStore, ledger, images, eraser, audit } = services;

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
