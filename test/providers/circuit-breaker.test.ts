import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  type BreakerState,
  beginProbe,
  CLOSED,
  FAILURE_WINDOW_MS,
  FIRST_COOLDOWN_MS,
  MAX_COOLDOWN_MS,
  OPENS_AFTER_FAILURES,
  PROBE_MS,
  phaseOf,
} from '../../worker/providers/circuit-breaker.ts';
import { callOf } from './fake-provider.ts';
import { busy, lost, model, setUp, type Turn } from './pools.ts';

const failing = (times: number, everyMs: number): [BreakerState, at: number] => {
  let state = CLOSED;
  let at = 0;
  for (let n = 0; n < times; n += 1) {
    at = n * everyMs;
    state = afterFailure(state, false, at);
  }
  return [state, at];
};

describe('the breaker', () => {
  it.each([
    { name: 'stays closed for fewer failures', times: OPENS_AFTER_FAILURES - 1, everyMs: 0, expected: 'closed' },
    { name: 'opens after so many in a row', times: OPENS_AFTER_FAILURES, everyMs: 0, expected: 'open' },
    { name: 'opens for slow ones too', times: OPENS_AFTER_FAILURES, everyMs: FAILURE_WINDOW_MS, expected: 'open' },
    { name: 'forgets those before a calm', times: 50, everyMs: FAILURE_WINDOW_MS + 1, expected: 'closed' },
  ])('$name', ({ times, everyMs, expected }) => {
    const [state, at] = failing(times, everyMs);

    expect(phaseOf(state, at)).toBe(expected);
  });

  it('is half-open after its cool-down, and probed by one', () => {
    const [state] = failing(OPENS_AFTER_FAILURES, 0);
    const probing = beginProbe(state, FIRST_COOLDOWN_MS);

    expect(phaseOf(state, FIRST_COOLDOWN_MS - 1)).toBe('open');
    expect(phaseOf(state, FIRST_COOLDOWN_MS)).toBe('half-open');
    expect(phaseOf(probing, FIRST_COOLDOWN_MS)).toBe('probed');
    expect(phaseOf(probing, FIRST_COOLDOWN_MS + PROBE_MS)).toBe('half-open');
  });

  it('cools down for twice as long after each probe that fails, up to a bound', () => {
    let [state] = failing(OPENS_AFTER_FAILURES, 0);
    const cooldowns = [];
    for (let n = 0; n < 7; n += 1) {
      const { until } = state.open!;
      state = afterFailure(beginProbe(state, until), true, until);
      cooldowns.push(state.open!.until - until);
    }

    expect(cooldowns.slice(0, 3)).toEqual([2, 4, 8].map((times) => times * FIRST_COOLDOWN_MS));
    expect(cooldowns.at(-1)).toBe(MAX_COOLDOWN_MS);
  });

  it('does not open longer for requests that were under way when it opened', () => {
    const [state] = failing(OPENS_AFTER_FAILURES, 0);

    expect(afterFailure(state, false, 5_000).open).toEqual(state.open);
  });
});

const ask = (pool: ReturnType<typeof setUp>['pool'], change = {}) => pool.generate(callOf({ model, ...change }));

describe('a pool with a provider in trouble', () => {
  const times = (turn: Turn, count: number): Turn[] => Array.from({ length: count }, () => turn);

  it('leaves it alone after a row of failures, lets one find out, and goes back when it answers', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { pool, asked, clock, logged, told } = setUp([
      ['google', 'g1', [...times(busy, OPENS_AFTER_FAILURES), promise]],
      ['apiyi', 'a1', []],
    ]);
    await Promise.all(Array.from({ length: OPENS_AFTER_FAILURES }, () => ask(pool)));
    asked.length = 0;

    await ask(pool);
    clock.ms += FIRST_COOLDOWN_MS;
    const crowd = Array.from({ length: 10 }, () => ask(pool));
    resolve(undefined);
    const answers = await Promise.all(crowd);
    await ask(pool);

    expect(asked).toEqual(['a1', 'g1', ...times(undefined, 9).map(() => 'a1'), 'g1']);
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(logged.filter(({ event }) => event !== 'provider_failed')).toEqual([
      expect.objectContaining({ event: 'key_rests', state: 'open', model: model.id, errorClass: 'overloaded' }),
      expect.objectContaining({ event: 'key_fit', state: 'fit', model: model.id }),
    ]);
    expect(told.map(({ state }) => state)).toEqual(['open', 'fit']);
  });

  it('counts what may have run, without ever asking elsewhere for it', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', times(lost, OPENS_AFTER_FAILURES)],
      ['apiyi', 'a1', []],
    ]);

    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) {
      expect(await ask(pool)).toMatchObject({ ok: false, failure: { ran: 'unknown' } });
    }
    expect(asked).not.toContain('a1');
    expect(await ask(pool)).toMatchObject({ ok: true, provider: 'apiyi' });
  });

  it('lets another probe where the first never went up', async () => {
    const { pool, asked, clock } = setUp([['google', 'g1', times(busy, OPENS_AFTER_FAILURES)]]);
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) await ask(pool, { signal: AbortSignal.abort() });
    clock.ms += FIRST_COOLDOWN_MS;

    const refused = await ask(pool, { permit: async () => ({ reason: 'SITE_PAUSED' }) });
    const answer = await ask(pool);

    expect(refused).toMatchObject({ ok: false, failure: { reason: 'SITE_PAUSED' } });
    expect(answer.ok).toBe(true);
    expect(asked.length).toBe(OPENS_AFTER_FAILURES + 1);
  });

  it('asks it nevertheless if there is no other key, one request at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { pool, asked } = setUp([['google', 'g1', [...times(busy, OPENS_AFTER_FAILURES), promise]]]);
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) await ask(pool, { signal: AbortSignal.abort() });

    const crowd = Array.from({ length: 10 }, () => ask(pool));
    resolve(undefined);
    const answers = await Promise.all(crowd);

    expect(answers.filter(({ ok }) => ok).length).toBe(1);
    expect(answers[1]).toMatchObject({
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 },
    });
    expect(asked.length).toBe(OPENS_AFTER_FAILURES + 1);
  });

  it('is the breaker of one model: another is asked', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', times(busy, OPENS_AFTER_FAILURES)],
      ['apiyi', 'a1', []],
    ]);
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) await ask(pool);
    asked.length = 0;

    await ask(pool, { model: { ...model, id: 'another' } });

    expect(asked).toEqual(['g1']);
  });
});
