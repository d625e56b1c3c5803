import { describe, expect, it } from 'vitest';
import { findModel } from '../../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../../worker/catalog/seed.ts';
import { layCaption } from '../../../worker/providers/demo/caption.ts';
import { dimensionsOf } from '../../../worker/providers/demo/dimensions.ts';
import { paintLandscape } from '../../../worker/providers/demo/landscape.ts';
import { encodePng } from '../../../worker/providers/demo/png.ts';
import { createDemoProvider } from '../../../worker/providers/demo/provider.ts';
import type { ProviderCall } from '../../../worker/providers/provider.ts';
import type { GenerateRequest } from '../../../worker/request/request.ts';
import { decodePng } from './png.ts';

const model = findModel(SEED_CATALOG, 'gemini-nano-banana-2.1')!;
const gemini25 = findModel(SEED_CATALOG, 'gemini-2.5-flash-image')!;
const flash = findModel(SEED_CATALOG, 'gemini-3.1-flash-image')!;

const user = (text: string) => ({ role: 'user' as const, parts: [{ kind: 'text' as const, text }] });

const request: GenerateRequest = {
  model: model.id,
  turns: [user('pines at night')],
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
  aspectRatio: '1:1',
};

interface Change extends Partial<Omit<ProviderCall, 'request'>> {
  request?: Partial<GenerateRequest>;
}

async function ask({ request: fields = {}, ...change }: Change = {}) {
  const pauses: number[] = [];
  const demo = createDemoProvider({ pause: async (ms) => void pauses.push(ms) });
  const signal = new AbortController().signal;
  const answer = await demo.generate({
    request: { ...request, ...fields },
    model,
    inputs: [],
    form: 'json',
    take: 5,
    signal,
    permit: async () => undefined,
    ...change,
  });
  return { answer, pauses };
}

async function read(change: Change = {}) {
  const { answer, pauses } = await ask(change);
  if (!answer.ok) throw new Error(JSON.stringify(answer.verdict));
  const text = await new Response(answer.body).text();
  return { message: JSON.parse(text), pauses };
}

async function draw(change: Change = {}) {
  const { message } = await read(change);
  const part = message.candidates[0].content.parts.find((candidate: object) => 'inlineData' in candidate);
  return decodePng(Buffer.from(part.inlineData.data, 'base64'));
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

describe('an answer of the demo', () => {
  it('has Google’s shape: a sentence, a picture with a signature, figures', async () => {
    const { message, pauses } = await read();

    expect(message).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              {
                text: expect.stringContaining('1024 × 1024'),
                thoughtSignature: expect.stringMatching(/^[A-Za-z0-9+/]{64}$/),
              },
              {
                inlineData: { mimeType: 'image/png', data: expect.stringMatching(/^iVBORw0KGgo/) },
                thoughtSignature: expect.stringMatching(/^[A-Za-z0-9+/]{64}$/),
              },
            ],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 4,
        candidatesTokenCount: 1160,
        thoughtsTokenCount: 140,
        totalTokenCount: 1304,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
      },
      modelVersion: model.id,
      responseId: expect.stringMatching(/^demo-[0-9a-f]{8}$/),
    });
    expect(pauses).toEqual([500]);
  });

  it('thinks aloud when asked to, before it speaks', async () => {
    const { message, pauses } = await read({ request: { includeThoughts: true } });

    const kinds = message.candidates[0].content.parts.map((part: { thought?: boolean; text?: string }) =>
      part.thought ? 'thought' : part.text ? 'text' : 'image',
    );
    expect(kinds).toEqual(['thought', 'thought', 'text', 'image']);
    expect(pauses).toEqual([1000]);
  });

  it('streams one thing at a time, a quarter of a second apart', async () => {
    const { answer, pauses } = await ask({ form: 'sse', request: { includeThoughts: true } });
    const text = await new Response(answer.ok ? answer.body : null).text();

    const events = text
      .trimEnd()
      .split('\r\n\r\n')
      .map((event) => JSON.parse(event.replace(/^data: /, '')));
    expect(
      events.map(({ candidates: [{ content, finishReason }] }) => [Object.keys(content.parts[0])[0], finishReason]),
    ).toEqual([
      ['text', undefined],
      ['text', undefined],
      ['text', undefined],
      ['inlineData', 'STOP'],
    ]);
    expect(pauses).toEqual([250, 250, 250, 250]);
  });

  it('writes no word of a template into its picture', async () => {
    const shown = await draw({ request: { size: '1K' } });
    const hidden = await draw({ request: { size: '1K' }, isOfTemplate: true });
    const labels = { modelName: model.displayName, size: '1K', aspectRatio: '1:1', references: 0 };
    const dimensions = dimensionsOf(model, '1K', '1:1');
    const words = { subject: 'pines at night', instruction: 'pines at night', take: 5 };
    const scene = paintLandscape({ ...words, ...dimensions }, layCaption({ ...labels, prompt: '' }, dimensions));
    const expected = Buffer.concat([...encodePng({ ...dimensions, ...scene })].map((piece) => Uint8Array.from(piece)));

    expect(sameBytes(hidden.pixels, decodePng(expected).pixels)).toBe(true);
    expect(sameBytes(hidden.pixels, shown.pixels)).toBe(false);
  });

  it('is a picture alone when only pictures are asked for', async () => {
    const { message } = await read({ request: { modalities: ['IMAGE'] } });

    expect(message.candidates[0].content.parts.map(Object.keys)).toEqual([['inlineData', 'thoughtSignature']]);
    expect(message.usageMetadata.candidatesTokenCount).toBe(1120);
  });

  it('has neither signatures nor thought tokens for a model that does not think', async () => {
    const { message } = await read({ model: gemini25 });

    expect(JSON.stringify(message)).not.toContain('thoughtSignature');
    expect(message.usageMetadata).not.toHaveProperty('thoughtsTokenCount');
  });

  it('brings search suggestions when grounded, with the query made harmless', async () => {
    const { message } = await read({
      request: { grounding: { web: true, image: true }, turns: [user('<b>tea & "cake"')] },
    });

    const { webSearchQueries, imageSearchQueries, groundingChunks, searchEntryPoint } =
      message.candidates[0].groundingMetadata;
    expect(webSearchQueries).toEqual(['<b>tea & "cake"']);
    expect(imageSearchQueries).toEqual(['<b>tea & "cake"']);
    expect(groundingChunks.map(Object.keys)).toEqual([['web'], ['image']]);
    expect(searchEntryPoint.renderedContent).toContain('>&#60;b&#62;tea &#38; &#34;cake&#34;</a>');
  });

  it('shows a refusal for the words "demo refusal": a 200 without a picture', async () => {
    const { message } = await read({ request: { turns: [user('A demo refusal, please')] } });

    expect(message.candidates[0]).toMatchObject({ finishReason: 'IMAGE_SAFETY', content: { role: 'model' } });
    expect(message.candidates[0].finishMessage).toContain('You will not be charged');
    expect(message.candidates[0].content).not.toHaveProperty('parts');
    expect(message.usageMetadata.candidatesTokenCount).toBe(0);
  });

  it('shows a spent quota for the words "demo quota"', async () => {
    const { answer } = await ask({ request: { turns: [user('demo quota')] } });

    expect(answer).toMatchObject({
      ok: false,
      provider: 'demo',
      verdict: { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 20, upstream: { code: 429 } } },
    });
  });
});

describe('a picture of the demo', () => {
  it.each((['512', '1K'] as const).flatMap((size) => flash.aspectRatios.map((aspectRatio) => ({ size, aspectRatio }))))(
    'has the documented pixels at $size $aspectRatio',
    async ({ size, aspectRatio }) => {
      const { width, height } = await draw({ model: flash, request: { size, aspectRatio } });

      expect({ width, height }).toEqual(dimensionsOf(flash, size, aspectRatio));
    },
  );

  it('has the documented pixels at 4K', async () => {
    const { width, height } = await draw({ request: { size: '4K', aspectRatio: '16:9' } });

    expect({ width, height }).toEqual({ width: 5504, height: 3072 });
  });

  it('is the same for the same request and take', async () => {
    expect(sameBytes((await draw()).pixels, (await draw()).pixels)).toBe(true);
  });

  it('is another for another take, unless the request has a seed', async () => {
    const [one, two] = [await draw({ take: 1 }), await draw({ take: 9 })];
    const [seeded, again] = [
      await draw({ take: 1, request: { seed: 7 } }),
      await draw({ take: 9, request: { seed: 7 } }),
    ];

    expect(sameBytes(one.pixels, two.pixels)).toBe(false);
    expect(sameBytes(seeded.pixels, again.pixels)).toBe(true);
  });

  it.each([
    { name: 'follows the model when no shape is asked for', change: {}, expected: [1376, 768] },
    { name: 'is square for 2.5 when no shape is asked for', change: { model: gemini25 }, expected: [1024, 1024] },
  ])('$name', async ({ change, expected }) => {
    const { aspectRatio: _, ...shapeless } = request;
    const demo = createDemoProvider({ pause: async () => undefined });
    const signal = new AbortController().signal;

    const answer = await demo.generate({
      request: shapeless,
      model,
      inputs: [],
      form: 'json',
      take: 0,
      signal,
      permit: async () => undefined,
      ...change,
    });

    const { candidates } = JSON.parse(await new Response(answer.ok ? answer.body : null).text());
    const { width, height } = decodePng(Buffer.from(candidates[0].content.parts[1].inlineData.data, 'base64'));
    expect([width, height]).toEqual(expected);
  });

  it('keeps the shape of the picture it edits when no shape is asked for', async () => {
    const image = { mimeType: 'image/png' as const, width: 600, height: 900 };
    const { aspectRatio: _, ...shapeless } = request;
    const parts = [{ kind: 'image' as const, mimeType: 'image/png', input: 0 }];
    const demo = createDemoProvider({ pause: async () => undefined });

    const answer = await demo.generate({
      request: { ...shapeless, turns: [{ role: 'user', parts: [...parts, ...user('at dusk').parts] }] },
      model,
      inputs: [
        { kind: 'image', size: 24, sha256: '', image, open: () => Promise.reject(new Error('not looked into')) },
      ],
      form: 'json',
      take: 0,
      signal: new AbortController().signal,
      permit: async () => undefined,
    });

    const { candidates } = JSON.parse(await new Response(answer.ok ? answer.body : null).text());
    expect(candidates[0].content.parts[0].text).toContain('Here is your edited picture, 848 × 1264 pixels');
  });
});

describe('the stream of the demo', () => {
  it('is painted no further than it is read', async () => {
    const { answer } = await ask({ request: { size: '4K' } });
    const reader = answer.ok ? answer.body.getReader({ mode: 'byob' }) : undefined;

    const { value } = (await reader?.read(new Uint8Array(256 * 1024))) ?? {};
    await reader?.cancel();

    expect(value?.length).toBeGreaterThan(0);
    expect(value?.length).toBeLessThan(100_000);
  });

  it('gives pieces of at most 64 KiB, whatever the size', async () => {
    const { answer } = await ask({ request: { size: '4K', aspectRatio: '8:1' } });
    if (!answer.ok) throw new Error('no answer');
    const reader = answer.body.getReader({ mode: 'byob' });
    const sizes: number[] = [];
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(256 * 1024));
      if (done) break;
      sizes.push(value.length);
    }

    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(sizes.length).toBeLessThan(40);
  });

  it('ends when the deadline comes', async () => {
    const aborting = new AbortController();
    const { answer } = await ask({ signal: aborting.signal });

    aborting.abort();

    await expect(new Response(answer.ok ? answer.body : null).text()).rejects.toThrow();
  });
});

it('counts tokens by estimate', async () => {
  const demo = createDemoProvider({ pause: async () => undefined });
  const parts = [{ kind: 'image' as const, mimeType: 'image/png', input: 0 }];

  const count = await demo.countTokens({
    request: { ...request, turns: [user('pines at night'), { role: 'user', parts }] },
    model,
    inputs: [],
    signal: new AbortController().signal,
  });

  expect(count).toEqual({
    ok: true,
    value: {
      totalTokens: 1124,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 4 },
        { modality: 'IMAGE', tokenCount: 1120 },
      ],
    },
  });
});

it('serves every model of the catalog', () => {
  const demo = createDemoProvider({ pause: async () => undefined });

  expect(SEED_CATALOG.filter((candidate) => !demo.serves(candidate))).toEqual([]);
});
