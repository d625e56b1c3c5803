/** Callers that share stored answers, and callers that get their own. */
import { describe, expect, it } from 'vitest';
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../../client-keys.ts';
import { createTestWorker, upstreamCalls } from '../../support.ts';
import { GENERATE, nameOf, newBody, visitorOf } from './money.ts';

const THIRD_KEY = 'pk_third_5d41402abc4b2a76b9719d911017c592';
const LINK = { 'Peel-Images': 'link' };

const worker = createTestWorker({
  CLIENT_KEYS: `dev:${CLIENT_KEY},joined:${OTHER_CLIENT_KEY}:site,fresh:${THIRD_KEY}:fresh`,
});
const as = (key: string, body: unknown, headers: Record<string, string> = {}) =>
  worker.ask(GENERATE, body, { 'x-goog-api-key': key, ...headers });
const statusOf = (answer: Response) => answer.headers.get('Cache-Status');
const HIT = 'peel; hit';

describe('a picture', () => {
  it('of a client is told neither to another client nor to visitors', async () => {
    const body = newBody();

    await as(CLIENT_KEY, body);
    const others = [await as(OTHER_CLIENT_KEY, body), await (await visitorOf(worker, '203.0.113.20'))(body)];
    const own = await as(CLIENT_KEY, body);

    // The second of the other callers shares the first one's audience.
    expect(others.map(statusOf)).toEqual(['peel; fwd=uri-miss; stored', HIT]);
    expect(statusOf(own)).toBe(HIT);
    expect(await upstreamCalls(nameOf(body))).toBe(2);
  });

  it('of the visitors is told to other visitors and to clients who joined them', async () => {
    const body = newBody();

    await (await visitorOf(worker, '203.0.113.21'))(body);
    const others = [await (await visitorOf(worker, '203.0.113.22'))(body), await as(OTHER_CLIENT_KEY, body)];

    expect(others.map(statusOf)).toEqual([HIT, HIT]);
    expect(statusOf(await as(CLIENT_KEY, body))).toBe('peel; fwd=uri-miss; stored');
  });
});

describe('a fresh take', () => {
  it.each([
    { name: 'with Peel-Variant: *', key: CLIENT_KEY, headers: { 'Peel-Variant': '*' } },
    { name: 'with no-cache', key: CLIENT_KEY, headers: { 'Cache-Control': 'no-cache' } },
    { name: 'by the default of the key', key: THIRD_KEY, headers: {} },
  ])('$name is a new picture each time, with its own address and its own bill', async ({ key, headers }) => {
    const body = newBody();

    const answers = await Promise.all([0, 1, 2].map(() => as(key, body, { ...headers, ...LINK })));

    expect(answers.map(statusOf)).toEqual(Array(3).fill('peel; fwd=uri-miss; stored'));
    expect(answers.every((answer) => Number(answer.headers.get('Peel-Cost')) > 0)).toBe(true);
    const addresses = await Promise.all(
      answers.map(async (answer) => /\/images\/\w+\/\d\.\w+/.exec(await answer.text())?.[0]),
    );
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect((await worker.fetch(address as string)).status).toBe(200);
  });

  it('is kept, and found again by the name that the answer tells', async () => {
    const body = newBody();
    const first = await as(THIRD_KEY, body);

    const again = await as(THIRD_KEY, body, { 'Peel-Variant': first.headers.get('Peel-Variant') as string });

    expect(statusOf(again)).toBe(HIT);
    expect(await again.text()).toBe(await first.text());
  });

  it('is what a visitor asks for with *, and not with no-cache', async () => {
    const ask = await visitorOf(worker, '203.0.113.23');
    const body = newBody();
    await ask(body);

    const reloaded = await ask(body, GENERATE, { 'Cache-Control': 'no-cache' });
    const fresh = await ask(body, GENERATE, { 'Peel-Variant': '*' });

    expect([reloaded, fresh].map(statusOf)).toEqual([HIT, 'peel; fwd=uri-miss; stored']);
  });
});
