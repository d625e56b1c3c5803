import { describe, expect, it } from 'vitest';
import type { CatalogModel, PriceTable } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { doubtfulPrices, tableInForce } from '../../worker/pricing/price-table.ts';
import { modelOf, TODAY } from '../request/requests.ts';

const NANO_BANANA_2 = modelOf('nano-banana-2');

const priced = (...prices: PriceTable[]): CatalogModel => ({
  ...NANO_BANANA_2,
  offers: { google: { wireId: 'x', prices } },
});
const call = (perCall: number, days: Partial<PriceTable> = {}): PriceTable =>
  ({ kind: 'call', perCall, source: 'https://prices.example', since: '2026-01-01', ...days }) as PriceTable;

describe('tableInForce', () => {
  const inForce = (day: string, ...prices: PriceTable[]) => tableInForce(priced(...prices), 'google', 'per-call', day);

  it("chooses among an offer's tables by how the key is billed", () => {
    expect(tableInForce(NANO_BANANA_2, 'apiyi', 'per-call', TODAY)?.kind).toBe('call');
    expect(tableInForce(NANO_BANANA_2, 'apiyi', 'per-token', TODAY)?.kind).toBe('token');
    expect(tableInForce(NANO_BANANA_2, 'google', 'per-call', TODAY)).toBeUndefined();
  });

  it('believes a price from its first day to the end of its last', () => {
    const table = call(1, { since: '2026-11-10', until: '2026-11-20' });

    expect(
      ['2026-11-09', '2026-11-10', '2026-11-20', '2026-11-21'].map((day) => inForce(day, table) !== undefined),
    ).toEqual([false, true, true, false]);
  });

  it.each([
    { name: 'the next one when one has ended', tables: [call(1, { until: '2026-02-01' }), call(2)], expected: 2 },
    { name: 'the newest of several', tables: [call(2, { since: '2026-05-01' }), call(1)], expected: 2 },
    { name: 'none that has not begun', tables: [call(1), call(2, { since: '2099-01-01' })], expected: 1 },
  ])('takes $name', ({ tables, expected }) => {
    expect(inForce(TODAY, ...tables)).toMatchObject({ perCall: expected });
  });

  it('has none for a provider without the model or without a price', () => {
    expect(tableInForce(priced(), 'google', 'per-token', TODAY)).toBeUndefined();
    expect(tableInForce(priced(), 'apiyi', 'per-token', TODAY)).toBeUndefined();
    expect(tableInForce(modelOf('nano-banana-pro'), 'apiyi', 'per-token', TODAY)).toBeUndefined();
  });
});

describe('doubtfulPrices', () => {
  const perCall = [{ name: 'google', billing: 'per-call' }] as const;
  const doubts = (...prices: PriceTable[]) => doubtfulPrices([priced(...prices)], perCall, TODAY);

  it.each([
    { name: 'a price of sixty days ago', table: call(1, { confirmed: '2026-09-30' }), state: undefined },
    { name: 'a price of sixty-one', table: call(1, { confirmed: '2026-09-29' }), state: 'unconfirmed' },
    { name: 'one that says only since when it holds', table: call(1), state: 'unconfirmed' },
    { name: 'one that has ended', table: call(1, { confirmed: TODAY, until: '2026-11-28' }), state: 'ended' },
    { name: 'one that has not begun', table: call(1, { since: '2099-01-01' }), state: undefined },
  ])('judges $name', ({ table, state }) => {
    expect(doubts(table).map((price) => price.state)).toEqual(state ? [state] : []);
  });

  it('forgets history where a newer table holds', () => {
    expect(doubts(call(1, { until: '2026-02-01' }), call(2, { confirmed: TODAY }))).toEqual([]);
  });

  it('says what to look at', () => {
    expect(doubts(call(1, { until: '2027-01-01' }))).toEqual([
      {
        model: 'gemini-3.1-flash-image',
        provider: 'google',
        state: 'unconfirmed',
        source: 'https://prices.example',
        confirmed: '2026-01-01',
        until: '2027-01-01',
      },
    ]);
  });

  it('has no doubt of play money, whatever the day', () => {
    expect(doubtfulPrices(SEED_CATALOG, [{ name: 'demo', billing: 'per-token' }], '2040-01-01')).toEqual([]);
    for (const model of SEED_CATALOG) expect(tableInForce(model, 'demo', 'per-token', '2040-01-01')).toBeDefined();
  });

  it('lets no real price of the seed hold for ever', () => {
    for (const name of ['google', 'apiyi', 'fal'] as const) {
      const ended = doubtfulPrices(
        SEED_CATALOG,
        [
          { name, billing: 'per-call' },
          { name, billing: 'per-token' },
        ],
        '2028-01-01',
      );

      expect(ended.length).toBeGreaterThan(4);
      expect(ended.filter(({ state }) => state !== 'ended')).toEqual([]);
    }
  });

  it('finds the prices of Google and fal confirmed today', () => {
    const providers = [
      { name: 'google', billing: 'per-token' },
      { name: 'fal', billing: 'per-token' },
      { name: 'apiyi', billing: 'per-call' },
    ] as const;

    expect(doubtfulPrices(SEED_CATALOG, providers, TODAY)).toEqual([]);
  });
});
