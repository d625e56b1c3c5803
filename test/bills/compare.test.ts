import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BillSources, billOf, billTable } from '../../worker/bills/bill-answer.ts';
import { compareBills } from '../../worker/bills/compare.ts';
import { whyOf } from '../../worker/bills/difference.ts';
import type { KeptBill } from '../../worker/bills/kept-bill.ts';
import type { MonthRow } from '../../worker/ledger/usage.ts';

const PRO = { month: '2026-11', provider: 'google', model: 'pro', size: '1K' };
const row = (changes: Partial<MonthRow> = {}): MonthRow => ({
  ...PRO,
  ...{ pictures: 10, micros: 1_000_000, declined: 0, unknown: 0, unknownMicros: 0, firstHours: 0 },
  ...changes,
});
const charged = (pictures: number | undefined, micros: number) => ({
  ...{ micros, centLines: 1 },
  ...(pictures !== undefined && { pictures }),
});
const NEAR = { after: 0, spread: 0, unclaimed: { unknown: 0, unknownMicros: 0 } };

describe('why a bill differs', () => {
  const unknown = { micros: 1_160_000, unknown: 1, unknownMicros: 160_000 };
  it.each<[string, Partial<MonthRow>, ReturnType<typeof charged>, number, string | undefined]>([
    ['agrees', {}, charged(10, 1_000_000), 0, undefined],
    ['agrees to the cent', {}, charged(10, 1_004_000), 0, undefined],
    ['agrees where it counts no pictures', {}, charged(undefined, 1_000_000), 0, undefined],
    ['has an unknown outcome that was not charged', unknown, charged(10, 1_000_000), 0, 'unknown_not_charged'],
    ['has one and counts tokens', unknown, charged(undefined, 1_000_000), 0, 'unknown_not_charged'],
    ['has an unknown outcome that was charged', unknown, charged(11, 1_100_000), 0, 'unknown_charged'],
    [
      'has errors that the provider does not charge',
      { micros: 1_050_000, declined: 3 },
      charged(10, 1e6),
      0,
      'error_not_charged',
    ],
    [
      'has nothing of a model that only refused',
      { pictures: 0, micros: 50_000, declined: 3 },
      charged(0, 0),
      0,
      'error_not_charged',
    ],
    [
      'has no money for one',
      { pictures: 0, micros: 50_000, declined: 3 },
      charged(undefined, 0),
      0,
      'error_not_charged',
    ],
    ['has a picture that is not Peel’s', {}, charged(11, 1_100_000), 0, 'more_pictures'],
    ['has one, by its tokens', {}, charged(undefined, 1_100_000), 0, 'more_pictures'],
    ['has pictures that Peel has none of', { pictures: 0, micros: 0 }, charged(3, 300_000), 0, 'more_pictures'],
    ['lacks a picture', {}, charged(9, 900_000), 0, 'fewer_pictures'],
    ['lacks one, by its tokens', {}, charged(undefined, 900_000), 0, 'fewer_pictures'],
    ['has another price', {}, charged(10, 1_200_000), 0, 'price_differs'],
    ['has another price, by its tokens', {}, charged(undefined, 1_033_000), 0, 'price_differs'],
    ['has pictures of the day after', {}, charged(12, 1_200_000), 2, 'day_boundary'],
    ['has pictures of the first day in the month before', { firstHours: 2 }, charged(8, 800_000), 0, 'day_boundary'],
    ['has more than the day after can explain', {}, charged(13, 1_300_000), 2, 'more_pictures'],
    ['has an unknown one charged far above its hold', unknown, charged(11, 2_000_000), 0, 'price_differs'],
    ['has pictures of the day after at another price', {}, charged(12, 2_400_000), 2, 'price_differs'],
    ['lacks pictures and charges more', {}, charged(9, 1_500_000), 0, 'price_differs'],
    ['lacks more pictures than the first hours have', { firstHours: 1 }, charged(8, 800_000), 0, 'fewer_pictures'],
  ])('that %s', (_, ledger, bill, after, why) => {
    expect(whyOf(row(ledger), bill, { ...NEAR, after })).toBe(why);
  });

  it.each([
    ['2,000 lines to the micro-dollar, which hide nothing', 0, 67_000_000 + 10_000, 'price_differs'],
    ['2,000 lines in whole cents, which mostly cancel out', 2000, 67_000_000 + 400_000, undefined],
    ['as many, and more than their rounding', 2000, 67_000_000 + 9_000_000, 'price_differs'],
    ['30 such lines', 30, 67_000_000 + 50_000, undefined],
  ])('that has %s', (_, centLines, micros, why) => {
    expect(whyOf(row({ pictures: 1000, micros: 67_000_000 }), { micros, centLines }, NEAR)).toBe(why);
  });

  it('knows calls that were cut off before their provider was known', () => {
    const cut = row({ provider: 'unknown', pictures: 0, micros: 160_000, unknown: 1, unknownMicros: 160_000 });
    const billOfPictures = (pictures?: number) => ({
      provider: 'google',
      sums: [{ model: 'pro', size: '1K', micros: 1_100_000, lines: 1, centLines: 1, ...(pictures && { pictures }) }],
    });

    for (const bill of [billOfPictures(11), billOfPictures()])
      expect(compareBills([row(), cut], [], [bill])).toMatchObject([
        { provider: 'google', why: 'unknown_charged' },
        { provider: 'unknown', ledgerMicros: 160_000 },
      ]);
    expect(compareBills([row(), { ...cut, size: '4K' }], [], [billOfPictures(11)])[0]?.why).toBe('more_pictures');
  });

  it('allows for the prices of several sizes that are one row', () => {
    const bills = [
      {
        provider: 'google',
        sums: [{ model: 'pro', size: '', pictures: 21, micros: 3_240_000, lines: 1, centLines: 1 }],
      },
    ];
    const rows = [row(), row({ size: '4K', micros: 2_000_000 })];

    expect(compareBills(rows, [row({ month: '2026-12', size: '4K', firstHours: 1 })], bills)).toMatchObject([
      { billPictures: 21, why: 'day_boundary' },
    ]);
  });
});

describe('a comparison', () => {
  it('has what is on one side only', () => {
    const bills = [
      { provider: 'google', sums: [{ model: 'other', size: '1K', pictures: 1, micros: 5, lines: 1, centLines: 0 }] },
    ];

    expect(compareBills([row(), row({ provider: 'fal' })], [], bills)).toMatchObject([
      { provider: 'fal', ledgerMicros: 1_000_000 },
      { provider: 'google', model: 'pro', billMicros: 0, billPictures: 0, why: 'fewer_pictures' },
      { provider: 'google', model: 'other', ledgerMicros: 0, billMicros: 5, why: 'more_pictures' },
    ]);
  });

  it('is of a whole model where the bill tells no sizes', () => {
    const bills = [
      { provider: 'google', sums: [{ model: 'pro', size: '', micros: 2_000_000, lines: 1, centLines: 1 }] },
    ];

    expect(compareBills([row(), row({ size: '2K' })], [], bills)).toEqual([
      {
        ...{ provider: 'google', model: 'pro', size: '', ledgerPictures: 20, ledgerMicros: 2_000_000 },
        ...{ billMicros: 2_000_000, unknown: 0, unknownMicros: 0 },
      },
    ]);
  });
});

const kept = (sums: KeptBill['sums'], changes: Partial<KeptBill> = {}): KeptBill => ({
  ...{ month: '2026-11', provider: 'google', addedAt: 1, lines: sums.length, currency: 'USD', usdPerUnit: 1 },
  micros: sums.reduce((sum, { micros }) => sum + micros, 0),
  ...{ leftOut: [], leftOutMicros: 0, leftOutLines: 0, sums },
  ...changes,
});
const sources = (rows: MonthRow[], bills: KeptBill[], demo = false): BillSources => ({
  ...{ demo, rows, bills, providers: ['google'], unread: [], nameOf: (model: string) => model },
});

describe('a month', () => {
  it('never has the demo’s rows beside real ones', () => {
    const rows = [row(), row({ provider: 'demo', micros: 7 })];

    expect(billOf('2026-11', sources(rows, []))).toMatchObject({
      ledgerMicros: 1_000_000,
      rows: [{ provider: 'google' }],
    });
    expect(billOf('2026-11', sources(rows, [], true))).toMatchObject({ ledgerMicros: 7, providers: [] });
  });

  it('knows the months before, each with its bill', () => {
    const rows = [row(), row({ month: '2026-10', micros: 40 }), row({ month: '2026-09', micros: 30 })];
    const bills = [
      kept([{ model: 'pro', size: '1K', pictures: 10, micros: 45, lines: 1, centLines: 0 }], { month: '2026-10' }),
    ];

    expect(billOf('2026-11', sources(rows, bills)).months).toEqual([
      { month: '2026-11', ledgerMicros: 1_000_000 },
      { month: '2026-10', ledgerMicros: 40, compared: { ledgerMicros: 40, billMicros: 45 } },
      { month: '2026-09', ledgerMicros: 30 },
    ]);
  });

  it('differs by exactly the sum of its rows’ differences, on the page and in CSV', () => {
    const micros = fc.integer({ min: 0, max: 10_000_000_000 });
    const count = fc.integer({ min: 0, max: 5000 });
    const named = {
      model: fc.constantFrom('pro', 'lite', 'flash'),
      size: fc.constantFrom('1K', '2K', '4K'),
    };
    const ledgerRow = fc.record({
      ...{ month: fc.constantFrom('2026-11', '2026-12'), provider: fc.constantFrom('google', 'fal', 'demo'), ...named },
      ...{ pictures: count, micros, declined: count, unknown: count, unknownMicros: micros, firstHours: count },
    });
    const sum = fc.record({
      ...{ ...named, size: fc.constantFrom('1K', '2K', ''), micros, lines: fc.constant(1), centLines: fc.constant(0) },
      pictures: count,
    });
    fc.assert(
      fc.property(fc.array(ledgerRow, { maxLength: 40 }), fc.array(sum, { maxLength: 12 }), (rows, sums) => {
        const bill = billOf('2026-11', sources(rows, [kept(sums)]));

        const real = rows.filter(({ month, provider }) => month === '2026-11' && provider !== 'demo');
        const ofGoogle = real.filter(({ provider }) => provider === 'google');
        const add = (list: readonly { micros: number }[]) => list.reduce((total, { micros }) => total + micros, 0);
        const difference = bill.rows.reduce(
          (total, each) => total + (each.billMicros ?? each.ledgerMicros) - each.ledgerMicros,
          0,
        );
        expect(bill.ledgerMicros).toBe(add(real));
        expect(bill.compared).toEqual({ ledgerMicros: add(ofGoogle), billMicros: add(sums) });
        expect(difference).toBe(add(sums) - add(ofGoogle));
        const [, cells] = billTable(bill);
        expect(cells.reduce((total, row) => total + Number(row[7] ?? 0), 0)).toBe(difference);
        expect(cells.reduce((total, row) => total + Number(row[5]), 0)).toBe(add(real));
      }),
      { numRuns: 200 },
    );
  });
});
