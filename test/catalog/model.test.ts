import { describe, expect, it } from 'vitest';
import {
  type CatalogModel,
  DEFAULT_MODEL,
  findModel,
  isRetired,
  offeredModels,
  type PriceTable,
  successorOf,
} from '../../worker/catalog/model.ts';
import { findOfferedModel } from '../../worker/catalog/offered-model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { imageTokensOf } from '../../worker/pricing/prices.ts';

const STANDARD_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const PANORAMAS = ['1:4', '4:1', '1:8', '8:1'];

describe('findModel', () => {
  it.each([
    { name: 'gemini-nano-banana-2.1', id: 'gemini-nano-banana-2.1' },
    { name: 'nano-banana-2.1', id: 'gemini-nano-banana-2.1' },
    { name: 'gemini-3.1-flash-image', id: 'gemini-3.1-flash-image' },
    { name: 'gemini-3.1-flash-image-preview', id: 'gemini-3.1-flash-image' },
    { name: 'nano-banana-2', id: 'gemini-3.1-flash-image' },
    { name: 'gemini-3-pro-image-preview', id: 'gemini-3-pro-image' },
    { name: 'nano-banana-pro-preview', id: 'gemini-3-pro-image' },
    { name: 'nano-banana-pro', id: 'gemini-3-pro-image' },
    { name: 'gemini-2.5-flash-image-preview', id: 'gemini-2.5-flash-image' },
    { name: 'nano-banana', id: 'gemini-2.5-flash-image' },
    { name: 'nano-banana-2-lite', id: 'gemini-3.1-flash-lite-image' },
    { name: 'models/gemini-3-pro-image', id: 'gemini-3-pro-image' },
    { name: 'models/nano-banana', id: 'gemini-2.5-flash-image' },
  ])('finds $name', ({ name, id }) => {
    expect(findModel(SEED_CATALOG, name)?.id).toBe(id);
  });

  it.each(['', 'models/', 'models/models/nano-banana', 'Nano-Banana', 'gemini-2.0-flash', '__proto__', 'constructor'])(
    'finds nothing called %j',
    (name) => {
      expect(findModel(SEED_CATALOG, name)).toBeUndefined();
    },
  );
});

describe('the seed catalog', () => {
  it('has the default model first', () => {
    expect(SEED_CATALOG[0]?.id).toBe(DEFAULT_MODEL);
  });

  it.each([
    {
      id: 'gemini-nano-banana-2.1',
      sizes: ['1K', '2K', '4K'],
      ratios: 14,
      levels: ['minimal', 'medium', 'high'],
      level: 'medium',
      grounding: ['web', 'image'],
    },
    {
      id: 'gemini-3.1-flash-image',
      sizes: ['512', '1K', '2K', '4K'],
      ratios: 14,
      levels: ['minimal', 'high'],
      level: 'minimal',
      grounding: ['web', 'image'],
    },
    {
      id: 'gemini-3-pro-image',
      sizes: ['1K', '2K', '4K'],
      ratios: 10,
      levels: [],
      level: undefined,
      grounding: ['web'],
    },
    { id: 'gemini-2.5-flash-image', sizes: ['1K'], ratios: 10, levels: [], level: undefined, grounding: [] },
    {
      id: 'gemini-3.1-flash-lite-image',
      sizes: ['1K'],
      ratios: 10,
      levels: ['minimal', 'high'],
      level: 'minimal',
      grounding: [],
    },
  ])('knows what $id can do', ({ id, sizes, ratios, levels, level, grounding }) => {
    const model = findModel(SEED_CATALOG, id);

    expect(model?.sizes).toEqual(sizes);
    expect(model?.aspectRatios).toEqual(ratios === 14 ? [...STANDARD_RATIOS, ...PANORAMAS] : STANDARD_RATIOS);
    expect(model?.thinkingLevels).toEqual(levels);
    expect(model?.defaultThinkingLevel).toBe(level);
    expect(model?.grounding).toEqual(grounding);
    expect(model?.thinks).toBe(id !== 'gemini-2.5-flash-image');
    expect(model?.maxReferences).toBe(14);
  });

  it.each([
    {
      id: 'gemini-nano-banana-2.1',
      google: 'gemini-nano-banana-2.1',
      apiyi: 'gemini-nano-banana-2.1',
      fal: 'google/nano-banana-2.1',
    },
    {
      id: 'gemini-3.1-flash-image',
      google: 'gemini-3.1-flash-image',
      apiyi: 'gemini-3.1-flash-image-preview',
      fal: 'fal-ai/nano-banana-2',
    },
    {
      id: 'gemini-3-pro-image',
      google: 'gemini-3-pro-image',
      apiyi: 'gemini-3-pro-image-preview',
      fal: 'fal-ai/nano-banana-pro',
    },
    {
      id: 'gemini-2.5-flash-image',
      google: 'gemini-2.5-flash-image',
      apiyi: 'gemini-2.5-flash-image',
      fal: 'fal-ai/nano-banana',
    },
    {
      id: 'gemini-3.1-flash-lite-image',
      google: 'gemini-3.1-flash-lite-image',
      apiyi: 'gemini-3.1-flash-lite-image',
      fal: 'google/nano-banana-2-lite',
    },
  ])('knows what each provider calls $id', ({ id, google, apiyi, fal }) => {
    const offers = findModel(SEED_CATALOG, id)?.offers;

    expect({ google: offers?.google?.wireId, apiyi: offers?.apiyi?.wireId, fal: offers?.fal?.wireId }).toEqual({
      google,
      apiyi,
      fal,
    });
    expect(offers?.demo?.prices).toMatchObject(offers!.google!.prices.map(({ until: _, ...price }) => price));
  });

  it('names every model once', () => {
    const names = SEED_CATALOG.flatMap(({ id, aliases }) => [id, ...aliases]);

    expect(new Set(names).size).toBe(names.length);
  });

  it('can reserve every size it sells', () => {
    for (const model of SEED_CATALOG) {
      for (const size of model.sizes) expect(imageTokensOf(model, size), `${model.id} ${size}`).toBeGreaterThan(0);
    }
  });

  it('has no model that its maker has ended, and a successor for those that are on their way', () => {
    expect(SEED_CATALOG.filter(({ end }) => end !== undefined)).toEqual([]);
    expect(SEED_CATALOG.flatMap(({ id, successor }) => (successor ? [[id, successor]] : []))).toEqual([
      ['gemini-3.1-flash-image', 'gemini-nano-banana-2.1'],
      ['gemini-2.5-flash-image', 'gemini-nano-banana-2.1'],
    ]);
  });

  it('charges whole micro-dollars, from a source, since a day and until a day', () => {
    const tables = SEED_CATALOG.flatMap(({ offers }) => Object.values(offers).flatMap(({ prices }) => prices));

    expect(tables.length).toBeGreaterThan(15);
    for (const table of tables) {
      expect(
        amountsOf(table).every((amount) => Number.isSafeInteger(amount) && amount > 0),
        table.source,
      ).toBe(true);
      expect(table.source).toMatch(/^https:\/\//);
      expect(table.since).toMatch(/^2026-\d\d-\d\d$/);
      expect((table.until ?? '9999') >= table.since).toBe(true);
    }
  });
});

const amountsOf = (table: PriceTable): number[] =>
  Object.values('perImage' in table ? { ...table, ...table.perImage } : table).filter(
    (value) => typeof value === 'number',
  );

describe('a model that has ended', () => {
  const model = findModel(SEED_CATALOG, 'nano-banana-2')!;
  const lite = findModel(SEED_CATALOG, 'nano-banana-2-lite')!;
  const ended = (change: Partial<CatalogModel> = {}): CatalogModel => ({
    ...model,
    end: '2026-10-29',
    successor: lite.id,
    ...change,
  });

  it('is served to the end of its last day', () => {
    expect(['2026-10-28', '2026-10-29', '2026-10-30'].map((day) => isRetired(ended(), day))).toEqual([
      false,
      false,
      true,
    ]);
    expect(isRetired(model, '2099-01-01')).toBe(false);
  });

  it('is not offered', () => {
    expect(offeredModels([ended(), lite], '2026-10-30')).toEqual([lite]);
    expect(offeredModels([ended(), lite], '2026-10-29')).toEqual([ended(), lite]);
  });

  const third: CatalogModel = { ...model, id: 'third', aliases: [], successor: lite.id };
  it.each([
    { name: 'its successor', catalog: [ended(), lite], successor: lite.id },
    {
      name: 'the successor of its successor where that has ended too',
      catalog: [ended({ successor: 'third' }), { ...third, end: '2026-10-01' }, lite],
      successor: lite.id,
    },
    { name: 'none where none is known', catalog: [ended({ successor: 'gone' }), lite], successor: undefined },
    {
      name: 'none where two point at each other',
      catalog: [ended({ successor: 'third' }), { ...third, end: '2026-10-01', successor: model.id }],
      successor: undefined,
    },
  ])('leads to $name', ({ catalog, successor }) => {
    expect(successorOf(catalog, catalog[0]!, '2026-11-29')?.id).toBe(successor);
  });

  it('is not found by its name, which leads to what to use instead', () => {
    const found = findOfferedModel([ended(), lite], 'models/nano-banana-2', '2026-11-29');

    expect(found).toEqual({
      ok: false,
      failure: {
        reason: 'NOT_FOUND',
        what: 'The model "models/nano-banana-2"',
        hint: 'Its maker ended it on 2026-10-29. Use gemini-3.1-flash-lite-image instead.',
      },
    });
    expect(findOfferedModel([ended(), lite], 'nano-banana-2', '2026-10-29')).toEqual({ ok: true, value: ended() });
  });

  it('that was never in the catalog leads to the list of those that are', () => {
    expect(findOfferedModel([lite], 'gemini-2.0-flash', '2026-11-29')).toMatchObject({
      failure: { reason: 'NOT_FOUND', hint: 'GET /v1beta/models lists those that may be used.' },
    });
  });
});
