/** Google counts a day's quota from midnight Pacific time (ai.google.dev/gemini-api/docs/rate-limits). */

const CLOCK = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

const DAY_MS = 86_400_000;

/**
 * The next midnight in Los Angeles. On the two days of the year on which the clocks change it is an hour off before the
 * change, which is at two in the morning.
 *
 * @param now Unix milliseconds, as is what comes back.
 */
export function nextPacificMidnight(now: number): number {
  const at = Object.fromEntries(CLOCK.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const sinceMidnight = ((at.hour! * 60 + at.minute!) * 60 + at.second!) * 1000 + (now % 1000);
  return now + DAY_MS - sinceMidnight;
}
