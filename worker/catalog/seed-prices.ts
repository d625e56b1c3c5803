/**
 * What providers charge, as tables with a first day, a source and a last day. Ended tables stay, because the ledgers
 * still hold what was paid under them. "Observed" marks figures that the provider has not published itself
 * (`docs/wire-facts.md`).
 *
 * No provider names an end for a price. {@link UNTIL} is our choice: prices moved by 20 % to 80 % within eight months
 * of 2026. So half a year after its source was last read, a table ends and requests are refused. `CATALOG` replaces
 * tables without a deployment.
 */
import type { CallPrices, ImagePrices, PriceTable, Source, TokenPrices } from './model.ts';

const GOOGLE_PRICING = 'https://ai.google.dev/gemini-api/docs/pricing';
const APIYI_PRICING = 'https://docs.apiyi.com/en/api-capabilities/nano-banana-2-image';
const APIYI_OVERVIEW = 'https://docs.apiyi.com/en/api-capabilities/nano-banana-2-image/overview';
const APIYI_OVERVIEWS = 'https://docs.apiyi.com/en/api-capabilities';
const APIYI_LITE = 'https://docs.apiyi.com/news/gemini-3-1-flash-lite-image-launch.md';
const FAL_MODELS = 'https://fal.ai/models';

/** When the sources of today's prices were last read, and until when these prices are trusted. */
const CONFIRMED = '2026-11-29';
const UNTIL = '2027-05-31';

type Days = Pick<Source, 'since' | 'confirmed' | 'until'>;

/** A price of today. */
const from = (since: string, confirmed = CONFIRMED): Days => ({ since, confirmed, until: UNTIL });
/** A price of the past. */
const between = (since: string, until: string): Days => ({ since, until });

/**
 * The first price lists, of March 2026. The day of their replacement is not known, so they end the day before the new
 * lists were first read.
 */
const APIYI_FIRST = between('2026-03-01', '2026-10-13');
const APIYI_NOW = from('2026-10-14');

/**
 * $14 for 1,000 queries on Gemini 3.x (observed, `docs/wire-facts.md#google-prices`). Up to 5,000 a month are free. A
 * single request cannot know whether it is one of them, so each query is charged: an upper bound.
 */
const GOOGLE_SEARCH = 14_000;

const dollars = (amount: number): number => Math.round(amount * 1_000_000);

/** Google's rates, in dollars for a million tokens. */
const google = (days: Days, input: number, text: number, image: number, perSearch?: number): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(text),
  imageOutPerMillion: dollars(image),
  ...(perSearch !== undefined && { perSearch }),
  source: GOOGLE_PRICING,
  ...days,
});

const call = (days: Days, amount: number, source: string): CallPrices => ({
  kind: 'call',
  perCall: dollars(amount),
  source,
  ...days,
});

/**
 * APIYI's rates, in dollars for a million tokens: one rate for all input, one for all output. APIYI names no price for
 * searches, so Google's is used.
 */
const apiyiTokens = (days: Days, input: number, output: number, source: string): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(output),
  imageOutPerMillion: dollars(output),
  perSearch: GOOGLE_SEARCH,
  source,
  ...days,
});

/**
 * fal charges its newer models by tokens. It does not report the counts, so `providers/fal/answer.ts` estimates them.
 * It charges search results as prompt and does not say how many tokens they are, so Google's price of a search is used.
 */
const falTokens = (days: Days, model: string, input: number, text: number, image: number): TokenPrices => ({
  kind: 'token',
  inputPerMillion: dollars(input),
  textOutPerMillion: dollars(text),
  imageOutPerMillion: dollars(image),
  perSearch: GOOGLE_SEARCH,
  source: `${FAL_MODELS}/${model}/llms.txt`,
  ...days,
});

export const GOOGLE_PRICES = {
  nanoBanana21: [google(from('2026-10-06'), 1.5, 7.5, 30, GOOGLE_SEARCH)],
  nanoBanana2: [
    // From the pricing page of the first days. The rate of pictures has not changed since.
    google(between('2026-03-01', '2026-10-05'), 0.25, 1.5, 60, GOOGLE_SEARCH),
    google(from('2026-10-06'), 0.5, 3, 60, GOOGLE_SEARCH),
  ],
  nanoBanana2Lite: [google(from('2026-06-30'), 0.25, 1.5, 30)],
  nanoBananaPro: [google(from('2026-03-01'), 2, 12, 120, GOOGLE_SEARCH)],
  nanoBanana: [google(from('2026-03-01'), 0.3, 2.5, 30)],
};

export const APIYI_PRICES = {
  nanoBanana21: [
    call(from('2026-10-14'), 0.05, APIYI_OVERVIEWS),
    apiyiTokens(from('2026-10-14'), 0.66, 13.2, APIYI_OVERVIEWS),
  ],
  nanoBanana2: [
    call(APIYI_FIRST, 0.045, APIYI_PRICING),
    call(APIYI_NOW, 0.055, APIYI_OVERVIEW),
    // Not confirmed since: an owner whom APIYI charges by tokens gets a warning from the start.
    apiyiTokens(from('2026-03-01', '2026-03-01'), 0.07, 16.8, APIYI_PRICING),
  ],
  nanoBananaPro: [call(APIYI_FIRST, 0.05, APIYI_PRICING), call(APIYI_NOW, 0.09, APIYI_OVERVIEW)],
  nanoBanana: [call(from('2026-03-01'), 0.02, APIYI_OVERVIEW)],
  nanoBanana2Lite: [
    call(from('2026-06-30', '2026-11-01'), 0.025, APIYI_OVERVIEWS),
    apiyiTokens(from('2026-06-30', '2026-06-30'), 0.1, 12, APIYI_LITE),
  ],
};

const perImage = (
  days: Days,
  model: string,
  prices: ImagePrices['perImage'],
  extras: Pick<ImagePrices, 'grounding' | 'highThinking'> = {},
): ImagePrices => ({ kind: 'image', perImage: prices, ...extras, source: `${FAL_MODELS}/${model}`, ...days });

export const FAL_PRICES = {
  /** Rates by token (observed); fal's guide has the last one (https://fal.ai/learn/tools/nano-banana-api). */
  nanoBanana21: [falTokens(from('2026-10-07'), 'google/nano-banana-2.1', 1.764, 8.823, 35.294)],
  /** $0.08 for 1K, ×0.75 for 0.5K, ×1.5 for 2K, ×2 for 4K. */
  nanoBanana2: [
    perImage(
      from('2026-03-01'),
      'fal-ai/nano-banana-2/edit/llms.txt',
      { '512': dollars(0.06), '1K': dollars(0.08), '2K': dollars(0.12), '4K': dollars(0.16) },
      { grounding: dollars(0.015), highThinking: dollars(0.002) },
    ),
  ],
  /** $0.15, doubled for 4K. */
  nanoBananaPro: [
    perImage(
      from('2026-03-01'),
      'fal-ai/nano-banana-pro/llms.txt',
      { '1K': dollars(0.15), '2K': dollars(0.15), '4K': dollars(0.3) },
      { grounding: dollars(0.015) },
    ),
  ],
  /** The page says $0.039, the price list $0.0398 (observed): the higher price counts. */
  nanoBanana: [perImage(from('2026-03-01'), 'fal-ai/nano-banana', { '1K': dollars(0.0398) })],
  /** Rates by token (observed). */
  nanoBanana2Lite: [falTokens(from('2026-07-05'), 'google/nano-banana-2-lite', 0.3125, 1.875, 37.5)],
};

/** Google's prices for the demo: play money, so no price of it ever ends. */
export const inPlayMoney = (tables: readonly PriceTable[]): PriceTable[] =>
  tables.map((table) => {
    const { until, ...endless } = table;
    return until === UNTIL ? endless : table;
  });
