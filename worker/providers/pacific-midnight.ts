/** Google counts a day's quota from midnight Pacific time (https://ai.google.dev/gemini-api/docs/rate-limits). */
import { DAY_MS } from '../shared/utc.ts';

const CLOCK = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/**
 * The next midnight in Los Angeles. On the two days a year when the clocks change, the result is an hour off until the
 * change at 02:00.
 *
 * @param now Unix milliseconds, as is the result.
 */
export function nextPacificMidnight(now: number): number {
  const at = Object.fromEntries(CLOCK.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const sinceMidnight = ((at.hour! * 60 + at.minute!) * 60 + at.second!) * 1000 + (now % 1000);
  return now + DAY_MS - sinceMidnight;
}
