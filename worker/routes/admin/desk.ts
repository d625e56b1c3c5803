import { version } from '../../../package.json';
import type { DeskFacts } from '../../desk-protocol.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { type AdminServices, owned } from './owned.ts';
import { readQuery } from './query.ts';
import { NO_FIELDS } from './requests.ts';

/** `GET …/desk`: what every page of the desk shows around it. It asks no ledger, so that it answers while one is slow. */
export const deskAdminRoutes = ({ owners, siteStore, config }: AdminServices) =>
  new Hono<App>().get('/peel/admin/api/desk', owned(owners), async (c) => {
    const query = readQuery(c, NO_FIELDS);
    if (!query.ok) return sendFailure(c, query.failure);
    const facts: DeskFacts = {
      ...{ who: c.get('owner').who, origin: new URL(c.req.url).origin, version, demo: config.demo },
      providers: config.providers.map(({ name }) => name),
      sites: (await siteStore.shares()).map(({ id }) => id),
    };
    return c.json(facts, 200, NO_STORE);
  });
