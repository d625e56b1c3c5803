/** Limits of visitors: exact in the ledger, whatever the edge's caches know. */
import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WindowPolicy } from '../../../worker/limits/policies.ts';
import type { Services } from '../../../worker/services.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, type ErrorAnswer, newHold, reasonOf, upstreamCalls, watchAsks } from '../../support.ts';
import { type Body, GENERATE, moneyOf, nameOf, newBody, SSE, visitorOf, withoutKv } from './money.ts';

const HIGH = { VISITOR_PER_MINUTE: '99', VISITOR_PER_DAY: '99', SESSION_USES: '99', SITE_PER_MINUTE: '99' };

/** An address is hashed with the salt of its UTC day, so its counts begin anew then. */
const secondsToMidnight = (): number => 86_400 - (Math.floor(Date.now() / 1000) % 86_400);

beforeEach(reset);

async function callsOf(bodies: Body[]): Promise<number> {
  const calls = await Promise.all(bodies.map((body) => upstreamCalls(nameOf(body))));
  return calls.reduce((sum, one) => sum + one, 0);
}

describe('with KV failing', () => {
  it.each([
    { variable: 'VISITOR_PER_MINUTE', reason: 'VISITOR_MINUTE', most: 60, says: 'You can make 3 pictures a minute.' },
    {
      variable: 'VISITOR_PER_DAY',
      reason: 'VISITOR_DAY',
      most: secondsToMidnight(),
      says: 'your 3 pictures for today',
    },
    { variable: 'SESSION_USES', reason: 'SESSION_SPENT', most: 86_400, says: 'its 3 pictures' },
    { variable: 'SITE_PER_MINUTE', reason: 'SITE_MINUTE', most: 60, says: 'pictures for this minute' },
  ])('exactly so many of a crowd start: $variable', async ({ variable, reason, most, says }) => {
    const worker = createTestWorker({ ...HIGH, [variable]: '3' }, withoutKv);
    const ask = await visitorOf(worker, '198.51.100.1');
    const bodies = Array.from({ length: 12 }, () => newBody());

    const answers = await Promise.all(bodies.map((body, n) => ask(body, n % 2 ? SSE : GENERATE)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(await callsOf(bodies)).toBe(3);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      const retryAfter = Number(answer.headers.get('Retry-After'));
      // The table was made some seconds ago.
      expect(retryAfter).toBeGreaterThan(most - 30);
      expect(retryAfter).toBeLessThanOrEqual(most);
      const { error } = (await answer.json()) as ErrorAnswer;
      expect(error).toMatchObject({ code: 429, details: [{ reason }, { retryDelay: `${retryAfter}s` }] });
      expect(error.message).toContain(says);
    }
    // A refused caller holds no money.
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  });

  it('a limit is a visitor’s own', async () => {
    const worker = createTestWorker({ ...HIGH, VISITOR_PER_MINUTE: '1' }, withoutKv);
    const [first, second] = [await visitorOf(worker, '198.51.100.1'), await visitorOf(worker, '198.51.100.2')];

    expect((await first(newBody())).status).toBe(200);
    const refused = await first(newBody());
    expect(refused.headers.get('RateLimit')).toMatch(/"visitor-minute";r=0;t=\d+/);
    expect(await reasonOf(refused)).toEqual([429, 'VISITOR_MINUTE']);

    expect((await second(newBody())).status).toBe(200);
  });

  it('who is refused may look at what another has made', async () => {
    const worker = createTestWorker({ ...HIGH, VISITOR_PER_MINUTE: '1' }, withoutKv);
    const [first, second] = [await visitorOf(worker, '198.51.100.1'), await visitorOf(worker, '198.51.100.2')];
    const body = newBody();
    await first(newBody());
    expect(await reasonOf(await first(body))).toEqual([429, 'VISITOR_MINUTE']);

    expect((await second(body)).status).toBe(200);

    expect((await first(body)).headers.get('Cache-Status')).toBe('peel; hit');
  });

  it('a client has no limit but the budgets', async () => {
    const worker = createTestWorker({ VISITOR_PER_MINUTE: '1', SITE_PER_MINUTE: '1' }, withoutKv);

    const answers = await Promise.all(Array.from({ length: 5 }, () => worker.ask(GENERATE, newBody())));

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  });
});

describe('the edge’s count', () => {
  function counted() {
    const counts: (readonly WindowPolicy[])[] = [];
    const change = (services: Services): Services => ({
      ...services,
      limits: { ...services.limits, count: async (policies) => void counts.push(policies) },
    });
    return { counts, change };
  }

  it('is of what starts: neither of who joins, nor of a hit, nor of what is refused', async () => {
    const { counts, change } = counted();
    const { asked, change: watch } = watchAsks();
    const worker = createTestWorker(
      { ...HIGH, SITE_DAILY_BUDGET_USD: '0.2', VISITOR_DAILY_USD: '0.2', PREFIX_DAILY_USD: '0.2' },
      (services) => change(watch(services)),
    );
    const ask = await visitorOf(worker, '198.51.100.1');
    const hold = newHold();
    const body = newBody(`[[size:tiny]] ${hold.words}`);

    const crowd = [ask(body), ask(body, SSE), ask(body)];
    await eventually(() => asked.times).toBe(3);
    await hold.release();
    await Promise.all(crowd);
    await ask(body);
    await ask(newBody());

    expect(counts.map((policies) => policies.map(({ name }) => name))).toEqual([
      ['attempts-minute', 'attempts-day', 'network-attempts-minute', 'network-attempts-day'],
      ['visitor-minute', 'session', 'visitor-day', 'site-minute'],
    ]);
  });

  it('is of what starts slowly as well', async () => {
    const { counts, change } = counted();
    // The provider's first sign comes long after callers began to wait.
    const worker = createTestWorker(HIGH, (services) => change({ ...services, pause: () => scheduler.wait(20) }));
    const ask = await visitorOf(worker, '198.51.100.1');

    for (const target of [GENERATE, SSE]) await ask(newBody('[[size:tiny]] [[delay:300]]'), target);

    expect(counts.filter(([first]) => !first?.perAttempt)).toHaveLength(2);
  });
});
