import { credentialOf } from '../auth/auth.ts';
import { ageingModels } from '../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import { doubtfulPrices } from '../pricing/price-table.ts';
import type { Services } from '../services.ts';
import { dayOf } from '../shared/utc.ts';
import { DEFAULT_SITE } from '../sites/sites.ts';

export type HealthRoutesOptions = Pick<
  Services,
  'config' | 'owners' | 'sites' | 'deploymentLedger' | 'openProviders' | 'log' | 'now'
>;

type HealthSources = Pick<Services, 'config' | 'deploymentLedger' | 'openProviders' | 'log' | 'now'>;

const factsOf = ({ demo, providers }: HealthSources['config']) => ({
  ...{ status: 'ok', demo },
  providers: providers.map(({ name }) => name),
});

/** The owner's view of the deployment. */
export async function readHealth({ config, deploymentLedger, openProviders, log, now }: HealthSources) {
  /** Returns null if the ledger does not answer, so that the rest is still shown. */
  async function readReported() {
    try {
      return await deploymentLedger().keyHealth();
    } catch (error) {
      log('key_health_unread', { error: String(error) });
      return null;
    }
  }
  const today = dayOf(now());
  const providers = await openProviders();
  return {
    ...factsOf(config),
    isolate: { note: 'known to the isolate that answers, since it began', lanes: providers.keyHealth() },
    reported: { note: 'last told by any isolate', lanes: await readReported() },
    prices: doubtfulPrices(config.catalog, config.providers, today),
    models: ageingModels(config.catalog, today),
  };
}

/**
 * `GET /peel/health`: alive, and which providers are configured. No secrets, no counts.
 *
 * With the admin token in `Authorization: Bearer` the answer also has the health of the providers' keys. `isolate` is
 * what this isolate knows, with its counts. `reported` is what all isolates have reported to the deployment's ledger;
 * it matters more, because pictures are made in other isolates. `prices` lists prices that the owner should check,
 * `models` lists models that are about to shut down.
 */
export const healthRoutes = (services: HealthRoutesOptions) => {
  const { config, owners, sites } = services;
  return new Hono<App>().get('/peel/health', async (c) => {
    // It belongs to no site. Pages of the site `default` may read it.
    const site = await sites.find(DEFAULT_SITE);
    const denied = site.ok ? c.get('origin').refusedBy(site.value.site) : undefined;
    if (denied) return sendFailure(c, denied);
    if (!owners || credentialOf(c.req.raw) === undefined) return c.json(factsOf(config), 200, NO_STORE);
    const owner = await owners.admit(c.req.raw, c.get('origin'));
    if (!owner.ok) return sendFailure(c, owner.failure);
    return c.json(await readHealth(services), 200, NO_STORE);
  });
};
