import { expect, it } from 'vitest';
import { nextPacificMidnight } from '../../worker/providers/pacific-midnight.ts';

it.each([
  ['2026-01-21T12:00:00.000Z', '2026-01-22T08:00:00.000Z'],
  ['2026-01-22T07:59:59.999Z', '2026-01-22T08:00:00.000Z'],
  ['2026-01-22T08:00:00.000Z', '2026-01-23T08:00:00.000Z'],
  ['2026-07-21T12:34:56.789Z', '2026-07-22T07:00:00.000Z'],
  ['2026-07-22T06:59:00.000Z', '2026-07-22T07:00:00.000Z'],
])('after %s it is midnight in California at %s', (now, expected) => {
  expect(new Date(nextPacificMidnight(Date.parse(now))).toISOString()).toBe(expected);
});
