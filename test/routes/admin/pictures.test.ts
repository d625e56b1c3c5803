/** What the owner sees of a site's pictures, and what is left of one that is deleted: nothing. */
import { reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeskPictureDetails, DeskPictures } from '../../../worker/desk-protocol.ts';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { blobKey, manifestKey, renditionKey } from '../../../worker/storage/keys.ts';
import { labelsOf } from '../../../worker/storage/labels.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { eventually } from '../../eventually.ts';
import { tablesOf } from '../../generation/generations.ts';
import { watchBucket } from '../../storage/watched-bucket.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker, upstreamCalls, WORKER } from '../../support.ts';
import { GENERATE, moneyOf, nameOf, newBody } from '../generate/money.ts';
import { asOwner, call, OWNER, told } from './owner.ts';

const LINK = { 'Peel-Images': 'link' };
const PRIVATE = { SITE_GROUNDING: 'on' };

const listed = (worker: TestWorker, query = '') => told<DeskPictures>(call(worker, 'GET', `/pictures${query}`));
const pathOf = (address: string): string => address.replace(WORKER, '');

/** Asks for a picture. @returns Its id, key and address. */
async function draw(worker: TestWorker, body: unknown, headers: Record<string, string> = {}) {
  const answer = await worker.ask(GENERATE, body, { ...LINK, ...headers });
  expect(answer.status).toBe(200);
  const path = /\/images\/[^"?]+/.exec(await answer.text())?.[0] ?? '';
  const id = path.split('/')[2] ?? '';
  const stored = await env.BUCKET.head(blobKey('images', id, 0));
  const { key = '' } = (stored && labelsOf(stored)) ?? {};
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  return { path, id, key, hit: answer.headers.get('Cache-Status') };
}

/** A visitor's headers, with a ticket. */
async function visitor(worker: TestWorker): Promise<Record<string, string>> {
  const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': '203.0.113.7' };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers: from, body: '{}' });
  const { token } = (await answer.json()) as { token: string };
  return { ...from, 'x-goog-api-key': '', Authorization: `Bearer ${token}` };
}

const keysIn = async (prefix: string): Promise<string[]> =>
  (await env.BUCKET.list({ prefix })).objects.map(({ key }) => key);

afterEach(reset);

describe('the owner’s list of pictures', () => {
  it('has a site’s pictures, newest first, with what each cost and where it is', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_PROOF: 'none' });
    const first = await draw(worker, newBody());
    const second = await draw(worker, newBody(), await visitor(worker));

    const page = await listed(worker);

    expect(page).toMatchObject({ site: null, pictures: [{ id: second.id }, { id: first.id }], unread: [] });
    expect(await listed(worker, '?site=default')).toEqual({ ...page, site: 'default' });
    const [ofVisitor, ofClient] = page.pictures;
    expect(ofVisitor).toEqual({
      ...{ at: expect.any(Number), site: 'default', id: second.id, costMicros: expect.any(Number) },
      ...{ model: 'gemini-3.1-flash-image', size: '1K', provider: 'google', waitMs: expect.any(Number) },
      visitor: expect.stringMatching(/^[\w-]{43}$/),
      visitorToday: { pictures: 1, micros: ofVisitor?.costMicros },
      address: `${WORKER}${second.path}`,
      thumbnail: `${WORKER}${second.path}?w=320`,
    });
    expect(ofClient).toMatchObject({ client: 'dev', costMicros: expect.any(Number) });
    expect(ofClient).not.toHaveProperty('visitor');
    expect(ofVisitor?.costMicros).toBeGreaterThan(0);
    const answer = await worker.fetch(pathOf(ofVisitor?.address ?? ''));
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'image/jpeg']);
  });

  it('comes in pages, each from one call of one object', async () => {
    const worker = createTestWorker(OWNER);
    const drawn = [];
    for (let n = 0; n < 3; n += 1) drawn.unshift((await draw(worker, newBody())).id);

    const first = await listed(worker, '?limit=2');
    const second = await listed(worker, `?limit=2&before=${first.next}`);

    expect([...first.pictures, ...second.pictures].map(({ id }) => id)).toEqual(drawn);
    expect(first.next).toBeDefined();
    expect(second.next).toBeUndefined();
  });

  it('is searched by day, model, visitor, client and mark, and sums what it finds', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_PROOF: 'none' });
    const mine = await draw(worker, newBody());
    const theirs = await draw(worker, newBody(), await visitor(worker));
    const { pictures } = await listed(worker);
    const today = new Date().toISOString().slice(0, 10);
    const idsOf = async (query: string) => (await listed(worker, query)).pictures.map(({ id }) => id);

    expect(await idsOf('?who=dev')).toEqual([mine.id]);
    expect(await idsOf(`?who=${pictures[0]?.visitor}&model=gemini-3.1-flash-image`)).toEqual([theirs.id]);
    expect(await idsOf('?model=gemini-3-pro-image')).toEqual([]);
    expect(await idsOf('?day=2026-01-31')).toEqual([]);
    expect(await idsOf('?only=wall')).toEqual([]);
    expect(await idsOf('?only=reported')).toEqual([]);
    const costMicros = pictures.reduce((sum, picture) => sum + picture.costMicros, 0);
    expect(await listed(worker, `?day=${today}&limit=1`)).toMatchObject({ sums: { pictures: 2, costMicros } });
    await env.LEDGER.getByName('site:default').markWall([mine.id.slice(1)]);
    expect(await idsOf('?only=wall')).toEqual([mine.id]);
  });

  it('tells of one picture what its row and its file have', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await draw(worker, newBody());

    const details = await told<DeskPictureDetails>(call(worker, 'GET', `/pictures/${id}`));

    const [row] = (await listed(worker)).pictures;
    expect(details).toEqual({
      ...row,
      ...{ heldMicros: expect.any(Number), keptUntil: (row?.at ?? 0) + 30 * 86_400_000 },
      ...{ mimeType: 'image/jpeg', bytes: expect.any(Number), width: expect.any(Number), height: expect.any(Number) },
      tokens: { input: expect.any(Number), output: expect.any(Number) },
      marks: { c2pa: expect.any(Boolean) },
    });
    await told(call(worker, 'DELETE', `/pictures/${id}`));
    expect(await told(call(worker, 'GET', `/pictures/${id}`))).toMatchObject({ id, deletedAt: expect.any(Number) });
    const unknown = await call(worker, 'GET', `/pictures/b${'0'.repeat(32)}`);
    expect(await reasonOf(unknown)).toEqual([404, 'NOT_FOUND']);
  });

  it('comes as CSV with every row, however many a page has, and with the newest few', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await draw(worker, newBody());
    // More than two of the pages that the file is read by.
    await runInDurableObject(env.LEDGER.getByName('site:default'), (_, { storage }) => {
      const columns = storage.sql.exec('SELECT * FROM pictures').columnNames.filter((name) => name !== 'run');
      const numbers = 'WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 600)';
      const copies = `SELECT printf('%032x', n), ${columns.join(', ')} FROM pictures, numbers`;
      storage.sql.exec(`${numbers} INSERT INTO pictures (run, ${columns.join(', ')}) ${copies}`);
    });
    const rowsOf = async (query: string) =>
      (await (await call(worker, 'GET', `/pictures?format=csv${query}`)).text()).trimEnd().split('\r\n').slice(1);
    const day = new Date().toISOString().slice(0, 10);

    const all = await rowsOf(`&day=${day}`);

    const { sums } = await listed(worker, `?day=${day}`);
    const costs = all.map((row) => Number(row.split(',')[7]));
    expect(sums).toEqual({ pictures: 601, costMicros: costs.reduce((sum, each) => sum + each, 0) });
    expect(all).toHaveLength(601);
    expect(all.every((row) => row.includes(id))).toBe(true);
    expect(await rowsOf('&site=default')).toEqual(all);
    expect(await rowsOf('&limit=2')).toEqual(all.slice(0, 2));
    expect(await rowsOf('&only=wall')).toEqual([]);
  });

  it('is no CSV while a site does not answer, because nobody sees of a file what is missing', async () => {
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      deploymentLedger: () => ({
        ...services.deploymentLedger(),
        allPictures: async () => ({ pictures: [], unread: ['summer'] }),
      }),
    }));

    const answer = await call(worker, 'GET', '/pictures?format=csv');

    expect(await reasonOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  });

  it('comes as CSV too', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await draw(worker, newBody());
    const [row] = (await listed(worker)).pictures;

    const answer = await call(worker, 'GET', '/pictures?format=csv');

    expect(answer.headers.get('Content-Disposition')).toBe('attachment; filename="peel-all-pictures.csv"');
    expect((await answer.text()).split('\r\n')).toEqual([
      'at,time,site,id,model,size,provider,costMicros,waitMs,visitor,client,deletedAt',
      `${row?.at},${new Date(row?.at ?? 0).toISOString()},default,${id},gemini-3.1-flash-image,1K,google,${row?.costMicros},${row?.waitMs},,dev,`,
      '',
    ]);
  });

  it('opens private pictures at signed addresses', async () => {
    const worker = createTestWorker({ ...OWNER, ...PRIVATE });
    const { path } = await draw(worker, { ...newBody(), tools: [{ googleSearch: {} }] });

    const [row] = (await listed(worker)).pictures;

    expect((await worker.fetch(path)).status).toBe(404);
    expect((await worker.fetch(pathOf(row?.address ?? ''))).status).toBe(200);
    expect((await worker.fetch(pathOf(row?.thumbnail ?? ''))).status).toBe(200);
  });

  it.each([
    ['?limit=0', [400, 'INVALID_FIELD'], 'limit'],
    ['?limit=101', [400, 'INVALID_FIELD'], 'limit'],
    ['?limit=ten', [400, 'INVALID_FIELD'], 'limit'],
    ['?before=yesterday', [400, 'INVALID_FIELD'], 'before'],
    ['?from=1', [400, 'UNKNOWN_FIELD'], 'from'],
    ['?day=2026-02-30', [400, 'INVALID_FIELD'], 'day'],
    ['?only=best', [400, 'INVALID_FIELD'], 'only'],
    ['?site=nowhere', [404, 'SITE_UNKNOWN'], 'site'],
  ])('names what is wrong with %s', async (query, expected, field) => {
    const worker = createTestWorker(OWNER);

    const answer = await call(worker, 'GET', `/pictures${query}`);

    expect(await answer.clone().text()).toContain(field);
    expect(await reasonOf(answer)).toEqual(expected);
  });

  it('is for the owner alone', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await draw(worker, newBody());

    for (const headers of [{}, { 'x-goog-api-key': CLIENT_KEY }]) {
      expect((await call(worker, 'GET', '/pictures', undefined, headers)).status).toBe(401);
      expect((await call(worker, 'DELETE', `/pictures/${id}`, undefined, headers)).status).toBe(401);
    }
    const foreign = { ...asOwner(), Origin: ORIGIN };
    expect((await call(worker, 'DELETE', `/pictures/${id}`, undefined, foreign)).status).toBe(403);
    expect(await env.BUCKET.head(blobKey('images', id, 0))).not.toBeNull();
  });
});

describe('a picture that the owner deletes', () => {
  it('is gone with all that was made of it, and the same request makes a new one', async () => {
    const worker = createTestWorker(OWNER);
    const body = newBody();
    const { id, key, path } = await draw(worker, body);
    const other = await draw(worker, newBody());
    await env.BUCKET.put(renditionKey(id, 0, 320), 'x', { httpMetadata: { contentType: 'image/webp' } });
    expect((await worker.fetch(`${path}?w=320`)).status).toBe(200);

    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 2 });

    for (const query of ['', '?w=160', '?w=320', '?w=640', '?w=1280', '?download']) {
      expect((await worker.fetch(path + query)).status).toBe(404);
    }
    expect(await keysIn(`30d/images/${id}`)).toEqual([]);
    expect(await env.BUCKET.head(manifestKey('30d', 'default', key))).toBeNull();
    const rows = await runInDurableObject(env.GENERATION.getByName(key), (_, { storage }) =>
      tablesOf(storage).flatMap((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
    );
    expect(rows).toEqual([]);
    expect((await listed(worker)).pictures).toMatchObject([{ id: other.id }, { id, deletedAt: expect.any(Number) }]);
    expect((await worker.fetch(other.path)).status).toBe(200);

    const again = await draw(worker, body);
    expect(again.hit).toContain('stored');
    expect([again.key, again.id === id]).toEqual([key, false]);
    expect(await upstreamCalls(nameOf(body))).toBe(2);
    expect((await draw(worker, body)).hit).toBe('peel; hit');
  });

  it('may be deleted again, and leaves the newer picture of the same request alone', async () => {
    const worker = createTestWorker(OWNER);
    const body = newBody();
    const { id } = await draw(worker, body);
    await told(call(worker, 'DELETE', `/pictures/${id}`));
    const again = await draw(worker, body);

    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 0 });

    expect((await worker.fetch(again.path)).status).toBe(200);
    expect((await draw(worker, body)).hit).toBe('peel; hit');
  });

  it('takes its signatures and its suggestion along', async () => {
    const worker = createTestWorker({ ...OWNER, ...PRIVATE });
    const { id } = await draw(worker, { ...newBody(), tools: [{ googleSearch: {} }] });
    const folders = ['images', 'signatures', 'suggestions', 'renditions'].map((name) => `30d/${name}/${id}`);
    await env.BUCKET.put(`30d/signatures/${id}/0`, 'x');
    await env.BUCKET.put(`30d/suggestions/${id}`, 'x');

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    expect((await Promise.all(folders.map(keysIn))).flat()).toEqual([]);
  });

  it('of an earlier version, without labels, is gone, and the same request makes a new one', async () => {
    const worker = createTestWorker(OWNER);
    const body = newBody();
    const { id, path } = await draw(worker, body);
    const stored = await env.BUCKET.get(blobKey('images', id, 0));
    const bytes = (await stored?.arrayBuffer()) as ArrayBuffer;
    await env.BUCKET.put(blobKey('images', id, 0), bytes, { httpMetadata: { contentType: 'image/png' } });

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    expect((await worker.fetch(path)).status).toBe(404);
    expect((await draw(worker, body)).id).not.toBe(id);
  });

  it('takes along a rendition that was being made when it was deleted', async () => {
    const behind: Promise<unknown>[] = [];
    const rendered = Promise.withResolvers<void>();
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      pause: (ms) => (ms === 10_000 ? rendered.promise : services.pause(ms)),
      waitUntil: (promise) => void behind.push(promise),
    }));
    const { id, path } = await draw(worker, newBody());

    await told(call(worker, 'DELETE', `/pictures/${id}`));
    await env.BUCKET.put(renditionKey(id, 0, 640), 'x', { httpMetadata: { contentType: 'image/webp' } });
    rendered.resolve();
    await Promise.all(behind);

    expect((await worker.fetch(`${path}?w=640`)).status).toBe(404);
    expect(await keysIn(`30d/renditions/${id}`)).toEqual([]);
  });

  it('is still on the list, with its report, where R2 does not delete it, and is then deleted', async () => {
    let isDown = true;
    const { bucket } = watchBucket((method, key) =>
      isDown && method === 'delete' && key.includes('/images/') ? new Error('internal error (10001)') : undefined,
    );
    const worker = createTestWorker(OWNER, undefined, bucket);
    const { id, path } = await draw(worker, newBody());
    const report = { image: id, words: 'This is my face.' };
    const from = { 'content-type': 'application/json', 'CF-Connecting-IP': '203.0.113.7', Origin: ORIGIN };
    const reported = await worker.fetch('/peel/report', {
      method: 'POST',
      headers: from,
      body: JSON.stringify(report),
    });
    expect(reported.status).toBe(204);

    expect((await call(worker, 'DELETE', `/pictures/${id}`)).status).toBe(503);

    expect((await worker.fetch(path)).status).toBe(200);
    const [row] = (await listed(worker, '?only=reported')).pictures;
    expect(row?.id).toBe(id);
    expect(row).not.toHaveProperty('deletedAt');
    isDown = false;
    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 1 });
    expect((await worker.fetch(path)).status).toBe(404);
    expect((await listed(worker)).pictures).toMatchObject([{ id, deletedAt: expect.any(Number) }]);
    expect((await listed(worker, '?only=reported')).pictures).toEqual([]);
  });

  it('takes along the copy for a wall that was being made, whichever comes first', async () => {
    for (const isCopiedFirst of [true, false]) {
      const copying = Promise.withResolvers<void>();
      const deleted = Promise.withResolvers<void>();
      const bucket = new Proxy(env.BUCKET, {
        get(target, name: keyof R2Bucket) {
          const real = (target[name] as (...args: unknown[]) => unknown).bind(target);
          if (name !== 'put') return real;
          return async (...args: unknown[]) => {
            if (!String(args[0]).startsWith('wall/')) return real(...args);
            copying.resolve();
            if (!isCopiedFirst) await deleted.promise;
            return real(...args);
          };
        },
      });
      const worker = createTestWorker(OWNER, undefined, bucket);
      const { id, path } = await draw(worker, newBody());

      const copy = call(worker, 'POST', `/pictures/${id}/wall`, {});
      await copying.promise;
      await told(call(worker, 'DELETE', `/pictures/${id}`));
      deleted.resolve();
      await copy;

      expect((await worker.fetch(path)).status).toBe(404);
      expect(await keysIn('wall/')).toEqual([]);
    }
  });

  it('that a broken deletion has left on the wall alone is still on the list', async () => {
    let isDown = true;
    const { bucket } = watchBucket((method, key) =>
      isDown && method === 'delete' && key.includes('wall/') ? new Error('internal error (10001)') : undefined,
    );
    const worker = createTestWorker(OWNER, undefined, bucket);
    const { id } = await draw(worker, newBody());
    const { image } = await told<{ image: string }>(call(worker, 'POST', `/pictures/${id}/wall`, {}));

    expect((await call(worker, 'DELETE', `/pictures/${id}`)).status).toBe(503);
    expect((await listed(worker)).pictures[0]).not.toHaveProperty('deletedAt');
    isDown = false;
    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 1 });

    expect((await worker.fetch(pathOf(image))).status).toBe(404);
    expect((await listed(worker)).pictures).toMatchObject([{ id, deletedAt: expect.any(Number) }]);
  });

  it('is in the audit trail by its id, once', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await draw(worker, newBody());

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    await told(call(worker, 'DELETE', `/pictures/${id}`));
    const [entry, ...others] = (await worker.services.deploymentLedger().changes(2)) as AuditEntry[];
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ what: 'picture_deleted', who: 'token', site: 'default', target: id });
  });

  it('is not found under a name that is none', async () => {
    const worker = createTestWorker(OWNER);

    expect(await reasonOf(await call(worker, 'DELETE', '/pictures/..%2Fimages'))).toEqual([404, 'NOT_FOUND']);
    expect(await reasonOf(await call(worker, 'DELETE', `/pictures/${'b'.repeat(32)}`))).toEqual([404, 'NOT_FOUND']);
  });

  it('stays while the same request is being drawn, and is asked for again', async () => {
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      eraser: () => ({ erase: async () => false }),
    }));
    const { id, path } = await draw(worker, newBody());

    const answer = await call(worker, 'DELETE', `/pictures/${id}`);

    expect(answer.headers.get('Retry-After')).toBe('10');
    expect(await reasonOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect((await worker.fetch(path)).status).toBe(200);
  });
});
