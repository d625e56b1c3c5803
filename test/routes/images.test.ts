import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { sessionCookie } from '../../worker/auth/owner-session.ts';
import { blobKey, manifestKey, renditionKey, suggestionKey } from '../../worker/storage/keys.ts';
import { labelsOf } from '../../worker/storage/labels.ts';
import { createTestWorker, newPrompt, ORIGIN, reasonOf, type TestWorker, WORKER } from '../support.ts';

const ID = `b${'a'.repeat(32)}`;
const PATH = `/images/${ID}/0.png`;
const ADMIN_TOKEN = 'an-owner-s-token-of-some-length-0123456789';
/** A PNG of one pixel, in base64. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const BYTES = Uint8Array.from({ length: 1000 }, (_, at) => at & 0xff);

/** Types stored by an earlier version, which trusted the declared type. */
const NO_PICTURES = ['text/html', 'image/svg+xml', 'image/gif', 'application/octet-stream'];

let worker: TestWorker;
beforeAll(async () => {
  worker = createTestWorker();
  await env.BUCKET.put(blobKey('images', ID, 0), BYTES, { httpMetadata: { contentType: 'image/png' } });
  for (const [n, contentType] of NO_PICTURES.entries()) {
    await env.BUCKET.put(blobKey('images', ID, 10 + n), BYTES, { httpMetadata: { contentType } });
  }
});

const get = (headers: Record<string, string> = {}, path = PATH) => worker.fetch(path, { headers });

describe('GET /images/{id}/{n}.{ext}', () => {
  it('is the picture, to be kept by browsers, and nothing but a picture', async () => {
    const answer = await get({ Origin: ORIGIN });

    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1000',
      'cache-control': 'public, max-age=86400, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `inline; filename="peel-aaaaaaaa-0.png"`,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': ORIGIN,
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    expect(await answer.bytes()).toEqual(BYTES);
  });

  it('is a file with ?download', async () => {
    const answer = await get({}, `${PATH}?download`);

    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="peel-aaaaaaaa-0.png"');
  });

  it('is not sent again to who has it', async () => {
    const etag = (await get()).headers.get('ETag') as string;

    const same = await get({ 'If-None-Match': etag });
    const other = await get({ 'If-None-Match': '"other"' });

    expect([same.status, same.headers.get('ETag'), (await same.bytes()).length]).toEqual([304, etag, 0]);
    expect(other.status).toBe(200);
  });

  it.each([
    ['bytes=0-9', 'bytes 0-9/1000', BYTES.slice(0, 10)],
    ['bytes=990-', 'bytes 990-999/1000', BYTES.slice(990)],
    ['bytes=-5', 'bytes 995-999/1000', BYTES.slice(995)],
    ['bytes=500-5000', 'bytes 500-999/1000', BYTES.slice(500)],
  ])('gives the part that %s asks for', async (range, contentRange, expected) => {
    const answer = await get({ Range: range });

    expect([answer.status, answer.headers.get('Content-Range')]).toEqual([206, contentRange]);
    expect(answer.headers.get('Content-Length')).toBe(String(expected.length));
    expect(await answer.bytes()).toEqual(expected);
  });

  it('is whole where If-Range names another version', async () => {
    const etag = (await get()).headers.get('ETag') as string;

    expect((await get({ Range: 'bytes=0-9', 'If-Range': etag })).status).toBe(206);
    expect((await get({ Range: 'bytes=0-9', 'If-Range': '"other"' })).status).toBe(200);
  });

  it('refuses a part that does not exist', async () => {
    const answer = await get({ Range: 'bytes=5000-' });

    expect(answer.status).toBe(416);
    expect(answer.headers.get('Content-Range')).toBe('bytes */1000');
  });

  it('answers HEAD without a body', async () => {
    const answer = await worker.fetch(PATH, { method: 'HEAD' });

    expect([answer.status, answer.headers.get('Content-Length'), (await answer.bytes()).length]).toEqual([
      200,
      '1000',
      0,
    ]);
  });

  it.each(NO_PICTURES)('is not found where what is stored is no picture, in any width: %s', async (type) => {
    const n = 10 + NO_PICTURES.indexOf(type);
    for (const query of ['', '?w=160', '?download', '?w=320&download']) {
      for (const extension of ['png', 'webp']) {
        expect(await reasonOf(await get({}, `/images/${ID}/${n}.${extension}${query}`))).toEqual([404, 'NOT_FOUND']);
      }
    }
  });

  it.each([
    `/images/${ID}/9.png`,
    `/images/${ID}/0.jpg`,
    `/images/${ID}/0.svg`,
    `/images/${ID}/0.html`,
    `/images/${ID}/0`,
    `/images/${ID}/-1.png`,
    `/images/${ID.slice(1)}/0.png`,
    `/images/${ID.toUpperCase()}/0.png`,
    `/images/d${'a'.repeat(32)}/0.png`,
    `/images/${'b'}${'b'.repeat(32)}/0.png`,
  ])('does not know %s', async (path) => {
    expect(await reasonOf(await get({}, path))).toEqual([404, 'NOT_FOUND']);
  });

  it('names the widths there are', async () => {
    const answer = await get({}, `${PATH}?w=100`);

    expect(await answer.clone().text()).toContain('160, 320, 640, 1280');
    expect(await reasonOf(answer)).toEqual([400, 'UNSUPPORTED_VALUE']);
  });

  it('is sent in a smaller size that is kept however often, and the owner has a full page of them made', async () => {
    const MANY = 48;
    const ids = Array.from({ length: MANY }, (_, n) => `b${String(n).padStart(32, '7')}`);
    const photo = Uint8Array.from(atob(PIXEL), (letter) => letter.charCodeAt(0));
    const httpMetadata = { contentType: 'image/png' };
    await Promise.all(ids.map((id) => env.BUCKET.put(blobKey('images', id, 0), photo, { httpMetadata })));
    const bursting = createTestWorker({ BURST: 'on', ADMIN_TOKEN });
    const { secrets } = bursting.services.config;
    const [Cookie] = (await sessionCookie(secrets, ADMIN_TOKEN, Math.floor(Date.now() / 1000))).split(';');
    const from = { 'CF-Connecting-IP': '203.0.113.98' };
    const statuses = async (width: number, headers: Record<string, string>) => {
      const page = ids.map((id) => bursting.fetch(`/images/${id}/0.png?w=${width}`, { headers }));
      return (await Promise.all(page)).map(({ status }) => status);
    };

    expect(await statuses(320, { ...from, Cookie: Cookie as string })).toEqual(ids.map(() => 200));
    expect(await statuses(320, from)).toEqual(ids.map(() => 200));
    expect((await statuses(160, from)).filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
  });

  it('is asked for in smaller sizes that must be made so often and no more, beside what else a visitor asks', async () => {
    const from = { 'CF-Connecting-IP': '203.0.113.99' };
    const bursting = createTestWorker({ BURST: 'on' });
    const ask = (path: string) => bursting.fetch(path, { headers: from });

    const answers = await Promise.all(Array.from({ length: 70 }, () => ask(`${PATH}?w=320`)));

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(await reasonOf(refused[0] as Response)).toEqual([429, 'BURST']);
    expect((await ask(PATH)).status).toBe(200);
    const session = await bursting.fetch('/peel/session', {
      ...{ method: 'POST', body: '{}' },
      headers: { ...from, Origin: ORIGIN, 'content-type': 'application/json' },
    });
    expect(session.status).toBe(200);
  });
});

describe('a drawn picture', () => {
  it('carries its site and its key, which lead to the manifest that names it', async () => {
    const answer = await worker.ask('gemini-3.1-flash-image:generateContent', newPrompt(), { 'Peel-Images': 'link' });
    const id = /images\/([a-f][0-9a-f]{32})\//.exec(await answer.text())?.[1] ?? '';

    const stored = await env.BUCKET.head(blobKey('images', id, 0));

    const labels = stored && labelsOf(stored);
    expect(labels).toEqual({ site: 'default', key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const manifest = await env.BUCKET.get(manifestKey('30d', 'default', labels?.key ?? ''));
    expect(await manifest?.json()).toMatchObject({ id });
  });
});

describe('a page that reads a picture', () => {
  const OTHER_ID = `b${'e'.repeat(32)}`;
  const OTHER = `/images/${OTHER_ID}/0.png`;
  const OTHER_ORIGIN = 'https://other.example';
  const put = (key: string, contentType: string, site: string) =>
    env.BUCKET.put(key, BYTES, { httpMetadata: { contentType }, customMetadata: { site, key: 'ab'.repeat(32) } });
  /** A worker whose site `other` stands in KV, and how often each site was looked up. */
  function twoSites() {
    const asked: string[] = [];
    const KV = new Proxy(env.KV, {
      get(kv, name: keyof KVNamespace) {
        if (name !== 'get') return kv[name].bind(kv);
        return (key: string, ...rest: []) => {
          if (key.startsWith('site:')) asked.push(key);
          return kv.get(key, ...rest);
        };
      },
    });
    return { asked, ...createTestWorker({}, undefined, env.BUCKET, KV) };
  }
  beforeAll(async () => {
    await env.KV.put('site:other', JSON.stringify({ origins: [OTHER_ORIGIN], adultsDeclared: true, proof: 'none' }));
    await put(blobKey('images', OTHER_ID, 0), 'image/png', 'other');
    await put(renditionKey(OTHER_ID, 0, 160), 'image/webp', 'other');
    await put(blobKey('images', OTHER_ID, 5), 'image/png', 'nowhere');
    await put(suggestionKey(OTHER_ID), 'text/html', 'other');
  });

  it.each([
    { whose: 'an older picture is of the site default', path: PATH, allowed: ORIGIN, denied: OTHER_ORIGIN },
    { whose: 'another site’s picture', path: OTHER, allowed: OTHER_ORIGIN, denied: ORIGIN },
    { whose: 'its rendition', path: `${OTHER}?w=160`, allowed: OTHER_ORIGIN, denied: ORIGIN },
    {
      ...{ whose: 'its suggestion', path: `/images/${OTHER_ID}/suggestion.html` },
      ...{ allowed: OTHER_ORIGIN, denied: ORIGIN },
    },
  ])('is judged by the picture’s own site: $whose', async ({ path, allowed, denied }) => {
    const { fetch } = twoSites();

    const good = await fetch(path, { headers: { Origin: allowed } });
    const bad = await fetch(path, { headers: { Origin: denied } });

    expect([good.status, good.headers.get('Access-Control-Allow-Origin')]).toEqual([200, allowed]);
    expect((await good.bytes()).length).toBeGreaterThanOrEqual(1000);
    expect(bad.headers.get('Cache-Control')).toBe('no-store');
    expect(await reasonOf(bad)).toEqual([403, 'ORIGIN_DENIED']);
  });

  it.each([{ 'If-None-Match': '*' }, { Range: 'bytes=0-3' }, { Range: 'bytes=5000-' }, { 'If-Match': '"other"' }])(
    'is judged whatever it asks of the picture: %j',
    async (headers) => {
      const { fetch } = twoSites();

      const bad = await fetch(OTHER, { headers: { ...headers, Origin: ORIGIN } as Record<string, string> });

      expect(await reasonOf(bad)).toEqual([403, 'ORIGIN_DENIED']);
    },
  );

  it('may not read a picture whose site is gone', async () => {
    const { fetch } = twoSites();

    const answer = await fetch(`/images/${OTHER_ID}/5.png`, { headers: { Origin: ORIGIN } });

    expect(await reasonOf(answer)).toEqual([404, 'SITE_UNKNOWN']);
  });

  it.each([
    ['another page shows it', {}],
    ['a page of the worker shows it', { 'Sec-Fetch-Site': 'same-origin', Referer: `${WORKER}/peel/admin/` }],
  ])('asks no site where it only shows it: %s', async (_, headers) => {
    const { fetch, asked } = twoSites();

    for (const path of [OTHER, `${OTHER}?w=160`, `/images/${OTHER_ID}/suggestion.html`]) {
      const answer = await fetch(path, { headers: headers as Record<string, string> });
      expect([answer.status, answer.headers.get('Access-Control-Allow-Origin')]).toEqual([
        200,
        'Sec-Fetch-Site' in headers ? WORKER : null,
      ]);
    }
    expect(asked).toEqual([]);
  });
});
