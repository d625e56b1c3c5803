/** What a page reads where it is refused: the true reason on its own site, and on another only what says nothing of one. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { blobKey } from '../../worker/storage/keys.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker } from '../support.ts';

const PAGES = { default: ORIGIN, corner: 'https://corner.example' };
const STRANGER = 'https://evil.example';
const GENERATE = '/v1beta/models/gemini-3.1-flash-image:generateContent';
const IMAGE = `/images/b${'0'.repeat(32)}/0.png`;
const UNREADABLE = `/images/b${'1'.repeat(32)}/0.png`;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Row {
  name: string;
  path: string;
  init?: { method?: string; headers?: Record<string, string>; body?: string };
  reads: [status: number, reason: string];
  /** A page of no site reads it as well. */
  isForAll?: true;
}

const post = (body: unknown, headers = {}) => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const session = (body: unknown, headers = {}) => ({ path: '/peel/session', init: post(body, headers) });
const BURST = { 'x-test-burst': '1' };

const rowsOf = (site: string): Row[] => [
  { name: 'too many sessions', ...session({ site }, BURST), reads: [429, 'BURST'], isForAll: true },
  { name: 'an unknown field', ...session({ site, x: 1 }), reads: [400, 'UNKNOWN_FIELD'], isForAll: true },
  { name: 'a wrong field', ...session({ site, proof: { pow: 1 } }), reads: [400, 'INVALID_FIELD'], isForAll: true },
  { name: 'no JSON', ...session('{'), reads: [400, 'INVALID_FIELD'], isForAll: true },
  { name: 'no body', ...session(''), reads: [400, 'INVALID_FIELD'], isForAll: true },
  {
    ...{ name: 'a form', ...session({ site }, { 'content-type': 'text/plain' }) },
    ...{ reads: [415, 'TYPE_NOT_ALLOWED'], isForAll: true },
  },
  {
    ...{ name: 'a long body', ...session({ site, proof: { turnstile: 'x'.repeat(9_000) } }) },
    ...{ reads: [413, 'BODY_TOO_LARGE'], isForAll: true },
  },
  { name: 'an unknown site', ...session({ site: 'nobody' }), reads: [404, 'SITE_UNKNOWN'], isForAll: true },
  { name: 'a broken site', ...session({ site: 'broken' }), reads: [503, 'CONFIG_BROKEN'], isForAll: true },
  { name: 'a session without a proof', ...session({ site }), reads: [400, 'PROOF_INVALID'] },
  { name: 'facts of an unknown site', path: '/peel/site?site=nobody', reads: [404, 'SITE_UNKNOWN'], isForAll: true },
  { name: 'facts of a broken site', path: '/peel/site?site=broken', reads: [503, 'CONFIG_BROKEN'], isForAll: true },
  { name: 'a deleted picture', path: IMAGE, reads: [404, 'NOT_FOUND'], isForAll: true },
  { name: 'no address of a picture', path: '/images/x/0.png', reads: [404, 'NOT_FOUND'], isForAll: true },
  {
    ...{ name: 'a deleted suggestion', path: IMAGE.replace('0.png', 'suggestion.html') },
    ...{ reads: [404, 'NOT_FOUND'], isForAll: true },
  },
  { name: 'a wrong width', path: `${IMAGE}?w=999`, reads: [400, 'UNSUPPORTED_VALUE'], isForAll: true },
  {
    ...{ name: 'too many renditions', path: `${IMAGE}?w=160`, init: { headers: BURST } },
    ...{ reads: [429, 'BURST'], isForAll: true },
  },
  {
    ...{ name: 'a store that does not answer', path: UNREADABLE },
    ...{ reads: [503, 'UPSTREAM_UNAVAILABLE'], isForAll: true },
  },
  { name: 'no credential', path: `${GENERATE}?site=${site}`, init: post({}), reads: [401, 'TICKET_MISSING'] },
  {
    ...{ name: 'an unknown key', path: `${GENERATE}?site=${site}` },
    ...{ init: post({}, { 'x-goog-api-key': 'pk_unknown' }), reads: [401, 'KEY_INVALID'] },
  },
  {
    ...{ name: 'an unknown key in the address', path: `/v1beta/models?key=pk_unknown&site=${site}` },
    reads: [401, 'KEY_INVALID'],
  },
  { name: 'an unknown path', path: `/no/such/path?site=${site}`, reads: [404, 'NOT_FOUND'] },
  { name: 'a wrong method', path: `/peel/site?site=${site}`, init: post({}), reads: [405, 'METHOD_NOT_ALLOWED'] },
];

let worker: TestWorker;

beforeAll(async () => {
  const record = { origins: [PAGES.corner], adultsDeclared: true, proof: 'pow' };
  await env.KV.put('site:corner', JSON.stringify(record));
  await env.KV.put('site:broken', JSON.stringify({ ...record, 'secret-name': 'x' }));
  const BUCKET = new Proxy(env.BUCKET, {
    get(bucket, name: keyof R2Bucket) {
      if (name !== 'get') return (bucket[name] as (...args: unknown[]) => unknown).bind(bucket);
      return (key: string, ...rest: []) =>
        key === blobKey('images', UNREADABLE.split('/')[2] as string, 0)
          ? Promise.reject(new Error('internal error (10001)'))
          : bucket.get(key, ...rest);
    },
  });
  const change: Parameters<typeof createTestWorker>[1] = (services) => ({
    ...services,
    gate: {
      ...services.gate,
      admitBurst: async (request) =>
        request.headers.has('x-test-burst') ? { reason: 'BURST', retryAfterSeconds: 10 } : undefined,
    },
  });
  worker = createTestWorker({ SITE_PROOF: 'pow' }, change, BUCKET);
});

const ask = ({ path, init }: Row, origin: string) =>
  worker.fetch(path, { ...init, headers: { ...init?.headers, Origin: origin } });

describe.each(['default', 'corner'] as const)('a page of the site %s', (site) => {
  it.each(rowsOf(site))('reads why: $name', async (row) => {
    const answer = await ask(row, PAGES[site]);

    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(PAGES[site]);
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
    if (row.reads[1] === 'BURST') expect(answer.headers.get('Retry-After')).toBe('10');
    expect(await reasonOf(answer)).toEqual(row.reads);
  });
});

describe('a page of no site', () => {
  it.each(rowsOf('corner'))('reads no more than what says nothing of a site: $name', async (row) => {
    const answer = await ask(row, STRANGER);

    expect(await answer.clone().text()).not.toMatch(/secret-name|origins|corner/);
    expect(await reasonOf(answer)).toEqual(row.isForAll ? row.reads : [403, 'ORIGIN_DENIED']);
  });
});

it('a page whose site is not named is judged by the site default', async () => {
  const answer = await worker.fetch(GENERATE, { ...post({}), headers: { ...JSON_TYPE, Origin: PAGES.corner } });

  expect(await reasonOf(answer)).toEqual([403, 'ORIGIN_DENIED']);
});
