import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { CLOSE_REQUEST, NO_FIELDS, WEBHOOK_REQUEST } from './requests.ts';

export const ALARM = v.strictObject({
  id: v.string(),
  name: v.string(),
  /** Unix milliseconds. */
  at: v.number(),
  closedAt: v.exactOptional(v.number()),
  /** Absent: the deployment. */
  site: v.exactOptional(v.string()),
  text: v.string(),
  facts: v.record(v.string(), v.union([v.string(), v.number()])),
  /** Absent: there was no webhook. */
  told: v.exactOptional(v.picklist(['sent', 'waiting', 'failed'])),
});

const DELIVERY = v.strictObject({
  ...{ name: v.string(), at: v.number(), ms: v.number(), tries: v.number() },
  /** null: no answer. */
  status: v.nullable(v.number()),
});

const SECRET = v.strictObject({ secret: v.string() });

export const ALARMS_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/alarms' },
    summary: 'What is open, the gravest first; what rang in the last 30 days; and the webhook.',
    answer: v.strictObject({
      ...{ open: v.array(ALARM), past: v.array(ALARM) },
      webhook: v.nullable(
        v.strictObject({
          ...{ address: v.string(), source: v.picklist(['variable', 'desk']) },
          /** The last five. */
          deliveries: v.array(DELIVERY),
        }),
      ),
    }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/alarms/close', body: CLOSE_REQUEST },
    summary: 'Dismisses an alarm. It rings again in its next period, if its cause is still there.',
  },
  {
    ...{ method: 'put', path: '/peel/admin/api/alarms/webhook', body: WEBHOOK_REQUEST },
    summary: 'Names the address that alarms are sent to. The secret that signs is in this answer and nowhere else.',
    answer: SECRET,
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/alarms/webhook' },
    summary: 'Removes that address. What waits is not sent.',
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/alarms/secret', body: NO_FIELDS },
    summary: 'Makes another secret. The one before signs nothing more.',
    answer: SECRET,
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/alarms/test', body: NO_FIELDS },
    summary: 'Sends a test to the webhook once, and tells how it answered.',
    answer: DELIVERY,
  },
];
