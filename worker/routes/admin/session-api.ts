import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';

export const LOGIN_REQUEST = v.strictObject({ token: v.string() });
/** An empty JSON object. A write asks for JSON, which no page of another site can send unasked. */
export const NOTHING = v.strictObject({});

export const SESSION_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/login', body: LOGIN_REQUEST },
    summary: 'Begins a session of 8 hours in a browser, as the cookie `__Host-peel-admin`.',
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/logout', body: NOTHING },
    summary: 'Takes the session from this browser.',
  },
];
