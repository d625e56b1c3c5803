import * as v from 'valibot';
import { CLIENT_WISH } from '../../auth/client-record.ts';
import type { ApiRoute } from './api-route.ts';

const CLIENT = {
  ...CLIENT_WISH.entries,
  site: v.string(),
  audience: v.picklist(['own', 'site']),
  takes: v.picklist(['named', 'fresh']),
  /** The first six characters of the key. */
  hint: v.string(),
  /** Absent for clients of the variable `CLIENT_KEYS`. */
  createdAt: v.exactOptional(v.string()),
};

export const CLIENTS_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/clients' },
    summary: 'All API clients, without their keys.',
    answer: v.strictObject({
      clients: v.array(
        v.strictObject({
          ...CLIENT,
          source: v.picklist(['variables', 'record']),
          /** Its key has ended. The name is free once the client is revoked. */
          expired: v.exactOptional(v.literal(true)),
        }),
      ),
    }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/clients', body: CLIENT_WISH },
    summary: 'Makes a client. Its key is in this answer and nowhere else.',
    answer: v.strictObject({ ...CLIENT, key: v.string() }),
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/clients/:name' },
    summary: 'Revokes a client’s key, which ends within a minute.',
    query: { site: 'Id of the client’s site. Default: `default`.' },
  },
];
