/** The owner's API and its document are one: the same routes, and answers as they are described. */
import { reset } from 'cloudflare:test';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { type AlarmSignal, idOf } from '../../../worker/alarms/signal.ts';
import { ADMIN_API } from '../../../worker/routes/admin/api.ts';
import type { ApiRoute } from '../../../worker/routes/admin/api-route.ts';
import { adminRoutes } from '../../../worker/routes/admin/index.ts';
import type { AdminServices } from '../../../worker/routes/admin/owned.ts';
import { eventually } from '../../eventually.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, ORIGIN, reasonOf, WORKER } from '../../support.ts';
import { newBody } from '../generate/money.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

afterEach(reset);

const nameOf = ({ method, path }: Pick<ApiRoute, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`;
const PREFIX = '/peel/admin/api';
const LOGIN = `${PREFIX}/login`;
/** A path with something in place of each parameter. */
const filled = (path: string, value = 'posters') => path.slice(PREFIX.length).replaceAll(/:\w+/g, value);

describe('the document', () => {
  it('has every route of the app once, and no other', () => {
    const { services } = createTestWorker(OWNER);
    const routes = adminRoutes(services as AdminServices).routes.filter(({ method }) => method !== 'ALL');

    const known = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
    expect(ADMIN_API.map(nameOf).toSorted()).toEqual(known.toSorted());
    expect(ADMIN_API.every(({ path }) => path.startsWith(`${PREFIX}/`))).toBe(true);
  });
});

describe('every route', () => {
  const guarded = ADMIN_API.filter(({ path }) => path !== LOGIN);

  it.each(guarded)('refuses all but the owner: $method $path', async ({ method, path }) => {
    const worker = createTestWorker(OWNER);
    const refused = async (headers: Record<string, string>) =>
      reasonOf(await call(worker, method.toUpperCase(), filled(path), method === 'get' ? undefined : {}, headers));

    expect(await refused({})).toEqual([401, 'KEY_INVALID']);
    expect(await refused({ 'x-goog-api-key': 'pk_wrong' })).toEqual([401, 'KEY_INVALID']);
    expect(await refused({ Cookie: '__Host-peel-admin=v1.AAAA.AAAA' })).toEqual([401, 'KEY_INVALID']);
  });

  it.each(ADMIN_API)('is in no site’s list: $method $path', async ({ method, path }) => {
    const worker = createTestWorker({ ...OWNER, SITE_ORIGINS: `${ORIGIN},https://other.example` });

    for (const Origin of [ORIGIN, 'https://other.example', 'null', 'http://peel.example']) {
      const body = method === 'get' ? undefined : { token: OWNER.ADMIN_TOKEN };
      const answer = await call(worker, method.toUpperCase(), filled(path), body, { ...asOwner(), Origin });
      expect(await reasonOf(answer)).toEqual([403, 'ORIGIN_DENIED']);
    }
  });

  it.each(ADMIN_API)('does not exist without an owner: $method $path', async ({ method, path }) => {
    const worker = createTestWorker();

    const answer = await call(worker, method.toUpperCase(), filled(path), method === 'get' ? undefined : {});

    expect(await reasonOf(answer)).toEqual([404, 'NOT_FOUND']);
  });

  it.each([...new Set(ADMIN_API.map(({ path }) => path))])('answers other methods by name: %s', async (path) => {
    const answer = await call(createTestWorker(OWNER), 'PATCH', filled(path), {});

    expect(await reasonOf(answer)).toEqual([405, 'METHOD_NOT_ALLOWED']);
    const methods = ADMIN_API.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    expect(answer.headers.get('Allow')?.split(', ').toSorted()).toEqual(allowed.toSorted());
  });

  it('preflights of strangers get no method that only the owner’s pages use', async () => {
    const answer = await createTestWorker(OWNER).fetch(`${PREFIX}/sites/posters`, {
      method: 'OPTIONS',
      headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'PUT' },
    });

    expect(answer.headers.get('Access-Control-Allow-Methods')).not.toContain('PUT');
  });
});

const BILL = { csv: 'provider,model,size,pictures,amount\ngoogle,gemini-3-pro-image,1K,1,0.14' };

/** Its id has signs that a path must not have. */
const ALARM: AlarmSignal = {
  ...{ name: 'budget_80', subject: 'day', period: '2026-11-29 of 20000000' },
  facts: { period: 'day', spentMicros: 16_000_000, capMicros: 20_000_000, percent: 80, endsAt: 0 },
};

/** A body that each route accepts. */
const BODIES: Record<string, unknown> = {
  [`POST ${LOGIN}`]: { token: OWNER.ADMIN_TOKEN },
  [`POST ${PREFIX}/logout`]: {},
  [`POST ${PREFIX}/pause`]: { scope: 'deployment', paused: false },
  [`PUT ${PREFIX}/sites/:id`]: { origins: [WORKER], adultsDeclared: true },
  [`POST ${PREFIX}/sites/:id/check`]: { origins: [WORKER], adultsDeclared: true },
  [`POST ${PREFIX}/sites/:id/end-tickets`]: {},
  [`POST ${PREFIX}/sites/:id/test`]: {
    slots: { who: 'Ada' },
    record: {
      ...{ origins: [], adultsDeclared: true, promptMode: 'template' },
      template: { prompt: 'For {{who}}', slots: [{ name: 'who', label: 'Who', type: 'text' }] },
    },
  },
  [`POST ${PREFIX}/sites/:id/draw`]: { request: newBody() },
  [`PUT ${PREFIX}/alarms/webhook`]: { address: 'https://hooks.peel.example/in' },
  [`POST ${PREFIX}/alarms/secret`]: {},
  [`POST ${PREFIX}/alarms/close`]: { id: idOf(ALARM) },
  [`POST ${PREFIX}/alarms/test`]: {},
  [`POST ${PREFIX}/block`]: { prefix: 'A'.repeat(43) },
  [`POST ${PREFIX}/dry-run`]: { as: 'client', request: newBody() },
  [`POST ${PREFIX}/keys/check`]: { provider: 'google', place: 1 },
  [`POST ${PREFIX}/bills/:month/read`]: BILL,
  [`PUT ${PREFIX}/bills/:month`]: BILL,
  [`POST ${PREFIX}/pictures/:id/wall`]: {},
  [`PUT ${PREFIX}/prices/:provider/:model`]: {},
  [`POST ${PREFIX}/clients`]: { name: 'posters', models: ['gemini-3-pro-image'], perMinute: 5 },
};

it.each(ADMIN_API.filter(({ method }) => method === 'get'))(
  'comes as CSV where the document says so: $path',
  async (route) => {
    const path = filled(route.path.replace(':month', '2026-11'), 'default');
    const answer = await call(createTestWorker(OWNER), 'GET', path, undefined, { ...asOwner(), Accept: 'text/csv' });

    expect((answer.headers.get('Content-Type') ?? '').startsWith('text/csv')).toBe(route.csv === true);
  },
);

it('answers are as the document says', async () => {
  const worker = createTestWorker(OWNER);
  await worker.ask('gemini-3.1-flash-image:generateContent', newBody());
  const picture = async () =>
    (await told<{ pictures: { id: string }[] }>(call(worker, 'GET', '/pictures'))).pictures[0];
  await eventually(picture).toBeDefined();
  const id = (await picture())!.id;
  const digest = await crypto.subtle.digest('SHA-256', wholePng() as Uint8Array<ArrayBuffer>);
  const kept = new Uint8Array(digest).toHex();
  const order = ['put', 'post', 'get', 'delete'];
  const routes = ADMIN_API.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method));

  await worker.services.deploymentLedger().ringAlarms([ALARM]);

  for (const route of routes) {
    const isOfRun = route.path.includes('/pictures/:id');
    const named = route.path
      .replace(':sha256', kept)
      .replace(':provider/:model', 'google/gemini-3-pro-image')
      .replace(':month', '2026-11');
    const path = filled(named, isOfRun ? id : undefined);
    const query = route.query && 'site' in route.query ? '?site=default' : '';
    const answer = route.bodyTypes
      ? await worker.fetch(`${PREFIX}${path}`, {
          ...{ method: 'PUT', body: wholePng() as Uint8Array<ArrayBuffer> },
          headers: { ...asOwner(), 'content-type': 'image/png' },
        })
      : await call(worker, route.method.toUpperCase(), `${path}${query}`, BODIES[nameOf(route)]);
    expect([nameOf(route), answer.status]).toEqual([nameOf(route), route.answer ? 200 : 204]);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect([nameOf(route), answer.headers.has('ETag')]).toEqual([nameOf(route), route.etag !== undefined]);
    if (!route.answer) continue;
    const told = v.safeParse(route.answer, await answer.json());
    expect([nameOf(route), told.issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)]).toEqual([
      nameOf(route),
      undefined,
    ]);
  }
});
