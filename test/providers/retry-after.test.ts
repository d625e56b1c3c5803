import { expect, it } from 'vitest';
import { retryAfterMs } from '../../worker/providers/retry-after.ts';

const DATE = 'Wed, 21 Jan 2026 12:00:00 GMT';

it.each([
  ['3', DATE, 3_000],
  ['60', undefined, 60_000],
  ['0', undefined, 0],
  ['999999999', undefined, 999_999_999_000],
  ['9999999999', undefined, undefined],
  ['Wed, 21 Jan 2026 12:01:30 GMT', DATE, 90_000],
  ['Wed, 21 Jan 2026 12:01:30 GMT', undefined, undefined],
  ['Wed, 21 Jan 2026 11:00:00 GMT', DATE, undefined],
  ['soon', DATE, undefined],
  ['-3', DATE, undefined],
  ['', DATE, undefined],
])('Retry-After: %s of an answer of %s means %s ms', (value, date, expected) => {
  expect(retryAfterMs(new Headers({ 'Retry-After': value, ...(date && { Date: date }) }))).toBe(expected);
});

it('says nothing without the header', () => {
  expect(retryAfterMs(new Headers())).toBeUndefined();
});
