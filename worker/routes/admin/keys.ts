import { findModel, KEYED_PROVIDERS } from '../../catalog/model.ts';
import type { DeskKey, DeskKeyCheck, DeskKeys, DeskProvider } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { changedTables, priceList, priceOf } from '../../pricing/price-list.ts';
import { tagOf } from '../../providers/key-tag.ts';
import { keyViewOf } from '../../providers/key-view.ts';
import { REGISTRY } from '../../providers/registry.ts';
import { invalidField } from '../../shared/failure.ts';
import { dayOf } from '../../shared/utc.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery } from './query.ts';
import { KEY_CHECK_REQUEST, NO_FIELDS, PRICE_REQUEST } from './requests.ts';

/** How each key of each provider stands, as all isolates have reported it. In the order in which they are asked. */
export async function readKeys({ config, deploymentLedger, keyChecks, now }: AdminServices): Promise<DeskKey[]> {
  const keys = config.providers.flatMap(({ name, keys }) =>
    keys.map((key, at) => ({ provider: name, place: at + 1, tag: tagOf(key) })),
  );
  const before = await deploymentLedger().keyHealth();
  const view = (reports: typeof before, { provider, place }: (typeof keys)[number]) =>
    keyViewOf(reports, provider, place, now());
  // The report on a replaced key would stand until the next picture, and a key without a report may be mistyped.
  const doubted = keys.filter((key) => ['stopped', undefined].includes(doubtOf(view(before, key))));
  if (doubted.length === 0) return keys.map((key) => ({ ...key, ...view(before, key) }));
  await Promise.all(doubted.map(({ provider, place }) => keyChecks.recent(provider, place)));
  const reports = await deploymentLedger().keyHealth();
  return keys.map((key) => ({ ...key, ...view(reports, key) }));
}

const doubtOf = ({ state, since }: Pick<DeskKey, 'state' | 'since'>): string | undefined =>
  since === undefined ? undefined : state;

const providersOf = ({ config }: AdminServices): DeskProvider[] =>
  KEYED_PROVIDERS.map((provider) => ({
    ...{ provider, variable: `${provider.toUpperCase()}_API_KEYS` },
    checkable: REGISTRY[provider].freeCall !== undefined,
    used: config.providers.some(({ name }) => name === provider),
  }));

/**
 * `GET …/keys`: the providers' keys by their places, never themselves, and the prices by which they are counted.
 * `POST …/keys/check`: one free call with a key. `PUT …/prices/…`: confirms a price today, or corrects it.
 */
export const keyAdminRoutes = (services: AdminServices) => {
  const { owners, config, keyChecks, keepPrices, audit, now } = services;
  return new Hono<App>()
    .get('/peel/admin/api/keys', owned(owners), async (c) => {
      const query = readQuery(c, NO_FIELDS);
      if (!query.ok) return sendFailure(c, query.failure);
      const answer: DeskKeys = {
        demo: config.demo,
        keys: await readKeys(services),
        providers: providersOf(services),
        prices: priceList(config.catalog, config.providers, dayOf(now())),
      };
      return c.json(answer, 200, NO_STORE);
    })
    .post('/peel/admin/api/keys/check', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, KEY_CHECK_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { provider, place } = asked.value;
      const check = await keyChecks.check(provider, place);
      if (!check) return sendFailure(c, { reason: 'NOT_FOUND', what: 'A key of this provider and place' });
      await audit({ what: 'key_checked', who: c.get('owner').who, target: `${provider} ${place}` });
      return c.json(check satisfies DeskKeyCheck, 200, NO_STORE);
    })
    .put('/peel/admin/api/prices/:provider/:model', owned(owners), async (c) => {
      const { provider: name, model: id } = c.req.param();
      const asked = await readJsonBody(c.req.raw, PRICE_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { figures } = asked.value;
      const provider = config.providers.find((each) => each.name === name && name !== 'demo');
      const model = findModel(config.catalog, id);
      const today = dayOf(now());
      const tables = provider && model && changedTables(model, provider, figures, today);
      if (!tables) return sendFailure(c, { reason: 'NOT_FOUND', what: 'A price of this provider and model' });
      if (!Array.isArray(tables)) {
        const field = `figures.${tables.unknown}`;
        return sendFailure(c, { reason: 'UNKNOWN_FIELD', field, accepted: tables.accepted });
      }
      const problem = await keepPrices(model.id, provider.name, tables);
      if (problem !== undefined) return sendFailure(c, invalidField('figures', problem));
      const fields = Object.keys(figures);
      await audit({
        ...{ what: fields.length > 0 ? 'price_corrected' : 'price_confirmed', who: c.get('owner').who },
        ...{ target: `${provider.name} ${model.id}`, ...(fields.length > 0 && { fields }) },
      });
      const kept = findModel(config.catalog, model.id);
      const price = kept && priceOf(kept, provider, today);
      if (!price) throw new Error('a price that was kept is not in force');
      return c.json(price, 200, NO_STORE);
    });
};
