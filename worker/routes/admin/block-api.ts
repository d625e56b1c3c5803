import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { BLOCK_REQUEST } from './requests.ts';

export const BLOCK_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/block', body: BLOCK_REQUEST },
    summary: 'Refuses an address prefix of a site until midnight UTC, by the `visitor` of one of its pictures.',
    answer: v.strictObject({
      ...{ site: v.string(), prefix: v.string(), blocked: v.boolean() },
      /** RFC 3339. */
      until: v.exactOptional(v.string()),
    }),
  },
];
