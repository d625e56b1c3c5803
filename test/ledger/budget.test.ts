import { describe, expect, it } from 'vitest';
import {
  dayBefore,
  dayOf,
  judgeBudget,
  periodsBetween,
  secondsToNext,
  type Taken,
  unpaidAfter,
  unpaidOf,
} from '../../worker/ledger/budget.ts';
import type { Cap } from '../../worker/ledger/reservation.ts';
import { judgeUses } from '../../worker/limits/exact-count.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const TO_MIDNIGHT = 12 * 3600;
const TO_DECEMBER = 7 * 86_400 + TO_MIDNIGHT;

const cap = (
  micros: number,
  taken: Partial<Record<'settled' | 'held' | 'overrun' | 'owed', number>>,
  change: Partial<Cap> = {},
) => ({
  of: 'site' as const,
  period: 'day' as const,
  micros,
  reason: 'DAILY_BUDGET_SPENT' as const,
  ...change,
  taken: { settled: 0, held: 0, overrun: 0, owed: 0, ...taken },
});
const MONTH: Partial<Cap> = { period: 'month', reason: 'MONTHLY_BUDGET_SPENT' };

describe('judgeBudget', () => {
  it.each([
    { name: 'grants where no cap is set', caps: [], expected: undefined },
    {
      name: 'grants the last micro-dollar',
      caps: [cap(300, { settled: 100, held: 50, owed: 50 })],
      expected: undefined,
    },
    {
      name: 'refuses one micro-dollar too much as spent where the settled alone leave no room',
      caps: [cap(299, { settled: 200 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'counts what calls of today cost over their reservations as spent, at once',
      caps: [cap(299, { settled: 100, overrun: 100 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'counts what is owed from before as spent',
      caps: [cap(299, { settled: 100, owed: 100 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'says held where the money would be there if nothing were held',
      caps: [cap(300, { settled: 100, owed: 100, held: 1 })],
      expected: { reason: 'BUDGET_HELD', retryAfterSeconds: 10 },
    },
    {
      name: 'refuses as spent what no day can pay',
      caps: [cap(99, {})],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'opens a spent month with the next one',
      caps: [cap(300, {}), cap(1000, { settled: 901 }, MONTH)],
      expected: { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: TO_DECEMBER },
    },
    {
      name: 'tells of a spent cap before one that is only held',
      caps: [cap(300, { held: 300 }), cap(1000, { settled: 901 }, MONTH)],
      expected: { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: TO_DECEMBER },
    },
    {
      name: 'tells of the first of several spent caps',
      caps: [cap(50, {}), cap(60, {}, MONTH)],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'keeps to a cap that has room even where another is held',
      caps: [cap(300, {}), cap(1000, { held: 950 }, MONTH)],
      expected: { reason: 'BUDGET_HELD', retryAfterSeconds: 10 },
    },
    {
      name: 'opens tomorrow where today can pay what is owed but for the room of one',
      caps: [cap(300, { owed: 300 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
    {
      name: 'opens after as many days as it takes to pay what is owed',
      caps: [cap(300, { settled: 100, overrun: 700, owed: 201 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT + 2 * 86_400 },
    },
    {
      name: 'opens after as many months as it takes',
      caps: [cap(1000, { overrun: 2500 }, MONTH)],
      expected: { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: TO_DECEMBER + 31 * 86_400 },
    },
    {
      name: 'names the next day where the cap is nothing',
      caps: [cap(0, { overrun: 500 })],
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT },
    },
  ])('$name', ({ caps, expected }) => {
    expect(judgeBudget(100, caps, NOW)).toEqual(expected);
  });
});

describe('unpaidOf', () => {
  const left = (taken: Partial<Taken>, cap = 300) =>
    unpaidOf({ settled: 0, held: 0, overrun: 0, owed: 0, ...taken }, cap);

  it.each([
    {
      name: 'nothing where the cap has room for the overrun',
      unpaid: left({ settled: 100, overrun: 200 }),
      expected: 0,
    },
    { name: 'what is over the cap', unpaid: left({ settled: 250, overrun: 100 }), expected: 50 },
    { name: 'what it was owed and could not pay either', unpaid: left({ settled: 100, owed: 700 }), expected: 500 },
    { name: 'no money that was granted under a higher cap', unpaid: left({ settled: 900, overrun: 20 }), expected: 20 },
    { name: 'nothing by a lowered cap alone', unpaid: left({ settled: 900 }), expected: 0 },
    { name: 'nothing for what is only held', unpaid: left({ held: 900 }), expected: 0 },
  ])('carries $name', ({ unpaid, expected }) => {
    expect(unpaid).toBe(expected);
  });

  it('is paid by days on which nothing was spent', () => {
    expect([0, 1, 2, 3].map((days) => unpaidAfter(500, 300, days))).toEqual([500, 200, 0, 0]);
  });
});

describe('days', () => {
  it.each([
    { at: Date.UTC(2026, 10, 23), day: '2026-11-23', before: '2026-11-22' },
    { at: Date.UTC(2026, 10, 23, 23, 59, 59, 999), day: '2026-11-23', before: '2026-11-22' },
    { at: Date.UTC(2026, 2, 1), day: '2026-03-01', before: '2026-02-28' },
    { at: Date.UTC(2028, 2, 1), day: '2028-03-01', before: '2028-02-29' },
    { at: Date.UTC(2027, 0, 1), day: '2027-01-01', before: '2026-12-31' },
  ])('are UTC days: $day follows $before', ({ at, day, before }) => {
    expect(dayOf(at)).toBe(day);
    expect(dayBefore(day)).toBe(before);
  });

  it.each([
    { name: 'a day at its beginning', period: 'day', now: Date.UTC(2026, 10, 23), seconds: 86_400 },
    { name: 'a day at its last millisecond', period: 'day', now: Date.UTC(2026, 10, 24) - 1, seconds: 1 },
    { name: 'a day, rounded up', period: 'day', now: Date.UTC(2026, 10, 24) - 1001, seconds: 2 },
    { name: 'a year’s last day', period: 'day', now: Date.UTC(2026, 11, 31, 23), seconds: 3600 },
    { name: 'a month', period: 'month', now: NOW, seconds: TO_DECEMBER },
    { name: 'a year’s last month', period: 'month', now: Date.UTC(2026, 11, 31, 23), seconds: 3600 },
    { name: 'a February of a leap year', period: 'month', now: Date.UTC(2028, 1, 28), seconds: 2 * 86_400 },
  ] as const)('end in so many seconds: $name', ({ period, now, seconds }) => {
    expect(secondsToNext(period, now)).toBe(seconds);
  });
});

describe('periodsBetween', () => {
  it.each([
    { period: 'day', earlier: '2026-11-23', later: '2026-11-24', between: 0 },
    { period: 'day', earlier: '2026-02-27', later: '2026-03-02', between: 2 },
    { period: 'month', earlier: '2026-11', later: '2026-12', between: 0 },
    { period: 'month', earlier: '2026-11', later: '2027-02', between: 2 },
  ] as const)('counts $between of a $period from $earlier to $later', ({ period, earlier, later, between }) => {
    expect(periodsBetween(period, earlier, later)).toBe(between);
  });
});

describe('judgeUses', () => {
  const ago = (...seconds: number[]) => seconds.map((before) => NOW - before * 1000);

  it.each([
    { name: 'admits a first use', limit: 1, times: [], expected: undefined },
    { name: 'admits the last one of a limit', limit: 3, times: ago(50, 10), expected: undefined },
    { name: 'opens when the oldest that fills it leaves', limit: 2, times: ago(50, 10), expected: 10 },
    { name: 'waits for those that are too many as well', limit: 2, times: ago(50, 30, 10), expected: 30 },
    { name: 'waits a whole window after a use of this moment', limit: 1, times: ago(0), expected: 60 },
    { name: 'rounds up, so that no caller comes too early', limit: 1, times: ago(59.5), expected: 1 },
    { name: 'never says to come back at once', limit: 1, times: ago(60), expected: 1 },
    { name: 'names the whole window for a limit of none', limit: 0, times: [], expected: 60 },
  ])('$name', ({ limit, times, expected }) => {
    expect(judgeUses({ limit, windowSeconds: 60 }, times, NOW)?.retryAfterSeconds).toBe(expected);
  });
});
