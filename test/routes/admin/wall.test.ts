/** A picture on the wall outlives its retention, and goes when it is taken off. Reports are closed or end with it. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../../worker/ledger/audit.ts';
import { blobKey } from '../../../worker/storage/keys.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker, WORKER } from '../../support.ts';
import { GENERATE, moneyOf, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

vi.setConfig({ testTimeout: 20_000 });
afterEach(reset);

const DAY_MS = 86_400_000;
const SITE = { origins: [ORIGIN], adultsDeclared: true, proof: 'none' };
const EMPTY = {};

async function draw(worker: TestWorker, body: unknown = newBody()): Promise<string> {
  const answer = await worker.ask(GENERATE, body, { 'Peel-Images': 'link' });
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
const save = (worker: TestWorker, record: unknown) => told(call(worker, 'PUT', '/sites/default', record));
const onWall = async (worker: TestWorker) =>
  (await worker.services.ledger('default').sitePictures({ only: 'wall', most: 10 })).pictures.map(({ id }) => id);

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
    try {
      expect((await worker.fetch(`/images/${id}/0.jpg`)).status).toBe(404);
      expect((await worker.fetch(kept.image)).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
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

describe('reports of a picture', () => {
  const report = (worker: TestWorker, image: string) =>
    worker.fetch('/peel/report', {
      method: 'POST',
      headers: { 'content-type': 'application/json', Origin: ORIGIN, 'CF-Connecting-IP': '203.0.113.8' },
      body: JSON.stringify({ image, words: 'This is my photo.' }),
    });

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

  it('end with it', async () => {
    const worker = createTestWorker(OWNER);
    const id = await draw(worker);
    await report(worker, id);

    await told(call(worker, 'DELETE', `/pictures/${id}`));

    expect(await worker.services.ledger('default').pictureReports([id])).toEqual({});
    expect(await reasonOf(await report(worker, id))).toEqual([404, 'NOT_FOUND']);
  });
});
