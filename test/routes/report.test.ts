/** A visitor reports a picture: who may, how often, what is kept, and where the site takes reports elsewhere. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { signatureQuery } from '../../worker/auth/private-picture.ts';
import type { SiteFacts } from '../../worker/protocol.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { watchBucket } from '../storage/watched-bucket.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker, WORKER } from '../support.ts';
import { OWNER } from './admin/owner.ts';

const CORNER = 'https://corner.example';

/** Keeps a picture of a site. @returns Its id. */
async function keep(site = 'default'): Promise<string> {
  const id = `b${crypto.randomUUID().replaceAll('-', '')}`;
  const labels = { site, key: '0'.repeat(64) };
  await env.BUCKET.put(blobKey('images', id, 0), 'a picture', { customMetadata: labels });
  return id;
}

let lastAddress = 0;
function visitor(): string {
  lastAddress += 1;
  return `198.51.100.${lastAddress}`;
}

const report = (worker: TestWorker, body: unknown, headers: Record<string, string> = {}) =>
  worker.fetch('/peel/report', {
    method: 'POST',
    headers: { 'content-type': 'application/json', Origin: ORIGIN, 'CF-Connecting-IP': visitor(), ...headers },
    body: JSON.stringify(body),
  });

const factsOf = async (worker: TestWorker): Promise<SiteFacts> =>
  (await (await worker.fetch('/peel/site', { headers: { Origin: ORIGIN } })).json()) as SiteFacts;

describe('POST /peel/report', () => {
  it('keeps the words with the picture, which stays as it is', async () => {
    const worker = createTestWorker(OWNER);
    const id = await keep();

    const answer = await report(worker, { image: `${WORKER}/images/${id}/0.png?w=320`, words: '  This is my photo. ' });
    await report(worker, { image: id, words: '<b>mine</b> too' });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(await worker.services.ledger('default').pictureReports([id])).toEqual({
      [id]: { at: expect.any(Number), count: 2, words: ['This is my photo.', '<b>mine</b> too'] },
    });
    expect(await env.BUCKET.head(blobKey('images', id, 0))).not.toBeNull();
  });

  it('of an id that there is no picture of costs one listing', async () => {
    const { bucket, asked } = watchBucket();
    const worker = createTestWorker(OWNER, undefined, bucket);

    await report(worker, { image: `b${'0'.repeat(32)}`, words: 'x' });

    expect(asked.map(([method]) => method)).toEqual(['list']);
  });

  it('keeps what the owner will see of the words, and nothing else', async () => {
    const worker = createTestWorker(OWNER);
    const id = await keep();

    await report(worker, { image: id, words: ' not\u202e gpj.live\u0000\u0007\u200b\r\nmine ' });
    const unseen = await report(worker, { image: id, words: '\u200b\u2060\u202e' });

    expect(await reasonOf(unseen)).toEqual([400, 'INVALID_FIELD']);
    expect((await worker.services.ledger('default').pictureReports([id]))[id]?.words).toEqual(['not gpj.live mine']);
  });

  it('takes a private picture from whom it was shown, and hides it from others', async () => {
    const worker = createTestWorker(OWNER);
    const id = `e${'0'.repeat(48)}`;
    await env.BUCKET.put(blobKey('images', id, 0), 'a picture', { customMetadata: { site: 'default', key: '0' } });
    const path = `${WORKER}/images/${id}/0.png`;
    const [secret = ''] = worker.services.config.secrets;
    const anHourAgo = Math.floor(Date.now() / 1000) - 3600;

    expect(await reasonOf(await report(worker, { image: id, words: 'x' }))).toEqual([404, 'NOT_FOUND']);
    expect(await reasonOf(await report(worker, { image: `${path}?e=9&s=x`, words: 'x' }))).toEqual([404, 'NOT_FOUND']);
    const image = `${path}?${signatureQuery(secret, id, anHourAgo)}`;
    expect((await report(worker, { image, words: 'x' })).status).toBe(204);
    expect((await worker.services.ledger('default').pictureReports([id]))[id]?.count).toBe(1);
  });

  it('counts a visitor once, and stops one that reports without end', async () => {
    const worker = createTestWorker(OWNER);
    const from = { 'CF-Connecting-IP': '203.0.113.99' };
    const ids = await Promise.all(Array.from({ length: 11 }, () => keep()));

    const statuses: number[] = [];
    for (const image of [ids[0], ...ids]) statuses.push((await report(worker, { image, words: 'x' }, from)).status);

    expect(statuses).toEqual([...Array(11).fill(204), 429]);
    const [id = ''] = ids;
    expect((await worker.services.ledger('default').pictureReports([id]))[id]?.count).toBe(1);
  });

  it('is judged by the site of the picture, and open to who is on no page', async () => {
    const worker = createTestWorker(OWNER);
    await env.KV.put('site:corner', JSON.stringify({ origins: [CORNER], adultsDeclared: true }));
    const image = await keep('corner');

    expect(await reasonOf(await report(worker, { image, words: 'x' }))).toEqual([403, 'ORIGIN_DENIED']);
    expect((await report(worker, { image, words: 'x' }, { Origin: CORNER })).status).toBe(204);
    const server = { method: 'POST', headers: { 'content-type': 'application/json' } };
    expect(
      (await worker.fetch('/peel/report', { ...server, body: JSON.stringify({ image, words: 'x' }) })).status,
    ).toBe(204);
    expect((await worker.services.ledger('corner').pictureReports([image]))[image]?.count).toBe(2);
  });

  it('goes on where the picture’s site was deleted, by the rules of `default`', async () => {
    const worker = createTestWorker(OWNER);
    const image = await keep('gone');

    const elsewhere = await report(worker, { image, words: 'x' }, { Origin: CORNER });

    expect(await reasonOf(elsewhere)).toEqual([403, 'ORIGIN_DENIED']);
    expect((await report(worker, { image, words: 'x' })).status).toBe(204);
    expect((await worker.services.ledger('gone').pictureReports([image]))[image]?.count).toBe(1);
  });

  it.each([
    { name: 'no words', body: { image: `b${'0'.repeat(32)}`, words: ' ' }, reads: [400, 'INVALID_FIELD'] },
    { name: 'a novel', body: { image: `b${'0'.repeat(32)}`, words: 'x'.repeat(501) }, reads: [400, 'INVALID_FIELD'] },
    {
      name: 'no picture of ours',
      body: { image: 'https://x.example/a.png', words: 'x' },
      reads: [400, 'INVALID_FIELD'],
    },
    { name: 'an unknown field', body: { image: '', words: 'x', who: 'me' }, reads: [400, 'UNKNOWN_FIELD'] },
    { name: 'a picture that is gone', body: { image: `b${'0'.repeat(32)}`, words: 'x' }, reads: [404, 'NOT_FOUND'] },
  ])('refuses $name', async ({ body, reads }) => {
    expect(await reasonOf(await report(createTestWorker(OWNER), body))).toEqual(reads);
  });
});

describe('where a site takes reports', () => {
  it.each([
    { name: 'the desk, without a word', variables: OWNER, facts: 'here', status: 204 },
    { name: 'nowhere, where nobody could read them', variables: {}, facts: undefined, status: 404 },
    { name: 'nowhere', variables: { ...OWNER, SITE_REPORTS: 'off' }, facts: undefined, status: 404 },
    {
      ...{ name: 'by e-mail', variables: { SITE_REPORTS: 'mailto:help@shop.example' } },
      ...{ facts: 'mailto:help@shop.example', status: 404 },
    },
  ])('$name', async ({ variables, facts, status }) => {
    const worker = createTestWorker(variables);

    expect((await factsOf(worker)).reports).toBe(facts);
    expect((await report(worker, { image: await keep(), words: 'x' })).status).toBe(status);
  });

  it('refuses an address that is none', () => {
    for (const SITE_REPORTS of [
      'help@shop.example',
      'mailto:a@b.example?cc=x',
      'https://shop.example',
      'mailto:"x"@y',
    ]) {
      expect(() => createTestWorker({ SITE_REPORTS })).toThrow(/^SITE_REPORTS must be off, desk, or an address/);
    }
  });
});

it('the label of pictures is told where it is not the usual one', async () => {
  expect((await factsOf(createTestWorker())).label).toBeUndefined();
  expect((await factsOf(createTestWorker({ SITE_AI_LABEL: 'ai-mark' }))).label).toBe('ai-mark');
});
