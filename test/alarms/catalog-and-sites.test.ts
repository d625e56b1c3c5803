import { describe, expect, it } from 'vitest';
import { type Watched, watchedSignals } from '../../worker/alarms/catalog-and-sites.ts';
import type { Catalog, PriceTable } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { readConfig } from '../../worker/config/config.ts';

const { site } = readConfig({});
const model = SEED_CATALOG.find(({ offers }) => offers.google)!;
const table: PriceTable = { ...model.offers.google!.prices[0]!, since: '2026-01-01', confirmed: '2026-11-01' };
const catalogOf = (
  change: Pick<Partial<PriceTable>, 'confirmed' | 'until'>,
  ofModel: Partial<typeof model> = {},
): Catalog => [
  { ...model, ...ofModel, offers: { google: { ...model.offers.google!, prices: [{ ...table, ...change }] } } },
];
const settings = (change: Partial<Watched> = {}): Watched => ({
  catalog: catalogOf({}),
  providers: [{ name: 'google', billing: 'per-token' }],
  sites: [{ site: { ...site, id: 'shop', proof: 'pow', models: [model.id] } }],
  demo: false,
  ...change,
});
const ring = (change: Partial<Watched>, today = '2026-11-23') => watchedSignals(settings(change), today);

it('a deployment in order rings nothing', () => {
  expect(ring({})).toEqual([]);
});

describe('a price', () => {
  it('rings 61 days after it was confirmed, once a month', () => {
    const stale = { catalog: catalogOf({ confirmed: '2026-09-23' }) };

    expect(ring(stale)).toMatchObject([
      { name: 'price_stale', subject: `google ${model.id}`, period: '2026-11', facts: { days: 61 } },
    ]);
    expect(ring(stale, '2026-11-22')).toEqual([]);
  });

  it('rings 14 days before it ends, unless another follows, and when it has ended', () => {
    const until = '2026-12-07';
    const [ends] = catalogOf({ until });
    const followed = structuredClone(ends!);
    followed.offers.google = {
      ...followed.offers.google!,
      prices: [...followed.offers.google!.prices, { ...table, since: '2026-12-08' }],
    };

    expect(ring({ catalog: [ends!] })).toMatchObject([{ name: 'price_ends', facts: { state: 'ends', until } }]);
    expect(ring({ catalog: [ends!] }, '2026-11-22')).toEqual([]);
    expect(ring({ catalog: [followed] })).toEqual([]);
    expect(ring({ catalog: [ends!] }, '2026-12-08')).toMatchObject([{ name: 'price_ends', facts: { state: 'ended' } }]);
  });

  it('of the demo is none', () => {
    expect(
      ring({ catalog: catalogOf({ confirmed: '2025-01-01' }), providers: [{ name: 'demo', billing: 'per-token' }] }),
    ).toEqual([]);
  });
});

describe('a model that ends', () => {
  const catalog = catalogOf({}, { end: '2027-01-31', successor: 'next' });

  it('rings with the number of sites that offer it', () => {
    expect(ring({ catalog })).toMatchObject([
      { name: 'model_ends', subject: model.id, facts: { end: '2027-01-31', successor: 'next', sites: 1 } },
    ]);
  });

  it('rings nothing where no site offers it', () => {
    expect(ring({ catalog, sites: [] })).toEqual([]);
  });
});

describe('a site', () => {
  const open = { site: { ...site, id: 'shop', proof: 'none' as const, dayBudgetMicros: 3_500_000 } };

  it('without a bot check rings with a real key, and not in the demo', () => {
    expect(ring({ sites: [open] })).toMatchObject([
      { name: 'proof_none', site: 'shop', facts: { capMicros: 3_500_000 } },
    ]);
    expect(ring({ sites: [open], demo: true })).toEqual([]);
  });

  it('whose record is broken rings with the field, in the demo too', () => {
    const sites = [{ id: 'gifts', field: 'budgets.dailyUsd', isKept: false }];

    expect(ring({ sites, demo: true })).toEqual([
      {
        name: 'config_broken',
        site: 'gifts',
        period: '2026-11-23',
        facts: { field: 'budgets.dailyUsd', state: 'closed' },
      },
    ]);
  });
});
