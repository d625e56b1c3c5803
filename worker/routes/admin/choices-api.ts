import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

const MICROS_BY_SIZE = v.record(v.string(), v.number());

export const CHOICES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/choices' },
    summary:
      'What a site’s record can choose from here: models with sizes and prices, bot checks, the deployment’s caps.',
    answer: v.strictObject({
      models: v.array(
        v.strictObject({
          ...{ id: v.string(), displayName: v.string(), sizes: v.array(v.string()), maxReferences: v.number() },
          /** Of one picture at the provider that is asked first, and what it holds. Micro-dollars. */
          ...{ priceMicros: MICROS_BY_SIZE, heldMicros: MICROS_BY_SIZE },
          ...{ end: v.exactOptional(v.string()), successor: v.exactOptional(v.string()) },
        }),
      ),
      proof: v.picklist(['turnstile', 'pow', 'none']),
      /** Absent: no site can choose Turnstile. */
      turnstileSiteKey: v.exactOptional(v.string()),
      ...{ deploymentDayMicros: v.number(), deploymentMonthMicros: v.number() },
    }),
  },
];
