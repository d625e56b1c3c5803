/**
 * The periods of budgets: UTC days and months, by their names `2026-11-29` and `2026-11`. Only this file reads in a
 * name which of the two it is. Pure functions.
 */
import { DAY_MS, dayOf } from '../shared/utc.ts';

export const PERIODS = ['day', 'month'] as const;

/** The kind of a period. */
export type Period = (typeof PERIODS)[number];

/** The name of the period that a day belongs to: the day itself, or its month. @param day `YYYY-MM-DD`. */
export const periodOf = (period: Period, day: string): string => (period === 'day' ? day : day.slice(0, 7));

/** The names of the day and the month that a day belongs to. @param day `YYYY-MM-DD`. */
export const periodsOf = (day: string): string[] => PERIODS.map((period) => periodOf(period, day));

/** Whether a name is that of a day or of a month. */
export const kindOf = (name: string): Period => (name.length === 'YYYY-MM-DD'.length ? 'day' : 'month');

/** The first day of a period, `YYYY-MM-DD`. @param name Of the period. */
export const firstDayOf = (name: string): string => (kindOf(name) === 'day' ? name : `${name}-01`);

/**
 * A day that no day of the period comes after. Of a short month it is no day of the calendar.
 *
 * @param name Of the period.
 */
export const lastDayOf = (name: string): string => (kindOf(name) === 'day' ? name : `${name}-31`);

/** The day before a day, both `YYYY-MM-DD`. */
export const dayBefore = (day: string): string => dayOf(Date.parse(day) - DAY_MS);

/** Number of whole periods between two, by their names. */
export function periodsBetween(earlier: string, later: string): number {
  if (kindOf(earlier) === 'day') return Math.round((Date.parse(later) - Date.parse(earlier)) / DAY_MS) - 1;
  const monthsOf = (name: string): number => Number(name.slice(0, 4)) * 12 + Number(name.slice(5));
  return monthsOf(later) - monthsOf(earlier) - 1;
}

/**
 * Seconds until a UTC day or month begins, at least 1.
 *
 * @param now Unix milliseconds.
 * @param periods The next one is 1.
 */
export function secondsToNext(period: Period, now: number, periods = 1): number {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const next = period === 'day' ? Date.UTC(year, month, day + periods) : Date.UTC(year, month + periods, 1);
  return Math.max(1, Math.ceil((next - now) / 1000));
}
