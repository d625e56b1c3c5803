import type { ApiRoute } from './api-route.ts';
import { LOGIN_REQUEST, NOTHING } from './requests.ts';

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
