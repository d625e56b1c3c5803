import { urlProblem } from '../../alarms/webhook-url.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { type Failure, invalidField } from '../../shared/failure.ts';
import { type AdminServices, owned } from './owned.ts';
import { CLOSE_REQUEST, NO_FIELDS, WEBHOOK_REQUEST } from './requests.ts';

/**
 * The alarms of the deployment, and the webhook that is told of them. Its address is the variable's where that is set,
 * and the desk's otherwise; the secret that signs is made by the ledger and shown once.
 */
export const alarmAdminRoutes = ({ owners, deploymentLedger, config, audit }: AdminServices) =>
  new Hono<App>()
    .get('/peel/admin/api/alarms', owned(owners), async (c) =>
      c.json(await deploymentLedger().alarms(new URL(c.req.url).origin), 200, NO_STORE),
    )
    .post('/peel/admin/api/alarms/close', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, CLOSE_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const { id } = asked.value;
      if (!(await deploymentLedger().closeAlarm(id))) {
        return sendFailure(c, { reason: 'NOT_FOUND', what: 'An open alarm of this id' });
      }
      await audit({ what: 'alarm_closed', who: c.get('owner').who, target: id });
      return c.body(null, 204, NO_STORE);
    })
    .put('/peel/admin/api/alarms/webhook', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, WEBHOOK_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      if (config.alertWebhook !== undefined) return sendFailure(c, OF_VARIABLE);
      const address = asked.value.address.trim();
      const rule = urlProblem(address, { allowsLoopback: config.demo });
      if (rule !== undefined) return sendFailure(c, invalidField('address', `${rule}.`));
      const secret = await deploymentLedger().setWebhook(address);
      await audit({ what: 'webhook_saved', who: c.get('owner').who });
      return c.json({ secret }, 200, NO_STORE);
    })
    .delete('/peel/admin/api/alarms/webhook', owned(owners), async (c) => {
      if (config.alertWebhook !== undefined) return sendFailure(c, OF_VARIABLE);
      if (!(await deploymentLedger().removeWebhook())) return sendFailure(c, NO_WEBHOOK);
      await audit({ what: 'webhook_removed', who: c.get('owner').who });
      return c.body(null, 204, NO_STORE);
    })
    .post('/peel/admin/api/alarms/secret', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, NO_FIELDS);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const secret = await deploymentLedger().renewWebhookSecret();
      if (secret === undefined) return sendFailure(c, NO_WEBHOOK);
      await audit({ what: 'webhook_secret_made', who: c.get('owner').who });
      return c.json({ secret }, 200, NO_STORE);
    })
    .post('/peel/admin/api/alarms/test', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, NO_FIELDS);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const delivery = await deploymentLedger().testWebhook(new URL(c.req.url).origin);
      return delivery === undefined ? sendFailure(c, NO_WEBHOOK) : c.json(delivery, 200, NO_STORE);
    });

const NO_WEBHOOK: Failure = { reason: 'NOT_FOUND', what: 'A webhook', hint: 'Name its address first.' };

const OF_VARIABLE: Failure = invalidField(
  'address',
  'must not be set here: ALERT_WEBHOOK_URL is set, and is changed there.',
);
