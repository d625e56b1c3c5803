import { describe, expect, it } from 'vitest';
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { splice, splicedLength } from '../../worker/gemini/lift/splice.ts';
import { toCountTokensBody, toGeminiBody } from '../../worker/gemini/request-body.ts';
import type { InputBlob } from '../../worker/request/inputs.ts';
import type { GenerateRequest } from '../../worker/request/request.ts';
import { readAll } from './streams.ts';

const modelOf = (id: string) => findModel(SEED_CATALOG, id)!;
const flash = modelOf('gemini-3.1-flash-image');
const input = (kind: InputBlob['kind'], text: string): InputBlob => ({
  kind,
  size: Buffer.byteLength(text),
  sha256: '',
  bytes: Buffer.from(text),
});

const request: GenerateRequest = {
  model: flash.id,
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'a red fox' }] }],
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
};
const contents = [{ role: 'user', parts: [{ text: 'a red fox' }] }];

async function send(change: Partial<GenerateRequest>, model = flash, inputs: InputBlob[] = []) {
  const segments = toGeminiBody({ ...request, ...change }, model, inputs);
  const bytes = await readAll(splice(segments, ({ n }) => inputs[n]!.bytes));
  expect(splicedLength(segments)).toBe(bytes.length);
  return JSON.parse(Buffer.from(bytes).toString());
}

describe('the body that goes up', () => {
  it('has the prompt, the modalities, the size and a cap, and nothing else', async () => {
    expect(await send({})).toEqual({
      contents,
      generationConfig: {
        responseModalities: ['TEXT', 'IMAGE'],
        imageConfig: { imageSize: '1K' },
        maxOutputTokens: 1120 + flash.outputCap!.base,
      },
    });
  });

  it.each<{ name: string; change: Partial<GenerateRequest>; expected: object }>([
    {
      name: 'size 512 by its literal',
      change: { size: '512' },
      expected: { generationConfig: { imageConfig: { imageSize: '512' } } },
    },
    {
      name: 'ratio and size',
      change: { aspectRatio: '16:9', size: '4K' },
      expected: { generationConfig: { imageConfig: { aspectRatio: '16:9', imageSize: '4K' } } },
    },
    {
      name: "a cap of the caller's own",
      change: { maxOutputTokens: 99 },
      expected: { generationConfig: { maxOutputTokens: 99 } },
    },
    {
      name: 'a wider cap for high thinking',
      change: { thinkingLevel: 'high', includeThoughts: true },
      expected: {
        generationConfig: {
          thinkingConfig: { thinkingLevel: 'high', includeThoughts: true },
          maxOutputTokens: 1120 + flash.outputCap!.highThinking,
        },
      },
    },
    {
      name: 'sampling',
      change: { temperature: 0, topP: 0.5, topK: 3, seed: 0 },
      expected: { generationConfig: { temperature: 0, topP: 0.5, topK: 3, seed: 0 } },
    },
    {
      name: 'web search without its type',
      change: { grounding: { web: true, image: false } },
      expected: { tools: [{ googleSearch: {} }] },
    },
    {
      name: 'both searches',
      change: { grounding: { web: true, image: true } },
      expected: { tools: [{ googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } }] },
    },
    {
      name: 'image search alone',
      change: { grounding: { web: false, image: true } },
      expected: { tools: [{ googleSearch: { searchTypes: { imageSearch: {} } } }] },
    },
    {
      name: 'a system instruction',
      change: { systemInstruction: ['Be kind.', 'Be brief.'] },
      expected: { systemInstruction: { parts: [{ text: 'Be kind.' }, { text: 'Be brief.' }] } },
    },
    {
      name: 'safety settings',
      change: { safetySettings: [{ category: 'C', threshold: 'T' }] },
      expected: { safetySettings: [{ category: 'C', threshold: 'T' }] },
    },
    {
      name: 'pictures alone',
      change: { modalities: ['IMAGE'] },
      expected: { generationConfig: { responseModalities: ['IMAGE'] } },
    },
  ])('has $name', async ({ change, expected }) => {
    expect(await send(change)).toMatchObject(expected);
  });

  it.each(['gemini-2.5-flash-image', 'gemini-3.1-flash-lite-image'])(
    'names no size to %s, which has only one',
    async (id) => {
      const plain = await send({}, modelOf(id));
      const shaped = await send({ aspectRatio: '3:2' }, modelOf(id));

      expect(plain.generationConfig).not.toHaveProperty('imageConfig');
      expect(shaped.generationConfig.imageConfig).toEqual({ aspectRatio: '3:2' });
    },
  );

  it('caps no higher than the model goes', async () => {
    expect((await send({}, { ...flash, outputTokenLimit: 2000 })).generationConfig.maxOutputTokens).toBe(2000);
  });

  it('has no cap where the model has none', async () => {
    expect((await send({}, { ...flash, outputCap: null })).generationConfig).not.toHaveProperty('maxOutputTokens');
  });

  it('carries pictures and signatures on the parts they belong to', async () => {
    const inputs = [input('image', 'a picture'), input('signature', 'signed')];
    const turns: GenerateRequest['turns'] = [
      { role: 'user', parts: [{ kind: 'image', mimeType: 'image/png', input: 0 }] },
      {
        role: 'model',
        parts: [
          { kind: 'text', text: 'so "be" it', thought: true },
          { kind: 'image', mimeType: 'image/jpeg', input: 0, signature: { input: 1 } },
          { kind: 'text', text: '', signature: { text: 'c2hvcnQ=' } },
        ],
      },
    ];
    const data = Buffer.from('a picture').toString('base64');

    expect((await send({ turns }, flash, inputs)).contents).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data } }] },
      {
        role: 'model',
        parts: [
          { text: 'so "be" it', thought: true },
          { inlineData: { mimeType: 'image/jpeg', data }, thoughtSignature: Buffer.from('signed').toString('base64') },
          { text: '', thoughtSignature: 'c2hvcnQ=' },
        ],
      },
    ]);
  });

  it('refuses a part that names no input', () => {
    const turns: GenerateRequest['turns'] = [
      { role: 'user', parts: [{ kind: 'image', mimeType: 'image/png', input: 3 }] },
    ];

    expect(() => toGeminiBody({ ...request, turns }, flash, [])).toThrow('the request has no input 3');
  });

  it('counts the tokens of the contents alone', () => {
    expect(toCountTokensBody({ ...request, temperature: 1 }, [])).toEqual([JSON.stringify({ contents })]);
  });
});
