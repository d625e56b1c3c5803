/** `Cache-Control: no-store` stores nothing. Its money is held and settled like that of any other paid call. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.ts';
import { createTestWorker, newHold, reasonOf, type TestWorker, upstreamCalls } from '../../support.ts';
import { ARRAY, dollars, fetchUnread, GENERATE, moneyOf, nameOf, newBody, SSE, usageOf, worstOf } from './money.ts';

const NO_STORE = { 'Cache-Control': 'no-store' };
const WORDS = '[[answer:picture]]';
const NOTHING = { settled: 0, held: 0 };

/** The settled money, after nothing is held any more. */
async function settledOf(worker: TestWorker): Promise<number> {
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  return (await moneyOf(worker)).settled;
}

/** The cost of the same answer when it is stored. Resets everything afterwards. */
async function keptCost(target: string): Promise<number> {
  const worker = createTestWorker();
  await worker.ask(target, newBody(WORDS));
  const settled = await settledOf(worker);
  await reset();
  return settled;
}

const worst = worstOf(WORDS);

beforeEach(reset);

describe('an answer that passes through', () => {
  it.each([GENERATE, SSE, ARRAY])('costs what a kept one does, by the usage at its end: %s', async (target) => {
    const cost = await keptCost(target);
    const worker = createTestWorker();

    const answer = await worker.ask(target, newBody(WORDS), NO_STORE);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Peel-Cost-Reserved')).toBe(String(worst));
    const settled = await settledOf(worker);
    expect(settled).toBe(cost);
    expect(settled).toBeGreaterThan(60_000);
    expect(settled).toBeLessThan(worst);
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled, held: 0 });
    expect(await usageOf(worker)).toMatchObject([{ pictures: 1, provider: 'google', costMicros: settled }]);
    expect((await env.BUCKET.list()).objects).toEqual([]);
  });

  it('holds its worst price while it passes', async () => {
    const cost = await keptCost(GENERATE);
    const worker = createTestWorker();

    const answer = await fetchUnread(worker, GENERATE, newBody(WORDS), NO_STORE);

    expect(await moneyOf(worker)).toEqual({ settled: 0, held: worst });
    await answer.bytes();
    expect(await settledOf(worker)).toBe(cost);
  });

  it('twice is paid twice: that was asked for', async () => {
    const cost = await keptCost(GENERATE);
    const worker = createTestWorker();
    const body = newBody(WORDS);

    await Promise.all([worker.ask(GENERATE, body, NO_STORE), worker.ask(GENERATE, body, NO_STORE)]);

    expect(await settledOf(worker)).toBe(2 * cost);
    expect(await upstreamCalls(nameOf(body))).toBe(2);
  });

  it('that is a refusal costs what was used, and is no picture', async () => {
    const worker = createTestWorker();

    await worker.ask(GENERATE, newBody('[[finish:IMAGE_SAFETY]]'), NO_STORE);

    const settled = await settledOf(worker);
    expect(settled).toBeGreaterThan(0);
    expect(settled).toBeLessThan(5000);
    expect(await usageOf(worker)).toMatchObject([{ pictures: 0 }]);
  });
});

describe('what is not known is counted in full', () => {
  it.each([
    ['JSON without usage', GENERATE, '[[usage:none]]'],
    ['JSON with senseless usage', GENERATE, '[[usage:odd]]'],
    ['events without usage', SSE, '[[usage:none]]'],
    ['JSON that is too short', GENERATE, '[[truncate:0.5]]'],
    ['events that are too few', SSE, '[[truncate:0.5]]'],
    ['a connection that breaks', GENERATE, '[[reset:headers]]'],
    ['an error with an unknown outcome', GENERATE, '[[error:500_internal]]'],
  ])('%s (%s, %s)', async (_name, target, words) => {
    const full = worstOf(words);
    const worker = createTestWorker();

    await worker.ask(target, newBody(words), NO_STORE);

    expect(await settledOf(worker)).toBe(full);
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: full, held: 0 });
    // Its bill has the call, so the ledger has it in the same provider's row.
    expect(await usageOf(worker)).toMatchObject([{ provider: 'google' }]);
  });

  it.each([GENERATE, SSE])('a body that breaks off as soon as it has begun: %s', async (target) => {
    const full = worstOf('[[reset:1000]]');
    const worker = createTestWorker();

    const answer = await fetchUnread(worker, target, newBody('[[reset:1000]]'), NO_STORE);
    await answer.bytes().catch(() => undefined);

    expect(await settledOf(worker)).toBe(full);
  });

  it('a body that breaks off in its middle', async () => {
    const full = worstOf('[[reset:50%]]');
    const worker = createTestWorker();

    const answer = await fetchUnread(worker, GENERATE, newBody('[[reset:50%]]'), NO_STORE);
    await expect(answer.bytes()).rejects.toThrow();

    expect(await settledOf(worker)).toBe(full);
  });

  it.each(['[[reset:50%]]', '[[reset:99%]]', '[[truncate:0.5]]'])(
    'events that upstream breaks off end with one more event: %s',
    async (words) => {
      const full = worstOf(words);
      const worker = createTestWorker();

      const answer = await fetchUnread(worker, SSE, newBody(words), NO_STORE);
      const text = await answer.text();

      expect(answer.status).toBe(200);
      expect(text).toMatch(/\r\n\r\ndata: \{"error":\{"code":502,[^\n]*"reason":"UPSTREAM_BROKEN"/);
      expect(await settledOf(worker)).toBe(full);
    },
  );

  it.each([GENERATE, SSE])('of a reader who leaves: %s', async (target) => {
    const words = '[[drip:200000]]';
    const full = worstOf(words);
    const worker = createTestWorker();

    const answer = await fetchUnread(worker, target, newBody(words), NO_STORE);
    await answer.body!.cancel();

    expect(await settledOf(worker)).toBe(full);
  });
});

describe('what provably did not run', () => {
  it.each(['[[error:429_quota]]', '[[error:503_overloaded]]', '[[error:400_invalid_argument]]'])(
    'costs nothing: %s',
    async (words) => {
      const worker = createTestWorker();

      const answer = await worker.ask(GENERATE, newBody(words), NO_STORE);

      expect(answer.status).toBeGreaterThanOrEqual(400);
      await eventually(() => moneyOf(worker)).toEqual(NOTHING);
      await eventually(() => moneyOf(worker, 'deployment')).toEqual(NOTHING);
      expect(await usageOf(worker)).toEqual([]);
    },
  );
});

describe('a budget', () => {
  it.each([
    { variable: 'SITE_DAILY_BUDGET_USD', reason: 'DAILY_BUDGET_SPENT' },
    { variable: 'DEPLOYMENT_DAILY_BUDGET_USD', reason: 'DEPLOYMENT_BUDGET_SPENT' },
  ])('binds it as well: $reason', async ({ variable, reason }) => {
    const worker = createTestWorker({ [variable]: dollars(worst - 1) });
    const body = newBody(WORDS);

    const answer = await worker.ask(GENERATE, body, NO_STORE);

    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await reasonOf(answer)).toEqual([429, reason]);
    expect(await upstreamCalls(nameOf(body))).toBe(0);
    expect(await moneyOf(worker)).toEqual(NOTHING);
    // The refusal is remembered for requests with storage, too.
    const client = { kind: 'client', site: worker.services.config.site, name: 'dev' } as const;
    expect(worker.services.refusals.recall(client, worst)).toMatchObject({ reason });
  });

  it('of just three lets three of six at once pass', async () => {
    const hold = newHold();
    const words = `${WORDS}${hold.words}`;
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(3 * worstOf(words)) });
    await reset();
    let answered = 0;

    const asked = Array.from({ length: 6 }, async () => {
      const answer = await worker.ask(GENERATE, newBody(words), NO_STORE);
      answered += 1;
      return answer;
    });
    await eventually(async () => answered + (await upstreamCalls(hold.words))).toBe(6);
    await hold.release();
    const answers = await Promise.all(asked);

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(await reasonOf(answer)).toEqual([429, 'BUDGET_HELD']);
    }
  });
});
