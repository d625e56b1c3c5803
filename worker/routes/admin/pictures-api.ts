import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { NO_FIELDS } from './requests.ts';

const micros = v.pipe(v.number(), v.integer());

export const PICTURE = {
  /** Unix milliseconds. */
  at: v.number(),
  ...{ site: v.string(), id: v.string() },
  /** Addresses that open for a while. */
  ...{ address: v.string(), thumbnail: v.string() },
  /** Empty in rows of earlier versions, as the provider. */
  ...{ model: v.string(), size: v.string(), provider: v.string() },
  costMicros: micros,
  /** From the start of the run to its end, milliseconds. */
  waitMs: v.exactOptional(v.number()),
  /** A hash of the visitor's address, which names it on the day of the picture alone. */
  visitor: v.exactOptional(v.string()),
  /** Name of the API client. */
  client: v.exactOptional(v.string()),
  /** What the visitor has today. */
  visitorToday: v.exactOptional(v.strictObject({ pictures: v.number(), micros })),
  /** The owner has blocked the visitor for today. */
  visitorBlocked: v.exactOptional(v.literal(true)),
  /** What visitors have said of it: the first words, and how many have. */
  report: v.exactOptional(
    v.strictObject({
      ...{ at: v.number(), words: v.string(), count: v.number() },
      /** What the next reporters said, four at most. */
      more: v.exactOptional(v.array(v.string())),
    }),
  ),
  onWall: v.exactOptional(v.boolean()),
  /** When it was deleted. The row stays until midnight UTC. */
  deletedAt: v.exactOptional(v.number()),
};

export const PICTURES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/pictures' },
    summary: 'What was drawn, the newest first, with addresses that open for a while. As CSV with `Accept: text/csv`.',
    csv: true,
    query: {
      site: 'Id of the site. Default: all.',
      day: 'Only of this UTC day, such as `2026-11-29`.',
      model: 'Only of this model, by its id.',
      who: 'Only of this visitor, by the `visitor` of a picture, or of this client, by its name.',
      only: '`reported`: with open reports. `wall`: on a wall.',
      before: 'The `next` of the page before.',
      limit: 'Pictures of a page, 1 to 100. Default: 24, and as CSV all that the filter finds.',
      format: '`json` or `csv`. Default: as `Accept` says.',
    },
    answer: v.strictObject({
      /** null: all sites. */
      site: v.nullable(v.string()),
      pictures: v.array(v.strictObject(PICTURE)),
      next: v.exactOptional(v.string()),
      /** With `day`: all that the filter finds and that are still kept, on whatever page. */
      sums: v.exactOptional(v.strictObject({ pictures: v.number(), costMicros: micros })),
      /** Sites whose ledger did not answer. */
      unread: v.array(v.string()),
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/pictures/:id' },
    summary: 'One picture, with its file and its marks.',
    answer: v.strictObject({
      ...PICTURE,
      heldMicros: v.exactOptional(micros),
      ...{ mimeType: v.exactOptional(v.string()), bytes: v.exactOptional(v.number()) },
      ...{ width: v.exactOptional(v.number()), height: v.exactOptional(v.number()) },
      /** As the provider counts them. */
      tokens: v.exactOptional(v.strictObject({ input: v.number(), output: v.number() })),
      /** Unix milliseconds. */
      keptUntil: v.exactOptional(v.number()),
      /** Whether the original has a C2PA manifest. */
      marks: v.strictObject({ c2pa: v.boolean() }),
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
    body: NO_FIELDS,
    answer: v.strictObject({ image: v.string(), width: v.number(), height: v.number() }),
  },
];
