import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

export const SETUP_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/setup' },
    summary: 'The steps until a site draws on its owner’s page, each done when the worker sees it.',
    query: { site: 'Id of the site. Default: `default`.' },
    answer: v.strictObject({
      demo: v.boolean(),
      steps: v.array(
        v.strictObject({
          name: v.picklist(['runs', 'drawn', 'key', 'page', 'money', 'check', 'adults', 'live']),
          done: v.boolean(),
          /** What the worker saw of it. */
          facts: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
        }),
      ),
    }),
  },
];
