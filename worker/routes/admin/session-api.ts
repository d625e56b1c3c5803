import type { ApiRoute } from './api-route.ts';
import { LOGIN_REQUEST, NO_FIELDS } from './requests.ts';

export const SESSION_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/login', body: LOGIN_REQUEST },
    summary: 'Begins a session of 8 hours in a browser, as the cookie `__Host-peel-admin`.',
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/logout', body: NO_FIELDS },
    summary: 'Takes the session from this browser.',
  },
];
