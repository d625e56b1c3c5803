import * as v from 'valibot';
import { inSizesOf } from '../../catalog/menu.ts';
import { findModel } from '../../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { readBytes } from '../../http/whole-body.ts';
import { IMAGE_MIME_TYPES } from '../../request/image-type.ts';
import { type Failure, invalidField, succeed } from '../../shared/failure.ts';
import { parseJsonObject } from '../../shared/json.ts';
import type { SiteRecord } from '../../sites/site-record.ts';
import { isSiteId } from '../../sites/sites.ts';
import { MAX_TEMPLATE_PICTURE_BYTES } from '../../storage/template-pictures.ts';
import { expandForOwner } from '../../templates/expand-for-owner.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery } from './query.ts';
import { MAX_RECORD_BYTES, TEMPLATE_TEST_REQUEST } from './requests.ts';
import { findEntry } from './unsaved.ts';

/**
 * `POST …/test`: what a template comes to for some values, saved or not, without a call. `…/versions`: templates that were
 * live before. `…/pictures`: pictures of the owner's for templates of the site, which name them by their ids.
 */
export const templateAdminRoutes = (services: AdminServices) => {
  const { owners, sites, siteStore, templatePictures, config, pricing, audit } = services;

  /** Ids of the pictures that the site's record names, or its last good copy where that is in force. */
  async function namedPictures(id: string): Promise<Set<string>> {
    const [stored, found] = await Promise.all([siteStore.read(id), sites.find(id)]);
    const record = stored && (parseJsonObject(stored.text) as Partial<SiteRecord> | undefined);
    const written: unknown = record?.template?.pictures;
    const inForce = found.ok ? (found.value.template?.pictures ?? []) : [];
    return new Set([...(Array.isArray(written) ? written : []), ...inForce]);
  }

  /** The same of versions of its template that can be brought back. */
  async function picturesBefore(id: string): Promise<Set<string>> {
    return new Set((await siteStore.versions(id)).flatMap(({ template }) => template.pictures ?? []));
  }

  return new Hono<App>()
    .post('/peel/admin/api/sites/:id/test', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      const asked = await readJsonBody(c.req.raw, TEMPLATE_TEST_REQUEST, MAX_RECORD_BYTES);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { record, slots, model: name } = asked.value;
      const found = await findEntry(id, record, services);
      if (!found.ok) return sendFailure(c, found.failure);
      const { site, template } = found.value;
      if (!template) return sendFailure(c, invalidField('template', NO_TEMPLATE));
      const model = findModel(config.catalog, name ?? site.defaultModel);
      if (!model || !site.models.includes(model.id)) {
        const failure: Failure = {
          reason: 'MODEL_NOT_ALLOWED',
          model: name ?? site.defaultModel,
          accepted: site.models,
        };
        return sendFailure(c, failure);
      }
      const { origin } = new URL(c.req.url);
      const expanded = expandForOwner(slots, { model: inSizesOf(site, model), template, origin, site: id }, pricing);
      return expanded.ok ? c.json(expanded.value, 200, NO_STORE) : sendFailure(c, expanded.failure);
    })
    .get('/peel/admin/api/sites/:id/versions', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      const [versions, found] = await Promise.all([siteStore.versions(id), sites.find(id)]);
      const live = found.ok ? found.value.template?.version : undefined;
      return c.json({ ...(live !== undefined && { live }), versions }, 200, NO_STORE);
    })
    .put('/peel/admin/api/sites/:id/pictures', owned(owners), async (c) => {
      const id = c.req.param('id');
      // The pictures of a new template come before the record that names them.
      if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      const type = c.req.header('Content-Type') ?? '';
      if (!IMAGE_MIME_TYPES.some((known) => known === type)) {
        return sendFailure(c, { reason: 'TYPE_NOT_ALLOWED', type, accepted: IMAGE_MIME_TYPES });
      }
      const bytes = await readBytes(c.req.raw, MAX_TEMPLATE_PICTURE_BYTES);
      if (!bytes.ok) return sendFailure(c, bytes.failure);
      const kept = await templatePictures.keep(id, bytes.value);
      if (!kept.ok) return sendFailure(c, kept.failure);
      await audit({ what: 'template_picture_saved', who: c.get('owner').who, site: id, target: kept.value.id });
      return c.json(kept.value, 200, NO_STORE);
    })
    .get('/peel/admin/api/sites/:id/pictures', owned(owners), async (c) => {
      const id = c.req.param('id');
      if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      const [kept, named, before] = await Promise.all([
        templatePictures.list(id),
        namedPictures(id),
        picturesBefore(id),
      ]);
      const pictures = kept.map((picture) => ({
        ...picture,
        used: named.has(picture.id),
        usedBefore: before.has(picture.id),
      }));
      return c.json({ pictures }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/sites/:id/pictures/:sha256', owned(owners), async (c) => {
      const { id, sha256 } = c.req.param();
      if (!isSiteId(id)) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
      if ((await namedPictures(id)).has(sha256)) {
        return sendFailure(c, invalidField('sha256', IN_USE));
      }
      if ((await picturesBefore(id)).has(sha256)) {
        const query = readQuery(c, DELETE_QUERY);
        if (!query.ok) return sendFailure(c, query.failure);
        if (query.value.versions === undefined) {
          return sendFailure(c, invalidField('sha256', IN_VERSIONS));
        }
        const dropped = await siteStore.change(id, async (_, writer) => succeed(await writer.dropVersions(sha256)));
        if (!dropped.ok) return sendFailure(c, dropped.failure);
      }
      const isGone = await templatePictures.remove(id, sha256);
      if (!isGone) return sendFailure(c, { reason: 'NOT_FOUND', what: 'A picture of this id and site' });
      await audit({ what: 'template_picture_deleted', who: c.get('owner').who, site: id, target: sha256 });
      return c.body(null, 204, NO_STORE);
    });
};

const NO_TEMPLATE = 'must be given: this site has none. Send one in record, or save it with the site.';
const IN_USE = 'must not be in template.pictures of the site’s record: take it out first.';
const IN_VERSIONS =
  'must not be in template.pictures of a version that can be brought back: ?versions=true deletes those versions with it.';
const DELETE_QUERY = v.strictObject({ versions: v.exactOptional(v.literal('true', 'must be true, or be left out')) });
