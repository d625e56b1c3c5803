import { describe, expect, it } from 'vitest';
import {
  dayBefore,
  firstDayOf,
  kindOf,
  lastDayOf,
  periodOf,
  periodsBetween,
  periodsOf,
  secondsToNext,
} from '../../worker/ledger/periods.ts';
import { dayOf, hourOf } from '../../worker/shared/utc.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const TO_DECEMBER = 7.5 * 86_400;

describe('the name of a period', () => {
  it('is that of its day or its month', () => {
    expect(periodOf('day', '2026-11-23')).toBe('2026-11-23');
    expect(periodOf('month', '2026-11-23')).toBe('2026-11');
    expect(periodsOf('2026-11-23')).toEqual(['2026-11-23', '2026-11']);
  });

  it.each([
    { name: '2026-11-23', kind: 'day', first: '2026-11-23', last: '2026-11-23' },
    { name: '2026-11', kind: 'month', first: '2026-11-01', last: '2026-11-31' },
  ])('says what it is: $name is a $kind', ({ name, kind, first, last }) => {
    expect(kindOf(name)).toBe(kind);
    expect(firstDayOf(name)).toBe(first);
    expect(lastDayOf(name)).toBe(last);
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
  ] as const)('counts $between of a $period from $earlier to $later', ({ earlier, later, between }) => {
    expect(periodsBetween(earlier, later)).toBe(between);
  });
});

it('an hour has its day in front', () => {
  expect(hourOf(NOW - 1)).toBe('2026-11-23T11');
  expect(hourOf(NOW)).toBe('2026-11-23T12');
});
