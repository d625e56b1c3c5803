import { describe, expect, it } from 'vitest';
import {
  dayEnd,
  expectedMonth,
  expectedToday,
  monthEnd,
  reachedAt,
  usualMade,
} from '../../../worker/ledger/figures/expected.ts';
import { dayOf } from '../../../worker/shared/utc.ts';
import { DAY_MS, HOUR_MS, NOW } from '../ledgers.ts';

/** An hour of a day, some weeks and hours before Monday noon. */
const hour = (back: { weeks?: number; hours?: number }, micros: number, made: number) => ({
  hour: new Date(NOW - (back.weeks ?? 0) * 7 * DAY_MS - (back.hours ?? 0) * HOUR_MS).toISOString().slice(0, 13),
  ...{ micros, made },
});

describe('what today is expected to come to', () => {
  it('goes on at the pace of the last three hours, if ten pictures were made in them', () => {
    const hours = [hour({ hours: 1 }, 300, 5), hour({ hours: 2 }, 300, 4), hour({ hours: 3 }, 300, 1)];

    // 900 in three hours, and twelve are left.
    expect(expectedToday(1000, hours, [], NOW)).toBe(4600);
  });

  it('counts the oldest hour in part, so that the pace is always of three hours', () => {
    const hours = [hour({}, 100, 10), hour({ hours: 3 }, 800, 10)];

    // 15 minutes into the hour: 100 and three quarters of 800 in three hours; 11.75 hours are left.
    expect(expectedToday(0, hours, [], NOW + HOUR_MS / 4)).toBe(2700);
  });

  it('goes on as the same weekday did, if fewer were made', () => {
    const history = [
      ...[hour({ weeks: 1, hours: -3 }, 400, 3), hour({ weeks: 1, hours: 5 }, 9999, 9)],
      ...[hour({ weeks: 2, hours: 0 }, 800, 2), hour({ weeks: 5, hours: -2 }, 9999, 9)],
    ];

    // Of two weeks that have anything on that day, 400 and 800 came after noon. The fifth is too long ago.
    expect(expectedToday(500, [hour({ hours: 1 }, 500, 9)], history, NOW)).toBe(1100);
    expect(expectedToday(500, [], history, NOW + HOUR_MS / 2)).toBe(900);
  });

  it('is not known without either', () => {
    expect(expectedToday(500, [hour({ hours: 1 }, 500, 9)], [], NOW)).toBeNull();
  });

  it('is never below what is spent, however it is rounded', () => {
    const hours = [hour({ hours: 1 }, 1, 20)];

    expect(expectedToday(1_240_000, hours, [], NOW)).toBe(1_240_000);
  });
});

describe('what the month is expected to come to', () => {
  const daysOf = (...micros: number[]) =>
    Object.fromEntries(micros.map((each, back) => [dayOf(NOW - (back + 1) * DAY_MS), each]));

  it('adds the mean of the last seven whole days for each that is left', () => {
    // Half of this day, and the seven after it.
    expect(expectedMonth(10_000, daysOf(100, 200, 300, 100, 200, 300, 200), NOW)).toBe(12_000);
  });

  it('begins with the first day in which anything was spent', () => {
    expect(expectedMonth(0, { ...daysOf(100), [dayOf(NOW - 4 * DAY_MS)]: 300 }, NOW)).toBe(750);
  });

  it('is not known before three whole days', () => {
    expect(expectedMonth(500, daysOf(100, 100), NOW)).toBeNull();
  });
});

describe('when a cap is reached', () => {
  it.each([
    { name: 'not at all', spent: 100, expected: 900, cap: 1000, at: undefined },
    { name: 'half-way, to ten minutes', spent: 0, expected: 1000, cap: 501, at: NOW + 6 * HOUR_MS + 600_000 },
    { name: 'is not said of one that is reached', spent: 1000, expected: 2000, cap: 1000, at: undefined },
    { name: 'is not said where it is too early', spent: 0, expected: null, cap: 1000, at: undefined },
    { name: 'at the end', spent: 0, expected: 1000, cap: 1000, at: NOW + 12 * HOUR_MS },
  ])('$name', ({ spent, expected, cap, at }) => {
    expect(reachedAt(spent, expected, cap, NOW, dayEnd(NOW))).toBe(at);
  });
});

describe('the usual number of pictures', () => {
  it('is the median of the same weekday until this time', () => {
    const history = [10, 2, 4, 80, 6].map((made, week) => hour({ weeks: week + 1, hours: 2 }, 0, made));

    expect(usualMade([...history, hour({ weeks: 1, hours: -1 }, 0, 500)], NOW)).toBe(6);
    // Half of the hour from ten to eleven.
    expect(usualMade(history, NOW - 1.5 * HOUR_MS)).toBe(3);
  });

  it('is not known before three weeks', () => {
    expect(
      usualMade(
        [1, 2].map((week) => hour({ weeks: week, hours: 2 }, 0, 7)),
        NOW,
      ),
    ).toBeNull();
  });
});

it('days and months end at midnight UTC', () => {
  expect(dayEnd(NOW)).toBe(Date.UTC(2026, 10, 24));
  expect(monthEnd(NOW)).toBe(Date.UTC(2026, 11, 1));
  expect(monthEnd(Date.UTC(2026, 11, 31, 23, 59))).toBe(Date.UTC(2027, 0, 1));
});
