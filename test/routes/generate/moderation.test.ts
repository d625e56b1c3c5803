/** The owner's check of finished pictures: nothing is seen before it, it is paid once and asked once, and it may fail. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { signatureOf } from '../../../worker/shared/signed-post.ts';
import { eventually } from '../../eventually.ts';
import { picture } from '../../storage/pictures.ts';
import { createTestWorker, newPrompt, type TestWorker, upstreamCalls, WORKER } from '../../support.ts';
import { ARRAY, GENERATE, moneyOf, nameOf, newBody, SSE } from './money.ts';
import { messageOf, scripted, spell, USAGE } from './odd-answers.ts';

afterEach(reset);

const SECRET = `${'5c'.repeat(8)}e07f1b2d9a3c4586`;
const LINK = { 'Peel-Images': 'link' };
const moderated = (path: string, fails = 'closed', change?: Parameters<typeof createTestWorker>[1]) =>
  createTestWorker(
    {
      ...{ MODERATION_URL: `${inject('upstreamUrl')}/__moderation/${path}`, MODERATION_SECRET: SECRET },
      MODERATION_FAILS: fails,
    },
    change,
  );

interface Check {
  signature: string;
  body: string;
}
const checksOf = async (includes: string): Promise<Check[]> =>
  (await (await fetch(`${inject('upstreamUrl')}/__moderation?includes=${includes}`)).json()) as Check[];

/** Ids of all pictures that are stored. */
const stored = async (): Promise<string[]> =>
  (await env.BUCKET.list({ prefix: '30d/images/' })).objects.map(({ key }) => key.split('/')[2] ?? '');

const settled = (worker: TestWorker) => eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });

const FORMS = [
  { name: 'JSON', target: GENERATE, headers: {} },
  { name: 'a link', target: GENERATE, headers: LINK },
  { name: 'events', target: SSE, headers: LINK },
  { name: 'an array', target: ARRAY, headers: {} },
];
const WORDS = '[[size:tiny]]';

describe('a picture that the check allows', () => {
  it.each(FORMS)('is shown as ever, asked about once and signed for, and kept: $name', async ({ target, headers }) => {
    const worker = moderated('allow');
    const body = newBody(WORDS);

    const first = await (await worker.ask(target, body, headers)).text();
    const [id = ''] = await stored();
    await settled(worker);
    const again = await worker.ask(target, body, headers);

    expect(again.headers.get('Cache-Status')).toBe('peel; hit');
    expect(first).toMatch(/inlineData|fileData/);
    const checks = await checksOf(id);
    expect(checks).toHaveLength(1);
    const [check] = checks as [Check];
    const asked = JSON.parse(check.body) as { address: string };
    expect(asked).toEqual({
      ...{ id, n: 0, site: 'default', mimeType: 'image/jpeg' },
      address: `${WORKER}/images/${id}/0.jpg`,
    });
    expect((await worker.fetch(asked.address.slice(WORKER.length))).status).toBe(200);
    const t = Number(/^t=(\d+),/.exec(check.signature)?.[1]) * 1000;
    expect(check.signature).toBe(await signatureOf(SECRET, check.body, t));
  });
});

describe('a picture that the check refuses', () => {
  it.each(FORMS)('is seen nowhere, is paid for once, and reads as a refusal: $name', async ({ target, headers }) => {
    const worker = moderated('refuse');
    const body = newBody(WORDS);

    const answer = await worker.ask(target, body, headers);
    const text = await answer.text();
    await settled(worker);

    expect(answer.status).toBe(200);
    expect(text).toContain('IMAGE_SAFETY');
    expect(text).toContain('usageMetadata');
    expect(text).not.toMatch(/inlineData|fileData|\/images\//);
    expect(await stored()).toEqual([]);
    expect(await upstreamCalls(nameOf(body))).toBe(1);
    expect((await moneyOf(worker)).settled).toBeGreaterThan(60_000);
    if (target === ARRAY) expect(JSON.parse(text)).toEqual(expect.any(Array));
  });

  it('is no picture of the owner’s list, and is told to all who asked at once', async () => {
    const worker = moderated('refuse');
    const body = newBody(WORDS);

    const answers = await Promise.all([1, 2, 3].map(() => worker.ask(SSE, body, LINK).then((each) => each.text())));
    await settled(worker);

    expect(new Set(answers.map((text) => text.includes('IMAGE_SAFETY')))).toEqual(new Set([true]));
    expect(await upstreamCalls(nameOf(body))).toBe(1);
    expect((await worker.services.ledger('default').sitePictures({ most: 10 })).pictures).toEqual([]);
  });

  it('is not named by the reference of a signature before it', async () => {
    const worker = moderated('refuse');
    const signed = { text: 'Here.', thoughtSignature: new Uint8Array(6000).fill(7).toBase64() };
    const inlineData = { mimeType: 'image/png', data: picture(5000).toBase64() };
    const answer = spell(
      [messageOf([{ text: 'First.' }]), messageOf([signed]), messageOf([{ inlineData }], 'STOP', USAGE)],
      'sse',
    );
    const body = await scripted({ body: answer, contentType: 'text/event-stream' });

    const text = await (await worker.ask(SSE, body, LINK)).text();

    expect(text).toContain('First.');
    expect(text).toContain('IMAGE_SAFETY');
    expect(text).not.toContain('thoughtSignature');
  });

  it('does not come with a draft either', async () => {
    const worker = moderated('refuse');
    const body = newPrompt('[[size:tiny]] [[drafts:2]]');
    const config = { generationConfig: { thinkingConfig: { includeThoughts: true } } };

    const text = await (await worker.ask(SSE, { ...body, ...config }, LINK)).text();

    expect(text).not.toContain('/images/');
    expect(await stored()).toEqual([]);
  });
});

describe('a check that does not answer', () => {
  it('lets nothing through where it fails closed, and is asked twice', async () => {
    const worker = moderated('broken');
    const body = newBody(WORDS);
    const before = (await checksOf('')).length;

    const text = await (await worker.ask(GENERATE, body, LINK)).text();

    expect(text).toContain('IMAGE_SAFETY');
    expect(await stored()).toEqual([]);
    expect((await checksOf('')).length - before).toBe(2);
  });

  it('lets all through where it fails open, and is asked again the next time', async () => {
    const worker = moderated('broken', 'open');
    const body = newBody(WORDS);

    const text = await (await worker.ask(GENERATE, body, LINK)).text();
    const [id = ''] = await stored();
    await settled(worker);
    await worker.ask(GENERATE, body, LINK);

    expect(text).toContain(`/images/${id}/`);
    expect(await checksOf(id)).toHaveLength(4);
  });
});

describe('a picture that was kept before there was a check', () => {
  const keepOne = async () => {
    const body = newBody(WORDS);
    const worker = createTestWorker();
    await worker.ask(GENERATE, body, LINK);
    await settled(worker);
    const [id = ''] = await stored();
    return { body, id };
  };

  it('is asked about once, and then shown as a hit', async () => {
    const { body, id } = await keepOne();
    const worker = moderated('allow');

    const hits = [await worker.ask(GENERATE, body, LINK), await worker.ask(GENERATE, body, LINK)];

    expect(hits.map(({ headers }) => headers.get('Cache-Status'))).toEqual(['peel; hit', 'peel; hit']);
    expect(await checksOf(id)).toHaveLength(1);
  });

  it('is asked about once by all who ask at once', async () => {
    const { body, id } = await keepOne();
    const worker = moderated('allow');

    const hits = await Promise.all(Array.from({ length: 20 }, () => worker.ask(GENERATE, body, LINK)));

    expect(new Set(hits.map(({ headers }) => headers.get('Cache-Status')))).toEqual(new Set(['peel; hit']));
    expect(await checksOf(id)).toHaveLength(1);
  });

  it('is deleted where the check refuses it, from the cache too', async () => {
    const { body, id } = await keepOne();
    const forgotten: unknown[] = [];
    const worker = moderated('refuse', 'closed', (services) => ({
      ...services,
      pictures: { ...services.pictures, forget: async (...what) => void forgotten.push(what) },
    }));

    const text = await (await worker.ask(GENERATE, body, LINK)).text();

    expect(text).not.toContain(id);
    expect(await stored()).not.toContain(id);
    expect(forgotten).toEqual([[WORKER, id, [0]]]);
  });

  it('leaves no smaller size behind that was asked for while the check refused it', async () => {
    const { body, id } = await keepOne();
    const sizes = [160, 320, 640, 1280];
    const worker = moderated('refuse');

    await Promise.all([
      worker.ask(GENERATE, body, LINK),
      ...sizes.map((width) => worker.fetch(`/images/${id}/0.jpg?w=${width}`)),
    ]);

    const statuses = await Promise.all(
      sizes.map(async (width) => (await worker.fetch(`/images/${id}/0.jpg?w=${width}`)).status),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it('is not shown while the check does not answer, and is not lost', async () => {
    const { body, id } = await keepOne();

    const answer = await moderated('broken').ask(GENERATE, body, LINK);

    expect(answer.status).toBe(503);
    expect(await stored()).toEqual([id]);
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });
});

it('half a set-up is refused by name', () => {
  expect(() => createTestWorker({ MODERATION_URL: 'https://check.example' })).toThrow(/^MODERATION_SECRET must be set/);
  expect(() => createTestWorker({ MODERATION_SECRET: SECRET })).toThrow(/^MODERATION_URL must be set/);
});
