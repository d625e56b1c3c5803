import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { NOTHING } from './requests.ts';

export const PICTURES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/pictures' },
    summary: 'What a site has drawn, the newest first, with addresses that open for a while.',
    query: {
      site: 'Id of the site. Default: `default`.',
      before: 'The `next` of the page before.',
      limit: 'Pictures of a page, 1 to 100. Default: 24.',
    },
    answer: v.strictObject({
      site: v.string(),
      pictures: v.array(
        v.strictObject({
          /** Unix milliseconds. */
          at: v.number(),
          ...{ id: v.string(), model: v.string(), costMicros: v.number() },
          /** A hash of the visitor's address, which names it on the day of the picture alone. */
          prefix: v.exactOptional(v.string()),
          ...{ address: v.string(), thumbnail: v.string() },
          /** It was deleted. The row stays until midnight UTC. */
          deletedAt: v.exactOptional(v.number()),
        }),
      ),
      next: v.exactOptional(v.string()),
    }),
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/pictures/:id' },
    summary: 'Deletes the pictures of one run with all that was made of them.',
    answer: v.strictObject({ id: v.string(), deleted: v.number() }),
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/pictures/:id/reports' },
    summary: 'Closes the reports of a picture: the owner keeps it.',
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/pictures/:id/wall' },
    summary: 'Copies a picture to where it outlives its retention, for the wall of a record.',
    body: NOTHING,
    answer: v.strictObject({ image: v.string(), width: v.number(), height: v.number() }),
  },
];
