import { expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { createPricing } from '../../worker/pricing/pricing.ts';
import { withinMeans } from '../../worker/pricing/within-means.ts';

const pricing = createPricing([{ name: 'google', billing: 'per-token' }], () => Date.UTC(2026, 10, 30));
const menu = SEED_CATALOG.filter(({ offers }) => offers.google);
const offered = (dollars: number) =>
  Object.fromEntries(withinMeans(menu, dollars * 1e6, pricing).map((model) => [model.id, model]));

it('leaves everything to a caller with enough', () => {
  expect(withinMeans(menu, 100e6, pricing)).toEqual(menu);
});

it('leaves out thinking that costs more than a day has', () => {
  const whole = menu.find(({ id }) => id === 'gemini-3.1-flash-image');

  expect(whole?.thinkingLevels).toContain('high');
  expect(offered(0.5)['gemini-3.1-flash-image']).toEqual({ ...whole, thinkingLevels: ['minimal'] });
});

it('leaves out sizes, and a model of which none is left', () => {
  const { 'gemini-nano-banana-2.1': usual, ...others } = offered(0.12);

  expect(usual?.sizes).toEqual(['1K', '2K']);
  expect(others['gemini-3-pro-image']).toBeUndefined();
});

it('leaves a menu of which nothing would be left as it is', () => {
  expect(withinMeans(menu, 1, pricing)).toEqual(menu);
});
