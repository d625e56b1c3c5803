import { networkOf } from '../auth/address-prefix.ts';
import { type Gate, prefixOf } from '../auth/auth.ts';
import type { Owners } from '../auth/owner.ts';
import { menuOf } from '../catalog/menu.ts';
import type { Config } from '../config/config.ts';
import { type App, NO_STORE, sendFailure, sendToAnyPage } from '../http/failure-response.ts';
import { Hono } from '../http/hono.ts';
import type { Expectations } from '../ledger/site-status.ts';
import type { Limits } from '../limits/kv-limiter.ts';
import { dayPolicyOf } from '../limits/policies.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { withinMeans } from '../pricing/within-means.ts';
import type { Proofs } from '../proofs/proofs.ts';
import type { SiteFacts } from '../protocol.ts';
import type { Services } from '../services.ts';
import { reportsOf } from '../sites/reports.ts';
import type { Site } from '../sites/site.ts';
import { DEFAULT_SITE, type Sites } from '../sites/sites.ts';
import { toSiteModel } from './gemini-model.ts';
import { leftOf, visitorDayOf } from './visitor-day.ts';

export interface SiteRoutesOptions {
  sites: Sites;
  config: Pick<Config, 'catalog'>;
  pricing: Pricing;
  gate: Gate;
  limits: Limits;
  proofs: Proofs;
  expectations: (site: string) => Promise<Expectations>;
  pause: (ms: number) => Promise<unknown>;
  count: Services['count'];
  countOrigin: Services['countOrigin'];
  /** Absent: nobody reads what is reported. */
  owners?: Owners;
}

/** Facts without the visitor's own count are better than late ones. */
const COUNT_TIMEOUT_MS = 300;

/** `GET /peel/site?site=`: a site's facts for the widget, for pages of its own origins only. */
export const siteRoutes = (options: SiteRoutesOptions) => {
  const { sites, config, pricing, gate, limits, proofs, expectations, pause, count, countOrigin, owners } = options;

  /** @returns The visitor's pictures left today; undefined if they cannot be counted, or not for a flood of requests. */
  async function countLeft(request: Request, site: Site, origin: string): Promise<number | undefined> {
    if (await gate.admitBurst(request, 'facts')) return undefined;
    const address = prefixOf(request);
    const ids = { visitor: '', session: '', rung: 'none', uses: site.sessionUses } as const;
    const caller = await gate.count({ kind: 'visitor', site, origin, ...ids, address, network: networkOf(address) });
    if (!caller.ok || caller.value.kind === 'client') return undefined;
    const [day] = await limits.read([dayPolicyOf(caller.value)]);
    return day?.state.remaining;
  }

  return new Hono<App>().get('/peel/site', async (c) => {
    const found = await sites.find(c.req.query('site') ?? DEFAULT_SITE);
    if (!found.ok) return sendToAnyPage(c, found.failure);
    const { site, showcase, template } = found.value;
    const page = c.get('origin');
    const denied = page.refusedBy(site);
    if (page.name !== undefined) countOrigin(site.id, page.name, !denied);
    if (denied) {
      count(site.id, 'refused:ORIGIN_DENIED');
      return sendFailure(c, denied);
    }
    if (page.name === undefined) return sendFailure(c, { reason: 'ORIGIN_DENIED' });
    const origin = page.name;
    if (site.proof !== 'none') count(site.id, 'proof:asked');
    const [{ paused, durations }, left, proof] = await Promise.all([
      expectations(site.id),
      Promise.race([countLeft(c.req.raw, site, origin), pause(COUNT_TIMEOUT_MS)]),
      proofs.ask(site, { origin, prefix: prefixOf(c.req.raw) }),
    ]);
    const { presets, ideas, wall, actions, look, notice, showPrices, label } = showcase;
    const perDay = visitorDayOf(site, options);
    const reports = reportsOf(showcase, owners !== undefined);
    // Pages of other origins read the facts, so an address of this deployment is told in full.
    const withAddress = <T extends { image?: string }>(entry: T): T =>
      entry.image === undefined ? entry : { ...entry, image: new URL(entry.image, c.req.url).href };
    const most = Math.min(site.visitorDayMicros, site.networkDayMicros, site.dayBudgetMicros, site.monthBudgetMicros);
    const facts: SiteFacts = {
      site: site.id,
      models: withinMeans(menuOf(config.catalog, site), most, pricing).map((model) =>
        toSiteModel(model, durations[model.id], showPrices ? pricing.table(model) : undefined),
      ),
      defaultModel: site.defaultModel,
      promptMode: site.promptMode,
      slots: [...(template?.slots ?? [])],
      presets,
      ideas: ideas.map(withAddress),
      wall: wall.map(withAddress),
      actions,
      ...(look && { look }),
      ...(notice && { notice }),
      ...(showPrices && { showPrices }),
      ...(reports !== undefined && { reports: reports === 'desk' ? 'here' : reports }),
      ...(label === 'ai-mark' && { label }),
      limits: {
        perMinute: site.visitorPerMinute,
        perDay,
        ...(typeof left === 'number' && { left: leftOf(perDay, site, left) }),
      },
      paused: site.paused || paused,
      proof,
    };
    return c.json(facts, 200, NO_STORE);
  });
};
