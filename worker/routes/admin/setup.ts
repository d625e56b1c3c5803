import { version } from '../../../package.json';
import { findModel, KEYED_PROVIDERS } from '../../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { pictureMicros, pictureOf } from '../../pricing/prices.ts';
import { REGISTRY } from '../../providers/registry.ts';
import { firstPicture, type SetupSeen, setupOf } from '../../setup/steps.ts';
import { parseJsonObject } from '../../shared/json.ts';
import type { Site } from '../../sites/site.ts';
import type { SiteRecord } from '../../sites/site-record.ts';
import { readKeys } from './keys.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, SITE_QUERY } from './query.ts';

/** The last pictures that are looked through for a visitor's. */
const PICTURES = 20;

/**
 * `GET …/setup`: the steps until a site draws on its owner's page, each as the worker sees it. The page asks every few
 * seconds, so it costs no KV list: bindings that have answered are remembered for a minute.
 */
export const setupAdminRoutes = (services: AdminServices) => {
  const { owners, config, sites, siteStore, ledger, pricing, probes, firstPictures } = services;

  /** @param site As its record is; the one of the variables where that is broken. */
  async function readSeen(id: string, site: Site): Promise<SetupSeen> {
    const [seen, { pictures }, { admitted, refused }, keys, stored, live] = await Promise.all([
      probes(),
      ledger(id).sitePictures({ most: PICTURES }),
      ledger(id).origins(),
      readKeys(services),
      siteStore.read(id),
      firstPictures.read(id),
    ]);
    const isRecord = stored?.source === 'record';
    const record = (stored?.source === 'record' ? parseJsonObject(stored.text) : {}) as Partial<SiteRecord> | undefined;
    const model = findModel(config.catalog, site.defaultModel);
    const table = model && pricing.table(model);
    const micros = model && table && pictureMicros(table, model, '1K');
    const heldMicros = model && pricing.worst(pictureOf(model), model);
    return {
      ...{ version, demo: config.demo, probes: seen, pictures, keys, site, admitted, refused },
      ...(model &&
        micros !== undefined && {
          picture: { micros, ...(heldMicros !== undefined && { heldMicros }), model: model.displayName },
        }),
      checkable: KEYED_PROVIDERS.filter((provider) => REGISTRY[provider].freeCall !== undefined),
      deployment: { dayMicros: config.deploymentDayBudgetMicros, monthMicros: config.deploymentMonthBudgetMicros },
      saysBudget: record?.budgets?.dailyUsd !== undefined || (!isRecord && config.saysBudget),
      ...(config.turnstile && { turnstile: config.turnstile }),
      adultsDeclared: isRecord ? record?.adultsDeclared === true : config.adultsDeclared,
      drawsUndeclared: !isRecord,
      ...(live && { live }),
    };
  }

  return new Hono<App>().get('/peel/admin/api/setup', owned(owners), async (c) => {
    const query = readQuery(c, SITE_QUERY);
    if (!query.ok) return sendFailure(c, query.failure);
    const { site } = query.value;
    const found = await sites.find(site);
    // A site whose record is broken has its steps all the same.
    if (!found.ok && found.failure.reason === 'SITE_UNKNOWN') return sendFailure(c, found.failure);
    const seen = await readSeen(site, found.ok ? found.value.site : config.site);
    // The day's pages are forgotten, and the step stays done: the first read that sees a picture keeps it.
    const first = seen.live ? undefined : firstPicture(seen);
    if (first) await firstPictures.keep(site, first);
    return c.json(setupOf(seen), 200, NO_STORE);
  });
};
