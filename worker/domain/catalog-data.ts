/**
 * The catalog a deployment starts from. Every figure has its source; those of the documents were collected in
 * `facts/gemini-image-api.md`, whose marks are repeated where a figure is not the maker's own word.
 *
 * No maker names an end for a price, so no table here has `validUntil`: an owner who wants prices to lapse sets it
 * through `CATALOG`.
 */
import type { CallPrices, CatalogModel, ImagePrices, TokenPrices } from './catalog.ts';

const GOOGLE_PRICING = 'https://ai.google.dev/gemini-api/docs/pricing';
const APIYI_PRICING = 'https://docs.apiyi.com/en/api-capabilities/nano-banana-2-image';
const APIYI_OVERVIEWS = 'https://docs.apiyi.com/en/api-capabilities';
const FAL_MODELS = 'https://fal.ai/models';

/** $14 for 1000 queries on Gemini 3.x [seen in issue]. */
const GOOGLE_SEARCH = 14_000;

const dollars = (amount: number): number => Math.round(amount * 1_000_000);

/** Google's rates, in dollars for a million tokens. */
const google = (date: string, input: number, text: number, image: number, perSearch?: number): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(text),
  imageOutPerMillion: dollars(image),
  ...(perSearch !== undefined && { perSearch }),
  source: GOOGLE_PRICING,
  date,
});

const call = (amount: number, source: string, date: string): CallPrices => ({
  kind: 'call',
  perCall: dollars(amount),
  source,
  date,
});

/**
 * APIYI's rates, in dollars for a million tokens: one for all that goes in, one for all that comes out. It names no
 * price for searches, so Google's is allowed for.
 */
const apiyiTokens = (input: number, output: number, source: string, date: string): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(output),
  imageOutPerMillion: dollars(output),
  perSearch: GOOGLE_SEARCH,
  source,
  date,
});

/** fal.ai charges its older models by the picture: $0.08 for 1K, ×0.75 for 0.5K, ×1.5 for 2K, ×2 for 4K. */
const FAL_NANO_BANANA_2: ImagePrices = {
  kind: 'image',
  perImage: { '512': dollars(0.06), '1K': dollars(0.08), '2K': dollars(0.12), '4K': dollars(0.16) },
  grounding: dollars(0.015),
  highThinking: dollars(0.002),
  source: `${FAL_MODELS}/fal-ai/nano-banana-2/edit/llms.txt`,
  date: '2026-11-01',
};

/** $0.15, doubled for 4K. */
const FAL_NANO_BANANA_PRO: ImagePrices = {
  kind: 'image',
  perImage: { '1K': dollars(0.15), '2K': dollars(0.15), '4K': dollars(0.3) },
  grounding: dollars(0.015),
  source: `${FAL_MODELS}/fal-ai/nano-banana-pro/llms.txt`,
  date: '2026-10-07',
};

/** The page says $0.039, the price list $0.0398 [seen in issue]: the dearer one counts. */
const FAL_NANO_BANANA: ImagePrices = {
  kind: 'image',
  perImage: { '1K': dollars(0.0398) },
  source: `${FAL_MODELS}/fal-ai/nano-banana`,
  date: '2026-03-10',
};

/**
 * The newer ones by tokens, which fal does not tell: they are estimated (`providers/fal/answer.ts`). What a search
 * brings in is charged as prompt, without a figure for how much it is, so Google's price of a search is allowed for.
 */
const falTokens = (date: string, model: string, input: number, text: number, image: number): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(text),
  imageOutPerMillion: dollars(image),
  perSearch: GOOGLE_SEARCH,
  source: `${FAL_MODELS}/${model}/llms.txt`,
  date,
});

/** Rates by token [seen in issue]; fal's own guide has the last one (fal.ai/learn/tools/nano-banana-api). */
const FAL_NANO_BANANA_2_1 = falTokens('2026-10-07', 'google/nano-banana-2.1', 1.764, 8.823, 35.294);
/** [seen in issue] */
const FAL_NANO_BANANA_2_LITE = falTokens('2026-07-05', 'google/nano-banana-2-lite', 0.3125, 1.875, 37.5);

const STANDARD_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const ALL_RATIOS = [...STANDARD_RATIOS, '1:4', '4:1', '1:8', '8:1'];

/** Of the Gemini 3 family. 2.5 works best with 3 but takes more (22 were accepted live), so it is not held to fewer. */
const MAX_REFERENCES = 14;

/** Room for text and thoughts beside the picture. That image models respect `maxOutputTokens` is unconfirmed. */
const OUTPUT_CAP = { base: 4096, highThinking: 8192 };

/** What most members of the family share: documentation of 3.1 Flash Image, 3 Pro Image and 2.1. */
const GEMINI_3 = {
  maxReferences: MAX_REFERENCES,
  thinks: true,
  inputTokenLimit: 131_072,
  outputTokenLimit: 32_768,
  outputCap: OUTPUT_CAP,
};

const NANO_BANANA_2_1 = google('2026-10-06', 1.5, 7.5, 30, GOOGLE_SEARCH);
const NANO_BANANA_2 = google('2026-10-06', 0.5, 3, 60, GOOGLE_SEARCH);
const NANO_BANANA_2_LITE = google('2026-10-06', 0.25, 1.5, 30);
const NANO_BANANA_PRO = google('2026-10-06', 2, 12, 120, GOOGLE_SEARCH);
const NANO_BANANA = google('2026-10-06', 0.3, 2.5, 30);

export const SEED_CATALOG: readonly CatalogModel[] = [
  {
    ...GEMINI_3,
    id: 'gemini-nano-banana-2.1',
    displayName: 'Nano Banana 2.1',
    description: 'Fast pictures up to 4K with sharp lettering. Draws, edits and combines up to 14 references.',
    aliases: ['nano-banana-2.1'],
    sizes: ['1K', '2K', '4K'],
    aspectRatios: ALL_RATIOS,
    grounding: ['web', 'image'],
    // It is reported to refuse seed and sampling fields [seen in issue]. They go up all the same: should the report
    // be right, Google says so for nothing.
    thinkingLevels: ['minimal', 'medium', 'high'],
    defaultThinkingLevel: 'medium',
    // 2K is not published [unconfirmed]: the 4K count is reserved until it is.
    imageTokens: { '1K': 1120, '4K': 3780 },
    // None published: those of its predecessor.
    expectedMs: { '1K': 12_000, '4K': 28_000 },
    offers: {
      google: { wireId: 'gemini-nano-banana-2.1', prices: [NANO_BANANA_2_1] },
      apiyi: {
        wireId: 'gemini-nano-banana-2.1',
        prices: [call(0.05, APIYI_OVERVIEWS, '2026-11-01'), apiyiTokens(0.66, 13.2, APIYI_OVERVIEWS, '2026-11-01')],
      },
      fal: { wireId: 'google/nano-banana-2.1', prices: [FAL_NANO_BANANA_2_1] },
      demo: { wireId: 'gemini-nano-banana-2.1', prices: [NANO_BANANA_2_1] },
    },
  },
  {
    ...GEMINI_3,
    id: 'gemini-3.1-flash-image',
    displayName: 'Nano Banana 2',
    description: 'Fast pictures from 512 pixels to 4K in fourteen shapes, grounded in web and image search.',
    aliases: ['gemini-3.1-flash-image-preview', 'nano-banana-2'],
    sizes: ['512', '1K', '2K', '4K'],
    aspectRatios: ALL_RATIOS,
    grounding: ['web', 'image'],
    thinkingLevels: ['minimal', 'high'],
    defaultThinkingLevel: 'minimal',
    imageTokens: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
    expectedMs: { '1K': 12_000, '4K': 28_000 },
    offers: {
      google: { wireId: 'gemini-3.1-flash-image', prices: [NANO_BANANA_2] },
      apiyi: {
        wireId: 'gemini-3.1-flash-image-preview',
        prices: [call(0.045, APIYI_PRICING, '2026-03-01'), apiyiTokens(0.07, 16.8, APIYI_PRICING, '2026-03-01')],
      },
      fal: { wireId: 'fal-ai/nano-banana-2', prices: [FAL_NANO_BANANA_2] },
      demo: { wireId: 'gemini-3.1-flash-image', prices: [NANO_BANANA_2] },
    },
    // Google's changelog deprecates it without a date; third parties quote this one [seen in issue].
    end: '2026-10-29',
    successor: 'gemini-nano-banana-2.1',
  },
  {
    ...GEMINI_3,
    id: 'gemini-3-pro-image',
    displayName: 'Nano Banana Pro',
    description: 'The finest detail, lettering and layout, up to 4K. Slower and dearer than the others.',
    aliases: ['gemini-3-pro-image-preview', 'nano-banana-pro-preview', 'nano-banana-pro'],
    sizes: ['1K', '2K', '4K'],
    aspectRatios: STANDARD_RATIOS,
    grounding: ['web'],
    thinkingLevels: [],
    imageTokens: { '1K': 1120, '2K': 1120, '4K': 2000 },
    expectedMs: { '1K': 19_000, '4K': 35_000 },
    offers: {
      google: { wireId: 'gemini-3-pro-image', prices: [NANO_BANANA_PRO] },
      apiyi: { wireId: 'gemini-3-pro-image-preview', prices: [call(0.05, APIYI_PRICING, '2026-03-01')] },
      fal: { wireId: 'fal-ai/nano-banana-pro', prices: [FAL_NANO_BANANA_PRO] },
      demo: { wireId: 'gemini-3-pro-image', prices: [NANO_BANANA_PRO] },
    },
  },
  {
    id: 'gemini-2.5-flash-image',
    displayName: 'Nano Banana',
    description: 'The first of the family: quick 1K pictures and edits.',
    aliases: ['gemini-2.5-flash-image-preview', 'nano-banana'],
    // It answers a larger size with a 1K picture, so a larger one is refused rather than not kept.
    sizes: ['1K'],
    aspectRatios: STANDARD_RATIOS,
    maxReferences: MAX_REFERENCES,
    grounding: [],
    thinkingLevels: [],
    thinks: false,
    imageTokens: { '1K': 1290 },
    inputTokenLimit: 32_768,
    outputTokenLimit: 32_768,
    outputCap: OUTPUT_CAP,
    expectedMs: { '1K': 8_000 },
    offers: {
      google: { wireId: 'gemini-2.5-flash-image', prices: [NANO_BANANA] },
      apiyi: { wireId: 'gemini-2.5-flash-image', prices: [call(0.02, APIYI_PRICING, '2026-03-01')] },
      fal: { wireId: 'fal-ai/nano-banana', prices: [FAL_NANO_BANANA] },
      demo: { wireId: 'gemini-2.5-flash-image', prices: [NANO_BANANA] },
    },
    end: '2026-10-02',
    successor: 'gemini-nano-banana-2.1',
  },
  {
    ...GEMINI_3,
    id: 'gemini-3.1-flash-lite-image',
    displayName: 'Nano Banana 2 Lite',
    description: 'The quickest and cheapest: 1K pictures in a few seconds.',
    aliases: ['nano-banana-2-lite'],
    // Google's pages contradict themselves on 512 and the panorama ratios; live calls refused both.
    sizes: ['1K'],
    aspectRatios: STANDARD_RATIOS,
    grounding: [],
    thinkingLevels: ['minimal', 'high'],
    defaultThinkingLevel: 'minimal',
    imageTokens: { '1K': 1120 },
    expectedMs: { '1K': 4_000 },
    offers: {
      google: { wireId: 'gemini-3.1-flash-lite-image', prices: [NANO_BANANA_2_LITE] },
      apiyi: {
        wireId: 'gemini-3.1-flash-lite-image',
        prices: [
          call(0.025, APIYI_OVERVIEWS, '2026-11-01'),
          apiyiTokens(0.1, 12, 'https://docs.apiyi.com/news/gemini-3-1-flash-lite-image-launch.md', '2026-06-30'),
        ],
      },
      fal: { wireId: 'google/nano-banana-2-lite', prices: [FAL_NANO_BANANA_2_LITE] },
      demo: { wireId: 'gemini-3.1-flash-lite-image', prices: [NANO_BANANA_2_LITE] },
    },
  },
];
