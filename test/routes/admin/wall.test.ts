/** A picture on the wall outlives its retention, and goes when it is taken off. Reports are closed or end with it. */
import { evictDurableObject, reset, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DeskPictureDetails, DeskPictures } from '../../../worker/desk-protocol.ts';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { blobKey } from '../../../worker/storage/keys.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker, WORKER } from '../../support.ts';
import { GENERATE, moneyOf, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

const DAY_MS = 86_400_000;
const SITE = { origins: [ORIGIN], adultsDeclared: true, proof: 'none' };
const EMPTY = {};

async function draw(worker: TestWorker, body: unknown = newBody(), headers = {}): Promise<string> {
  const answer = await worker.ask(GENERATE, body, { 'Peel-Images': 'link', ...headers });
  const id = /\/images\/([0-9a-f]+)\//.exec(await answer.text())?.[1] ?? '';
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  return id;
}

interface Kept {
  image: string;
  width: number;
  height: number;
}
const keep = (worker: TestWorker, id: string) => told<Kept>(call(worker, 'POST', `/pictures/${id}/wall`, EMPTY));
const save = (worker: TestWorker, record: unknown, site = 'default') =>
  told(call(worker, 'PUT', `/sites/${site}`, record));
const onWall = async (worker: TestWorker, site = 'default') =>
  (await worker.services.ledger(site).sitePictures({ only: 'wall', most: 10 })).pictures.map(({ id }) => id);
const listed = async (worker: TestWorker, query = '') =>
  (await told<DeskPictures>(call(worker, 'GET', `/pictures?site=corner${query}`))).pictures;
const statusOf = async (worker: TestWorker, path: string) => (await worker.fetch(path)).status;
const report = (worker: TestWorker, image: string, Origin = ORIGIN) =>
  worker.fetch('/peel/report', {
    method: 'POST',
    headers: { 'content-type': 'application/json', Origin, 'CF-Connecting-IP': '203.0.113.8' },
    body: JSON.stringify({ image, words: 'This is my photo.' }),
  });

/** A second site with a page of its own, and a picture that one of its clients has drawn and its wall shows. */
const CORNER = 'https://corner.example';
const CORNER_SITE = { ...SITE, origins: [CORNER] };
async function openCorner(worker: TestWorker) {
  await save(worker, CORNER_SITE, 'corner');
  const client = { site: 'corner', name: 'press' };
  const { key } = await told<{ key: string }>(call(worker, 'POST', '/clients', client));
  const id = await draw(worker, newBody(), { 'x-goog-api-key': key });
  await eventually(async () => (await listed(worker)).length).toBe(1);
  const kept = await keep(worker, id);
  const wall = [{ ...kept, prompt: 'A fox' }];
  await save(worker, { ...CORNER_SITE, wall }, 'corner');
  return { id, wallId: `w${id.slice(1)}`, image: kept.image, wall };
}

/** A day after its retention: R2 has deleted the original, and the ledger has looked through its rows. */
async function expire(id: string): Promise<void> {
  await env.BUCKET.delete(blobKey('images', id, 0));
  vi.setSystemTime(Date.now() + 31 * DAY_MS);
  const ledger = env.LEDGER.getByName('site:corner');
  // It has the clock of its start.
  await evictDurableObject(ledger);
  expect(await runDurableObjectAlarm(ledger)).toBe(true);
}

describe('a picture on the wall', () => {
  it('stays after its retention, in every size, and is marked in the list', async () => {
    const worker = createTestWorker({ ...OWNER, SITE_RETENTION: '7d' }, (services) => ({ ...services }));
    const id = await draw(worker);

    const kept = await keep(worker, id);
    await save(worker, { ...SITE, wall: [{ ...kept, prompt: 'A fox', alt: 'A red fox' }] });

    expect(kept).toEqual({
      image: `/images/w${id.slice(1)}/0.jpg`,
      width: expect.any(Number),
      height: expect.any(Number),
    });
    expect(await onWall(worker)).toEqual([id]);
    vi.setSystemTime(Date.now() + 100 * DAY_MS);
    expect((await worker.fetch(`/images/${id}/0.jpg`)).status).toBe(404);
    expect((await worker.fetch(kept.image)).status).toBe(200);
    vi.useRealTimers();
    const facts = await worker.fetch('/peel/site', { headers: { Origin: ORIGIN } });
    expect(await facts.json()).toMatchObject({ wall: [{ image: `${WORKER}${kept.image}`, alt: 'A red fox' }] });
  });

  it('goes when it is taken off, and its original stays', async () => {
    const worker = createTestWorker(OWNER);
    const [id, other] = [await draw(worker), await draw(worker)];
    const [kept, staying] = [await keep(worker, id), await keep(worker, other)];
    const entries = [kept, staying].map((entry) => ({ ...entry, prompt: 'A fox' }));
    await save(worker, { ...SITE, wall: entries });

    await save(worker, { ...SITE, wall: entries.slice(1) });

    expect((await worker.fetch(kept.image)).status).toBe(404);
    expect((await worker.fetch(staying.image)).status).toBe(200);
    expect((await worker.fetch(`/images/${id}/0.jpg`)).status).toBe(200);
    expect(await onWall(worker)).toEqual([other]);
  });

  it('is gone from everywhere when it is deleted', async () => {
    const worker = createTestWorker(OWNER);
    const body = newBody();
    const id = await draw(worker, body);
    const kept = await keep(worker, id);
    await save(worker, { ...SITE, wall: [{ ...kept, prompt: 'A fox' }] });

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    expect((await worker.fetch(kept.image)).status).toBe(404);
    expect((await worker.fetch(`/images/${id}/0.jpg`)).status).toBe(404);
    expect(await told(call(worker, 'GET', '/sites/default'))).toMatchObject({ record: { wall: [] } });
    expect(await onWall(worker)).toEqual([]);
    expect(await draw(worker, body)).not.toBe(id);
  });

  it('cannot be one that is its asker’s alone, or that is none', async () => {
    const worker = createTestWorker(OWNER);
    const privateId = `e${'0'.repeat(48)}`;
    await env.BUCKET.put(blobKey('images', privateId, 0), 'x');

    expect(await reasonOf(await call(worker, 'POST', `/pictures/${privateId}/wall`, EMPTY))).toEqual([
      400,
      'INVALID_FIELD',
    ]);
    expect(await reasonOf(await call(worker, 'POST', `/pictures/b${'0'.repeat(32)}/wall`, EMPTY))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(await reasonOf(await call(worker, 'POST', '/pictures/x/wall', EMPTY))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('the copy of another site than the first', () => {
  it('is reported to its own site, with its picture', async () => {
    const worker = createTestWorker(OWNER);
    const { id, image, wallId } = await openCorner(worker);

    expect(await reasonOf(await report(worker, image))).toEqual([403, 'ORIGIN_DENIED']);
    expect((await report(worker, image, CORNER)).status).toBe(204);

    expect(await listed(worker, '&only=reported')).toMatchObject([{ id, report: { count: 1 } }]);
    expect(await told(call(worker, 'GET', `/pictures/${wallId}`))).toMatchObject({ id, site: 'corner' });
    expect((await call(worker, 'DELETE', `/pictures/${wallId}/reports`)).status).toBe(204);
    expect(await listed(worker, '&only=reported')).toEqual([]);
  });

  it('is listed, reported and deleted when its original is past', async () => {
    const worker = createTestWorker(OWNER);
    const { id, image } = await openCorner(worker);
    await expire(id);

    expect((await report(worker, image, CORNER)).status).toBe(204);

    const [row] = await listed(worker, '&only=reported');
    expect(row).toMatchObject({ id, onWall: true, address: WORKER + image, report: { count: 1 } });
    const details = await told<DeskPictureDetails>(call(worker, 'GET', `/pictures/${id}`));
    expect(details).toMatchObject({ id, site: 'corner', mimeType: 'image/jpeg' });
    expect(details).not.toHaveProperty('keptUntil');
    expect((await call(worker, 'DELETE', `/pictures/${id}/reports`)).status).toBe(204);
    expect(await listed(worker, '&only=reported')).toEqual([]);

    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 1 });
    expect(await statusOf(worker, image)).toBe(404);
    expect(await told(call(worker, 'GET', '/sites/corner'))).toMatchObject({ record: { wall: [] } });
    expect(await onWall(worker, 'corner')).toEqual([]);
    const [entry] = (await worker.services.deploymentLedger().changes(1)) as AuditEntry[];
    expect(entry).toMatchObject({ what: 'picture_deleted', site: 'corner', target: id });
  });

  it('leaves its record and the list when it alone is deleted', async () => {
    const worker = createTestWorker(OWNER);
    const { id, image, wallId } = await openCorner(worker);

    expect(await told(call(worker, 'DELETE', `/pictures/${wallId}`))).toEqual({ id: wallId, deleted: 1 });

    expect(await statusOf(worker, image)).toBe(404);
    expect(await statusOf(worker, `/images/${id}/0.jpg`)).toBe(200);
    expect(await told(call(worker, 'GET', '/sites/corner'))).toMatchObject({ record: { wall: [] } });
    expect(await onWall(worker, 'corner')).toEqual([]);
  });

  it('closes the reports of its picture where it was the last of it', async () => {
    const worker = createTestWorker(OWNER);
    const { id, image, wallId } = await openCorner(worker);
    await expire(id);
    await report(worker, image, CORNER);

    await told(call(worker, 'DELETE', `/pictures/${wallId}`));

    expect(await worker.services.ledger('corner').pictureReports([id])).toEqual({});
  });

  it('is on no other site’s wall', async () => {
    const worker = createTestWorker(OWNER);
    const { image, wall } = await openCorner(worker);

    const answer = await call(worker, 'PUT', '/sites/default', { ...SITE, wall });

    expect(await answer.clone().text()).toContain('wall.0.image');
    expect(await reasonOf(answer)).toEqual([400, 'INVALID_FIELD']);
    // A record that was written by other means names it all the same.
    await env.KV.put('site:default', JSON.stringify({ ...SITE, wall }));
    await save(worker, SITE);
    expect(await statusOf(worker, image)).toBe(200);
  });

  it('ends with its site, with those that no record names', async () => {
    const worker = createTestWorker(OWNER);
    const { image } = await openCorner(worker);
    const unnamed = await keep(worker, await draw(worker));
    const other = `w${'0'.repeat(32)}`;
    await env.BUCKET.put(blobKey('images', other, 0), 'x', { customMetadata: { site: 'corner' } });

    expect((await call(worker, 'DELETE', '/sites/corner')).status).toBe(204);

    expect(await statusOf(worker, image)).toBe(404);
    expect(await env.BUCKET.head(blobKey('images', other, 0))).toBeNull();
    expect(await statusOf(worker, unnamed.image)).toBe(200);
    expect(await onWall(worker, 'corner')).toEqual([]);
  });

  it('is not made for a site that has ended', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await openCorner(worker);
    await told(call(worker, 'DELETE', '/sites/corner'));

    expect(await reasonOf(await call(worker, 'POST', `/pictures/${id}/wall`, EMPTY))).toEqual([404, 'SITE_UNKNOWN']);
  });
});

describe('a copy that no record names', () => {
  it('goes a day later, when the wall is next saved', async () => {
    const worker = createTestWorker(OWNER);
    const [first, second] = [await keep(worker, await draw(worker)), await keep(worker, await draw(worker))];
    const wall = [{ ...second, prompt: 'A fox' }];

    await save(worker, { ...SITE, wall });
    expect(await statusOf(worker, first.image)).toBe(200);
    vi.setSystemTime(Date.now() + DAY_MS + 1000);
    await save(worker, { ...SITE, wall: [...wall, { ...wall[0], prompt: 'Another' }] });

    expect(await statusOf(worker, first.image)).toBe(404);
    expect(await statusOf(worker, second.image)).toBe(200);
  });

  it('that is put back soon after it was taken off stays', async () => {
    const behind: Promise<unknown>[] = [];
    const later = Promise.withResolvers<void>();
    const worker = createTestWorker(OWNER, (services) => ({
      ...services,
      pause: (ms) => (ms === 10_000 ? later.promise : services.pause(ms)),
      waitUntil: (promise) => void behind.push(promise),
    }));
    const id = await draw(worker);
    const wall = [{ ...(await keep(worker, id)), prompt: 'A fox' }];
    await save(worker, { ...SITE, wall });
    await save(worker, SITE);

    const { image } = await keep(worker, id);
    await save(worker, { ...SITE, wall });
    later.resolve();
    await Promise.all(behind);

    expect(await statusOf(worker, image)).toBe(200);
  });
});

describe('a wall that two windows change', () => {
  it('never names a copy that was taken off', async () => {
    const worker = createTestWorker(OWNER);
    const wall = [{ ...(await keep(worker, await draw(worker))), prompt: 'A fox' }];
    await save(worker, { ...SITE, wall });

    const answers = await Promise.all([
      call(worker, 'PUT', '/sites/default', SITE),
      call(worker, 'PUT', '/sites/default', { ...SITE, wall }),
    ]);

    expect(answers.map(({ status }) => status).filter((status) => status === 200)).not.toEqual([]);
    const { record } = await told<{ record: { wall?: unknown[] } }>(call(worker, 'GET', '/sites/default'));
    const isThere = (await statusOf(worker, wall[0]?.image ?? '')) === 200;
    expect((record.wall ?? []).length > 0).toBe(isThere);
  });

  it('is refused with a copy that was taken off, by its place', async () => {
    const worker = createTestWorker(OWNER);
    const wall = [{ ...(await keep(worker, await draw(worker))), prompt: 'A fox' }];
    await save(worker, { ...SITE, wall });
    await save(worker, SITE);

    const answer = await call(worker, 'PUT', '/sites/default', { ...SITE, wall });

    expect(await answer.clone().text()).toContain('wall.0.image');
    expect(await reasonOf(answer)).toEqual([400, 'INVALID_FIELD']);
  });
});

describe('reports of a picture', () => {
  it('are closed when the owner keeps it, which is in the audit trail', async () => {
    const worker = createTestWorker(OWNER);
    const id = await draw(worker);
    await report(worker, id);

    expect((await call(worker, 'DELETE', `/pictures/${id}/reports`)).status).toBe(204);

    expect(await worker.services.ledger('default').pictureReports([id])).toEqual({});
    expect((await worker.fetch(`/images/${id}/0.jpg`)).status).toBe(200);
    const [entry] = (await worker.services.deploymentLedger().changes(1)) as AuditEntry[];
    expect(entry).toMatchObject({ what: 'reports_closed', who: 'token', site: 'default', target: id });
  });

  it('end when it is past, with their alarm', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await openCorner(worker);
    await save(worker, CORNER_SITE, 'corner');
    await report(worker, id, CORNER);
    const open = async () => (await worker.services.deploymentLedger().alarms(WORKER)).open.map(({ name }) => name);
    await eventually(open).toContain('picture_reported');

    await expire(id);

    expect(await worker.services.ledger('corner').pictureReports([id])).toEqual({});
    await eventually(open).not.toContain('picture_reported');
  });

  it('are found in the ledgers before that, when the file is gone already', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await openCorner(worker);
    await save(worker, CORNER_SITE, 'corner');
    await report(worker, id, CORNER);
    await env.BUCKET.delete(blobKey('images', id, 0));

    expect((await call(worker, 'DELETE', `/pictures/${id}/reports`)).status).toBe(204);

    expect(await worker.services.ledger('corner').pictureReports([id])).toEqual({});
    const unknown = await call(worker, 'DELETE', `/pictures/b${'0'.repeat(32)}/reports`);
    expect(await reasonOf(unknown)).toEqual([404, 'NOT_FOUND']);
  });

  it('end with it, whatever is left of it', async () => {
    const worker = createTestWorker(OWNER);
    const { id } = await openCorner(worker);
    await save(worker, CORNER_SITE, 'corner');
    await report(worker, id, CORNER);
    await env.BUCKET.delete(blobKey('images', id, 0));

    expect(await told(call(worker, 'DELETE', `/pictures/${id}`))).toEqual({ id, deleted: 0 });

    expect(await worker.services.ledger('corner').pictureReports([id])).toEqual({});
  });

  it('end with it', async () => {
    const worker = createTestWorker(OWNER);
    const id = await draw(worker);
    await report(worker, id);

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    expect(await worker.services.ledger('default').pictureReports([id])).toEqual({});
    expect(await reasonOf(await report(worker, id))).toEqual([404, 'NOT_FOUND']);
  });
});
