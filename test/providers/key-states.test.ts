import { describe, expect, it } from 'vitest';
import { FIRST_COOLDOWN_MS, OPENS_AFTER_FAILURES } from '../../worker/providers/circuit-breaker.ts';
import type { LaneNews } from '../../worker/providers/key-health.ts';
import { createLaneBook, SUSPICION_MS, TELL_EVERY_MS } from '../../worker/providers/key-states.ts';
import { verdictOf } from '../../worker/providers/provider.ts';
import { busy, NOON } from './pools.ts';

const lane = { provider: 'google', place: 1 } as const;
const MODEL = 'gemini-3.1-flash-image';

const rate = (retryMs: number) => verdictOf('rate', { reason: 'UPSTREAM_QUOTA', ran: 'no' }, { retryMs, status: 429 });
const region = verdictOf('region', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 400 });

function setUp() {
  const clock = { ms: NOON };
  const told: LaneNews[] = [];
  const logged: string[] = [];
  const book = createLaneBook([lane], {
    now: () => clock.ms,
    log: (event) => void logged.push(event),
    tell: (news) => void told.push(news),
  });
  const fail = (verdict: Parameters<typeof book.failed>[1]) => book.failed(book.ask(lane, MODEL, {}), verdict);
  return { book, clock, told, logged, fail };
}

describe('createLaneBook', () => {
  it('tells of a rest once, however many requests run into it', () => {
    const { book, told, logged } = setUp();
    const crowd = Array.from({ length: 20 }, () => book.ask(lane, MODEL, {}));

    for (const ticket of crowd) book.failed(ticket, rate(30_000));

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
    const { book, told, fail } = setUp();

    fail(region);

    expect(told[0]).toEqual({
      ...{ provider: 'google', state: 'rests', trouble: 'region', status: 400 },
      ...{ since: NOON, until: NOON + 600_000 },
    });
    expect(book.restOf({ provider: 'google', place: 2 }, 'another')).toMatchObject({ trouble: 'region' });
    expect(book.restOf({ provider: 'apiyi', place: 1 }, MODEL)).toBeUndefined();
  });

  it('reports keys nobody has asked yet, and counts by key and by model', () => {
    const { book, fail } = setUp();
    const fit = { provider: 'google', key: 1, state: 'fit', since: NOON };
    expect(book.report()).toEqual([{ ...fit, asked: 0, answered: 0, failed: 0 }]);

    book.answered(book.ask(lane, MODEL, {}));
    book.answered(book.ask(lane, 'another', {}));
    fail(rate(30_000));

    expect(book.report()).toEqual([
      { ...fit, asked: 3, answered: 2, failed: 1 },
      expect.objectContaining({ model: MODEL, state: 'rests', asked: 2, answered: 1, failed: 1 }),
      expect.objectContaining({ model: 'another', state: 'fit', asked: 1, answered: 1, failed: 0 }),
    ]);
  });

  it('keeps a breaker open when a request that had gone up before is answered', () => {
    const { book, clock, fail } = setUp();
    const old = book.ask(lane, MODEL, {});
    clock.ms += 1;
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) fail(busy);

    book.answered(old);

    expect(book.restOf(lane, MODEL)).toMatchObject({ isGuess: true, isProbed: false });
    expect(book.report()[1]).toMatchObject({ state: 'open', until: clock.ms + FIRST_COOLDOWN_MS });
  });

  it('tells of what one request was refused for, and lets nothing rest for it', () => {
    const { book, told, logged, fail } = setUp();
    const wall = verdictOf('wall', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    fail(wall);

    expect(told).toEqual([{ provider: 'google', state: 'fit', since: NOON, trouble: 'wall', status: 403 }]);
    expect(book.restOf(lane, MODEL)).toBeUndefined();
    expect(logged).toEqual([]);

    fail(wall);

    expect(told[1]).toMatchObject({ state: 'rests', trouble: 'wall', until: NOON + 60_000 });
    expect(book.restOf(lane, MODEL)).toMatchObject({ isGuess: true });
  });

  it('takes all attempts of one request for one word', () => {
    const { book } = setUp();
    const request = {};
    const denied = verdictOf('denied', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    for (let n = 0; n < 3; n += 1) book.failed(book.ask(lane, MODEL, request), denied);

    expect(book.restOf(lane, MODEL)).toBeUndefined();
  });

  it('forgets a first refusal after a while', () => {
    const { book, clock, fail } = setUp();
    const denied = verdictOf('denied', { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, { status: 403 });

    fail(denied);
    clock.ms += SUSPICION_MS;
    fail(denied);

    expect(book.restOf(lane, MODEL)).toBeUndefined();
  });

  it('takes a refused request for a sign of life', () => {
    const { book, clock, fail } = setUp();
    for (let n = 0; n < OPENS_AFTER_FAILURES; n += 1) fail(busy);
    clock.ms += FIRST_COOLDOWN_MS;

    fail(verdictOf('request', { reason: 'INVALID_FIELD', ran: 'no' }));

    expect(book.restOf(lane, MODEL)).toBeUndefined();
    expect(book.report()[1]).toMatchObject({ state: 'fit' });
  });
});
