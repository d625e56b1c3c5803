/**
 * For Google and APIYI, each model, size and ratio: a caller's settings are sent as that provider documents them, and a
 * setting that the model would refuse is not sent. The table comes from the documents
 * (`docs/wire-facts.md#google-sizes-and-ratios`) and not from the catalog, which is under test. The fake upstream also
 * checks each request by Google's rules.
 */
import { describe, expect, it } from 'vitest';
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createApiyi } from '../../worker/providers/apiyi.ts';
import { createGoogle } from '../../worker/providers/google.ts';
import { parseGenerateRequest } from '../../worker/request/parse.ts';
import { context } from '../request/bodies.ts';
import { type FakeRequest, refuse } from '../upstream/gemini/request-rules.ts';
import { generateContentRequest, parseMessage } from '../upstream/gemini/request-schema.ts';
import { findModel as findFake } from '../upstream/models.ts';
import { callOf, createFakeFetch, json } from './fake-provider.ts';

const STANDARD = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const PANORAMAS = ['1:4', '4:1', '1:8', '8:1'];
/** The spellings that callers use, and the one that is sent. Only the page of Vertex has `9:21`. */
const SIZES = { '512': '512', '512px': '512', '0.5K': '512', '1K': '1K', '1k': '1K', '2K': '2K', '4K': '4K' };
const RATIOS = [...STANDARD, ...PANORAMAS, '9:21', '5:3'];

interface Documented {
  google: string;
  apiyi: string;
  sizes: string[];
  ratios: string[];
  /** Image tokens of a size, for `maxOutputTokens`: with 2048 for text and thoughts, at most the model's limit. */
  maxOutputTokens: Record<string, number>;
}

const DOCUMENTED: Record<string, Documented> = {
  'gemini-nano-banana-2.1': {
    google: 'gemini-nano-banana-2.1',
    apiyi: 'gemini-nano-banana-2.1',
    sizes: ['1K', '2K', '4K'],
    ratios: [...STANDARD, ...PANORAMAS],
    // No count is published for 2K, so it has that of 4K.
    maxOutputTokens: { '1K': 3168, '2K': 3728, '4K': 5828 },
  },
  'gemini-3.1-flash-image': {
    google: 'gemini-3.1-flash-image',
    apiyi: 'gemini-3.1-flash-image-preview',
    sizes: ['512', '1K', '2K', '4K'],
    ratios: [...STANDARD, ...PANORAMAS],
    maxOutputTokens: { '512': 3168, '1K': 3168, '2K': 3728, '4K': 4568 },
  },
  'gemini-3-pro-image': {
    google: 'gemini-3-pro-image',
    apiyi: 'gemini-3-pro-image-preview',
    sizes: ['1K', '2K', '4K'],
    ratios: STANDARD,
    maxOutputTokens: { '1K': 3168, '2K': 3168, '4K': 4048 },
  },
  'gemini-2.5-flash-image': {
    google: 'gemini-2.5-flash-image',
    apiyi: 'gemini-2.5-flash-image',
    sizes: ['1K'],
    ratios: STANDARD,
    maxOutputTokens: { '1K': 3338 },
  },
  'gemini-3.1-flash-lite-image': {
    google: 'gemini-3.1-flash-lite-image',
    apiyi: 'gemini-3.1-flash-lite-image',
    sizes: ['1K'],
    ratios: STANDARD,
    maxOutputTokens: { '1K': 3168 },
  },
};

const PROVIDERS = {
  google: {
    url: 'https://generativelanguage.googleapis.com',
    create: createGoogle,
    key: { 'x-goog-api-key': 'secret' },
  },
  apiyi: { url: 'https://api.apiyi.com', create: createApiyi, key: { authorization: 'Bearer secret' } },
};

type Asked = { imageSize?: string; aspectRatio?: string };

/** Sends a caller's request. @returns The sent settings, or the refusal. */
async function ask(provider: keyof typeof PROVIDERS, id: string, imageConfig: Asked) {
  const model = findModel(SEED_CATALOG, id)!;
  const body = { contents: [{ parts: [{ text: 'a lemon' }] }], generationConfig: { imageConfig } };
  const fake = createFakeFetch(json({ candidates: [] }));
  const parsed = parseGenerateRequest(body, context({ model }));
  if (!parsed.ok) return { sent: fake.sent, failure: parsed.failure };
  const { url, create } = PROVIDERS[provider];
  const dependencies = {
    ...{ fetch: fake.fetch, pause: async () => undefined, deadlineSeconds: 300 },
    redactor: createRedactor([]),
  };
  await create(url, 'secret', dependencies).generate(callOf({ model, request: parsed.value.request }));
  return { sent: fake.sent };
}

const choices = (values: readonly string[]) => [undefined, ...values];

/** The `imageConfig` that is sent for a caller's settings; undefined if the model would refuse them. */
function documentedConfig({ sizes, ratios }: Documented, { imageSize, aspectRatio }: Asked): Asked | undefined {
  const size = imageSize === undefined ? '1K' : SIZES[imageSize as keyof typeof SIZES];
  if (!sizes.includes(size) || (aspectRatio !== undefined && !ratios.includes(aspectRatio))) return undefined;
  return { ...(aspectRatio !== undefined && { aspectRatio }), ...(sizes.length > 1 && { imageSize: size }) };
}

describe.each(['google', 'apiyi'] as const)('to %s', (provider) => {
  const { url, key } = PROVIDERS[provider];

  it.each(Object.keys(DOCUMENTED))('%s leaves as documented, or not at all', async (id) => {
    const documented = DOCUMENTED[id]!;
    const fake = findFake(provider, documented[provider])!;
    let left = 0;
    for (const imageSize of choices(Object.keys(SIZES))) {
      for (const aspectRatio of choices(RATIOS)) {
        const asked = { ...(imageSize && { imageSize }), ...(aspectRatio && { aspectRatio }) };
        const expected = documentedConfig(documented, asked);

        const { sent, failure } = await ask(provider, id, asked);

        if (!expected) {
          expect(sent, JSON.stringify(asked)).toEqual([]);
          expect(failure).toMatchObject({
            reason: 'UNSUPPORTED_VALUE',
            field: expect.stringMatching(/^generationConfig\.imageConfig\.(imageSize|aspectRatio)$/),
            accepted: expect.any(Array),
          });
          continue;
        }
        const size = SIZES[(imageSize ?? '1K') as keyof typeof SIZES];
        expect(sent.length, JSON.stringify(asked)).toBe(1);
        const { body, ...head } = sent[0]!;
        expect(head).toEqual({
          url: `${url}/v1beta/models/${documented[provider]}:generateContent`,
          ...{ method: 'POST', redirect: 'manual' },
          headers: { 'content-type': 'application/json', accept: '*/*', 'accept-encoding': 'identity', ...key },
        });
        expect(JSON.parse(body)).toEqual({
          contents: [{ role: 'user', parts: [{ text: 'a lemon' }] }],
          generationConfig: {
            responseModalities: ['TEXT', 'IMAGE'],
            ...(Object.keys(expected).length > 0 && { imageConfig: expected }),
            maxOutputTokens: documented.maxOutputTokens[size],
          },
        });
        const understood = parseMessage(body, generateContentRequest);
        expect(understood.ok && refuse(fake, understood.value as FakeRequest)).toBeUndefined();
        left += 1;
      }
    }
    const spellings = Object.values(SIZES).filter((size) => documented.sizes.includes(size)).length;
    expect(left).toBe((spellings + 1) * (documented.ratios.length + 1));
  });

  it('has every model of the catalog in this table', () => {
    expect(Object.keys(DOCUMENTED).sort()).toEqual(SEED_CATALOG.map(({ id }) => id).sort());
  });
});
