import { describe, expect, it } from 'vitest';
import { createSiteRefusals, REMEMBER_MS } from '../../worker/ledger/site-refusals.ts';
import type { Failure } from '../../worker/shared/failure.ts';

const SPENT: Failure = { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 3600 };

function setUp() {
  const clock = { now: 1_795_000_000_000 };
  return { clock, refusals: createSiteRefusals(() => clock.now) };
}

describe('what an isolate remembers', () => {
  it.each<Failure>([
    { reason: 'SITE_PAUSED' },
    SPENT,
    { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: 3600 },
    { reason: 'DEPLOYMENT_BUDGET_SPENT', retryAfterSeconds: 3600 },
  ])('is $reason, for five seconds', (failure) => {
    const { clock, refusals } = setUp();

    refusals.note('default', 100, failure);

    expect(refusals.recall('default', 100)).toEqual(failure);
    clock.now += REMEMBER_MS - 1;
    expect(refusals.recall('default', 100)).toEqual(failure);
    clock.now += 1;
    expect(refusals.recall('default', 100)).toBeUndefined();
    expect(REMEMBER_MS).toBe(5000);
  });

  it.each<Failure>([
    { reason: 'BUDGET_HELD', retryAfterSeconds: 10 },
    { reason: 'VISITOR_MINUTE', retryAfterSeconds: 10 },
    { reason: 'VISITOR_DAY', retryAfterSeconds: 10 },
    { reason: 'SESSION_SPENT', retryAfterSeconds: 10 },
    { reason: 'SITE_MINUTE', retryAfterSeconds: 10 },
    { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
    { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' },
  ])('is not $reason, which concerns one request or ends any moment', (failure) => {
    const { refusals } = setUp();

    refusals.note('default', 100, failure);

    expect(refusals.recall('default', 100)).toBeUndefined();
  });

  it('refuses what costs as much or more, and lets a cheaper request find out', () => {
    const { refusals } = setUp();

    refusals.note('default', 100, SPENT);

    expect(refusals.recall('default', 101)).toEqual(SPENT);
    expect(refusals.recall('default', 99)).toBeUndefined();
  });

  it('is of one site', () => {
    const { refusals } = setUp();

    refusals.note('default', 100, SPENT);

    expect(refusals.recall('another', 100)).toBeUndefined();
  });

  it('ends with the day that was spent, where that is sooner', () => {
    const { clock, refusals } = setUp();

    refusals.note('default', 100, { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 2 });

    clock.now += 1999;
    expect(refusals.recall('default', 100)).toMatchObject({ reason: 'DAILY_BUDGET_SPENT' });
    clock.now += 1;
    expect(refusals.recall('default', 100)).toBeUndefined();
  });

  it('is the last word of several', () => {
    const { clock, refusals } = setUp();

    refusals.note('default', 100, SPENT);
    clock.now += 3000;
    refusals.note('default', 100, { reason: 'SITE_PAUSED' });
    clock.now += 3000;

    expect(refusals.recall('default', 100)).toEqual({ reason: 'SITE_PAUSED' });
  });
});
