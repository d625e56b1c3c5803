import { describe, expect, it } from 'vitest';
import { judgeUses } from '../../worker/limits/exact-count.ts';

const NOW = Date.UTC(2026, 10, 23, 12);

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
