/**
 * What a day or month is expected to come to, and what is usual. Estimates of integer micro-dollars from the hours that
 * were settled; null where it is too early to say. Times are Unix milliseconds. Pure functions.
 */
import { DAY_MS, dayOf, hourOf } from '../../shared/utc.ts';
import type { SpentHour } from '../spending.ts';

const HOUR_MS = 3_600_000;

/** The pace is that of the last hours, if at least so many pictures were made in them. */
const PACE_HOURS = 3;
const PACE_PICTURES = 10;
/** Number of weeks before whose same weekday is looked at. */
const REST_WEEKS = 4;
export const USUAL_WEEKS = 5;
/** With fewer weeks in which anything was counted, it is too early to say what is usual. */
const MIN_USUAL_WEEKS = 3;
/** The rest of a month is estimated from so many whole days before today, once at least three are known. */
const MONTH_DAYS = 7;
const MIN_MONTH_DAYS = 3;

type Hour = Pick<SpentHour, 'hour' | 'micros' | 'made'>;

/** Estimates have two digits. One that is rounded below what is spent already is what is spent. */
function roughly(micros: number, least: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, micros))) - 1);
  return Math.max(least, Math.round(micros / unit) * unit);
}

/** What the last hours came to. The oldest of them counts in part, so that they are always as long. */
function paceOf(hours: readonly Hour[], now: number): { perHour: number; pictures: number } {
  const byHour = new Map(hours.map((each) => [each.hour, each]));
  const elapsed = (now % HOUR_MS) / HOUR_MS;
  let [micros, pictures] = [0, 0];
  for (let back = 0; back <= PACE_HOURS; back += 1) {
    const part = back === PACE_HOURS ? 1 - elapsed : 1;
    const hour = byHour.get(hourOf(now - back * HOUR_MS));
    micros += part * (hour?.micros ?? 0);
    pictures += part * (hour?.made ?? 0);
  }
  return { perHour: micros / PACE_HOURS, pictures };
}

/** The hours of the same weekday, some weeks ago. Weeks in which nothing was counted on it are left out. */
function sameWeekdays(history: readonly Hour[], now: number, weeks: number): Hour[][] {
  const days = Array.from({ length: weeks }, (_, week) => dayOf(now - (week + 1) * 7 * DAY_MS));
  return days.map((day) => history.filter(({ hour }) => hour.startsWith(day))).filter((hours) => hours.length > 0);
}

/** The part of an hour of the day that is before now's time of day, 0 to 1. */
const partBefore = (hour: string, now: number): number =>
  Math.min(1, Math.max(0, ((now % DAY_MS) - Number(hour.slice(11, 13)) * HOUR_MS) / HOUR_MS));

/**
 * What today is expected to come to: at the pace of the last three hours, or, with fewer than ten pictures in them, as
 * the rest of the same weekday was, mean of four weeks.
 *
 * @param hours Of the last three hours and more.
 * @param history Hours of the same weekday in the weeks before.
 */
export function expectedToday(spent: number, hours: readonly Hour[], history: readonly Hour[], now: number) {
  const hoursLeft = (DAY_MS - (now % DAY_MS)) / HOUR_MS;
  const { perHour, pictures } = paceOf(hours, now);
  if (pictures >= PACE_PICTURES) return roughly(spent + perHour * hoursLeft, spent);
  const days = sameWeekdays(history, now, REST_WEEKS);
  if (days.length === 0) return null;
  const rest = days.flat().reduce((sum, { hour, micros }) => sum + micros * (1 - partBefore(hour, now)), 0);
  return roughly(spent + rest / days.length, spent);
}

/**
 * What the month is expected to come to: the days that are left cost what the last seven whole ones did on average.
 *
 * @param days What days came to, `YYYY-MM-DD`. The first in which anything was spent begins the seven.
 */
export function expectedMonth(spent: number, days: Readonly<Record<string, number>>, now: number): number | null {
  const last = Array.from({ length: MONTH_DAYS }, (_, back) => days[dayOf(now - (back + 1) * DAY_MS)]);
  const known = last.findLastIndex((micros) => micros !== undefined) + 1;
  if (known < MIN_MONTH_DAYS) return null;
  const mean = last.reduce((sum: number, micros) => sum + (micros ?? 0), 0) / known;
  return roughly(spent + (mean * (monthEnd(now) - now)) / DAY_MS, spent);
}

/** When the day of a time ends. */
export const dayEnd = (now: number): number => now - (now % DAY_MS) + DAY_MS;

/** When the month of a time ends. */
export function monthEnd(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** Times that are told of an estimate are multiples of it. */
const ABOUT_MS = 10 * 60_000;

/**
 * When a cap is reached, if the rest of the period is spent evenly. undefined: not in it, or it is reached already.
 *
 * @param expected What the period is expected to come to.
 * @param cap Less what is owed.
 */
export function reachedAt(spent: number, expected: number | null, cap: number, now: number, endsAt: number) {
  if (expected === null || expected < cap || spent >= cap) return undefined;
  const at = now + ((endsAt - now) * (cap - spent)) / (expected - spent);
  return Math.min(endsAt, Math.ceil(at / ABOUT_MS) * ABOUT_MS);
}

/** Pictures that are usual by this time of this weekday: the median of five weeks. */
export function usualMade(history: readonly Hour[], now: number): number | null {
  const sums = sameWeekdays(history, now, USUAL_WEEKS).map((hours) =>
    Math.round(hours.reduce((sum, { hour, made }) => sum + made * partBefore(hour, now), 0)),
  );
  if (sums.length < MIN_USUAL_WEEKS) return null;
  const sorted = sums.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return Math.round(((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2);
}
