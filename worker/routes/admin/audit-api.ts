import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

export const AUDIT_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/audit' },
    summary: 'Who changed what, the newest first. Kept for 13 months, 10,000 entries at most.',
    query: {
      before: 'Only entries with a lower id: the last one of the page before.',
      limit: 'Entries of a page, 1 to 500. Default: 100.',
    },
    answer: v.strictObject({
      entries: v.array(
        v.strictObject({
          id: v.number(),
          /** Unix milliseconds. */
          at: v.number(),
          what: v.string(),
          /** `token`, or `access:` and an e-mail address. */
          who: v.string(),
          count: v.number(),
          site: v.exactOptional(v.string()),
          target: v.exactOptional(v.string()),
          fields: v.exactOptional(v.array(v.string())),
          /** By field: the value before and after. Only amounts, choices and pages. */
          values: v.exactOptional(
            v.record(v.string(), v.array(v.nullable(v.union([v.string(), v.number(), v.boolean()])))),
          ),
        }),
      ),
    }),
  },
];
