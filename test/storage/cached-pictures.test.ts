/** Pictures through workerd's own cache, seen from the route in front of them. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import {
  type CachedPicturesOptions,
  createCachedPictures,
  WITHDRAWABLE_MS,
} from '../../worker/storage/cached-pictures.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { createPictureFiles } from '../../worker/storage/picture-files.ts';
import { createTestWorker, ORIGIN, WORKER } from '../support.ts';
import { picture } from './pictures.ts';
import { watchBucket } from './watched-bucket.ts';

const BYTES = picture(900);
const PRIVATE = 'e';
const SHOP = 'https://the-shop.example';

let ids = 0;
/** Stores a picture under a new id. */
async function store({ letter = 'b', bytes = BYTES, type = 'image/png', site = '' } = {}) {
  ids += 1;
  const id = letter + String(ids).padStart(letter === PRIVATE ? 48 : 32, '0');
  const labels = site && { customMetadata: { site, key: 'k' } };
  await env.BUCKET.put(blobKey('images', id, 0), bytes, { httpMetadata: { contentType: type }, ...labels });
  return { id, path: `/images/${id}/0.png`, address: `${WORKER}/images/${id}/0` };
}

/** A worker for which all pictures are older than a provider could still withdraw, if not said otherwise. */
function setUp({ olderMs = WITHDRAWABLE_MS, ...changes }: Partial<CachedPicturesOptions> & { olderMs?: number } = {}) {
  const { bucket, asked } = watchBucket();
  const clock = { now: Date.now() + olderMs };
  const now = () => clock.now;
  const behind: Promise<unknown>[] = [];
  const logged: string[] = [];
  const files = createPictureFiles({ bucket, now, renditions: { make: async () => undefined } });
  const pictures = createCachedPictures({
    ...{ pictures: files, cache: caches.default, now, pause: () => new Promise(() => undefined) },
    waitUntil: (promise) => void behind.push(promise),
    log: (event) => logged.push(event),
    ...changes,
  });
  const worker = createTestWorker({}, (services) => ({ ...services, pictures }));
  return {
    ...{ clock, logged, worker },
    asked,
    /** @returns The answer, and how often R2 was asked, also by what went on behind it. */
    async get(path: string, headers: Record<string, string> = {}, method = 'GET') {
      asked.length = 0;
      const answer = await worker.fetch(path, { method, headers });
      await Promise.all(behind.splice(0));
      return { answer, asked: asked.length };
    },
  };
}

async function seen(answer: Response) {
  const { 'x-request-id': _, 'server-timing': __, ...headers } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers, bytes: await answer.bytes() };
}

const inCache = async (address: string) => caches.default.match(address);

describe('a picture', () => {
  it.each(['', '?download', '?w=320', '?w=320&download'])(
    'that is asked for often comes from the cache, the same: %j',
    async (query) => {
      const { path, id } = await store();
      const webp = { httpMetadata: { contentType: 'image/webp' } };
      const kept = { ...webp, customMetadata: { pictureUploaded: String(Date.now()) } };
      await env.BUCKET.put(`30d/renditions/${id}/0/320`, picture(700), kept);
      const { get } = setUp();

      const first = await get(path + query, { Origin: ORIGIN });
      const second = await get(path + query);
      const third = await get(path + query, { Origin: ORIGIN });

      expect([first.asked, second.asked, third.asked]).toEqual([1, 2, 0]);
      const expected = await seen(first.answer);
      expect(expected.status).toBe(200);
      expect(await seen(third.answer)).toEqual(expected);
    },
  );

  it('has its head, its parts and its conditions as ever while it is in the cache', async () => {
    const { path } = await store();
    const { get } = setUp();
    const etag = (await get(path)).answer.headers.get('ETag') as string;
    await get(path);

    const head = await get(path, {}, 'HEAD');
    const same = await get(path, { 'If-None-Match': etag });
    const part = await get(path, { Range: 'bytes=2-5' });
    const none = await get(path, { Range: 'bytes=5000-' });
    const failed = await get(path, { 'If-Match': '"other"' });

    const of = ({ answer }: { answer: Response }) => answer.status;
    expect([head, same, part, none, failed].map(of)).toEqual([200, 304, 206, 416, 412]);
    expect([head.asked, head.answer.headers.get('Content-Length')]).toEqual([0, '900']);
    expect(await part.answer.bytes()).toEqual(BYTES.slice(2, 6));
  });

  it('is cached for less than five minutes, and sent for no longer after it was deleted', async () => {
    const { path, id, address } = await store();
    const { get } = setUp();
    await get(path);
    await get(path);
    await env.BUCKET.delete(blobKey('images', id, 0));

    expect((await get(path)).answer.status).toBe(200);
    expect((await inCache(address))?.headers.get('Cache-Control')).toBe('public, max-age=270');
    await caches.default.delete(address);
    expect((await get(path)).answer.status).toBe(404);
  });
});

describe('a cached picture', () => {
  it('is judged by its own site still, whose name does not go out', async () => {
    await env.KV.put('site:shop', JSON.stringify({ origins: [SHOP], adultsDeclared: true, proof: 'none' }));
    const { path, address } = await store({ site: 'shop' });
    const { get } = setUp();
    for (let asking = 0; asking < 2; asking += 1) await get(path);

    const good = await get(path, { Origin: SHOP });
    const bad = await get(path, { Origin: ORIGIN });

    expect((await inCache(address))?.headers.get('Peel-Site')).toBe('shop');
    expect([good.asked, good.answer.status, bad.asked, bad.answer.status]).toEqual([0, 200, 0, 403]);
    expect(good.answer.headers.get('Peel-Site')).toBeNull();
    expect(JSON.stringify([...good.answer.headers])).not.toMatch(/peel-(site|size|etag)"/i);
  });
});

describe('a deleted picture', () => {
  it('is gone from this cache at once, in every width', async () => {
    const { path, id, address } = await store();
    const kept = {
      httpMetadata: { contentType: 'image/webp' },
      customMetadata: { pictureUploaded: String(Date.now()) },
    };
    await env.BUCKET.put(`30d/renditions/${id}/0/320`, picture(700), kept);
    const { get, worker } = setUp();
    for (const query of ['', '', '?w=320', '?w=320']) await get(path + query);
    expect(await inCache(`${address}?w=320`)).toBeDefined();
    await env.BUCKET.delete([blobKey('images', id, 0), `30d/renditions/${id}/0/320`]);

    await worker.services.pictures.forget(WORKER, id, [0]);

    expect([await inCache(address), await inCache(`${address}?w=320`)]).toEqual([undefined, undefined]);
    for (const query of ['', '?w=320']) expect((await get(path + query)).answer.status).toBe(404);
  });
});

describe('what is never cached', () => {
  it('is a picture that its provider may still withdraw', async () => {
    const { path, address } = await store();
    const { get } = setUp({ olderMs: WITHDRAWABLE_MS - 60_000 });

    for (let asking = 0; asking < 4; asking += 1) {
      const { answer, asked } = await get(path);
      expect([answer.status, asked]).toEqual([200, 1]);
    }
    expect(await inCache(address)).toBeUndefined();
  });

  it('is what was stored as no picture', async () => {
    const { path, address } = await store({ type: 'text/html' });
    const { get } = setUp();

    for (let asking = 0; asking < 4; asking += 1) {
      const { answer, asked } = await get(path);
      expect([answer.status, asked]).toEqual([404, 1]);
    }
    expect(await inCache(address)).toBeUndefined();
  });

  it('is a private picture', async () => {
    const { id } = await store({ letter: PRIVATE });
    const { worker } = setUp();
    const request = new Request(`${WORKER}/images/${id}/0.png`);
    const read = () => worker.services.pictures.read(id, 0, request);

    for (let asking = 0; asking < 4; asking += 1) expect((await read())?.object).toHaveProperty('key');
    expect(await inCache(`${WORKER}/images/${id}/0`)).toBeUndefined();
  });

  it.each([
    ['a picture that is gone', '/1.png', 404],
    ['another type’s address', '/0.jpg', 404],
    ['a width that is not offered', '/0.png?w=100', 400],
    ['an original in place of a rendition', '/0.png?w=640', 200],
  ])('is %s', async (_name, file, status) => {
    const { id } = await store();
    const { get } = setUp();

    for (let asking = 0; asking < 4; asking += 1)
      expect((await get(`/images/${id}${file}`)).answer.status).toBe(status);

    expect(await inCache(`${WORKER}/images/${id}/1`)).toBeUndefined();
    expect(await inCache(`${WORKER}/images/${id}/0?w=640`)).toBeUndefined();
    expect(await inCache(`${WORKER}/images/${id}/0?w=100`)).toBeUndefined();
  });
});

describe('a cache', () => {
  const keep = async () => undefined;

  it('that is slow keeps no one waiting', async () => {
    const { path } = await store();
    const slow = { match: () => new Promise<undefined>(() => undefined), put: keep, delete: async () => false };
    const { worker } = setUp({ cache: slow, pause: async () => undefined, waitUntil: () => undefined });

    await worker.fetch(path);
    const answer = await worker.fetch(path);

    expect(await answer.bytes()).toEqual(BYTES);
  });

  it('that fails fails no request, and is left alone for an hour', async () => {
    const { path } = await store();
    const fails = () => Promise.reject(new Error('the cache is away'));
    const { get, logged, clock } = setUp({ cache: { match: fails, put: fails, delete: fails } });
    const ask = async () => (await get(path)).answer.status;

    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 200]);
    // One that looks for the picture, and one that would store it.
    expect(logged).toEqual(['picture_cache_failed', 'picture_cache_failed']);
    clock.now += 3_600_000;
    expect(await ask()).toBe(200);
    expect(logged).toHaveLength(4);
  });

  it('that keeps nothing, as on workers.dev, is tried once an hour', async () => {
    const [one, other] = [await store(), await store()];
    let puts = 0;
    const put = async () => {
      puts += 1;
    };
    const { get, clock } = setUp({ cache: { match: keep, put, delete: async () => false } });
    const askForBoth = async () => {
      for (const { path } of [one, one, one, other, other]) await get(path);
    };

    await askForBoth();
    expect(puts).toBe(1);
    clock.now += 3_600_000;
    await askForBoth();

    expect(puts).toBe(2);
  });

  it('is filled once by all who ask at once', async () => {
    const { path } = await store();
    const { get, worker, asked } = setUp();
    await get(path);

    await Promise.all(Array.from({ length: 10 }, () => worker.fetch(path)));

    expect(asked).toHaveLength(1 + 10 + 1);
    await get(path);
    expect((await get(path)).asked).toBe(0);
  });
});
