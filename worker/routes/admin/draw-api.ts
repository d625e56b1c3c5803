import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { DRAW_REQUEST } from './requests.ts';

export const DRAW_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/sites/:id/draw', body: DRAW_REQUEST },
    summary: 'Draws one picture of a site, saved or not (`record`). It is paid for and counts in the site’s budgets.',
    answer: v.strictObject({
      /** Absent: the model drew none, and `receives` says why. */
      address: v.exactOptional(v.string()),
      ...{ model: v.string(), provider: v.exactOptional(v.string()) },
      ...{ costMicros: v.number(), ms: v.number() },
      /** The body that a visitor of the site receives. */
      receives: v.record(v.string(), v.unknown()),
    }),
  },
];
