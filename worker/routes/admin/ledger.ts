import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { type PauseAnswer, siteOf } from '../../ledger/rpc.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { refuseUnknownSite, withSites } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { createPauses } from './pauses.ts';
import { readQuery, SITE_QUERY } from './query.ts';
import { PAUSE_REQUEST } from './requests.ts';

/**
 * Reports spending, and pauses a site or the whole deployment. The switch is in the sites' ledgers, which every paid
 * attempt asks. `unheard` names those that the pause of the deployment has not reached yet.
 */
export const ledgerAdminRoutes = (services: AdminServices) => {
  const { config, owners, sites, siteStore, ledger, deploymentLedger, audit } = services;
  const pauses = createPauses(services);

  return new Hono<App>()
    .get('/peel/admin/api/ledger', owned(owners), async (c) => {
      const query = readQuery(c, SITE_QUERY);
      if (!query.ok) return sendFailure(c, query.failure);
      const found = await sites.find(query.value.site);
      if (!found.ok) return sendFailure(c, await withSites(found.failure, { siteStore }));
      const { id, dayBudgetMicros, monthBudgetMicros } = found.value.site;
      const [site, deployment] = await Promise.all([ledger(id).report(), deploymentLedger().deploymentReport()]);
      const { deploymentDayBudgetMicros, deploymentMonthBudgetMicros } = config;
      return c.json(
        {
          site: { ...site, dayCapMicros: dayBudgetMicros, monthCapMicros: monthBudgetMicros },
          deployment: {
            ...deployment,
            dayCapMicros: deploymentDayBudgetMicros,
            monthCapMicros: deploymentMonthBudgetMicros,
          },
        },
        200,
        NO_STORE,
      );
    })
    .post('/peel/admin/api/pause', owned(owners, 'pause'), async (c) => {
      const asked = await readJsonBody(c.req.raw, PAUSE_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { scope, paused, site = DEFAULT_SITE } = asked.value;
      if (scope === 'deployment' && asked.value.site !== undefined) {
        return sendFailure(c, {
          reason: 'INVALID_FIELD',
          field: 'site',
          rule: 'must be left out: all sites are meant.',
        });
      }
      const ofSite = scope === 'site' ? site : undefined;
      if (ofSite !== undefined) {
        const unknown = await refuseUnknownSite(ofSite, { sites, siteStore });
        if (unknown) return sendFailure(c, unknown);
      }
      const { who } = c.get('owner');
      const told = await (ofSite === undefined ? deploymentLedger() : ledger(ofSite)).setPaused(paused, who);
      await audit({
        ...{ what: paused ? 'paused' : 'resumed', who },
        ...(ofSite !== undefined && { site: ofSite }),
      });
      const stillPausedBy = ofSite !== undefined && !paused ? await pauses.beside(ofSite) : [];
      return c.json(
        {
          ...{ scope, ...(ofSite !== undefined && { site: ofSite }) },
          paused: paused || stillPausedBy.length > 0,
          ...(stillPausedBy.length > 0 && { stillPausedBy }),
          ...unheardOf(told),
        },
        200,
        NO_STORE,
      );
    });
};

/** Names sites and not their ledgers. */
function unheardOf({ unheard, unheardMicros }: PauseAnswer): Partial<PauseAnswer> {
  if (unheard.length === 0) return {};
  const sites = unheard.map((name) => siteOf(name) ?? name);
  return { unheard: sites, ...(unheardMicros !== undefined && { unheardMicros }) };
}
