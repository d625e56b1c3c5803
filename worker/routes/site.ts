import { Hono } from 'hono';
import type { Site } from '../auth/site.ts';
import type { Config } from '../config/config.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import type { Expectations } from '../ledger/site-status.ts';
import type { SiteFacts } from '../protocol.ts';
import { toSiteModel } from './gemini-model.ts';

export interface SiteRoutesOptions {
  site: Site;
  config: Pick<Config, 'catalog'>;
  createNonce: () => string;
  expectations: () => Promise<Expectations>;
}

/** `GET /peel/site?site=`: a site's facts for the widget, for pages of its own origins only. */
export const siteRoutes = ({ site, config, createNonce, expectations }: SiteRoutesOptions) =>
  new Hono<App>().get('/peel/site', async (c) => {
    if (c.get('origin') === undefined) return sendFailure(c, { reason: 'ORIGIN_DENIED' });
    if ((c.req.query('site') ?? site.id) !== site.id) return sendFailure(c, { reason: 'SITE_UNKNOWN' });
    const { paused, durations } = await expectations();
    const facts: SiteFacts = {
      site: site.id,
      models: config.catalog
        .filter(({ id }) => site.models.includes(id))
        .map((model) => toSiteModel(model, durations[model.id])),
      defaultModel: site.defaultModel,
      promptMode: 'free',
      slots: [],
      presets: [],
      ideas: [],
      limits: {
        visitorPerMinute: site.visitorPerMinute,
        visitorPerDay: site.visitorPerDay,
        sessionUses: site.sessionUses,
      },
      paused: site.paused || paused,
      proof: { kind: site.proof, nonce: createNonce() },
    };
    return c.json(facts, 200, NO_STORE);
  });
