import { Hono } from 'hono';
import { credentialOf } from '../auth/auth.ts';
import { isSameText } from '../auth/timing-safe-equal.ts';
import { ageingModels } from '../catalog/model.ts';
import { type App, NO_STORE, sendFailure } from '../http/failure-response.ts';
import { dayOf } from '../ledger/budget.ts';
import { doubtfulPrices } from '../pricing/price-table.ts';
import type { Services } from '../services.ts';

export type HealthRoutesOptions = Pick<Services, 'config' | 'gate' | 'ledger' | 'providers' | 'log' | 'now'>;

/**
 * `GET /peel/health`: alive, and which providers are configured. No secrets, no counts.
 *
 * With `Authorization: Bearer` and the admin token also how the providers' keys stand: as this isolate knows them, and
 * as any other has told the deployment's ledger. Pictures are made where their `Generation` lives, so the second list
 * is the one that counts; the first has this isolate's counts. `prices` are those that the owner should look at,
 * `models` those on their way out.
 */
export const healthRoutes = ({ config, gate, ledger, providers, log, now }: HealthRoutesOptions) => {
  const { demo, adminToken } = config;
  const facts = { status: 'ok', demo, providers: config.providers.map(({ name }) => name) };

  /** A ledger that does not answer is no reason to keep back the rest. */
  async function readReported() {
    try {
      return await ledger('deployment').keyHealth();
    } catch (error) {
      log('key_health_unread', { error: String(error) });
      return null;
    }
  }

  return new Hono<App>().get('/peel/health', async (c) => {
    const credential = credentialOf(c.req.raw);
    if (adminToken === undefined || credential === undefined) return c.json(facts, 200, NO_STORE);
    const tooMuch = await gate.admitBurst(c.req.raw);
    if (tooMuch) return sendFailure(c, tooMuch);
    if (!isSameText(credential, adminToken)) return sendFailure(c, { reason: 'KEY_INVALID' });
    const isolate = { note: 'known to the isolate that answers, since it began', lanes: providers.keyHealth() };
    const reported = { note: 'last told by any isolate', lanes: await readReported() };
    const today = dayOf(now());
    const prices = doubtfulPrices(config.catalog, config.providers, today);
    const models = ageingModels(config.catalog, today);
    return c.json({ ...facts, isolate, reported, prices, models }, 200, NO_STORE);
  });
};
