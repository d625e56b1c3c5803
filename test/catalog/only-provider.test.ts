import { expect, it } from 'vitest';
import { onlyProviderOf } from '../../worker/catalog/only-provider.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';

const [model] = SEED_CATALOG;
const { google, fal } = model!.offers;
const catalog = [{ ...model!, offers: { google: google! } }];
const everywhere = [{ ...model!, offers: { google: google!, fal: fal ?? google! } }];

it.each([
  { name: 'the only one of the deployment', names: ['fal'], catalog, expected: 'fal' },
  { name: 'the only one, by two keys', names: ['google', 'google'], catalog, expected: 'google' },
  { name: 'the only one that offers the model', names: ['google', 'fal'], catalog, expected: 'google' },
  { name: 'none of two that offer it', names: ['google', 'fal'], catalog: everywhere, expected: undefined },
  { name: 'none of two where the model is not known', names: ['google', 'fal'], catalog: [], expected: undefined },
  { name: 'the demo', names: ['demo'], catalog: [], expected: 'demo' },
] as const)('is $name', ({ names, catalog, expected }) => {
  const providers = names.map((name) => ({ name }));

  expect(onlyProviderOf(model!.id, catalog, providers)).toBe(expected);
});
