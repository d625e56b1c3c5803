import { describe, expect, it } from 'vitest';
import type { Client, CountedVisitor } from '../../worker/auth/caller.ts';
import { createRefusals, REMEMBER_HELD_MS, REMEMBER_MS, REMEMBER_VISITOR_MS } from '../../worker/ledger/refusals.ts';
import type { Failure, PurseName } from '../../worker/shared/failure.ts';
import type { Site } from '../../worker/sites/site.ts';

const site = (id: string) => ({ id }) as Site;
const visitorOf = (prefix: string, session = 's', of = 'default'): CountedVisitor => ({
  ...{ kind: 'visitor', site: site(of), origin: '', visitor: 'v', session, rung: 'none', uses: 20, prefix },
  network: `${prefix} and others`,
});
const clientOf = (of = 'default'): Client => ({ kind: 'client', site: site(of), name: 'dev' });
const SPENT: Failure = { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 3600 };
const HELD: Failure = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 };

function setUp() {
  const clock = { now: 1_795_000_000_000 };
  return { clock, refusals: createRefusals(() => clock.now) };
}

describe('what an isolate remembers', () => {
  const visitor = visitorOf('a');
  it.each<{ failure: Failure; forMs: number }>([
    { failure: { reason: 'SITE_PAUSED' }, forMs: REMEMBER_MS },
    { failure: SPENT, forMs: REMEMBER_MS },
    { failure: { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: 3600 }, forMs: REMEMBER_MS },
    { failure: { reason: 'DEPLOYMENT_BUDGET_SPENT', retryAfterSeconds: 3600 }, forMs: REMEMBER_MS },
    { failure: HELD, forMs: REMEMBER_HELD_MS },
    { failure: { reason: 'SITE_MINUTE', retryAfterSeconds: 50 }, forMs: REMEMBER_HELD_MS },
    { failure: { reason: 'VISITOR_MINUTE', retryAfterSeconds: 50, limit: 3 }, forMs: 50_000 },
    { failure: { reason: 'VISITOR_DAY', retryAfterSeconds: 3600, limit: 20 }, forMs: REMEMBER_VISITOR_MS },
    { failure: { reason: 'SESSION_SPENT', retryAfterSeconds: 3600, limit: 20 }, forMs: REMEMBER_VISITOR_MS },
    { failure: { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 3600, limit: 15 }, forMs: 3_600_000 },
  ])('is $failure.reason, for $forMs ms', ({ failure, forMs }) => {
    const { clock, refusals } = setUp();

    refusals.note(visitor, 100, failure);

    expect(refusals.recall(visitor, 100)).toEqual(failure);
    clock.now += forMs - 1;
    expect(refusals.recall(visitor, 100)).toMatchObject({ reason: failure.reason });
    clock.now += 1;
    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });

  it('is nothing after a clock that was set back', () => {
    const { clock, refusals } = setUp();
    for (const failure of [HELD, SPENT, { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 60, limit: 15 } as Failure]) {
      refusals.note(visitor, 100, failure);
    }

    clock.now -= 86_400_000;

    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });

  it('is within what is promised', () => {
    expect([REMEMBER_MS, REMEMBER_HELD_MS, REMEMBER_VISITOR_MS]).toEqual([5000, 1000, 60_000]);
  });

  it('says how long is left', () => {
    const { clock, refusals } = setUp();

    refusals.note(visitor, 100, { reason: 'VISITOR_MINUTE', retryAfterSeconds: 50, limit: 3 });
    clock.now += 30_500;

    const failure = { reason: 'VISITOR_MINUTE', retryAfterSeconds: 20, limit: 3 };
    expect(refusals.recall(visitor, 100)).toEqual(failure);
  });

  it.each<Failure>([
    { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
    { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' },
    { reason: 'CLIENT_LIMIT', retryAfterSeconds: 10 },
    { reason: 'BURST', retryAfterSeconds: 10 },
  ])('is not $reason', (failure) => {
    const { refusals } = setUp();

    refusals.note(visitor, 100, failure);

    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });

  it.each([SPENT, HELD])(
    'refuses what costs as much or more, and lets a cheaper request find out: $reason',
    (failure) => {
      const { refusals } = setUp();

      refusals.note(visitor, 100, failure);

      expect(refusals.recall(visitor, 101)).toEqual(failure);
      expect(refusals.recall(visitor, 99)).toBeUndefined();
    },
  );

  it('is of one site, for its visitors and clients alike', () => {
    const { refusals } = setUp();

    refusals.note(visitor, 100, SPENT);

    expect(refusals.recall(clientOf(), 100)).toEqual(SPENT);
    expect(refusals.recall(clientOf('another'), 100)).toBeUndefined();
    expect(refusals.recall(visitorOf('a', 's', 'another'), 100)).toBeUndefined();
  });

  it.each<Failure>([
    { reason: 'VISITOR_MINUTE', retryAfterSeconds: 10 },
    { reason: 'VISITOR_DAY', retryAfterSeconds: 10 },
    { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 10 },
  ])('is of one visitor, whatever its session: $reason', (failure) => {
    const { refusals } = setUp();

    refusals.note(visitor, 100, failure);

    expect(refusals.recall(visitorOf('a', 'another'), 1)).toEqual(failure);
    expect(refusals.recall(visitorOf('b'), 100)).toBeUndefined();
    expect(refusals.recall(clientOf(), 100)).toBeUndefined();
  });

  it('is of one session, where the session is spent', () => {
    const { refusals } = setUp();

    refusals.note(visitor, 100, { reason: 'SESSION_SPENT', retryAfterSeconds: 10 });

    expect(refusals.recall(visitor, 1)).toMatchObject({ reason: 'SESSION_SPENT' });
    expect(refusals.recall(visitorOf('a', 'another'), 100)).toBeUndefined();
  });

  it('is of all visitors and of no client, where the site’s minute is full', () => {
    const { refusals } = setUp();

    refusals.note(visitor, 100, { reason: 'SITE_MINUTE', retryAfterSeconds: 10 });

    expect(refusals.recall(visitorOf('b'), 1)).toMatchObject({ reason: 'SITE_MINUTE' });
    expect(refusals.recall(clientOf(), 100)).toBeUndefined();
  });

  it.each<{ purse: PurseName; heardBy: string[] }>([
    { purse: 'visitor', heardBy: ['it'] },
    { purse: 'network', heardBy: ['it', 'its neighbour'] },
    { purse: 'degraded', heardBy: ['it', 'its neighbour'] },
    { purse: 'visitors', heardBy: ['it', 'its neighbour', 'another with a proof'] },
    { purse: 'client', heardBy: [] },
  ])('is of those whose purse is spent or held: $purse', ({ purse, heardBy }) => {
    const strict = { id: 'default', proof: 'turnstile' } as Site;
    const it: CountedVisitor = { ...visitorOf('a'), site: strict, network: 'n' };
    const callers = {
      it,
      'its neighbour': { ...it, prefix: 'b' },
      'another with a proof': { ...it, prefix: 'c', network: 'm', rung: 'turnstile' } as CountedVisitor,
      'a client': clientOf(),
    };
    const reasons = ['BUDGET_HELD', 'DAILY_BUDGET_SPENT', 'MONTHLY_BUDGET_SPENT'] as const;

    for (const reason of reasons) {
      const { refusals } = setUp();
      refusals.note(it, 100, { reason, retryAfterSeconds: 10, purse });

      const hears = Object.entries(callers).filter(([, caller]) => refusals.recall(caller, 100));
      expect(
        hears.map(([name]) => name),
        reason,
      ).toEqual(heardBy);
      expect(refusals.recall(it, 99)).toBeUndefined();
    }
  });

  it.each<{ failure: Failure; other: CountedVisitor }>([
    { failure: { reason: 'VISITOR_BUDGET_SPENT', retryAfterSeconds: 9000, purse: 'visitor' }, other: visitorOf('b') },
    {
      failure: { reason: 'PREFIX_BUDGET_SPENT', retryAfterSeconds: 9000, purse: 'network' },
      other: { ...visitorOf('a'), network: 'another' },
    },
  ])('is remembered for a minute and by price, where dollars are spent: $failure.reason', ({ failure, other }) => {
    const { clock, refusals } = setUp();

    refusals.note(visitor, 100, failure);

    expect(refusals.recall({ ...visitor, session: 'another' }, 100)).toMatchObject({ reason: failure.reason });
    expect(refusals.recall(visitor, 99)).toBeUndefined();
    expect(refusals.recall(other, 100)).toBeUndefined();
    clock.now += 60_000;
    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });

  it('is asked for the attempts alone where the call is free', () => {
    const { refusals } = setUp();
    refusals.note(visitor, 100, { reason: 'VISITOR_MINUTE', retryAfterSeconds: 10 });
    refusals.note(visitor, 100, SPENT);
    expect(refusals.recall(visitor, 0, ['VISITOR_ATTEMPTS'])).toBeUndefined();

    refusals.note(visitor, 0, { reason: 'VISITOR_ATTEMPTS', retryAfterSeconds: 10 });

    expect(refusals.recall(visitor, 0, ['VISITOR_ATTEMPTS'])).toMatchObject({ reason: 'VISITOR_ATTEMPTS' });
    expect(refusals.recall(visitorOf('b'), 0, ['VISITOR_ATTEMPTS'])).toBeUndefined();
  });

  it('ends with the day that was spent, where that is sooner', () => {
    const { clock, refusals } = setUp();

    refusals.note(visitor, 100, { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 2 });

    clock.now += 1999;
    expect(refusals.recall(visitor, 100)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT' });
    clock.now += 1;
    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });

  it('holds each of several', () => {
    const { clock, refusals } = setUp();

    refusals.note(visitor, 100, SPENT);
    clock.now += 3000;
    refusals.note(visitor, 100, { reason: 'SITE_PAUSED' });
    expect(refusals.recall(visitor, 100)).toEqual({ reason: 'SITE_PAUSED' });
    clock.now += 3000;

    expect(refusals.recall(visitor, 100)).toEqual({ reason: 'SITE_PAUSED' });
    clock.now += 2000;
    expect(refusals.recall(visitor, 100)).toBeUndefined();
  });
});
