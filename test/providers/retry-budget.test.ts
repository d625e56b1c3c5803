import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../worker/providers/provider.ts';
import { earnRetry, FIRST_RETRIES, hasRetry, MAX_RETRIES } from '../../worker/providers/retry-budget.ts';
import { callOf } from './fake-provider.ts';
import { busy, model, type Plan, setUp, type Turn } from './pools.ts';

describe('the retry budget', () => {
  it('is a tenth of the answers', () => {
    let tokens = 0;
    for (let n = 0; n < 10; n += 1) tokens = earnRetry(tokens);

    expect(hasRetry(0.99)).toBe(false);
    expect(tokens).toBeCloseTo(1);
  });

  it('does not save up for a storm', () => {
    let tokens = FIRST_RETRIES;
    for (let n = 0; n < 10_000; n += 1) tokens = earnRetry(tokens);

    expect(tokens).toBe(MAX_RETRIES);
  });
});

/** Repeatable random numbers (mulberry32). */
function createLuck(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const JOBS = 2_000;

/** Runs one job a second at providers with the given failure rates. */
async function simulate(plan: [Plan[number][0], string, faultRate: number][], failure = busy) {
  const luck = createLuck(20261125);
  const turns = (rate: number): Turn[] => Array.from({ length: 3 * JOBS }, () => (luck() < rate ? failure : undefined));
  const { pool, asked, clock } = setUp(plan.map(([name, label, rate]) => [name, label, turns(rate)]));
  let answered = 0;
  for (let n = 0; n < JOBS; n += 1) {
    const { ok } = await pool.generate(callOf({ model }));
    if (ok) answered += 1;
    clock.ms += 1_000;
  }
  const load = Object.fromEntries(plan.map(([, label]) => [label, asked.filter((one) => one === label).length / JOBS]));
  return { ratio: asked.length / JOBS, answered: answered / JOBS, load };
}

describe('under faults', () => {
  it.each([0.02, 0.1, 0.3, 0.6, 1])(
    'a lone provider that refuses %f is asked at most 1.10 times a job',
    async (rate) => {
      const { ratio, answered } = await simulate([['google', 'g1', rate]]);

      console.log(`one provider, ${rate * 100} % refused: ${ratio.toFixed(3)} attempts a job, ${answered} answered`);
      expect(ratio).toBeLessThanOrEqual(1.1);
    },
  );

  it.each([0.02, 0.1, 0.3, 0.6, 1])('Google that fails at %f by its own word is asked no more often', async (rate) => {
    const failed = verdictOf('failed', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'HTTP 500' });

    const { ratio, answered } = await simulate([['google', 'g1', rate]], failed);

    console.log(`Google, ${rate * 100} % failed: ${ratio.toFixed(3)} attempts a job, ${answered} answered`);
    expect(ratio).toBeLessThanOrEqual(1.1);
  });

  it('a provider that refuses 30 % is never asked twice where another is fit, and every job is answered', async () => {
    const { ratio, answered, load } = await simulate([
      ['google', 'g1', 0.3],
      ['apiyi', 'a1', 0],
    ]);

    console.log(`two providers, 30 % of the first refused: ${ratio.toFixed(3)} a job, by provider`, load);
    expect(answered).toBe(1);
    expect(load.g1).toBeLessThanOrEqual(1);
  });

  it('two providers that refuse 30 % each are asked at most 1.10 times a job, each of them', async () => {
    const { ratio, answered, load } = await simulate([
      ['google', 'g1', 0.3],
      ['apiyi', 'a1', 0.3],
    ]);

    console.log(
      `two providers, 30 % of each refused: ${ratio.toFixed(3)} a job, ${answered} answered, by provider`,
      load,
    );
    expect(Math.max(load.g1!, load.a1!)).toBeLessThanOrEqual(1.1);
    expect(answered).toBeGreaterThan(0.9);
  });
});
