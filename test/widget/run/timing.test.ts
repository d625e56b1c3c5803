import { expect, it } from 'vitest';
import { paceOf, usualSeconds } from '../../../widget/run/timing.ts';

it.each([
  { expectedMs: 400, from: 1, to: 2 },
  { expectedMs: 4_000, from: 3, to: 5 },
  { expectedMs: 12_000, from: 10, to: 15 },
  { expectedMs: 18_000, from: 15, to: 23 },
  { expectedMs: 65_000, from: 55, to: 85 },
])('makes a range of whole seconds around $expectedMs ms', ({ expectedMs, from, to }) => {
  expect(usualSeconds(expectedMs)).toEqual({ from, to });
});

it.each([
  { elapsedMs: 12_000, expectedMs: 12_000, pace: 'usual' },
  { elapsedMs: 18_000, expectedMs: 12_000, pace: 'usual' },
  { elapsedMs: 18_001, expectedMs: 12_000, pace: 'slow' },
  { elapsedMs: 119_999, expectedMs: undefined, pace: 'usual' },
  { elapsedMs: 120_000, expectedMs: undefined, pace: 'long' },
  { elapsedMs: 120_000, expectedMs: 200_000, pace: 'long' },
] as const)('calls $elapsedMs of $expectedMs ms $pace', ({ elapsedMs, expectedMs, pace }) => {
  expect(paceOf(elapsedMs, expectedMs)).toBe(pace);
});
