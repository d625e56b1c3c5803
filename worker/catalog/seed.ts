/**
 * The catalog a deployment starts from: models and what they can do. What they cost is in `seed-prices.ts`.
 * "Observed" marks figures that Google has not published itself; sources are in `docs/wire-facts.md`.
 */
import type { CatalogModel } from './model.ts';
import { APIYI_PRICES, FAL_PRICES, GOOGLE_PRICES, inPlayMoney } from './seed-prices.ts';

const STANDARD_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const ALL_RATIOS = [...STANDARD_RATIOS, '1:4', '4:1', '1:8', '8:1'];

/** Of the Gemini 3 family. 2.5 works best with 3 but accepts more (22 were observed), so it has the same limit. */
const MAX_REFERENCES = 14;

/** Room for thoughts and words beside the picture: 136 to 530 tokens were seen, more with high thinking. */
const OUTPUT_CAP = { base: 2048, highThinking: 8192 };

/** What most members of the family share: documentation of 3.1 Flash Image, 3 Pro Image and 2.1. */
const GEMINI_3 = {
  maxReferences: MAX_REFERENCES,
  thinks: true,
  inputTokenLimit: 131_072,
  outputTokenLimit: 32_768,
  outputCap: OUTPUT_CAP,
};

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
    // Users report that it refuses seed and sampling fields (observed, `docs/wire-facts.md#google-requests`). They are
    // sent nevertheless: if the report is right, Google's refusal is free.
    thinkingLevels: ['minimal', 'medium', 'high'],
    defaultThinkingLevel: 'medium',
    // The launch page said 2520 for 4K; since 2026-10-07 it is 3780.
    imageTokens: { '1K': 1120, '2K': 1680, '4K': 3780 },
    // Google publishes none. Users measured 15 to 20 s, about 25 s, and 60 to 80 s
    // (observed, `docs/wire-facts.md#google-pixels-and-tokens`).
    expectedMs: { '1K': 18_000, '2K': 25_000, '4K': 65_000 },
    offers: {
      google: { wireId: 'gemini-nano-banana-2.1', prices: GOOGLE_PRICES.nanoBanana21 },
      apiyi: {
        wireId: 'gemini-nano-banana-2.1',
        prices: APIYI_PRICES.nanoBanana21,
      },
      fal: { wireId: 'google/nano-banana-2.1', prices: FAL_PRICES.nanoBanana21 },
      demo: { wireId: 'gemini-nano-banana-2.1', prices: inPlayMoney(GOOGLE_PRICES.nanoBanana21) },
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
    // Measured once (observed, `docs/wire-facts.md#google-pixels-and-tokens`).
    imageTokensSeen: { '512': 1120 },
    expectedMs: { '1K': 12_000, '4K': 28_000 },
    offers: {
      google: { wireId: 'gemini-3.1-flash-image', prices: GOOGLE_PRICES.nanoBanana2 },
      apiyi: {
        wireId: 'gemini-3.1-flash-image-preview',
        prices: APIYI_PRICES.nanoBanana2,
      },
      fal: { wireId: 'fal-ai/nano-banana-2', prices: FAL_PRICES.nanoBanana2 },
      demo: { wireId: 'gemini-3.1-flash-image', prices: inPlayMoney(GOOGLE_PRICES.nanoBanana2) },
    },
    // Deprecated on 2026-10-06 without a date. Texts of the day after quote 2026-10-29; the changelog no longer does.
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
      google: { wireId: 'gemini-3-pro-image', prices: GOOGLE_PRICES.nanoBananaPro },
      apiyi: { wireId: 'gemini-3-pro-image-preview', prices: APIYI_PRICES.nanoBananaPro },
      fal: { wireId: 'fal-ai/nano-banana-pro', prices: FAL_PRICES.nanoBananaPro },
      demo: { wireId: 'gemini-3-pro-image', prices: inPlayMoney(GOOGLE_PRICES.nanoBananaPro) },
    },
  },
  {
    id: 'gemini-2.5-flash-image',
    displayName: 'Nano Banana',
    description: 'The first of the family: quick 1K pictures and edits.',
    aliases: ['gemini-2.5-flash-image-preview', 'nano-banana'],
    // It answers a request for a larger size with a 1K picture, so larger sizes are refused here.
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
      google: { wireId: 'gemini-2.5-flash-image', prices: GOOGLE_PRICES.nanoBanana },
      apiyi: { wireId: 'gemini-2.5-flash-image', prices: APIYI_PRICES.nanoBanana },
      fal: { wireId: 'fal-ai/nano-banana', prices: FAL_PRICES.nanoBanana },
      demo: { wireId: 'gemini-2.5-flash-image', prices: inPlayMoney(GOOGLE_PRICES.nanoBanana) },
    },
    // Since 2026-09-18 open only to projects that used it before. Its end in October 2026 concerns Google Cloud alone.
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
      google: { wireId: 'gemini-3.1-flash-lite-image', prices: GOOGLE_PRICES.nanoBanana2Lite },
      apiyi: {
        wireId: 'gemini-3.1-flash-lite-image',
        prices: APIYI_PRICES.nanoBanana2Lite,
      },
      fal: { wireId: 'google/nano-banana-2-lite', prices: FAL_PRICES.nanoBanana2Lite },
      demo: { wireId: 'gemini-3.1-flash-lite-image', prices: inPlayMoney(GOOGLE_PRICES.nanoBanana2Lite) },
    },
  },
];
