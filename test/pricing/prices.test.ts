import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogModel, PriceTable } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import {
  costMicros,
  GROUNDING_ALLOWANCE,
  inputTokensBound,
  maxOutputTokensOf,
  REFERENCE_TOKENS,
  SIGNATURE_TOKENS,
  type Usage,
  worstMicros,
  worstMicrosAt,
} from '../../worker/pricing/prices.ts';
import { modelOf, request, tableOf, usage, userTurn } from '../request/requests.ts';

const NANO_BANANA_2 = modelOf('nano-banana-2');

describe('costMicros', () => {
  const rates = tableOf(NANO_BANANA_2, 'google');

  it('adds prompt, text, thoughts, pictures and searches, each at its rate', () => {
    const call = usage({
      promptTokens: 1000,
      candidatesTokens: 1320,
      imageTokens: 1120,
      thoughtsTokens: 300,
      searches: 3,
    });

    // 1000 × 0.5 + (200 + 300) × 3 + 1120 × 60 + 3 × 14,000
    expect(costMicros(rates, request(), call)).toBe(500 + 1500 + 67_200 + 42_000);
  });

  it('rounds up to whole micro-dollars', () => {
    expect(costMicros(rates, request(), usage({ promptTokens: 1 }))).toBe(1);
    expect(costMicros(rates, request(), usage())).toBe(0);
  });

  it('charges no text where pictures are counted beyond the whole', () => {
    expect(costMicros(rates, request(), usage({ candidatesTokens: 1000, imageTokens: 1120 }))).toBe(67_200);
  });

  it('charges a call whatever is in it', () => {
    const calls = tableOf(NANO_BANANA_2, 'apiyi', 'per-call');

    expect(costMicros(calls, request({ size: '4K' }), usage({ promptTokens: 99_999, searches: 9 }))).toBe(55_000);
  });

  it("adds fal's surcharges for searching and high thinking", () => {
    const fal = tableOf(NANO_BANANA_2, 'fal');
    const dear = request({ size: '2K', grounding: { web: true, image: false }, thinkingLevel: 'high' });

    expect(costMicros(fal, dear, usage())).toBe(120_000 + 15_000 + 2_000);
    expect(costMicros(fal, request({ size: '2K', thinkingLevel: 'minimal' }), usage())).toBe(120_000);
  });

  it.each<{ name: string; table: PriceTable; call: Usage }>([
    {
      name: 'a size without a price',
      table: { kind: 'image', perImage: { '4K': 1 }, source: '', since: '' },
      call: usage(),
    },
    {
      name: 'searches without a price',
      table: { kind: 'token', inputPerMillion: 1, textOutPerMillion: 1, imageOutPerMillion: 1, source: '', since: '' },
      call: usage({ searches: 1 }),
    },
  ])('knows no cost of $name', ({ table, call }) => {
    expect(costMicros(table, request(), call)).toBeUndefined();
  });
});

describe('worstMicros', () => {
  const google = tableOf(NANO_BANANA_2, 'google');
  const worst = (changes = {}, model = NANO_BANANA_2) =>
    worstMicrosAt(tableOf(model, 'google'), request(changes), model);

  it('is the prompt, and all of the output that is allowed as pictures', () => {
    // "a red fox" has 9 bytes, and its part adds 8.
    expect(worst()).toBe(Math.ceil(17 * 0.5 + (1120 + 2048) * 60));
  });

  it.each([
    { name: 'a larger picture', changes: { size: '4K' as const }, more: (2520 - 1120) * 60 },
    { name: 'high thinking', changes: { thinkingLevel: 'high' }, more: (8192 - 2048) * 60 },
    { name: 'two searches', changes: { grounding: { web: true, image: true } }, more: GROUNDING_ALLOWANCE * 14_000 },
    { name: "the caller's own bound", changes: { maxOutputTokens: 30_000 }, more: (30_000 - 3168) * 60 },
    { name: 'a smaller one', changes: { maxOutputTokens: 2000 }, more: (2000 - 3168) * 60 },
    { name: 'a picture, however small the bound', changes: { maxOutputTokens: 1 }, more: -2048 * 60 },
    { name: '512 at the higher of its two counts', changes: { size: '512' as const }, more: 0 },
    { name: 'system text', changes: { systemInstruction: ['x'.repeat(992)] }, more: 500 },
  ])('allows for $name', ({ changes, more }) => {
    expect((worst(changes) ?? 0) - (worst() ?? 0)).toBeCloseTo(more, -1);
  });

  it('thinks high by itself where that is the default', () => {
    const highByDefault = { ...NANO_BANANA_2, defaultThinkingLevel: 'high' };

    expect(worst({}, highByDefault)).toBe(worst({ thinkingLevel: 'high' }));
  });

  it("allows for the model's limit where no cap is sent", () => {
    const uncapped = { ...NANO_BANANA_2, outputCap: null };

    expect(worst({}, uncapped)).toBe(Math.ceil(17 * 0.5 + 32_768 * 60));
  });

  it('is the dearest of the tables it may be charged by', () => {
    const perCall = tableOf(NANO_BANANA_2, 'apiyi', 'per-call');
    const perToken = tableOf(NANO_BANANA_2, 'apiyi');
    const dearest = (...tables: PriceTable[]) => worstMicros(request(), NANO_BANANA_2, tables);

    expect(dearest(perCall)).toEqual({ ok: true, value: 55_000 });
    expect(dearest(perCall, google)).toEqual({ ok: true, value: worst() });
    expect(dearest(perToken)).toEqual({
      ok: true,
      value: Math.ceil(17 * 0.07 + (1120 + 2048) * 16.8),
    });
  });

  it.each<{ name: string; tables: (PriceTable | undefined)[]; model?: CatalogModel }>([
    { name: 'no table', tables: [] },
    { name: 'one unknown among known', tables: [google, undefined] },
    {
      name: 'a size the table does not sell',
      tables: [{ kind: 'image', perImage: { '4K': 1 }, source: '', since: '' }],
    },
    {
      name: 'a size without a published token count',
      tables: [google],
      model: { ...NANO_BANANA_2, imageTokens: { '512': 747 } },
    },
  ])('is not known with $name', ({ tables, model = NANO_BANANA_2 }) => {
    expect(worstMicros(request(), model, tables)).toEqual({
      ok: false,
      failure: { reason: 'PRICE_UNKNOWN', model: 'gemini-3.1-flash-image' },
    });
  });

  it('is never under what an answer within its bounds costs', () => {
    const anyUsage = fc.record({
      output: fc.double({ min: 0, max: 1, noNaN: true }),
      imageShare: fc.double({ min: 0, max: 1, noNaN: true }),
      thoughtShare: fc.double({ min: 0, max: 1, noNaN: true }),
      promptShare: fc.double({ min: 0, max: 1, noNaN: true }),
      searches: fc.nat(GROUNDING_ALLOWANCE),
    });
    const anyPriced = fc.constantFrom(
      ...SEED_CATALOG.flatMap((model) =>
        Object.values(model.offers).flatMap(({ prices }) => prices.map((prices) => ({ model, prices }))),
      ),
    );
    const anyBound = fc.option(fc.integer({ min: 1, max: 32_768 }), { nil: undefined });

    fc.assert(
      fc.property(
        anyPriced,
        fc.string({ maxLength: 200 }),
        fc.nat(),
        anyBound,
        anyUsage,
        ({ model, prices }, text, pick, maxOutputTokens, counts) => {
          const size = model.sizes[pick % model.sizes.length] ?? '1K';
          const searches = model.grounding.length > 0 && prices.kind !== 'image' ? counts.searches : 0;
          const asked = request({
            model: model.id,
            size,
            turns: [userTurn({ kind: 'text', text })],
            ...(maxOutputTokens !== undefined && { maxOutputTokens }),
            ...(searches > 0 && { grounding: { web: true, image: false } }),
          });
          // The whole output within the sent cap may be pictures, or thoughts.
          const output = Math.floor((maxOutputTokensOf(asked, model) ?? model.outputTokenLimit) * counts.output);
          const thoughtsTokens = Math.floor(output * counts.thoughtShare);
          const candidatesTokens = output - thoughtsTokens;
          const used = usage({
            promptTokens: Math.floor(new TextEncoder().encode(text).length * counts.promptShare),
            candidatesTokens,
            imageTokens: Math.floor(candidatesTokens * counts.imageShare),
            thoughtsTokens,
            searches,
          });

          const cost = costMicros(prices, asked, used) ?? Number.NaN;
          expect(cost).toBeLessThanOrEqual(worstMicrosAt(prices, asked, model) ?? Number.NaN);
          expect(Number.isSafeInteger(cost)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('inputTokensBound', () => {
  const image = { kind: 'image', mimeType: 'image/png', input: 0 } as const;

  it.each([
    { name: 'text by its bytes', turns: [userTurn({ kind: 'text', text: 'ä€😀' })], tokens: 2 + 3 + 4 + 8 },
    { name: 'each picture', turns: [userTurn(image, image)], tokens: 2 * (REFERENCE_TOKENS + 8) },
    {
      name: 'a large signature',
      turns: [userTurn({ ...image, signature: { input: 1 } })],
      tokens: REFERENCE_TOKENS + SIGNATURE_TOKENS + 8,
    },
    {
      name: 'a short signature',
      turns: [userTurn({ ...image, signature: { text: 'AAAA' } })],
      tokens: REFERENCE_TOKENS + 4 + 8,
    },
    {
      name: "no more than the model's limit",
      turns: [userTurn({ kind: 'text', text: 'x'.repeat(1_000_000) })],
      tokens: 131_072,
    },
  ])('counts $name', ({ turns, tokens }) => {
    expect(inputTokensBound(request({ turns }), NANO_BANANA_2)).toBe(tokens);
  });
});

describe('maxOutputTokensOf', () => {
  it.each([
    { name: 'the picture and the cap', changes: {}, model: NANO_BANANA_2, expected: 1120 + 2048 },
    {
      name: 'more room with high thinking',
      changes: { thinkingLevel: 'high', size: '4K' as const },
      model: NANO_BANANA_2,
      expected: 2520 + 8192,
    },
    { name: "the caller's own", changes: { maxOutputTokens: 77 }, model: NANO_BANANA_2, expected: 77 },
    {
      name: 'the higher count of 512 and the room',
      changes: { size: '512' as const },
      model: NANO_BANANA_2,
      expected: 1120 + 2048,
    },
    {
      name: 'nothing where the model has no cap',
      changes: {},
      model: { ...NANO_BANANA_2, outputCap: null },
      expected: undefined,
    },
    {
      name: "no more than the model's limit",
      changes: {},
      model: { ...NANO_BANANA_2, outputTokenLimit: 2000 },
      expected: 2000,
    },
  ])('is $name', ({ changes, model, expected }) => {
    expect(maxOutputTokensOf(request(changes), model)).toBe(expected);
  });
});
