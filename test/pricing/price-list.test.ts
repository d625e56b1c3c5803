import { describe, expect, it } from 'vitest';
import type { CatalogModel, PriceTable } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { changedTables, priceOf } from '../../worker/pricing/price-list.ts';

const TODAY = '2026-11-30';
const APIYI = { name: 'apiyi', billing: 'per-call' } as const;
const call: PriceTable = {
  kind: 'call',
  perCall: 50_000,
  source: 'https://apiyi.example',
  since: '2026-10-01',
  until: '2027-05-01',
};
const model = (...prices: PriceTable[]): CatalogModel => ({
  ...SEED_CATALOG[0]!,
  sizes: ['1K', '2K'],
  offers: { apiyi: { wireId: 'x', prices } },
});

describe('a price in the list', () => {
  it.each([
    ['fresh', { ...call, confirmed: '2026-11-29' }],
    ['stale', { ...call, confirmed: '2026-09-30' }],
    ['ends', { ...call, confirmed: '2026-11-29', until: '2026-12-15' }],
    ['ended', { ...call, until: '2026-11-29' }],
  ])('is %s', (state, table) => {
    expect(priceOf(model(table), APIYI, TODAY)).toMatchObject({ state, bySize: { '1K': 50_000, '2K': 50_000 } });
  });

  it('is none of the demo, and none where the provider has no table', () => {
    expect(priceOf(model(call), { ...APIYI, name: 'demo' }, TODAY)).toBeUndefined();
    expect(priceOf(model(), APIYI, TODAY)).toBeUndefined();
  });
});

describe('a change of a price', () => {
  it('confirms the table that holds, and trusts it for half a year more', () => {
    expect(changedTables(model(call), APIYI, {}, TODAY)).toEqual([{ ...call, confirmed: TODAY, until: '2027-06-01' }]);
  });

  it('begins a table today and keeps what held before as history', () => {
    expect(changedTables(model(call), APIYI, { perCall: 55_000 }, TODAY)).toEqual([
      call,
      { ...call, perCall: 55_000, since: TODAY, confirmed: TODAY, until: '2027-06-01' },
    ]);
  });

  it('replaces a table that began today', () => {
    const today = { ...call, since: TODAY };

    expect(changedTables(model(today), APIYI, { perCall: 1 }, TODAY)).toEqual([
      { ...today, perCall: 1, confirmed: TODAY, until: '2027-06-01' },
    ]);
  });

  it('begins anew where the price had ended', () => {
    const ended = { ...call, until: '2026-11-01' };

    expect(changedTables(model(ended), APIYI, {}, TODAY)).toEqual([
      ended,
      { ...call, since: TODAY, confirmed: TODAY, until: '2027-06-01' },
    ]);
  });

  it('corrects one size of a table by pictures', () => {
    const image: PriceTable = { ...call, kind: 'image', perImage: { '1K': 1, '2K': 2 } } as PriceTable;

    expect(changedTables(model(image), APIYI, { '2K': 3 }, TODAY)).toMatchObject([
      image,
      { perImage: { '1K': 1, '2K': 3 }, since: TODAY },
    ]);
  });

  it('names a figure that the table does not have', () => {
    expect(changedTables(model(call), APIYI, { perImage: 3 }, TODAY)).toEqual({
      unknown: 'perImage',
      accepted: ['perCall'],
    });
  });

  it('is none where there is no table', () => {
    expect(changedTables(model(), APIYI, {}, TODAY)).toBeUndefined();
  });
});
