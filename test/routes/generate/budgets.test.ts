/** No caller spends more than the owner allows. A refused caller learns which budget is spent and when it opens. */
import { reset } from 'cloudflare:test';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRefusals, REMEMBER_HELD_MS, REMEMBER_MS } from '../../../worker/ledger/refusals.ts';
import type { Services } from '../../../worker/services.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, type ErrorAnswer, newHold, reasonOf, upstreamCalls } from '../../support.ts';
import { ARRAY, dollars, GENERATE, moneyOf, nameOf, newBody, SSE, worstOf } from './money.ts';

const tiny = (words: string) => `[[size:tiny]] ${words}`;
/** Nothing is held by it. Those of held answers are equally long. */
const released = newHold();
const WORDS = tiny(released.words);
/** The highest price of these requests. */
const worst = worstOf(WORDS);
/** The real price of one of them. */
let cost: number;

beforeAll(async () => {
  await released.release();
  const worker = createTestWorker();
  cost = Number((await worker.ask(GENERATE, newBody(WORDS))).headers.get('Peel-Cost'));
});
beforeEach(reset);

/** Counts the calls of `Generation` objects. */
function watched() {
  const asked = { times: 0 };
  const clock = { now: Date.now() };
  const change = (services: Services): Services => ({
    ...services,
    refusals: createRefusals(() => clock.now),
    generations: {
      ask(...args) {
        asked.times += 1;
        return services.generations.ask(...args);
      },
    },
  });
  return { asked, clock, change };
}

const secondsToMidnight = () => (86_400_000 - (Date.now() % 86_400_000)) / 1000;

describe('a day’s budget', () => {
  it('of just eight lets eight of thirteen at once go up, and holds the rest off', async () => {
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(8 * worst) });
    const hold = newHold();
    const bodies = Array.from({ length: 13 }, () => newBody(tiny(hold.words)));
    let answered = 0;

    const asked = bodies.map(async (body) => {
      const answer = await worker.ask(GENERATE, body);
      answered += 1;
      return answer;
    });
    await eventually(async () => answered + (await upstreamCalls(hold.words))).toBe(13);
    await hold.release();
    const answers = await Promise.all(asked);

    const calls = await Promise.all(bodies.map((body) => upstreamCalls(nameOf(body))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(answers.map(({ status }) => (status === 200 ? 1 : 0))).toEqual(calls);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer.headers.get('Retry-After')).toBe('10');
      const { error } = (await answer.json()) as ErrorAnswer;
      expect(error).toMatchObject({
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        details: [{ reason: 'BUDGET_HELD', domain: 'peel' }, { retryDelay: '10s' }],
      });
    }
    await eventually(() => moneyOf(worker)).toEqual({ settled: 8 * cost, held: 0 });
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: 8 * cost, held: 0 });
  });

  it('has again what was held and not spent, to the last picture', async () => {
    const budget = 4 * worst;
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(budget) });

    let pictures = 0;
    for (;;) {
      const answer = await worker.ask(GENERATE, newBody(WORDS));
      if (answer.status !== 200) {
        expect(await reasonOf(answer)).toEqual([429, 'DAILY_BUDGET_SPENT']);
        break;
      }
      pictures += 1;
      await eventually(() => moneyOf(worker)).toEqual({ settled: pictures * cost, held: 0 });
    }

    expect(pictures).toBe(Math.floor((budget - worst) / cost) + 1);
  });

  it('less a micro-dollar than one picture’s worst price makes none', async () => {
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(worst - 1) });
    const body = newBody(WORDS);

    expect(await reasonOf(await worker.ask(GENERATE, body))).toEqual([429, 'DAILY_BUDGET_SPENT']);
    expect(await upstreamCalls(nameOf(body))).toBe(0);
    expect(await moneyOf(worker)).toEqual({ settled: 0, held: 0 });
  });
});

describe('a budget that is spent', () => {
  it.each([
    { variable: 'SITE_DAILY_BUDGET_USD', reason: 'DAILY_BUDGET_SPENT' },
    { variable: 'SITE_MONTHLY_BUDGET_USD', reason: 'MONTHLY_BUDGET_SPENT' },
    { variable: 'DEPLOYMENT_DAILY_BUDGET_USD', reason: 'DEPLOYMENT_BUDGET_SPENT' },
    { variable: 'DEPLOYMENT_MONTHLY_BUDGET_USD', reason: 'DEPLOYMENT_BUDGET_SPENT' },
  ])('says which it is, and when it opens again: $variable', async ({ variable, reason }) => {
    const worker = createTestWorker({ [variable]: dollars(worst - 1) });

    for (const target of [GENERATE, SSE, ARRAY]) {
      const before = secondsToMidnight();
      const answer = await worker.ask(target, newBody(WORDS));

      const retryAfter = Number(answer.headers.get('Retry-After'));
      const { error } = (await answer.json()) as ErrorAnswer;
      expect(error.code).toBe(429);
      expect(error.details).toMatchObject([{ reason }, { retryDelay: `${retryAfter}s` }]);
      expect(retryAfter).toBeGreaterThan(secondsToMidnight() - 1);
      if (!variable.includes('MONTHLY')) expect(retryAfter).toBeLessThan(before + 1);
    }
    expect(await moneyOf(worker)).toEqual({ settled: 0, held: 0 });
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: 0, held: 0 });
  });

  it('still answers what is kept, in every form', async () => {
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(worst) });
    const body = newBody(WORDS);
    expect((await worker.ask(GENERATE, body)).status).toBe(200);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    expect(await reasonOf(await worker.ask(GENERATE, newBody(WORDS)))).toEqual([429, 'DAILY_BUDGET_SPENT']);

    for (const target of [GENERATE, SSE, ARRAY]) {
      const hit = await worker.ask(target, body);
      expect([hit.status, hit.headers.get('Cache-Status')]).toEqual([200, 'peel; hit']);
    }
  });

  it('is remembered for five seconds: a flood asks no object', async () => {
    const { asked, clock, change } = watched();
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(worst - 1) }, change);
    expect(await reasonOf(await worker.ask(GENERATE, newBody(WORDS)))).toEqual([429, 'DAILY_BUDGET_SPENT']);
    expect(asked.times).toBe(1);

    clock.now += REMEMBER_MS - 1;
    const flood = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        worker.ask(n % 2 ? GENERATE : SSE, newBody(WORDS), n % 4 === 3 ? { 'Cache-Control': 'no-store' } : {}),
      ),
    );

    for (const answer of flood) expect(await reasonOf(answer)).toEqual([429, 'DAILY_BUDGET_SPENT']);
    expect(asked.times).toBe(1);
    clock.now += 1;
    await worker.ask(GENERATE, newBody(WORDS));
    expect(asked.times).toBe(2);
  });

  it('is not taken for a cheaper request’s', async () => {
    const { asked, change } = watched();
    // Room for the smallest picture, but not for this one.
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(worst - 1) }, change);
    await worker.ask(GENERATE, newBody(WORDS));

    const small = { ...newBody('[[size:tiny]]'), generationConfig: { maxOutputTokens: 2000 } };

    expect((await worker.ask(GENERATE, small)).status).toBe(200);
    expect(asked.times).toBe(2);
  });

  it('that is only held is remembered for a second: a flood asks no object, and what is free again is found', async () => {
    const { asked, clock, change } = watched();
    const worker = createTestWorker({ SITE_DAILY_BUDGET_USD: dollars(2 * worst - 1) }, change);
    const hold = newHold();
    const first = worker.ask(GENERATE, newBody(`[[error:400_invalid_argument]] ${hold.words}`));
    await eventually(async () => (await moneyOf(worker)).held).toBeGreaterThan(0);
    expect(await reasonOf(await worker.ask(GENERATE, newBody(WORDS)))).toEqual([429, 'BUDGET_HELD']);

    clock.now += REMEMBER_HELD_MS - 1;
    const flood = await Promise.all(Array.from({ length: 10 }, () => worker.ask(GENERATE, newBody(WORDS))));
    for (const answer of flood) expect(await reasonOf(answer)).toEqual([429, 'BUDGET_HELD']);
    expect(asked.times).toBe(2);

    await hold.release();
    await first;
    await eventually(() => moneyOf(worker)).toEqual({ settled: 0, held: 0 });
    clock.now += 1;

    expect((await worker.ask(GENERATE, newBody(WORDS))).status).toBe(200);
  });
});
