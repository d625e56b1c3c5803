import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

const LANES = v.array(v.object({ provider: v.string(), state: v.string() }));

export const USAGE_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/usage' },
    summary: 'Money and counts of a site by day, model, size and provider, in micro-dollars.',
    query: { site: 'Id of the site. Default: `default`.', days: 'Days of the table, 1 to 397. Default: 31.' },
    answer: v.object({
      ...{ site: v.string(), days: v.number(), day: v.string(), paused: v.boolean() },
      ...{ settledMicros: v.number(), heldMicros: v.number(), dayCapMicros: v.number(), monthCapMicros: v.number() },
      usage: v.array(
        v.object({
          ...{ day: v.string(), model: v.string(), size: v.string(), provider: v.string() },
          ...{ pictures: v.number(), costMicros: v.number() },
        }),
      ),
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/health' },
    summary: 'Health of the providers’ keys, prices to look at, and models that are about to end.',
    answer: v.object({
      demo: v.boolean(),
      providers: v.array(v.string()),
      isolate: v.object({ lanes: LANES }),
      reported: v.object({ lanes: v.nullable(LANES) }),
      prices: v.array(v.object({ model: v.string(), provider: v.string(), state: v.string() })),
      models: v.array(v.object({ model: v.string(), state: v.string() })),
    }),
  },
];
