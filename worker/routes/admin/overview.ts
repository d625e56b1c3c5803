import { SIGNED_SECONDS } from '../../auth/private-picture.ts';
import type { DeskOverview } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import type { AskedSite, Overview, OverviewAsk } from '../../ledger/figures/overview.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import { toDeskPicture } from './desk-picture.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery } from './query.ts';
import { NO_FIELDS } from './requests.ts';

/**
 * KV is asked so often for sites that no ledger has heard of. They were written by other means than this API, and
 * nothing was drawn on them.
 */
const LIST_EVERY_MS = 5 * 60_000;

/**
 * `GET …/overview`: today in one call of the deployment's ledger, which asks the sites'. The caps are those of the sites'
 * records, which this isolate reads as it does for visitors.
 */
export const overviewAdminRoutes = (services: AdminServices) => {
  const { owners, sites, siteStore, deploymentLedger, config, now, log } = services;
  let known: ReadonlySet<string> = new Set([DEFAULT_SITE]);
  let listedAt = Number.NEGATIVE_INFINITY;

  async function listSites(): Promise<void> {
    if (now() >= listedAt && now() - listedAt < LIST_EVERY_MS) return;
    listedAt = now();
    try {
      known = new Set([...known, ...(await siteStore.shares()).map(({ id }) => id)]);
    } catch (error) {
      // The sites that ledgers know are enough for all money.
      log('sites_unlisted', { error: String(error) });
    }
  }

  /** A site as its record has it. */
  async function askedOf(id: string): Promise<AskedSite> {
    const found = await sites.find(id);
    if (!found.ok) {
      const isGone = found.failure.reason === 'SITE_UNKNOWN';
      return { site: id, dayCapMicros: 0, monthCapMicros: 0, state: isGone ? 'deleted' : 'broken' };
    }
    const { dayBudgetMicros: dayCapMicros, monthBudgetMicros: monthCapMicros, paused } = found.value.site;
    return { site: id, dayCapMicros, monthCapMicros, state: paused ? 'paused' : 'live' };
  }

  async function read(origin: string): Promise<Overview> {
    await listSites();
    const asked = await Promise.all([...known].toSorted().map(askedOf));
    const ask: OverviewAsk = {
      demo: config.demo,
      dayCapMicros: config.deploymentDayBudgetMicros,
      monthCapMicros: config.deploymentMonthBudgetMicros,
      ...{ sites: asked, origin },
    };
    const overview = await deploymentLedger().overview(ask);
    const strange = overview.unasked.filter((site) => !known.has(site));
    if (strange.length === 0) return overview;
    known = new Set([...known, ...strange]);
    return read(origin);
  }

  return new Hono<App>().get('/peel/admin/api/overview', owned(owners), async (c) => {
    const query = readQuery(c, NO_FIELDS);
    if (!query.ok) return sendFailure(c, query.failure);
    const { origin } = new URL(c.req.url);
    const { unasked: _, ...overview } = await read(origin);
    const etag = await etagOf(overview, now());
    if (c.req.header('If-None-Match') === etag) return c.body(null, 304, { ...NO_STORE, ETag: etag });
    const addresses = { origin, secret: config.secrets[0], now: now() };
    const pictures = overview.pictures.map((picture) => toDeskPicture(picture, addresses));
    return c.json<DeskOverview>({ ...overview, pictures }, 200, { ...NO_STORE, ETag: etag });
  });
};

/** Addresses of private pictures are told anew well before they close. */
const ADDRESSES_MS = (SIGNED_SECONDS * 1000) / 2;

/** Validator of the figures, whenever they were read, and of the addresses told with them. */
async function etagOf({ at: _, ...figures }: Omit<Overview, 'unasked'>, now: number): Promise<string> {
  const text = JSON.stringify([figures, Math.floor(now / ADDRESSES_MS)]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `"${new Uint8Array(digest).toHex().slice(0, 32)}"`;
}
