import { expect, it } from 'vitest';
import { toBody } from '../../../widget/settings/body.ts';
import {
  mostPictures,
  offeredModels,
  type StudioOptions,
  settle,
  summaryOf,
  tierOf,
} from '../../../widget/settings/settings.ts';
import { FACTS, FLASH, LITE, modelOf, PRO } from './facts.ts';

const NO_OPTIONS: StudioOptions = {
  model: '',
  models: '',
  aspectRatio: 'auto',
  resolution: '',
  thinking: '',
  grounding: 'none',
  count: 1,
};
const settled = (options: Partial<StudioOptions> = {}, facts = FACTS) => settle(facts, { ...NO_OPTIONS, ...options })!;
const FOX = [{ role: 'user' as const, parts: [{ text: 'a fox' }] }];

it.each([
  {
    name: 'the default model and 1K without options',
    options: {},
    expected: { model: FLASH, size: '1K', aspectRatio: 'auto', expectedMs: 18_000, grounding: 'none', count: 1 },
  },
  { name: 'a size in any case', options: { resolution: ' 2k' }, expected: { size: '2K', expectedMs: 25_000 } },
  {
    name: 'no time where none is known',
    options: { resolution: '4K' },
    expected: { size: '4K', expectedMs: undefined },
  },
  { name: '1K where the model lacks the size', options: { model: 'lite', resolution: '4k' }, expected: { size: '1K' } },
  {
    name: 'auto where the model lacks the shape',
    options: { model: 'pro', aspectRatio: '8:1' },
    expected: { aspectRatio: 'auto' },
  },
  {
    name: 'no thinking where the model has no levels',
    options: { model: 'pro', thinking: 'high' },
    expected: { thinking: undefined },
  },
  { name: 'the default where the model is gone', options: { model: 'gone' }, expected: { model: FLASH } },
  {
    name: 'the first of the page’s models where it leaves the default out',
    options: { models: 'lite pro' },
    expected: { model: PRO },
  },
  {
    name: 'no model that the page does not offer',
    options: { models: 'pro lite', model: 'flash' },
    expected: { model: PRO },
  },
  { name: 'what the model can look up', options: { grounding: 'image' }, expected: { grounding: 'image' } },
  {
    name: 'the web where the model cannot look up pictures',
    options: { model: 'pro', grounding: 'image' },
    expected: { grounding: 'web' },
  },
  {
    name: 'no look-up where the model has none',
    options: { model: 'lite', grounding: 'web' },
    expected: { grounding: 'none' },
  },
  { name: 'four pictures at most', options: { count: 9 }, expected: { count: 4 } },
  { name: 'one picture for a count that is none', options: { count: Number.NaN }, expected: { count: 1 } },
] satisfies { name: string; options: Partial<StudioOptions>; expected: object }[])(
  'settles on $name',
  ({ options, expected }) => {
    const settings = settled(options);

    for (const [key, value] of Object.entries(expected)) {
      if (value === undefined) expect(settings).not.toHaveProperty(key);
      else expect(settings).toHaveProperty(key, value);
    }
  },
);

it('has nothing to settle on for a site without models', () => {
  expect(settle({ ...FACTS, models: [] }, NO_OPTIONS)).toBeUndefined();
});

it.each([
  { limits: { perMinute: 3, perDay: 20 }, most: 3 },
  { limits: { perMinute: 10, perDay: 20, left: 2 }, most: 2 },
  { limits: { perMinute: 10, perDay: 20, left: 0 }, most: 1 },
  { limits: { perMinute: 10, perDay: 20, left: 9 }, most: 4 },
])('makes at most $most at once where the limits are $limits', ({ limits, most }) => {
  expect(mostPictures({ ...FACTS, limits })).toBe(most);
});

it.each([
  { allowed: '', ids: ['flash', 'pro', 'lite'] },
  { allowed: ' lite \n flash ', ids: ['flash', 'lite'] },
  { allowed: 'pro other', ids: ['pro'] },
  { allowed: 'other', ids: ['flash', 'pro', 'lite'] },
])('narrows the models to "$allowed" and never widens them', ({ allowed, ids }) => {
  expect(offeredModels(FACTS, allowed).map(({ id }) => id)).toEqual(ids);
});

it('asks in Gemini’s words', () => {
  expect(toBody(FOX, settled({ aspectRatio: '16:9', resolution: '2K', thinking: 'high' }))).toEqual({
    contents: FOX,
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' },
    },
  });
});

it('names neither shape nor thoughts where the model is to choose or does not think', () => {
  expect(toBody(FOX, settled({ model: 'pro' })).generationConfig).toEqual({
    responseModalities: ['TEXT', 'IMAGE'],
    imageConfig: { imageSize: '1K' },
  });
});

it.each([
  { grounding: 'none' as const, tools: undefined },
  { grounding: 'web' as const, tools: [{ googleSearch: {} }] },
  { grounding: 'image' as const, tools: [{ googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } }] },
])('asks for the search of $grounding', ({ grounding, tools }) => {
  expect(toBody(FOX, settled({ grounding })).tools).toEqual(tools);
});

const tiers = (...models: Parameters<typeof tierOf>[0]) => models.map(({ id }) => tierOf(models, id));

it.each([
  { name: 'no word to a model alone', models: [FLASH], words: [undefined] },
  { name: 'Best to the one named Pro where both take as long', models: [PRO, FLASH], words: ['best', 'fast'] },
  { name: 'Fast to the quicker of two', models: [FLASH, LITE], words: ['best', 'fast'] },
  { name: 'all three words', models: [FLASH, PRO, LITE], words: ['fast', 'best', 'quickest'] },
  {
    name: 'Fast to all between',
    models: [LITE, FLASH, modelOf('old', { expectedMs: { '1K': 12_000 } }), PRO],
    words: ['quickest', 'fast', 'fast', 'best'],
  },
  {
    name: 'more weight to the price than to the time',
    models: [
      modelOf('a', { priceClass: 'high', expectedMs: { '1K': 5_000 } }),
      modelOf('b', { priceClass: 'low', expectedMs: { '1K': 60_000 } }),
    ],
    words: ['best', 'fast'],
  },
  {
    name: 'no weight to a time that only one has',
    models: [modelOf('Pro'), modelOf('other', { expectedMs: { '1K': 60_000 } })],
    words: ['best', 'fast'],
  },
  { name: 'different words to equals', models: [modelOf('a'), modelOf('b')], words: ['fast', 'best'] },
])('gives $name', ({ models, words }) => {
  expect(tiers(...models)).toEqual(words);
});

it('keeps the word of a Pro model that is a little quicker for an hour', () => {
  expect(tiers({ ...FLASH, expectedMs: { '1K': 26_000 } }, PRO)).toEqual(['fast', 'best']);
});

it.each([
  {
    name: 'shape, quality and time',
    options: { aspectRatio: '16:9' },
    summary: { shape: 'wide', ratio: '16:9', tier: 'fast', seconds: 18 },
  },
  {
    name: 'no time where none is known',
    options: { resolution: '4k' },
    summary: { shape: 'any', ratio: 'auto', tier: 'fast' },
  },
])('sums up $name', ({ options, summary }) => {
  expect(summaryOf(settled(options), FACTS.models)).toEqual(summary);
});

it('sums up a change, which keeps its shape unless one is chosen', () => {
  expect(summaryOf(settled(), FACTS.models, true)).toMatchObject({ shape: 'sameShape', ratio: 'auto' });
  expect(summaryOf(settled({ aspectRatio: '1:1' }), FACTS.models, true)).toMatchObject({ shape: 'square' });
});

it('sums up a shape without a name by its ratio, and one model without a word', () => {
  const odd = modelOf('odd', { aspectRatios: ['7:5'] });

  expect(summaryOf(settled({ aspectRatio: '7:5' }, { ...FACTS, models: [odd] }), [odd])).toEqual({ ratio: '7:5' });
});
