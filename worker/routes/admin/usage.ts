import * as v from 'valibot';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { KEEP_DAYS } from '../../ledger/usage.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { readHealth } from '../health.ts';
import { withSites } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, wholeNumber } from './query.ts';
import { NO_FIELDS } from './requests.ts';

const usageQuery = v.strictObject({
  site: v.optional(v.string(), DEFAULT_SITE),
  days: v.optional(wholeNumber(1, KEEP_DAYS), '31'),
});

/**
 * `GET …/usage`: a site's money and counts, from its ledger in one call. `GET …/health`: how the providers' keys stand,
 * and which prices and models need care. Never a key.
 */
export const usageAdminRoutes = (services: AdminServices) => {
  const { owners, sites, siteStore, ledger } = services;
  return new Hono<App>()
    .get('/peel/admin/api/usage', owned(owners), async (c) => {
      const query = readQuery(c, usageQuery);
      if (!query.ok) return sendFailure(c, query.failure);
      const { site, days } = query.value;
      const found = await sites.find(site);
      if (!found.ok) return sendFailure(c, await withSites(found.failure, { siteStore }));
      const { dayBudgetMicros: dayCapMicros, monthBudgetMicros: monthCapMicros } = found.value.site;
      const { open: _, generations: __, ...report } = await ledger(site).report(days);
      return c.json({ site, days, ...report, dayCapMicros, monthCapMicros }, 200, NO_STORE);
    })
    .get('/peel/admin/api/health', owned(owners), async (c) => {
      const query = readQuery(c, NO_FIELDS);
      if (!query.ok) return sendFailure(c, query.failure);
      return c.json(await readHealth(services), 200, NO_STORE);
    });
};
