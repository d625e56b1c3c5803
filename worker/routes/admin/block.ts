import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { invalidField } from '../../shared/failure.ts';
import { DAY_MS, dayOf } from '../../shared/utc.ts';
import { refuseUnknownSite } from './known-site.ts';
import { type AdminServices, owned } from './owned.ts';
import { BLOCK_REQUEST } from './requests.ts';

/**
 * `POST …/block`: refuses an address prefix of a site until midnight UTC, by the name that the list of pictures gives
 * it, or ends that. The name is a hash of this day, so no block can last longer.
 */
export const blockAdminRoutes = ({ owners, sites, siteStore, ledger, audit, now }: AdminServices) =>
  new Hono<App>().post('/peel/admin/api/block', owned(owners), async (c) => {
    const asked = await readJsonBody(c.req.raw, BLOCK_REQUEST);
    if (!asked.ok) return sendFailure(c, asked.failure);
    const { site, prefix, blocked } = asked.value;
    const unknown = await refuseUnknownSite(site, { sites, siteStore });
    if (unknown) return sendFailure(c, unknown);
    if (!PREFIX.test(prefix)) return sendFailure(c, invalidField('prefix', PREFIX_RULE));
    await ledger(site)[blocked ? 'block' : 'unblock'](prefix);
    const what = blocked ? ('prefix_blocked' as const) : ('prefix_unblocked' as const);
    await audit({ what, who: c.get('owner').who, site, target: prefix });
    const until = new Date(Date.parse(dayOf(now())) + DAY_MS).toISOString();
    return c.json({ site, prefix, blocked, ...(blocked && { until }) }, 200, NO_STORE);
  });

/** As `digestFields` writes it. */
const PREFIX = /^[A-Za-z0-9_-]{43}$/;
const PREFIX_RULE = 'must be the visitor of a picture of GET /peel/admin/api/pictures.';
