import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

export const DESK_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/desk' },
    summary: 'Who asks, and what the deployment is: its version, its sites, its providers, and whether it is a demo.',
    answer: v.strictObject({
      /** `token`, or `access:` and an e-mail address. */
      who: v.string(),
      ...{ origin: v.string(), version: v.string(), demo: v.boolean() },
      /** In the order in which they are asked. */
      providers: v.array(v.string()),
      sites: v.array(v.string()),
    }),
  },
];
