import * as v from 'valibot';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery, wholeNumber } from './query.ts';

const ID_RULE = 'must be the id of an entry';
const auditQuery = v.strictObject({
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}$/, ID_RULE), v.transform(Number))),
  limit: v.optional(wholeNumber(1, 500), '100'),
});

/** The audit trail: who changed what. */
export const auditAdminRoutes = ({ owners, deploymentLedger }: AdminServices) =>
  new Hono<App>().get('/peel/admin/api/audit', owned(owners), async (c) => {
    const query = readQuery(c, auditQuery);
    if (!query.ok) return sendFailure(c, query.failure);
    const { before, limit } = query.value;
    return c.json({ entries: await deploymentLedger().changes(limit, before) }, 200, NO_STORE);
  });
