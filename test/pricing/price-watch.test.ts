import { expect, it } from 'vitest';
import type { Catalog } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { createPriceWatch } from '../../worker/pricing/price-watch.ts';
import type { ProviderConfig } from '../../worker/providers/provider-config.ts';

const GOOGLE: ProviderConfig = { name: 'google', keys: ['k'], baseUrl: 'https://example.com', billing: 'per-token' };

it('tells the owner once of each price that has not been confirmed for long, and again when it has ended', () => {
  const clock = { now: Date.parse('2026-12-01') };
  const told: [string, unknown][] = [];
  const watch = createPriceWatch(
    [GOOGLE],
    () => clock.now,
    (event, facts) => told.push([event, facts]),
  );
  const pro: Catalog = SEED_CATALOG.filter(({ id }) => id === 'gemini-3-pro-image');

  watch(pro);
  expect(told).toEqual([]);
  for (const day of ['2027-02-01', '2027-02-02', '2027-06-01', '2027-06-02']) {
    clock.now = Date.parse(day);
    watch(pro);
  }

  expect(told).toMatchObject([
    [
      'price_doubtful',
      { model: 'gemini-3-pro-image', provider: 'google', state: 'unconfirmed', confirmed: '2026-11-29' },
    ],
    ['price_doubtful', { model: 'gemini-3-pro-image', provider: 'google', state: 'ended', until: '2027-05-31' }],
  ]);
});
