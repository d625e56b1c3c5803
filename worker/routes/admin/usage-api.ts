import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { HOURS, MEDIANS, OWED, PURSES, SUMS, USAGE } from './ledger-api.ts';

const LANES = v.array(v.object({ provider: v.string(), state: v.string() }));

export const USAGE_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/usage' },
    summary: 'Money and counts of a site by day, model, size and provider, in micro-dollars.',
    query: { site: 'Id of the site. Default: `default`.', days: 'Days of the table, 1 to 397. Default: 31.' },
    answer: v.strictObject({
      ...{ site: v.string(), days: v.number(), day: v.string(), ...SUMS, paused: v.boolean() },
      ...{ usage: USAGE, hours: HOURS, medians: MEDIANS, purses: PURSES, deploymentOwed: OWED },
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/health' },
    summary: 'Health of the providers’ keys, prices to look at, and models that are about to end.',
    answer: v.strictObject({
      ...{ status: v.literal('ok'), demo: v.boolean() },
      providers: v.array(v.string()),
      isolate: v.strictObject({ note: v.string(), lanes: LANES }),
      reported: v.strictObject({ note: v.string(), lanes: v.nullable(LANES) }),
      prices: v.array(v.object({ model: v.string(), provider: v.string(), state: v.string() })),
      models: v.array(v.object({ model: v.string(), state: v.string() })),
    }),
  },
];
