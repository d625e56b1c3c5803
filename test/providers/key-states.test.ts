import { describe, expect, it } from 'vitest';
import { FIRST_COOLDOWN_MS, OPENS_AFTER_FAILURES } from '../../worker/providers/circuit-breaker.ts';
import type { KeyHealth } from '../../worker/providers/key-health.ts';
import { createKeyStates, SUSPICION_MS, TELL_EVERY_MS } from '../../worker/providers/key-states.ts';
import { verdictOf } from '../../worker/providers/provider.ts';
import { busy, NOON } from './pools.ts';

const key = { provider: 'google', place: 1 } as const;
const MODEL = 'gemini-3.1-flash-image';

const rate = (retryMs: number) => verdictOf('rate', { reason: 'UPSTREAM_QUOTA', ran: 'no' }, { retryMs, status: 429 });
const region = verdictOf('region', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 400 });

function setUp() {
  const clock = { ms: NOON };
  const told: KeyHealth[] = [];
  const logged: string[] = [];
  const keyStates = createKeyStates([key], {
    now: () => clock.ms,
    log: (event) => void logged.push(event),
    reportHealth: (health) => void told.push(health),
  });
  const fail = (verdict: Parameters<typeof keyStates.failed>[1]) =>
    keyStates.failed(keyStates.ask(key, MODEL, {}), verdict);
  return { keyStates, clock, told, logged, fail };
}

describe('createKeyStates', () => {
  it('tells of a rest once, however many requests run into it', () => {
    const { keyStates, told, logged } = setUp();
    const crowd = Array.from({ length: 20 }, () => keyStates.ask(key, MODEL, {}));

    for (const attempt of crowd) keyStates.failed(attempt, rate(30_000));

    expect(logged).toEqual(['key_rests']);
    expect(told).toEqual([
      {
        ...{ provider: 'google', key: 1, model: MODEL, state: 'rests', trouble: 'rate', status: 429 },
        ...{ since: NOON, until: NOON + 30_000 },
      },
    ]);
  });

  it('logs each of many short rests, and sends on no more of them than one in a while', () => {
    const { clock, told, logged, fail } = setUp();
    for (let n = 0; n < 30; n += 1) {
      fail(rate(500));
      clock.ms += 1_000;
    }

    expect(logged.length).toBe(30);
    expect(told.map(({ since }) => since - NOON)).toEqual([0, TELL_EVERY_MS, 2 * TELL_EVERY_MS]);
  });

  it('rests a provider as a whole under its own name', () => {
    const { keyStates, told, fail } = setUp();

    fail(region);

    expect(told[0]).toEqual({
      ...{ provider: 'google', state: 'rests', trouble: 'region', status: 400 },
      ...{ since: NOON, until: NOON + 600_000 },
    });
    expect(keyStates.restOf({ provider: 'google', place: 2 }, 'another')).toMatchObject({ errorClass: 'region' });
    expect(keyStates.restOf({ provider: 'apiyi', place: 1 }, MODEL)).toBeUndefined();
  });

  it('reports keys that were never asked, and counts by key and by model', () => {
    const { keyStates, fail } = setUp();
    const fit = { provider: 'google', key: 1, state: 'fit', since: NOON };
    expect(keyStates.report()).toEqual([{ ...fit, asked: 0, answered: 0, failed: 0 }]);

    keyStates.answered(keyStates.ask(key, MODEL, {}));
    keyStates.answered(keyStates.ask(key, 'another', {}));
    fail(rate(30_000));

    expect(keyStates.report()).toEqual([
      { ...fit, asked: 3, answered: 2, failed: 1 },
      expect.objectContaining({ model: MODEL, state: 'rests', asked: 2, answered: 1, failed: 1 }),
      expect.objectContaining({ model: 'another', state: 'fit', asked: 1, answered: 1, failed: 0 }),
    ]);
  });

  it('keeps a breaker open when a request that had gone up before is answered', () => {
    const { keyStates, clock, fail } = setUp();
    const old = keyStates.ask(key, MODEL, {});
    clock.ms += 1;
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) fail(busy);

    keyStates.answered(old);

    expect(keyStates.restOf(key, MODEL)).toMatchObject({ isGuess: true, isProbed: false });
    expect(keyStates.report()[1]).toMatchObject({ state: 'open', until: clock.ms + FIRST_COOLDOWN_MS });
  });

  it('tells of what one request was refused for, and lets nothing rest for it', () => {
    const { keyStates, told, logged, fail } = setUp();
    const wall = verdictOf('wall', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    fail(wall);

    expect(told).toEqual([{ provider: 'google', state: 'fit', since: NOON, trouble: 'wall', status: 403 }]);
    expect(keyStates.restOf(key, MODEL)).toBeUndefined();
    expect(logged).toEqual([]);

    fail(wall);

    expect(told[1]).toMatchObject({ state: 'rests', trouble: 'wall', until: NOON + 60_000 });
    expect(keyStates.restOf(key, MODEL)).toMatchObject({ isGuess: true });
  });

  it('takes all attempts of one request for one word', () => {
    const { keyStates } = setUp();
    const request = {};
    const denied = verdictOf('denied', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    for (let n = 0; n < 3; n += 1) keyStates.failed(keyStates.ask(key, MODEL, request), denied);

    expect(keyStates.restOf(key, MODEL)).toBeUndefined();
  });

  it('forgets a first refusal after a while', () => {
    const { keyStates, clock, fail } = setUp();
    const denied = verdictOf('denied', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    fail(denied);
    clock.ms += SUSPICION_MS;
    fail(denied);

    expect(keyStates.restOf(key, MODEL)).toBeUndefined();
  });

  it('takes a refused request for a sign of life', () => {
    const { keyStates, clock, fail } = setUp();
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) fail(busy);
    clock.ms += FIRST_COOLDOWN_MS;

    fail(verdictOf('request', { reason: 'INVALID_FIELD', ran: 'no' }));

    expect(keyStates.restOf(key, MODEL)).toBeUndefined();
    expect(keyStates.report()[1]).toMatchObject({ state: 'fit' });
  });
});
