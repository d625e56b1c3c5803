import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatDay,
  formatDuration,
  formatEstimate,
  formatMoney,
  formatMoneyExactly,
  formatRoundMoney,
  formatShare,
  formatSince,
  formatWait,
  listOf,
  nameOfSite,
} from '../../../../widget/admin/parts/format.ts';

it.each([
  [812, '812 bytes'],
  [2_041, '2 KB'],
  [999_499, '999 KB'],
  [999_500, '1 MB'],
  [1_260_000, '1.3 MB'],
])('a file of %i bytes has %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe('money', () => {
  it.each([
    [5_364_200, '$5.36'],
    [0, '$0.00'],
    [34_750, '$0.03'],
    [4_000, '$0.004'],
    [-110_000, '−$0.11'],
    [156_630_000, '$156.63'],
    [null, '—'],
    [undefined, '—'],
  ])('%s micro-dollars are %s', (micros, text) => {
    expect(formatMoney(micros)).toBe(text);
  });

  it('can be said to the micro-dollar, and round on scales', () => {
    expect(formatMoneyExactly(34_750)).toBe('$0.034750');
    expect(formatRoundMoney(20_000_000)).toBe('$20');
    expect(formatRoundMoney(1_750_000)).toBe('$1.75');
  });

  it.each([
    [7_403_211, '$7.40'],
    [164_912_000, '$165.00'],
    [0, '$0.00'],
  ])('an estimate of %s is %s', (micros, text) => {
    expect(formatEstimate(micros)).toBe(text);
  });
});

describe('time', () => {
  it.each([
    [250_000, '4 min 10 s'],
    [22_320_000, '6 h 12 min'],
    [60_000, '1 min'],
    [1, '1 s'],
    [86_400_000 * 3 + 7_200_000, '3 d 2 h'],
    [-5, '0 s'],
  ])('%s ms last %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('an age has one unit, rounded down', () => {
    expect([1999, 299_000, 7_200_000, 200_000_000].map(formatAge)).toEqual(['1 s', '4 min', '2 h', '2 d']);
  });

  it('is UTC, whatever the viewer’s clock says', () => {
    expect(formatDay('2026-11-22')).toBe('22 November');
    const now = Date.UTC(2026, 10, 29, 17, 48);
    expect(formatSince(Date.UTC(2026, 10, 29, 0, 4), now)).toBe('00:04');
    expect(formatSince(Date.UTC(2026, 10, 28, 23, 59), now)).toBe('28 November, 23:59');
  });

  it('a wait has a tenth of a second', () => {
    expect([17_800, 18_000, 130_000, null].map(formatWait)).toEqual(['17.8 s', '18 s', '2 min 10 s', '—']);
  });
});

it('a share of nothing is not known', () => {
  expect(formatShare(70, 203)).toBe('34 %');
  expect(formatShare(0, 0)).toBe('—');
});

it('names and lists read as words', () => {
  expect(nameOfSite('poster-maker')).toBe('Poster maker');
  expect([[], ['Shop'], ['Shop', 'Gifts', 'Posters']].map(listOf)).toEqual(['', 'Shop', 'Shop, Gifts and Posters']);
});
