import { describe, expect, it } from 'vitest';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { tableInForce } from '../../worker/pricing/price-table.ts';
import { toModel, toSiteModel } from '../../worker/routes/gemini-model.ts';
import { modelOf } from '../request/requests.ts';

const googleTable = (name: string) => tableInForce(modelOf(name), 'google', 'per-token', '2026-11-29');

describe('toModel', () => {
  it("has Gemini's shape, with what pictures can be beside it", () => {
    expect(toModel(modelOf('nano-banana-2'), googleTable('nano-banana-2'))).toEqual({
      name: 'models/gemini-3.1-flash-image',
      version: '3.1',
      displayName: 'Nano Banana 2',
      description: expect.stringContaining('pictures'),
      inputTokenLimit: 131_072,
      outputTokenLimit: 32_768,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
      thinking: true,
      imageCapabilities: {
        sizes: ['512', '1K', '2K', '4K'],
        aspectRatios: expect.arrayContaining(['16:9', '8:1']),
        maxReferences: 14,
        grounding: ['web', 'image'],
        thinkingLevels: ['minimal', 'high'],
        defaultThinkingLevel: 'minimal',
        priceUsd: { '512': 0.04482, '1K': 0.0672, '2K': 0.1008, '4K': 0.1512 },
        successor: 'gemini-nano-banana-2.1',
      },
    });
  });

  it('shows no price where none is known', () => {
    expect(toModel(modelOf('nano-banana-pro')).imageCapabilities).not.toHaveProperty('priceUsd');
  });

  it('leaves out what a model has not', () => {
    const { imageCapabilities } = toModel(modelOf('nano-banana-pro'));

    expect(Object.keys(imageCapabilities)).not.toEqual(expect.arrayContaining(['end']));
    expect(imageCapabilities).not.toHaveProperty('defaultThinkingLevel');
  });

  it.each([
    { id: 'gemini-nano-banana-2.1', version: '2.1' },
    { id: 'gemini-3-pro-image', version: '3' },
    { id: 'my-model', version: '1' },
  ])('gives $id the version $version', ({ id, version }) => {
    expect(toModel({ ...modelOf('nano-banana'), id }).version).toBe(version);
  });
});

describe('toSiteModel', () => {
  it('tells the widget what it needs', () => {
    expect(toSiteModel(modelOf('nano-banana-pro'))).toEqual({
      id: 'gemini-3-pro-image',
      displayName: 'Nano Banana Pro',
      sizes: ['1K', '2K', '4K'],
      aspectRatios: expect.arrayContaining(['21:9']),
      maxReferences: 14,
      grounding: ['web'],
      thinking: [],
      expectedMs: { '1K': 19_000, '2K': 35_000, '4K': 35_000 },
    });
  });

  it('expects every size of every model to take some time', () => {
    for (const model of SEED_CATALOG) {
      expect(Object.keys(toSiteModel(model).expectedMs).sort(), model.id).toEqual([...model.sizes].sort());
    }
  });

  it('expects what was measured here, and of other sizes what the catalog says', () => {
    const { expectedMs } = toSiteModel(modelOf('nano-banana-pro'), { '2K': 41_000 });

    expect(expectedMs).toEqual({ '1K': 19_000, '2K': 41_000, '4K': 35_000 });
  });

  it.each([
    { name: 'nano-banana-2.1', priceClass: 'low' },
    { name: 'nano-banana-2', priceClass: 'medium' },
    { name: 'nano-banana-pro', priceClass: 'high' },
  ])('calls the price of $name $priceClass', ({ name, priceClass }) => {
    expect(toSiteModel(modelOf(name), {}, googleTable(name)).priceClass).toBe(priceClass);
  });
});
