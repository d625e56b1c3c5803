import * as v from 'valibot';
import { SITE_RECORD } from '../../sites/site-record.ts';
import type { ApiRoute } from './api-route.ts';
import { NO_FIELDS } from './requests.ts';

/** `accepted`: names that stand in the place of an unknown one. */
const PROBLEM = v.strictObject({ field: v.string(), rule: v.string(), accepted: v.exactOptional(v.array(v.string())) });
const PROBLEMS = v.array(PROBLEM);
const WARNINGS = v.array(v.strictObject({ field: v.string(), warning: v.string() }));

const SHOWN_SITE = v.strictObject({
  id: v.string(),
  source: v.picklist(['record', 'variables']),
  /** As it is kept, so it may break rules. */
  record: v.unknown(),
  /** By the record, a pause of the site or one of the deployment. null: not known, because a ledger does not answer. */
  paused: v.nullable(v.boolean()),
  problems: v.exactOptional(PROBLEMS),
});

const SEEN = {
  'If-Match': 'The ETag of the site as it was read. Another is refused: it was changed since.',
  'If-None-Match': '`*`: only where the site has no record yet.',
};

export const SITES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/sites' },
    summary: 'All sites by id. `default` comes from the variables while it has no record.',
    answer: v.strictObject({ sites: v.array(SHOWN_SITE) }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/sites/:id' },
    summary: 'One site, with its `ETag`.',
    etag: 'told',
    answer: SHOWN_SITE,
  },
  {
    ...{ method: 'put', path: '/peel/admin/api/sites/:id', body: SITE_RECORD },
    summary: 'Saves a site. `If-Match` with the ETag that was read keeps two windows from overwriting each other.',
    headers: SEEN,
    etag: 'told',
    answer: v.strictObject({
      ...{ id: v.string(), source: v.literal('record'), record: SITE_RECORD },
      ...{ changed: v.array(v.string()), warnings: WARNINGS },
    }),
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/sites/:id' },
    summary: 'Deletes a site’s record. Its pictures stay until their end; `default` is the variables’ again.',
    headers: SEEN,
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/sites/:id/check', body: SITE_RECORD },
    summary: 'Checks a record without saving it.',
    answer: v.strictObject({ problems: PROBLEMS, warnings: WARNINGS }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/sites/:id/end-tickets', body: NO_FIELDS },
    summary: 'Ends all tickets of a site. Pages that are open get new ones by themselves.',
    headers: SEEN,
    etag: 'told',
    answer: v.strictObject({ id: v.string(), epoch: v.number() }),
  },
];
