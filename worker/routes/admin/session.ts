import { NO_SESSION_COOKIE } from '../../auth/owner-session.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { readJsonBody } from '../../http/json-body.ts';
import { type AdminServices, owned } from './owned.ts';
import { LOGIN_REQUEST, NO_FIELDS } from './requests.ts';

/** `POST …/login` begins a session in a browser, for the dashboard; `POST …/logout` ends it there. */
export const sessionAdminRoutes = ({ owners, audit }: AdminServices) =>
  new Hono<App>()
    .post('/peel/admin/api/login', async (c) => {
      const asked = await readJsonBody(c.req.raw, LOGIN_REQUEST);
      if (!asked.ok) return sendFailure(c, asked.failure);
      const cookie = await owners.logIn(c.req.raw, c.get('origin'), asked.value.token);
      if (!cookie.ok) return sendFailure(c, cookie.failure);
      await audit({ what: 'logged_in', who: 'token' });
      return c.body(null, 204, { ...NO_STORE, 'Set-Cookie': cookie.value });
    })
    .post('/peel/admin/api/logout', owned(owners), async (c) => {
      const asked = await readJsonBody(c.req.raw, NO_FIELDS);
      if (!asked.ok) return sendFailure(c, asked.failure);
      await audit({ what: 'logged_out', who: c.get('owner').who });
      return c.body(null, 204, { ...NO_STORE, 'Set-Cookie': NO_SESSION_COOKIE });
    });
