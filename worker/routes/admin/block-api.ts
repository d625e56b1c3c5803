import * as v from 'valibot';
import { DEFAULT_SITE } from '../../sites/sites.ts';
import type { ApiRoute } from './api-route.ts';

export const BLOCK_REQUEST = v.strictObject({
  site: v.optional(v.string(), DEFAULT_SITE),
  prefix: v.string(),
  blocked: v.optional(v.boolean(), true),
});

export const BLOCK_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/block', body: BLOCK_REQUEST },
    summary: 'Refuses an address prefix of a site until midnight UTC, by the `prefix` of one of its pictures.',
    answer: v.strictObject({
      ...{ site: v.string(), prefix: v.string(), blocked: v.boolean() },
      /** RFC 3339. */
      until: v.exactOptional(v.string()),
    }),
  },
];
