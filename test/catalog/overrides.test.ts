import { describe, expect, it } from 'vitest';
import { type Catalog, findModel } from '../../worker/catalog/model.ts';
import { applyCatalogOverrides } from '../../worker/catalog/overrides.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';

const PRICE = { kind: 'call', perCall: 55_000, source: 'https://docs.apiyi.com', since: '2026-11-20' };

function applied(overrides: object): Catalog {
  const outcome = applyCatalogOverrides(SEED_CATALOG, JSON.stringify(overrides));
  if ('problem' in outcome) throw new Error(outcome.problem);
  return outcome.catalog;
}

describe('applyCatalogOverrides', () => {
  it('changes nothing where nothing is said', () => {
    expect(applied({})).toEqual(SEED_CATALOG);
  });

  it('replaces the fields it names and leaves the others', () => {
    const before = findModel(SEED_CATALOG, 'nano-banana-2.1');
    const after = findModel(
      applied({ 'gemini-nano-banana-2.1': { imageTokens: { '1K': 1120, '2K': 1680, '4K': 3780 } } }),
      'nano-banana-2.1',
    );

    expect(after).toEqual({ ...before, imageTokens: { '1K': 1120, '2K': 1680, '4K': 3780 } });
  });

  it('changes one price of one provider', () => {
    const catalog = applied({ 'gemini-3.1-flash-image': { offers: { apiyi: { prices: [PRICE] } } } });

    expect(findModel(catalog, 'nano-banana-2')?.offers).toMatchObject({
      apiyi: { wireId: 'gemini-3.1-flash-image-preview', prices: [PRICE] },
      google: { wireId: 'gemini-3.1-flash-image' },
    });
  });

  it('changes one wire id of one provider', () => {
    const catalog = applied({ 'gemini-3-pro-image': { offers: { apiyi: { wireId: 'gemini-3-pro-image' } } } });

    expect(findModel(catalog, 'nano-banana-pro')?.offers.apiyi).toMatchObject({
      wireId: 'gemini-3-pro-image',
      prices: [{ perCall: 50_000 }, { perCall: 90_000 }],
    });
  });

  it('still understands the days of a price by the names they once had', () => {
    const { since, ...undated } = PRICE;
    const old = { ...undated, date: since, validUntil: '2027-01-31' };
    const catalog = applied({ 'gemini-3.1-flash-image': { offers: { apiyi: { prices: [old] } } } });

    expect(findModel(catalog, 'nano-banana-2')?.offers.apiyi?.prices).toEqual([{ ...PRICE, until: '2027-01-31' }]);
  });

  it('adds names', () => {
    expect(findModel(applied({ 'gemini-nano-banana-2.1': { aliases: ['banana', 'best'] } }), 'banana')?.id).toBe(
      'gemini-nano-banana-2.1',
    );
  });

  it('makes a new model like an old one', () => {
    const catalog = applied({
      'gemini-nano-banana-3': {
        basedOn: 'gemini-3.1-flash-image',
        displayName: 'Nano Banana 3',
        aliases: ['nano-banana-3'],
      },
    });
    const model = findModel(catalog, 'nano-banana-3');

    expect(model).toMatchObject({
      id: 'gemini-nano-banana-3',
      displayName: 'Nano Banana 3',
      sizes: ['512', '1K', '2K', '4K'],
    });
    expect(model?.offers).toMatchObject({
      google: { wireId: 'gemini-nano-banana-3' },
      apiyi: { wireId: 'gemini-nano-banana-3' },
      demo: { wireId: 'gemini-nano-banana-3' },
    });
    expect(model?.offers).not.toHaveProperty('fal');
    expect(model).not.toHaveProperty('end');
    expect(model).not.toHaveProperty('successor');
    expect(model).not.toHaveProperty('basedOn');
    expect(findModel(catalog, 'nano-banana-2')?.id).toBe('gemini-3.1-flash-image');
  });

  it('makes a new model from nothing but its own words', () => {
    const whole = {
      displayName: 'Mine',
      description: 'Draws.',
      sizes: ['1K'],
      aspectRatios: ['1:1'],
      maxReferences: 0,
      grounding: [],
      thinkingLevels: [],
      thinks: false,
      imageTokens: {},
      inputTokenLimit: 1000,
      outputTokenLimit: 1000,
      outputCap: null,
      expectedMs: {},
      offers: { apiyi: { wireId: 'mine-1', prices: [PRICE] } },
    };

    expect(findModel(applied({ mine: whole }), 'mine')).toEqual({ ...whole, id: 'mine', aliases: [] });
  });

  it('removes models, offers and ends', () => {
    const catalog = applied({
      'gemini-2.5-flash-image': null,
      'gemini-3.1-flash-image': { end: null, successor: null, offers: { fal: null } },
    });

    expect(findModel(catalog, 'nano-banana')).toBeUndefined();
    expect(findModel(catalog, 'nano-banana-2')).not.toHaveProperty('end');
    expect(findModel(catalog, 'nano-banana-2')?.offers).not.toHaveProperty('fal');
  });

  it('gives a removed name to another model', () => {
    const catalog = applied({ 'gemini-2.5-flash-image': null, 'gemini-nano-banana-2.1': { aliases: ['nano-banana'] } });

    expect(findModel(catalog, 'nano-banana')?.id).toBe('gemini-nano-banana-2.1');
  });

  it('leaves the catalog it was given as it was', () => {
    const before = structuredClone(SEED_CATALOG);

    applied({ 'gemini-nano-banana-2.1': { aliases: [], offers: { google: { prices: [] }, fal: null } } });

    expect(SEED_CATALOG).toEqual(before);
  });

  const ID = 'gemini-3.1-flash-image';
  it.each([
    { name: 'no JSON', json: '{', problem: 'must be a JSON object from model id to change' },
    { name: 'a list', json: '[]', problem: 'must be a JSON object from model id to change' },
    { name: 'null', json: 'null', problem: 'must be a JSON object from model id to change' },
    { name: 'an id with capitals', json: '{"Banana":{}}', problem: '"Banana" must be 1 to 100 of a-z' },
    { name: 'an id that is a path', json: '{"../x":{}}', problem: '"../x" must be 1 to 100 of a-z' },
    { name: 'a prototype', json: '{"__proto__":{"basedOn":"nano-banana"}}', problem: '"__proto__" must be' },
    { name: 'a change that is no object', json: `{"${ID}":7}`, problem: `${ID}: must be an object` },
    {
      name: 'an unknown field',
      json: `{"${ID}":{"price":1}}`,
      problem: `${ID}.price: is not known here; accepted: displayName`,
    },
    {
      name: 'an unknown provider',
      json: `{"${ID}":{"offers":{"azure":{}}}}`,
      problem: `${ID}.offers.azure: is not known here; accepted: google, apiyi, fal, demo`,
    },
    {
      name: 'an unknown size',
      json: `{"${ID}":{"imageTokens":{"8K":1}}}`,
      problem: `${ID}.imageTokens.8K: is not known here; accepted: 512, 1K, 2K, 4K`,
    },
    {
      name: 'dollars for micro-dollars',
      json: `{"${ID}":{"offers":{"apiyi":{"prices":[{"kind":"call","perCall":0.05,"source":"x","date":"2026-01-01"}]}}}}`,
      problem: `${ID}.offers.apiyi.prices.0.perCall: must be a whole number of micro-dollars`,
    },
    {
      name: 'a price without its source',
      json: `{"${ID}":{"offers":{"apiyi":{"prices":[{"kind":"call","perCall":5,"date":"2026-01-01"}]}}}}`,
      problem: `${ID}.offers.apiyi.prices.0.source: must be given`,
    },
    {
      name: 'a kind of price there is not',
      json: `{"${ID}":{"offers":{"apiyi":{"prices":[{"kind":"hour"}]}}}}`,
      problem: `${ID}.offers.apiyi.prices.0.kind: must be a price table of the kind token, call or image`,
    },
    {
      name: 'a date in words',
      json: `{"${ID}":{"end":"soon"}}`,
      problem: `${ID}.end: must be a day such as 2026-10-06`,
    },
    {
      name: 'sizes out of order',
      json: `{"${ID}":{"sizes":["4K","1K"]}}`,
      problem: `${ID}.sizes: must start with the smallest`,
    },
    { name: 'a size twice', json: `{"${ID}":{"sizes":["1K","1K"]}}`, problem: `${ID}.sizes: must not repeat a size` },
    { name: 'no sizes', json: `{"${ID}":{"sizes":[]}}`, problem: `${ID}.sizes: must hold at least one size` },
    {
      name: 'a ratio in words',
      json: `{"${ID}":{"aspectRatios":["wide"]}}`,
      problem: `${ID}.aspectRatios.0: must be a ratio such as 16:9`,
    },
    {
      name: 'a level that is none of its own',
      json: `{"${ID}":{"defaultThinkingLevel":"medium"}}`,
      problem: `${ID}: defaultThinkingLevel must be one of thinkingLevels`,
    },
    {
      name: 'a removal of what is not there',
      json: '{"nope":null}',
      problem: 'nope is not in the catalog, so it cannot be removed',
    },
    {
      name: 'an unknown base',
      json: '{"new":{"basedOn":"nope"}}',
      problem: 'new.basedOn must be an id of the catalog, got "nope"',
    },
    {
      name: 'an alias as a base',
      json: '{"new":{"basedOn":"nano-banana"}}',
      problem: 'new.basedOn must be an id of the catalog',
    },
    {
      name: 'a base for what exists',
      json: `{"${ID}":{"basedOn":"gemini-3-pro-image"}}`,
      problem: `${ID}.basedOn is only for a new id`,
    },
    {
      name: 'a new model with fields missing',
      json: '{"new":{"displayName":"New"}}',
      problem: 'new.description: must be given',
    },
    {
      name: "another model's name",
      json: '{"gemini-3-pro-image":{"aliases":["nano-banana"]}}',
      problem: 'are both called nano-banana',
    },
    {
      name: 'a new id that is an alias',
      json: '{"nano-banana":{"basedOn":"gemini-3-pro-image"}}',
      problem: 'are both called nano-banana',
    },
    {
      name: 'an offer without a wire id',
      json: '{"new":{"basedOn":"gemini-3-pro-image","offers":{"fal":{"prices":[]}}}}',
      problem: 'new.offers.fal.wireId: must be given',
    },
    {
      name: 'nothing left',
      json: JSON.stringify(Object.fromEntries(SEED_CATALOG.map(({ id }) => [id, null]))),
      problem: 'must leave at least one model',
    },
  ])('names what is wrong with $name', ({ json, problem }) => {
    const outcome = applyCatalogOverrides(SEED_CATALOG, json);

    expect(outcome).toEqual({ problem: expect.stringContaining(problem) });
  });
});
