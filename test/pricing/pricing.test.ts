import { describe, expect, it } from 'vitest';
import { costMicros } from '../../worker/pricing/prices.ts';
import { type Answered, createPricing } from '../../worker/pricing/pricing.ts';
import type { ProviderConfig } from '../../worker/providers/provider-config.ts';
import { modelOf, request, TODAY, tableOf, usage } from '../request/requests.ts';

const NOW = Date.parse(TODAY);
const provider = (name: 'google' | 'apiyi', billing: ProviderConfig['billing'] = 'per-token'): ProviderConfig => ({
  ...{ name, billing },
  keys: ['k'],
  baseUrl: 'https://example.com',
});
const model = modelOf('nano-banana-2');
const table = tableOf(model, 'google');
const GOOD = usage({ promptTokens: 9, candidatesTokens: 1130, imageTokens: 1120, thoughtsTokens: 174 });
const answered = (change: Partial<Answered> = {}): Answered => ({
  priced: { size: '1K' },
  model,
  usage: GOOD,
  pictures: 1,
  ...change,
});
const google = createPricing([provider('google')], () => NOW);
const perCall = createPricing([provider('apiyi', 'per-call')], () => NOW);

describe('what an answer cost', () => {
  it('is by its tokens, rounded up', () => {
    if (table.kind !== 'token') throw new Error('Google charges by token.');
    const tokens = 9 * table.inputPerMillion + 184 * table.textOutPerMillion + 1120 * table.imageOutPerMillion;

    expect(google.cost('google', answered())).toBe(Math.ceil(tokens / 1_000_000));
  });

  it.each<{ name: string; change: Partial<Answered> }>([
    { name: 'there is none', change: { usage: undefined } },
    { name: 'it has no prompt', change: { usage: { ...GOOD, promptTokens: 0 } } },
    { name: 'it is negative', change: { usage: { ...GOOD, promptTokens: -1 } } },
    { name: 'its output is negative', change: { usage: { ...GOOD, thoughtsTokens: -1 } } },
    { name: 'it is absurd', change: { usage: { ...GOOD, candidatesTokens: 1e12, imageTokens: 1e12 } } },
    { name: 'a picture has no image tokens', change: { usage: { ...GOOD, imageTokens: 0 } } },
    { name: 'a picture has one image token', change: { usage: { ...GOOD, imageTokens: 1 } } },
    { name: 'a picture has fewer than the catalog says', change: { usage: { ...GOOD, imageTokens: 1119 } } },
    { name: 'two pictures have the tokens of one', change: { pictures: 2 } },
    { name: 'a larger picture has the tokens of a smaller one', change: { priced: { size: '2K' } } },
  ])('is not known by usage where $name', ({ change }) => {
    expect(google.cost('google', answered(change))).toBeUndefined();
  });

  it.each([
    { name: 'over what was held', counts: { candidatesTokens: 4600, imageTokens: 4480 } },
    { name: 'over what the model can write', counts: { candidatesTokens: 400_000, imageTokens: 400_000 } },
    { name: 'in thoughts', counts: { thoughtsTokens: 30_000 } },
  ])('is what the provider counts $name', ({ counts }) => {
    const cost = google.cost('google', answered({ usage: { ...GOOD, ...counts } }));

    expect(cost).toBe(costMicros(table, request(), { ...GOOD, ...counts }));
  });

  it('of a 512 picture is known by either of its two counts', () => {
    const counted = (imageTokens: number) =>
      google.cost('google', answered({ priced: { size: '512' }, usage: { ...GOOD, imageTokens } }));

    expect(counted(747)).toBeGreaterThan(0);
    expect(counted(1120)).toBeGreaterThan(counted(747)!);
    expect(counted(746)).toBeUndefined();
  });

  it('without a picture needs no image tokens', () => {
    const refused = usage({ promptTokens: 9, candidatesTokens: 10 });

    expect(google.cost('google', answered({ usage: refused, pictures: 0 }))).toBeGreaterThan(0);
  });

  it('by the call has its price whatever was counted, and even where nothing was', () => {
    const price = perCall.cost('apiyi', answered());

    expect(price).toBeGreaterThan(0);
    for (const counted of [undefined, { ...GOOD, promptTokens: -1 }, usage()]) {
      expect(perCall.cost('apiyi', answered({ usage: counted }))).toBe(price);
    }
  });

  it('of a provider that is not configured is not known', () => {
    expect(google.cost('apiyi', answered())).toBeUndefined();
  });
});

describe('what a request may cost', () => {
  it('is the dearest of the providers that may be tried, and never under what it costs', () => {
    const both = createPricing([provider('google'), provider('apiyi', 'per-call')], () => NOW);
    const worsts = [google, perCall].map((pricing) => pricing.worst(request(), model) as number);

    expect(both.worst(request(), model)).toBe(Math.max(...worsts));
    expect(google.worst(request(), model)).toBeGreaterThan(google.cost('google', answered()) as number);
  });

  it('is not known once all prices have lapsed', () => {
    const later = createPricing([provider('google')], () => Date.parse('2099-01-01'));
    const lapsing = {
      ...model,
      offers: { google: { ...model.offers.google!, prices: [{ ...table, until: TODAY }] } },
    };

    expect(google.worst(request(), lapsing)).toBeGreaterThan(0);
    expect(later.worst(request(), lapsing)).toBeUndefined();
    expect(later.cost('google', answered({ model: lapsing }))).toBeUndefined();
    expect(later.table(lapsing, 'google')).toBeUndefined();
  });
});
