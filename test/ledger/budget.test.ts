import { describe, expect, it } from 'vitest';
import { judgeBudget, type Taken, unpaidAfter, unpaidOf } from '../../worker/ledger/budget.ts';
import type { Cap } from '../../worker/ledger/reservation.ts';

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
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT, isTooDear: true },
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
      expected: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: TO_MIDNIGHT, isTooDear: true },
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
