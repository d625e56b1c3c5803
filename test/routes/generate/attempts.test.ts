/** A visitor's limit of attempts, whatever the provider answers; and callers whose requests never reach a provider. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Services } from '../../../worker/services.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, type ErrorAnswer, reasonOf, upstreamCalls } from '../../support.ts';
import { CLIENT, UPLOAD } from '../upload/uploads.ts';
import { GENERATE, MODEL, nameOf, newBody, SSE, visitorOf } from './money.ts';

beforeEach(reset);

const COUNT = `${MODEL}:countTokens`;
/** Two pictures a minute, which allow ten attempts. */
const FEW = { VISITOR_PER_MINUTE: '2', VISITOR_PER_DAY: '99', SESSION_USES: '99' };
const ATTEMPTS = 10;

/** Names of the objects that were called. */
function watchObjects(asked: Set<string>) {
  return (services: Services): Services => ({
    ...services,
    generations: {
      ask(job, inputs) {
        asked.add(job.key);
        return services.generations.ask(job, inputs);
      },
    },
  });
}

const callsOf = async (bodies: ReturnType<typeof newBody>[]): Promise<number> =>
  (await Promise.all(bodies.map((body) => upstreamCalls(nameOf(body))))).reduce((sum, one) => sum + one, 0);

describe('a visitor whose requests come to nothing', () => {
  it.each([
    { words: '[[error:400_invalid_argument]]', target: GENERATE },
    { words: '[[error:400]]', target: SSE },
    { words: '[[error:404]]', target: GENERATE },
    { words: '[[error:429_quota]] [[retry:none]]', target: GENERATE },
    { words: '[[error:503_overloaded]]', target: GENERATE },
  ])('sends up no more than the attempts: $words', async ({ words, target }) => {
    const asked = new Set<string>();
    const worker = createTestWorker(FEW, watchObjects(asked));
    const ask = await visitorOf(worker, '198.51.100.1');
    const bodies = Array.from({ length: 2 * ATTEMPTS }, () => newBody(words));

    const answers: Response[] = [];
    for (const body of bodies) answers.push(await ask(body, target));

    expect(await callsOf(bodies)).toBeLessThanOrEqual(ATTEMPTS);
    expect(asked.size).toBeLessThanOrEqual(ATTEMPTS);
    const last = answers.at(-1) as Response;
    const retryAfter = Number(last.headers.get('Retry-After'));
    expect(retryAfter).toBeGreaterThan(0);
    // From the edge, whose windows slide: an attempt counts in part until the end of the next window.
    expect(retryAfter).toBeLessThanOrEqual(120);
    expect(((await last.json()) as ErrorAnswer).error).toMatchObject({
      code: 429,
      details: [{ reason: 'VISITOR_ATTEMPTS' }, { retryDelay: `${retryAfter}s` }],
    });
  });

  it('leaves the attempts of others alone', async () => {
    const worker = createTestWorker(FEW);
    const [first, second] = [await visitorOf(worker, '198.51.100.1'), await visitorOf(worker, '198.51.100.2')];
    for (let n = 0; n <= ATTEMPTS; n += 1) await first(newBody('[[error:400]]'));

    expect((await second(newBody())).status).toBe(200);
  });

  it('does not get attempts back with another secret or another ticket', async () => {
    const SECRET = '0a1b2c3d4e5f67890a1b2c3d4e5f6789fedcba9876543210fedcba9876543211';
    const worker = createTestWorker(FEW);
    const ask = await visitorOf(worker, '198.51.100.1');
    for (let n = 0; n < 2; n += 1) expect((await ask(newBody())).status).toBe(200);

    const rotated = createTestWorker({ ...FEW, PEEL_SECRET: SECRET });

    expect(await reasonOf(await (await visitorOf(rotated, '198.51.100.1'))(newBody()))).toEqual([
      429,
      'VISITOR_MINUTE',
    ]);
  });
});

describe('countTokens of a visitor', () => {
  it('is an attempt', async () => {
    const worker = createTestWorker(FEW);
    const ask = await visitorOf(worker, '198.51.100.1');
    const bodies = Array.from({ length: ATTEMPTS + 3 }, () => newBody());

    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await ask(body, COUNT)).status);

    expect(statuses).toEqual([...Array(ATTEMPTS).fill(200), 429, 429, 429]);
    expect(await callsOf(bodies)).toBe(ATTEMPTS);
    expect(await reasonOf(await ask(newBody()))).toEqual([429, 'VISITOR_ATTEMPTS']);
  });

  it('takes up no more than 4 MiB, and says so', async () => {
    const worker = createTestWorker(FEW);
    const picture = wholePng(1_000_000);
    const ask = await visitorOf(worker, '198.51.100.1');
    const answer = await worker.fetch(UPLOAD, {
      method: 'POST',
      headers: { ...CLIENT, 'Content-Type': 'image/png' },
      body: picture,
    });
    const { file } = (await answer.json()) as { file: { uri: string } };
    const withPictures = (count: number) => {
      const { contents } = newBody();
      const pictures = Array(count).fill({ fileData: { fileUri: file.uri } });
      return { contents: [{ role: 'user', parts: [...contents[0]!.parts, ...pictures] }] };
    };

    const small = await ask(withPictures(3), COUNT);
    const large = withPictures(4);

    expect(small.status).toBe(200);
    expect(((await (await ask(large, COUNT)).json()) as ErrorAnswer).error.message).toContain('at most 4194304 bytes');
    expect(await upstreamCalls(nameOf(large as ReturnType<typeof newBody>))).toBe(0);
    expect((await worker.ask(COUNT, large)).status).toBe(200);
  });
});

describe('a request that another worker sends on', () => {
  it.each([GENERATE, SSE, COUNT])('is refused, free: %s', async (target) => {
    const worker = createTestWorker();
    const ask = await visitorOf(worker, '198.51.100.1');
    const body = newBody();
    const relayed = { 'CF-Worker': 'relay.example' };

    const answers = [await ask(body, target, relayed), await worker.ask(target, body, relayed)];

    for (const answer of answers) expect(await reasonOf(answer)).toEqual([403, 'ORIGIN_DENIED']);
    expect(await upstreamCalls(nameOf(body))).toBe(0);
  });
});

describe('where the ledger does not say the day’s salt', () => {
  const unreachable = { LEDGER: { getByName: () => ({ salt: () => Promise.reject(new Error('unreachable')) }) } };

  it('a visitor’s paid requests hear so, free, and kept pictures go on', async () => {
    const body = newBody();
    await (await visitorOf(createTestWorker(), '198.51.100.1'))(body);
    const worker = createTestWorker(unreachable as object);
    const ask = await visitorOf(worker, '198.51.100.1');
    const other = newBody();

    const hit = await ask(body);
    const refused = await ask(other);

    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await reasonOf(refused)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(await upstreamCalls(nameOf(other))).toBe(0);
  });
});

it('stores a visitor’s address nowhere, in no spelling', async () => {
  const ask = await visitorOf(createTestWorker(), '198.51.100.77');

  await ask(newBody());

  const { keys } = await env.KV.list({ prefix: 'limit:' });
  expect(keys.length).toBeGreaterThan(0);
  expect(JSON.stringify(keys)).not.toMatch(/198\.51|c633644d/);
});
