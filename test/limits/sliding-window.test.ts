import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountedCaller } from '../../worker/auth/caller.ts';
import { policiesOf, type WindowPolicy } from '../../worker/limits/policies.ts';
import { windowIndex, windowState } from '../../worker/limits/sliding-window.ts';
import type { Site } from '../../worker/sites/site.ts';

const policy: WindowPolicy = { name: 'test', who: 'x', limit: 4, windowSeconds: 60, reason: 'VISITOR_MINUTE' };
const site = { id: 'default', visitorPerMinute: 3, visitorPerDay: 20, sessionUses: 5, sitePerMinute: 120 } as Site;

describe('windowState', () => {
  it.each([
    { name: 'is free at first', counts: { current: 0, previous: 0 }, at: 0, remaining: 4, retry: 0 },
    { name: 'counts what this window has', counts: { current: 3, previous: 0 }, at: 10, remaining: 1, retry: 0 },
    { name: 'is spent at the limit', counts: { current: 4, previous: 0 }, at: 30, remaining: 0, retry: 45 },
    {
      name: 'still sees all of the last window at its end',
      counts: { current: 0, previous: 4 },
      at: 0,
      remaining: 0,
      retry: 15,
    },
    {
      name: 'forgets the last window as this one goes on',
      counts: { current: 0, previous: 4 },
      at: 45,
      remaining: 3,
      retry: 0,
    },
    { name: 'adds both', counts: { current: 2, previous: 4 }, at: 30, remaining: 0, retry: 15 },
  ])('$name', ({ counts, at, remaining, retry }) => {
    const state = windowState(policy, counts, 6000 + at);

    expect(state).toEqual({ remaining, retryAfterSeconds: retry, resetSeconds: 60 - at });
  });

  it('tells a time to wait after which there is room, and not much later than need be', () => {
    const count = fc.integer({ min: 0, max: 12 });
    const second = fc.integer({ min: 0, max: 59 });
    fc.assert(
      fc.property(count, count, second, fc.integer({ min: 1, max: 4 }), (current, previous, at, units) => {
        const now = 6000 + at;
        const { remaining, retryAfterSeconds } = windowState({ ...policy, units }, { current, previous }, now);
        expect(retryAfterSeconds === 0).toBe(remaining >= units);
        fc.pre(remaining < units);
        const later = (seconds: number) => {
          const moved = windowIndex(policy, now + seconds) - windowIndex(policy, now);
          const counts = moved === 0 ? { current, previous } : { current: 0, previous: moved === 1 ? current : 0 };
          return windowState(policy, counts, now + seconds).remaining;
        };
        expect(later(retryAfterSeconds)).toBeGreaterThanOrEqual(units);
        if (retryAfterSeconds > 2) expect(later(retryAfterSeconds - 2)).toBeLessThan(units);
      }),
    );
  });

  it('never lets a closed window of full use pass more than the limit', () => {
    const state = windowState(policy, { current: 100, previous: 100 }, 6059);

    expect(state.remaining).toBe(0);
  });
});

describe('policiesOf', () => {
  it('counts a visitor by prefix, by session and on the site', () => {
    const caller: CountedCaller = {
      kind: 'visitor',
      site,
      origin: 'https://a.example',
      visitor: 'v',
      session: 's',
      rung: 'none',
      uses: site.sessionUses,
      prefix: 'p',
      network: 'n',
    };

    expect(policiesOf(caller).map(({ name, who, limit }) => [name, who, limit])).toEqual([
      ['visitor-minute', 'default.p', 3],
      ['session', 'default.s', 5],
      ['visitor-day', 'default.p', 20],
      ['site-minute', 'default', 120],
      ['attempts-minute', 'default.p', 15],
      ['attempts-day', 'default.p', 100],
      ['network-attempts-minute', 'default.n', 60],
      ['network-attempts-day', 'default.n', 400],
      ['refusals', 'default.p', 5],
    ]);
  });

  it('counts a client only where it has a limit of its own', () => {
    expect(policiesOf({ kind: 'client', site, name: 'dev' })).toEqual([]);
    expect(policiesOf({ kind: 'client', site, name: 'dev', perMinute: 7 })).toMatchObject([
      { name: 'client', who: 'default.dev', limit: 7, reason: 'CLIENT_LIMIT' },
    ]);
  });
});
