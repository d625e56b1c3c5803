import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { credentialOf, type Gate } from '../auth/auth.ts';
import { isSameText } from '../auth/timing-safe-equal.ts';
import type { Config } from '../config/config.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import { readJsonBody } from '../http/json-body.ts';
import type { Services } from '../services.ts';
import { DEFAULT_SITE } from '../sites/sites.ts';

export interface AdminRoutesOptions extends Pick<Services, 'ledger' | 'deploymentLedger'> {
  config: Config;
  gate: Gate;
  adminToken: string;
}

const pauseRequest = v.strictObject({ scope: v.picklist(['site', 'deployment']), paused: v.boolean() });

/**
 * The owner's API, with the admin token in `Authorization: Bearer`: it reports spending and pauses a site or the whole
 * deployment. The switch is in the sites' ledgers, which every paid attempt asks. `unheard` names those that the pause of
 * the deployment has not reached yet.
 */
export const adminRoutes = ({ config, gate, ledger, deploymentLedger, adminToken }: AdminRoutesOptions) => {
  async function refuse(c: Context<App>): Promise<Response | undefined> {
    const tooMuch = await gate.admitBurst(c.req.raw);
    if (tooMuch) return sendFailure(c, tooMuch);
    if (isSameText(credentialOf(c.req.raw) ?? '', adminToken)) return undefined;
    return sendFailure(c, { reason: 'KEY_INVALID' });
  }

  return new Hono<App>()
    .get('/peel/admin/api/ledger', async (c) => {
      const refused = await refuse(c);
      if (refused) return refused;
      const [site, deployment] = await Promise.all([
        ledger(DEFAULT_SITE).report(),
        deploymentLedger().deploymentReport(),
      ]);
      const { dayBudgetMicros, monthBudgetMicros } = config.site;
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
    .post('/peel/admin/api/pause', async (c) => {
      const refused = await refuse(c);
      if (refused) return refused;
      const asked = await readJsonBody(c.req.raw, pauseRequest);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { scope, paused } = asked.value;
      const { unheard } = await (scope === 'site' ? ledger(DEFAULT_SITE) : deploymentLedger()).setPaused(paused);
      return c.json({ scope, paused, ...(unheard.length > 0 && { unheard }) }, 200, NO_STORE);
    });
};
