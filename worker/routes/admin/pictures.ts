import { pictureAddress } from '../../answers/delivery.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { type Failure, invalidField } from '../../shared/failure.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { classOf, wallIdOf } from '../../storage/keys.ts';
import { erasePicture } from './erase-picture.ts';
import { refuseUnknownSite } from './known-site.ts';
import { locatePicture } from './locate-picture.ts';
import { type AdminServices, owned } from './owned.ts';
import { NO_FIELDS } from './requests.ts';
import { takeOffWall } from './wall.ts';

/**
 * `DELETE …/pictures/{id}`: the pictures of one run with all that was made of them, so that the same request makes a new
 * picture. `DELETE …/pictures/{id}/reports` keeps one that was reported. `POST …/pictures/{id}/wall` copies it to where it
 * outlives its retention.
 */
export const pictureAdminRoutes = (services: AdminServices) => {
  const { owners, ledger, images, eraser, audit } = services;

  return new Hono<App>()
    .delete('/peel/admin/api/pictures/:id', owned(owners), async (c) => {
      const id = c.req.param('id');
      const retention = classOf(id);
      if (!retention) return sendFailure(c, NOT_THERE);
      const found = await images.findAll(id);
      const known = (await locatePicture(services, id)).site;
      const site = known ?? DEFAULT_SITE;
      const { origin } = new URL(c.req.url);
      const { labels } = found;
      // The labels go last, with the pictures, so a deletion that broke off can be asked for again.
      if (retention !== 'wall' && labels) {
        const kept = { id, key: labels.key, site: { id: site, retention } };
        if (!(await eraser(labels.key).erase(kept))) return sendFailure(c, STILL_RUNNING);
      }
      if (retention === 'wall' && found.keys.length > 0) await takeOffWall(services, site, id);
      let deleted = await erasePicture(services, origin, id, found);
      const wallId = retention === 'wall' ? undefined : wallIdOf(id);
      // Not before the picture is gone: no copy can be made of it any more, and one that was being made is there.
      const copy = wallId === undefined ? undefined : await images.findAll(wallId);
      if (wallId !== undefined && copy && copy.keys.length > 0) {
        await takeOffWall(services, site, wallId);
        deleted += await erasePicture(services, origin, wallId, copy);
      }
      if (deleted > 0) await audit({ what: 'picture_deleted', who: c.get('owner').who, site, target: id });
      // Last, because the desk's row alone leads back to what a deletion that broke off has left.
      if (retention !== 'wall') {
        if (known !== undefined) await ledger(known).forgetPicture(id);
      } else if (found.copyOf !== undefined && (await images.findAll(found.copyOf)).keys.length === 0) {
        await ledger(site).forgetPicture(found.copyOf);
      }
      return c.json({ id, deleted }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/pictures/:id/reports', owned(owners), async (c) => {
      if (!classOf(c.req.param('id'))) return sendFailure(c, NOT_THERE);
      const { id, site } = await locatePicture(services, c.req.param('id'));
      if (site === undefined) return sendFailure(c, NOT_THERE);
      await ledger(site).closeReports(id);
      await audit({ what: 'reports_closed', who: c.get('owner').who, site, target: id });
      return c.body(null, 204, NO_STORE);
    })
    .post('/peel/admin/api/pictures/:id/wall', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, NO_FIELDS);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const id = c.req.param('id');
      const wallId = wallIdOf(id);
      if (classOf(id) && wallId === undefined) return sendFailure(c, PRIVATE);
      const image = wallId && (await images.find(id)).images.at(-1);
      if (!wallId || !image) return sendFailure(c, NOT_THERE);
      // The copies of a site end with it, so one that is over may not get another.
      const { site = DEFAULT_SITE } = await locatePicture(services, id);
      const unknown = await refuseUnknownSite(site, services);
      if (unknown) return sendFailure(c, unknown);
      const { n, mimeType, width, height } = image;
      if (width === undefined || height === undefined) return sendFailure(c, UNMEASURED);
      if (wallId !== id && !(await images.copyToWall(id, n, wallId))) return sendFailure(c, NOT_THERE);
      return c.json({ image: pictureAddress('', wallId, n, mimeType), width, height }, 200, NO_STORE);
    });
};

const NOT_THERE: Failure = { reason: 'NOT_FOUND', what: 'This picture' };

const PRIVATE: Failure = invalidField(
  'id',
  'must not be of a private picture: the provider’s terms allow it to be shown to its asker alone.',
);

const UNMEASURED: Failure = invalidField('id', 'must be of a picture whose measures its bytes tell.');

const STILL_RUNNING: Failure = {
  ...{ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
  retryAfterSeconds: 10,
  cause: 'the same request is being drawn',
};
