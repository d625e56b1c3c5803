/** Log-in, the cookie, the limit of tries, and the trail that they leave. */
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { createTestWorker, reasonOf, type TestWorker, WORKER } from '../../support.ts';
import { call, OWNER, TOKEN, told } from './owner.ts';

afterEach(reset);

const OWN_PAGE = { Origin: WORKER, 'Sec-Fetch-Site': 'same-origin' };
const from = (address: string) => ({ 'CF-Connecting-IP': address });
const logIn = (worker: TestWorker, token = TOKEN, headers: Record<string, string> = OWN_PAGE) =>
  call(worker, 'POST', '/login', { token }, headers);
const cookieOf = (answer: Response) => ({ Cookie: answer.headers.get('Set-Cookie')!.split(';')[0]! });
const trailOf = async (worker: TestWorker, query = '') =>
  (await told<{ entries: AuditEntry[] }>(call(worker, 'GET', `/audit${query}`))).entries;

describe('a session', () => {
  it('begins with the token, reads and writes from the deployment’s own page, and ends', async () => {
    const worker = createTestWorker(OWNER);

    const begun = await logIn(worker);
    const session = cookieOf(begun);

    expect(begun.status).toBe(204);
    expect((await call(worker, 'GET', '/sites', undefined, { ...session, ...OWN_PAGE })).status).toBe(200);
    const pause = { scope: 'site', paused: true };
    expect((await call(worker, 'POST', '/pause', pause, { ...session, ...OWN_PAGE })).status).toBe(200);
    for (const page of [{}, { Origin: 'https://shop.example' }, { ...OWN_PAGE, 'Sec-Fetch-Site': 'same-site' }]) {
      expect(await reasonOf(await call(worker, 'POST', '/pause', pause, { ...session, ...page }))).toEqual([
        403,
        'ORIGIN_DENIED',
      ]);
    }
    const ended = await call(worker, 'POST', '/logout', {}, { ...session, ...OWN_PAGE });
    expect([ended.status, ended.headers.get('Set-Cookie')]).toEqual([
      204,
      '__Host-peel-admin=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
  });

  it('opens in every isolate, and in none with another admin token', async () => {
    const session = { ...cookieOf(await logIn(createTestWorker(OWNER))), ...OWN_PAGE };
    const read = (worker: TestWorker) => call(worker, 'GET', '/clients', undefined, session);

    expect((await read(createTestWorker(OWNER))).status).toBe(200);
    const other = createTestWorker({ ADMIN_TOKEN: `${TOKEN}-of-tomorrow` });
    expect(await reasonOf(await read(other))).toEqual([401, 'KEY_INVALID']);
  });

  it('is no key of a model, and a ticket is no session', async () => {
    const worker = createTestWorker(OWNER);
    const { Cookie } = cookieOf(await logIn(worker));

    const asKey = await worker.fetch('/v1beta/models', { headers: { 'x-goog-api-key': Cookie.split('=')[1]! } });
    const asCookie = await worker.fetch('/v1beta/models', { headers: { Cookie } });

    expect((await reasonOf(asKey))[0]).toBe(401);
    expect(await reasonOf(asCookie)).toEqual([401, 'TICKET_MISSING']);
  });

  it('does not begin where only Access is set', async () => {
    const access = {
      ACCESS_TEAM_DOMAIN: 'tidewater.cloudflareaccess.com',
      ACCESS_AUD: '4714c1358e65fe4b408ad6d432a5f878',
    };

    expect(await reasonOf(await logIn(createTestWorker(access)))).toEqual([401, 'KEY_INVALID']);
  });
});

describe('wrong tokens', () => {
  it('lock their address after ten, across isolates and for the right one too, and no other address', async () => {
    const guesses: unknown[] = [];
    for (let n = 0; n < 11; n += 1) {
      const answer = await logIn(createTestWorker(OWNER), `guess-number-${n}-of-many`, from('203.0.113.9'));
      guesses.push((await reasonOf(answer))[1]);
    }

    expect(guesses).toEqual([...Array(10).fill('KEY_INVALID'), 'BURST']);
    const locked = await logIn(createTestWorker(OWNER), TOKEN, from('203.0.113.9'));
    expect(Number(locked.headers.get('Retry-After'))).toBeGreaterThan(580);
    expect(await reasonOf(locked)).toEqual([429, 'BURST']);
    expect((await logIn(createTestWorker(OWNER), TOKEN, from('203.0.113.10'))).status).toBe(204);
  });
});

describe('the trail', () => {
  it('has each change with who made it, and failed log-ins as a count, without any secret', async () => {
    const worker = createTestWorker(OWNER);
    const record = { origins: ['https://posters.example'], notice: 'a secret wish', adultsDeclared: true };
    await logIn(worker, 'a-wrong-token-of-some-length');
    await logIn(worker, 'another-wrong-token-of-some');
    const session = { ...cookieOf(await logIn(worker)), ...OWN_PAGE };
    await told(call(worker, 'PUT', '/sites/posters', record, session));
    await told(call(worker, 'POST', '/sites/posters/end-tickets', {}));
    await told(call(worker, 'POST', '/pause', { scope: 'deployment', paused: true }));
    const { key } = await told<{ key: string }>(call(worker, 'POST', '/clients', { name: 'n', site: 'posters' }));
    await told(call(worker, 'DELETE', '/clients/n?site=posters'));
    await told(call(worker, 'DELETE', '/sites/posters'));

    const trail = await trailOf(worker);

    expect(
      trail.map(({ what, who, site, target, fields, count }) => ({ what, who, site, target, fields, count })),
    ).toEqual(
      [
        { what: 'site_deleted', who: 'token', site: 'posters' },
        { what: 'client_revoked', who: 'token', site: 'posters', target: 'n' },
        { what: 'client_made', who: 'token', site: 'posters', target: 'n' },
        { what: 'paused', who: 'token' },
        { what: 'tickets_ended', who: 'token', site: 'posters' },
        { what: 'site_made', who: 'token', site: 'posters', fields: ['adultsDeclared', 'notice', 'origins'] },
        { what: 'logged_in', who: 'token' },
        { what: 'log_ins_failed', who: '', count: 2 },
      ].map((entry) => ({ site: undefined, target: undefined, fields: undefined, count: 1, ...entry })),
    );
    expect(trail.find(({ what }) => what === 'site_made')).toMatchObject({
      values: { adultsDeclared: [null, true], origins: [null, 'https://posters.example'] },
    });
    const text = JSON.stringify(trail);
    for (const secret of [TOKEN, key, 'wrong-token', 'a secret wish']) expect(text).not.toContain(secret);
  });

  it('comes in pages', async () => {
    const worker = createTestWorker(OWNER);
    for (let n = 0; n < 3; n += 1) await told(call(worker, 'POST', '/pause', { scope: 'site', paused: n % 2 === 0 }));

    const first = await trailOf(worker, '?limit=2');
    const second = await trailOf(worker, `?limit=2&before=${first[1]?.id}`);

    expect([...first, ...second].map(({ what }) => what)).toEqual(['paused', 'resumed', 'paused']);
    for (const query of ['?limit=0', '?limit=501', '?limit=x', '?before=now']) {
      expect(await reasonOf(await call(worker, 'GET', `/audit${query}`))).toEqual([400, 'INVALID_FIELD']);
    }
  });
});
