import { CLIENT_WISH, type ClientRecord, hasExpired } from '../../auth/client-record.ts';
import { hintOf } from '../../auth/client-store.ts';
import { createKey } from '../../auth/clients.ts';
import { findModel } from '../../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import type { Failure } from '../../shared/failure.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { withSites } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, SITE_QUERY } from './query.ts';

/**
 * The API clients: `POST` makes a key and shows it once, `GET` lists the clients without their keys, `DELETE` revokes the
 * key, which then ends within a minute. Clients of the variable `CLIENT_KEYS` are listed and changed only there.
 */
export const clientAdminRoutes = (services: AdminServices) => {
  const { owners, clients, clientStore, sites, siteStore, config, audit, now, random } = services;
  const isOfVariables = (site: string, name: string): boolean =>
    site === DEFAULT_SITE && config.clients.some((client) => client.name === name);

  return new Hono<App>()
    .get('/peel/admin/api/clients', owned(owners), async (c) => {
      const ofVariables = config.clients.map(({ name, key, fresh, joinsSite }) => ({
        ...{ name, site: DEFAULT_SITE, hint: hintOf(key), source: 'variables' as const },
        ...{ audience: joinsSite ? ('site' as const) : ('own' as const), takes: fresh ? 'fresh' : 'named' },
      }));
      const made = (await clientStore.list()).map((client) => ({
        ...{ ...client, source: 'record' as const },
        ...(hasExpired(client, now()) && { expired: true }),
      }));
      return c.json({ clients: [...ofVariables, ...made] }, 200, NO_STORE);
    })
    .post('/peel/admin/api/clients', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, CLIENT_WISH);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { site = DEFAULT_SITE, audience = 'own', takes = 'named', models, ...wish } = asked.value;
      const found = await sites.find(site);
      if (!found.ok) return sendFailure(c, await withSites(found.failure, { siteStore }));
      const offered = found.value.site.models;
      const ids = models?.map((name) => findModel(config.catalog, name)?.id ?? name);
      const strange = ids?.findIndex((id) => !offered.includes(id)) ?? -1;
      if (strange >= 0) return sendFailure(c, invalid(`models.${strange}`, `must be one of ${offered.join(', ')}`));
      if (hasExpired(wish, now())) {
        return sendFailure(c, invalid('expiresAt', 'must be a time to come'));
      }
      const taken = invalid('name', 'must be new: another client of this site has it');
      if (isOfVariables(site, wish.name)) return sendFailure(c, taken);
      const createdAt = new Date(now()).toISOString();
      const record: ClientRecord = { ...wish, ...(ids && { models: ids }), site, audience, takes, createdAt };
      const key = createKey(random);
      const added = await clientStore.add(key, record, async () => (await siteStore.read(site)) !== undefined);
      if (added === 'taken') return sendFailure(c, taken);
      if (added === 'revoked') {
        const hint = 'It, or its site, was deleted while it was made, and its key is void.';
        return sendFailure(c, { ...NO_CLIENT, hint });
      }
      await audit({ what: 'client_made', who: c.get('owner').who, site, target: record.name });
      return c.json({ key, ...record, hint: hintOf(key) }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/clients/:name', owned(owners), async (c) => {
      const name = c.req.param('name');
      const query = readQuery(c, SITE_QUERY);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site } = query.value;
      if (isOfVariables(site, name)) {
        return sendFailure(c, invalid('name', 'must not be of CLIENT_KEYS: take the client out of that variable'));
      }
      const hashes = await clientStore.revoke(site, name);
      if (hashes.length === 0) return sendFailure(c, NO_CLIENT);
      for (const hash of hashes) clients.forget(hash);
      await audit({ what: 'client_revoked', who: c.get('owner').who, site, target: name });
      return c.body(null, 204, NO_STORE);
    });
};

const NO_CLIENT = { reason: 'NOT_FOUND', what: 'A client of this name and site' } as const;

const invalid = (field: string, rule: string): Failure => ({ reason: 'INVALID_FIELD', field, rule: `${rule}.` });
