import { describe, expect, it } from 'vitest';
import { parseGenerateRequest, type RequestContext } from '../../worker/domain/parse-request.ts';
import { placeholderFor } from '../../worker/domain/placeholder.ts';
import { gif, heif, jpeg, png, webpLossy } from './images.ts';
import { modelOf } from './requests.ts';

const INPUTS = [png(8, 6), jpeg(8, 6), webpLossy(8, 6), heif(['heic'], [8, 6]), heif(['mif1'], [8, 6]), gif()].map(
  (bytes) => ({ kind: 'image' as const, bytes }),
);
const SIGNATURE = INPUTS.length;
const inputs = [...INPUTS, { kind: 'signature' as const, bytes: new Uint8Array(5000) }];

const context = (changes: Partial<RequestContext> = {}): RequestContext => ({
  model: modelOf('nano-banana-2'),
  inputs,
  caller: 'client',
  grounding: true,
  ...changes,
});

const CONTENTS = [{ role: 'user', parts: [{ text: 'a red fox' }] }];
const body = (changes: object = {}) => ({ contents: CONTENTS, ...changes });
const withParts = (...parts: unknown[]) => ({ contents: [{ role: 'user', parts }] });
const withConfig = (generationConfig: object) => body({ generationConfig });
const image = (index: number, mimeType: string) => ({ inlineData: { mimeType, data: placeholderFor(index) } });
const pngPart = image(0, 'image/png');

const parsed = (value: unknown, changes: Partial<RequestContext> = {}) => {
  const result = parseGenerateRequest(value, context(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
};
const refused = (value: unknown, changes: Partial<RequestContext> = {}) => {
  const result = parseGenerateRequest(value, context(changes));
  return result.ok ? result.value : result.failure;
};

describe('a request', () => {
  it('is filled in with its defaults', () => {
    expect(parsed(body())).toEqual({
      model: 'gemini-3.1-flash-image',
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'a red fox' }] }],
      modalities: ['TEXT', 'IMAGE'],
      size: '1K',
    });
  });

  it('may say everything there is to say', () => {
    const value = {
      contents: [
        { role: 'user', parts: [{ text: 'a red fox' }, pngPart] },
        {
          role: 'model',
          parts: [
            { text: 'Hm.', thought: true },
            { text: 'Here.', thoughtSignature: 'QUJD' },
            { ...image(1, 'image/jpeg'), thoughtSignature: placeholderFor(SIGNATURE) },
          ],
        },
        { role: 'user', parts: [{ text: 'at night' }] },
      ],
      systemInstruction: { role: 'system', parts: [{ text: 'Draw in ink.' }, { text: '' }] },
      safetySettings: [
        { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_ONLY_HIGH' },
        { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' },
      ],
      tools: [{ googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } }],
      toolConfig: { functionCallingConfig: { allowedFunctionNames: [], mode: 'ANY' } },
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '4K' },
        thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true },
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        seed: -7,
        maxOutputTokens: 5000,
        candidateCount: 1,
      },
    };

    expect(parsed(value)).toEqual({
      model: 'gemini-3.1-flash-image',
      turns: [
        {
          role: 'user',
          parts: [
            { kind: 'text', text: 'a red fox' },
            { kind: 'image', mimeType: 'image/png', input: 0 },
          ],
        },
        {
          role: 'model',
          parts: [
            { kind: 'text', text: 'Hm.', thought: true },
            { kind: 'text', text: 'Here.', signature: { text: 'QUJD' } },
            { kind: 'image', mimeType: 'image/jpeg', input: 1, signature: { input: SIGNATURE } },
          ],
        },
        { role: 'user', parts: [{ kind: 'text', text: 'at night' }] },
      ],
      systemInstruction: ['Draw in ink.'],
      safetySettings: [
        { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' },
        { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_ONLY_HIGH' },
      ],
      grounding: { web: true, image: true },
      modalities: ['IMAGE'],
      size: '4K',
      aspectRatio: '16:9',
      thinkingLevel: 'high',
      includeThoughts: true,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      seed: -7,
      maxOutputTokens: 5000,
    });
  });

  it('may be spelled in snake_case, in camelCase, and in both', () => {
    const camel = {
      contents: [
        { role: 'user', parts: [pngPart] },
        { role: 'model', parts: [{ text: 'Here.', thoughtSignature: 'QUJD' }] },
        { role: 'user', parts: [{ text: 'more' }] },
      ],
      systemInstruction: { parts: [{ text: 'Ink.' }] },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      tools: [{ googleSearch: { searchTypes: { imageSearch: {} } } }],
      generationConfig: {
        responseModalities: ['TEXT', 'IMAGE'],
        imageConfig: { aspectRatio: '8:1', imageSize: '512' },
        thinkingConfig: { thinkingLevel: 'high', includeThoughts: true },
        topP: 0.1,
        topK: 2,
        maxOutputTokens: 3,
        candidateCount: 1,
      },
    };
    const snake = JSON.parse(JSON.stringify(camel), function (this: unknown, _key, value: unknown) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return Object.fromEntries(Object.entries(value).map(([name, content]) => [toSnake(name), content]));
    });

    expect(JSON.stringify(snake)).not.toMatch(/"[a-z]+[A-Z]\w*":/);
    expect(parsed(snake)).toEqual(parsed(camel));
    expect(parsed({ ...snake, generation_config: undefined, generationConfig: snake.generation_config })).toEqual(
      parsed(camel),
    );
  });

  it.each([
    {
      name: 'null for what is absent',
      value: body({ tools: null, systemInstruction: null, generationConfig: { seed: null, imageConfig: null } }),
    },
    {
      name: 'empty lists and objects',
      value: body({
        tools: [],
        safetySettings: [],
        generationConfig: { responseModalities: [], imageConfig: {}, thinkingConfig: {} },
      }),
    },
    { name: 'an absent role', value: { contents: [{ parts: [{ text: 'a red fox' }] }] } },
    { name: 'one turn for a list of turns', value: { contents: { parts: { text: 'a red fox' } } } },
    {
      name: 'defaults spelled out',
      value: withConfig({
        responseModalities: ['IMAGE', 'TEXT'],
        imageConfig: { imageSize: '1k' },
        thinkingConfig: { thinkingLevel: 'minimal', includeThoughts: false },
        candidateCount: 1,
      }),
    },
    { name: 'an empty system instruction', value: body({ systemInstruction: { parts: [] } }) },
    { name: 'a tool configuration', value: body({ toolConfig: { __proto__: null, retrievalConfig: 'anything' } }) },
    { name: 'thought: false', value: withParts({ text: 'a red fox', thought: false }) },
    { name: 'an empty signature', value: withParts({ text: 'a red fox', thoughtSignature: '' }) },
  ])('means the same with $name', ({ value }) => {
    expect(parsed(value)).toEqual(parsed(body()));
  });

  it.each([
    { name: 'whole numbers as text', config: { seed: '42', topK: '3' }, expected: { seed: 42, topK: 3 } },
    {
      name: 'numbers with exponents',
      config: { seed: 1e2, temperature: '5e-1' },
      expected: { seed: 100, temperature: 0.5 },
    },
    { name: 'a negative zero', config: { seed: -0, temperature: -0 }, expected: { seed: 0, temperature: 0 } },
    {
      name: 'the ends of every range',
      config: { temperature: 2, topP: 0, topK: 1, seed: -2147483648, maxOutputTokens: 32768 },
      expected: { temperature: 2, topP: 0, topK: 1, seed: -2147483648, maxOutputTokens: 32768 },
    },
    { name: 'modalities in any case', config: { responseModalities: ['Image'] }, expected: { modalities: ['IMAGE'] } },
    { name: 'one modality for a list', config: { responseModalities: 'IMAGE' }, expected: { modalities: ['IMAGE'] } },
    {
      name: 'a modality twice',
      config: { responseModalities: ['IMAGE', 'image', 'Text'] },
      expected: { modalities: ['TEXT', 'IMAGE'] },
    },
  ])('accepts $name', ({ config, expected }) => {
    expect(parsed(withConfig(config))).toMatchObject(expected);
  });

  it('gives no negative zero away', () => {
    expect(Object.is(parsed(withConfig({ seed: -0 })).seed, 0)).toBe(true);
  });

  it.each([
    ['512', '512'],
    ['512px', '512'],
    ['512PX', '512'],
    ['512P', '512'],
    ['0.5K', '512'],
    ['0.5k', '512'],
    ['1K', '1K'],
    ['1k', '1K'],
    ['2K', '2K'],
    ['2k', '2K'],
    ['4K', '4K'],
    ['4k', '4K'],
  ])('reads the size %j as %s', (imageSize, size) => {
    expect(parsed(withConfig({ imageConfig: { imageSize } })).size).toBe(size);
  });

  it.each(modelOf('nano-banana-2').aspectRatios)('draws %s', (aspectRatio) => {
    expect(parsed(withConfig({ imageConfig: { aspectRatio } })).aspectRatio).toBe(aspectRatio);
  });

  it.each([
    { name: 'absent search types', googleSearch: {}, grounding: { web: true, image: false } },
    { name: 'empty search types', googleSearch: { searchTypes: {} }, grounding: { web: true, image: false } },
    { name: 'the web', googleSearch: { searchTypes: { webSearch: {} } }, grounding: { web: true, image: false } },
    { name: 'images', googleSearch: { search_types: { image_search: {} } }, grounding: { web: false, image: true } },
    {
      name: 'both',
      googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } },
      grounding: { web: true, image: true },
    },
    {
      name: 'images, with null for the web',
      googleSearch: { searchTypes: { webSearch: null, imageSearch: {} } },
      grounding: { web: false, image: true },
    },
  ])('searches $name', ({ googleSearch, grounding }) => {
    expect(parsed(body({ tools: [{ googleSearch }] })).grounding).toEqual(grounding);
    expect(parsed(body({ tools: { google_search: googleSearch } })).grounding).toEqual(grounding);
  });

  it.each([
    { index: 0, declared: 'image/png', mimeType: 'image/png' },
    { index: 0, declared: 'IMAGE/PNG', mimeType: 'image/png' },
    { index: 1, declared: 'image/jpeg', mimeType: 'image/jpeg' },
    { index: 1, declared: 'image/jpg', mimeType: 'image/jpeg' },
    { index: 2, declared: 'image/webp', mimeType: 'image/webp' },
    { index: 3, declared: 'image/heic', mimeType: 'image/heic' },
    { index: 3, declared: 'image/heif', mimeType: 'image/heic' },
    { index: 4, declared: 'image/heif', mimeType: 'image/heif' },
  ])('takes $mimeType declared as $declared', ({ index, declared, mimeType }) => {
    expect(parsed(withParts(image(index, declared))).turns[0]?.parts).toEqual([
      { kind: 'image', mimeType, input: index },
    ]);
  });

  it('takes as many references as the model, and pictures of its own beside them', () => {
    const references = Array.from({ length: 7 }, () => pngPart);
    const contents = [
      { role: 'user', parts: references },
      { role: 'model', parts: [image(1, 'image/jpeg'), image(1, 'image/jpeg')] },
      { role: 'user', parts: references },
    ];

    expect(parsed({ contents }).turns.flatMap(({ parts }) => parts)).toHaveLength(16);
  });

  it('keeps a part of nothing but a signature', () => {
    const contents = [...CONTENTS, { role: 'model', parts: [{ thoughtSignature: 'QUJD' }] }, ...CONTENTS];

    expect(parsed({ contents }).turns[1]?.parts).toEqual([{ kind: 'text', text: '', signature: { text: 'QUJD' } }]);
  });

  it.each(['QUJD', 'QUJDRA==', 'QUJDRA', 'QUI=', '-_-_', '+/+/', 'skip_thought_signature_validator'])(
    'keeps the signature %j as it is written',
    (thoughtSignature) => {
      expect(parsed(withParts({ text: 'x', thoughtSignature })).turns[0]?.parts[0]?.signature).toEqual({
        text: thoughtSignature,
      });
    },
  );

  it('writes lone surrogates as they will go out', () => {
    expect(parsed(withParts({ text: 'a\ud800b' })).turns[0]?.parts).toEqual([{ kind: 'text', text: 'a\ufffdb' }]);
  });

  it('reads its own placeholders from a caller as names of his own inputs', () => {
    expect(
      parsed(withParts({ inlineData: { mimeType: 'image/png', data: 'input:0' } }, pngPart)).turns[0]?.parts,
    ).toEqual([
      { kind: 'image', mimeType: 'image/png', input: 0 },
      { kind: 'image', mimeType: 'image/png', input: 0 },
    ]);
    expect(parsed(withParts({ text: 'input:0' })).turns[0]?.parts).toEqual([{ kind: 'text', text: 'input:0' }]);
  });

  it.each([
    { name: 'nano-banana-2.1', level: 'medium', kept: undefined },
    { name: 'nano-banana-2.1', level: 'High', kept: 'high' },
    { name: 'nano-banana-2.1', level: 'MINIMAL', kept: 'minimal' },
    { name: 'nano-banana-2', level: 'minimal', kept: undefined },
    { name: 'nano-banana-2-lite', level: 'high', kept: 'high' },
  ])('has $name think $level', ({ name, level, kept }) => {
    const request = parsed(withConfig({ thinkingConfig: { thinkingLevel: level } }), { model: modelOf(name) });

    expect(request.thinkingLevel).toBe(kept);
  });

  it("draws a model's only size where it has no 1K", () => {
    const model = { ...modelOf('nano-banana-2'), sizes: ['2K' as const] };

    expect(parsed(body(), { model }).size).toBe('2K');
  });
});

describe('what is refused names the field', () => {
  const TOP = ['contents', 'systemInstruction', 'safetySettings', 'tools', 'toolConfig', 'generationConfig'];
  const CONFIG = [
    'responseModalities',
    'imageConfig',
    'thinkingConfig',
    'temperature',
    'topP',
    'topK',
    'seed',
    'maxOutputTokens',
    'candidateCount',
  ];
  const PART = ['text', 'inlineData', 'fileData', 'thought', 'thoughtSignature'];
  const G = 'generationConfig';

  it.each([
    ...[
      'model',
      'negativePrompt',
      'negative_prompt',
      'serviceTier',
      'cachedContent',
      'labels',
      'size',
      'prompt',
      'store',
      'constructor',
      'toString',
    ].map((name) => ({ field: name, value: body({ [name]: 'x' }), accepted: TOP })),
    { field: '__proto__', value: JSON.parse('{"__proto__":{"contents":[]}}'), accepted: TOP },
    { field: 'negativePrompt', value: body({ negativePrompt: null }), accepted: TOP },
    ...[
      'negativePrompt',
      'responseFormat',
      'responseMimeType',
      'responseSchema',
      'stopSequences',
      'aspectRatio',
      'logprobs',
      'responseLogprobs',
      'presencePenalty',
      'speechConfig',
      'mediaResolution',
      'TopP',
      'top-p',
    ].map((name) => ({
      field: name === 'top-p' ? `${G}["top-p"]` : `${G}.${name}`,
      value: withConfig({ [name]: 1 }),
      accepted: CONFIG,
    })),
    ...['personGeneration', 'outputMimeType', 'imageOutputOptions', 'prominentPeople', 'size'].map((name) => ({
      field: `${G}.imageConfig.${name}`,
      value: withConfig({ imageConfig: { [name]: 'x' } }),
      accepted: ['aspectRatio', 'imageSize'],
    })),
    {
      field: `${G}.thinkingConfig.budget`,
      value: withConfig({ thinkingConfig: { budget: 1 } }),
      accepted: ['thinkingLevel', 'includeThoughts', 'thinkingBudget'],
    },
    ...[
      'functionDeclarations',
      'codeExecution',
      'urlContext',
      'googleSearchRetrieval',
      'googleMaps',
      'google_maps',
    ].map((name) => ({
      field: `tools[0].${name}`,
      value: body({ tools: [{ [name]: {} }] }),
      accepted: ['googleSearch'],
    })),
    ...['timeRangeFilter', 'excludeDomains', 'dynamicRetrievalConfig'].map((name) => ({
      field: `tools[0].googleSearch.${name}`,
      value: body({ tools: [{ googleSearch: { [name]: {} } }] }),
      accepted: ['searchTypes'],
    })),
    {
      field: 'tools[0].googleSearch.searchTypes.maps',
      value: body({ tools: [{ googleSearch: { searchTypes: { maps: {} } } }] }),
      accepted: ['webSearch', 'imageSearch'],
    },
    {
      field: 'tools[0].googleSearch.searchTypes.webSearch.site',
      value: body({ tools: [{ googleSearch: { searchTypes: { webSearch: { site: 'x' } } } }] }),
      accepted: [],
    },
    {
      field: 'contents[0].name',
      value: { contents: [{ parts: [{ text: 'x' }], name: 'x' }] },
      accepted: ['role', 'parts'],
    },
    ...[
      'functionCall',
      'functionResponse',
      'executableCode',
      'videoMetadata',
      'mediaResolution',
      'peelTemplate',
      'inline_Data',
    ].map((name) => ({
      field: `contents[0].parts[1].${name}`,
      value: withParts({ text: 'x' }, { [name]: {} }),
      accepted: PART,
    })),
    {
      field: 'contents[0].parts[0].inlineData.displayName',
      value: withParts({ inlineData: { displayName: 'x' } }),
      accepted: ['mimeType', 'data'],
    },
    {
      field: 'contents[0].parts[0].fileData.displayName',
      value: withParts({ fileData: { displayName: 'x' } }),
      accepted: ['mimeType', 'fileUri'],
    },
    {
      field: 'safetySettings[0].method',
      value: body({ safetySettings: [{ method: 'SEVERITY' }] }),
      accepted: ['category', 'threshold'],
    },
    { field: 'systemInstruction.text', value: body({ systemInstruction: { text: 'x' } }), accepted: ['role', 'parts'] },
    {
      field: 'systemInstruction.parts[0].inlineData',
      value: body({ systemInstruction: { parts: [pngPart] } }),
      accepted: ['text'],
    },
    { field: '[""]', value: body({ '': 1 }), accepted: TOP },
    { field: '["a\\nb"]', value: body({ 'a\nb': 1 }), accepted: TOP },
    { field: '["<script>"]', value: body({ '<script>': 1 }), accepted: TOP },
    { field: '["\ufffd"]', value: JSON.parse('{"\\ud800":1}'), accepted: TOP },
    { field: `${'x'.repeat(64)}…`, value: body({ ['x'.repeat(100_000)]: 1 }), accepted: TOP },
  ])('unknown: $field', ({ field, value, accepted }) => {
    expect(refused(value)).toEqual({ reason: 'UNKNOWN_FIELD', field, accepted });
  });

  it.each([
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '8K' } }),
      got: '8K',
      accepted: ['512', '1K', '2K', '4K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '' } }),
      got: '',
      accepted: ['512', '1K', '2K', '4K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '1024' } }),
      got: '1024',
      accepted: ['512', '1K', '2K', '4K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: 'constructor' } }),
      got: 'constructor',
      accepted: ['512', '1K', '2K', '4K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '512px' } }),
      model: 'nano-banana-2.1',
      got: '512px',
      accepted: ['1K', '2K', '4K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '2K' } }),
      model: 'nano-banana',
      got: '2K',
      accepted: ['1K'],
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '4K' } }),
      model: 'nano-banana-2-lite',
      got: '4K',
      accepted: ['1K'],
    },
    {
      field: `${G}.imageConfig.aspectRatio`,
      value: withConfig({ imageConfig: { aspectRatio: '9:21' } }),
      got: '9:21',
      accepted: modelOf('nano-banana-2').aspectRatios,
    },
    {
      field: `${G}.imageConfig.aspectRatio`,
      value: withConfig({ imageConfig: { aspectRatio: 'auto' } }),
      got: 'auto',
      accepted: modelOf('nano-banana-2').aspectRatios,
    },
    {
      field: `${G}.imageConfig.aspectRatio`,
      value: withConfig({ imageConfig: { aspectRatio: '8:1' } }),
      model: 'nano-banana-pro',
      got: '8:1',
      accepted: modelOf('nano-banana-pro').aspectRatios,
    },
    {
      field: `${G}.responseModalities[1]`,
      value: withConfig({ responseModalities: ['IMAGE', 'AUDIO'] }),
      got: 'AUDIO',
      accepted: ['TEXT', 'IMAGE'],
    },
    {
      field: `${G}.responseModalities[0]`,
      value: withConfig({ responseModalities: ['MODALITY_UNSPECIFIED'] }),
      got: 'MODALITY_UNSPECIFIED',
      accepted: ['TEXT', 'IMAGE'],
    },
    { field: `${G}.candidateCount`, value: withConfig({ candidateCount: 2 }), got: '2', accepted: ['1'] },
    { field: `${G}.candidateCount`, value: withConfig({ candidate_count: '4' }), got: '4', accepted: ['1'] },
    { field: `${G}.candidateCount`, value: withConfig({ candidateCount: 0 }), got: '0', accepted: ['1'] },
    {
      field: `${G}.thinkingConfig.thinkingLevel`,
      value: withConfig({ thinkingConfig: { thinkingLevel: 'low' } }),
      got: 'low',
      accepted: ['minimal', 'high'],
    },
    {
      field: `${G}.thinkingConfig.thinkingLevel`,
      value: withConfig({ thinkingConfig: { thinkingLevel: 'max' } }),
      model: 'nano-banana-2.1',
      got: 'max',
      accepted: ['minimal', 'medium', 'high'],
    },
    {
      field: 'tools[0].googleSearch.searchTypes',
      value: body({ tools: [{ googleSearch: { searchTypes: { imageSearch: {} } } }] }),
      model: 'nano-banana-pro',
      got: 'imageSearch',
      accepted: ['webSearch'],
    },
    {
      field: 'safetySettings[0].category',
      value: body({ safetySettings: [{ category: 'HARM_CATEGORY_IMAGE_HATE', threshold: 'OFF' }] }),
      got: 'HARM_CATEGORY_IMAGE_HATE',
      accepted: expect.arrayContaining(['HARM_CATEGORY_HARASSMENT']),
    },
    {
      field: 'safetySettings[0].threshold',
      value: body({ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'NONE' }] }),
      got: 'NONE',
      accepted: expect.arrayContaining(['BLOCK_NONE']),
    },
    {
      field: 'contents[0].role',
      value: { contents: [{ role: 'system', parts: [{ text: 'x' }] }] },
      got: 'system',
      accepted: ['user', 'model'],
    },
    {
      field: 'contents[0].role',
      value: { contents: [{ role: '', parts: [{ text: 'x' }] }] },
      got: '',
      accepted: ['user', 'model'],
    },
    ...['image/gif', 'image/svg+xml', 'application/pdf', 'image/png; charset=x', 'video/mp4', ''].map((mimeType) => ({
      field: 'contents[0].parts[0].inlineData.mimeType',
      value: withParts(image(0, mimeType)),
      got: mimeType,
      accepted: expect.arrayContaining(['image/heif']),
    })),
    {
      field: 'contents[0].parts[0].inlineData.data',
      value: withParts(image(5, 'image/png')),
      got: 'image/gif',
      accepted: expect.arrayContaining(['image/png']),
    },
    {
      field: `${G}.imageConfig.aspectRatio`,
      value: withConfig({ imageConfig: { aspectRatio: 'x'.repeat(999) } }),
      got: `${'x'.repeat(64)}…`,
      accepted: expect.anything(),
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: '\udc00' } }),
      got: '\ufffd',
      accepted: expect.anything(),
    },
  ])(
    'unsupported: $field $got',
    ({
      field,
      value,
      got,
      accepted,
      model = 'nano-banana-2',
    }: {
      field: string;
      value: unknown;
      got: string;
      accepted: unknown;
      model?: string;
    }) => {
      expect(refused(value, { model: modelOf(model) })).toMatchObject({
        reason: 'UNSUPPORTED_VALUE',
        field,
        value: got,
        accepted,
      });
    },
  );

  it.each([
    ...[undefined, null, 1, 'x', true, [], [{}]].map((value) => ({
      field: 'body',
      value,
      rule: 'must be a JSON object.',
    })),
    { field: 'contents', value: {}, rule: 'must hold at least one turn.' },
    { field: 'contents', value: { contents: [] }, rule: 'must hold at least one turn.' },
    { field: 'contents', value: { contents: null }, rule: 'must hold at least one turn.' },
    { field: 'contents', value: { contents: 'a red fox' }, rule: 'must be a JSON object.' },
    { field: 'contents[0]', value: { contents: ['a red fox'] }, rule: 'must be a JSON object.' },
    { field: 'contents[0]', value: { contents: [null] }, rule: 'must be a JSON object.' },
    { field: 'contents[0]', value: { contents: [[]] }, rule: 'must be a JSON object.' },
    { field: 'contents[0].parts', value: { contents: [{}] }, rule: 'must hold at least one part.' },
    { field: 'contents[0].parts', value: withParts(), rule: 'must hold at least one part.' },
    { field: 'contents[0].parts[0]', value: withParts('a red fox'), rule: 'must be a JSON object.' },
    { field: 'contents[0].parts[0]', value: withParts({}), rule: 'must hold one of text, inlineData, fileData.' },
    {
      field: 'contents[0].parts[0]',
      value: withParts({ thought: true }),
      rule: 'must hold one of text, inlineData, fileData.',
    },
    {
      field: 'contents[0].parts[0]',
      value: withParts({ text: 'x', ...pngPart }),
      rule: 'must hold one of text, inlineData, fileData.',
    },
    { field: 'contents[0].parts[0].text', value: withParts({ text: 7 }), rule: 'must be a string.' },
    { field: 'contents[0].parts[0].text', value: withParts({ text: ['x'] }), rule: 'must be a string.' },
    {
      field: 'contents[0].parts[0].thought',
      value: withParts({ text: 'x', thought: 'true' }),
      rule: 'must be true or false.',
    },
    { field: 'contents[0].parts', value: withParts({ text: '' }), rule: 'must hold some text or an image.' },
    { field: 'contents[0].parts', value: withParts({ text: ' \n\t\u00a0' }), rule: 'must hold some text or an image.' },
    {
      field: 'contents',
      value: { contents: [...CONTENTS, { role: 'model', parts: [{ text: 'x' }] }] },
      rule: 'must end with a turn of the role user.',
    },
    {
      field: 'contents[0].role',
      value: { contents: [{ role: 'USER', parts: [{ text: 'x' }] }] },
      rule: 'must be in lower case.',
    },
    {
      field: 'contents[0].role',
      value: { contents: [{ role: 1, parts: [{ text: 'x' }] }] },
      rule: 'must be one of the strings user, model.',
    },
    {
      field: 'contents',
      value: withParts({ text: 'x'.repeat(1024 * 1024 + 1) }),
      rule: 'must have at most 1048576 bytes of text in all.',
    },
    {
      field: 'contents',
      value: withParts({ text: 'ä'.repeat(400_000) }, { text: 'ä'.repeat(400_000) }),
      rule: 'must have at most 1048576 bytes of text in all.',
    },
    {
      field: 'contents',
      value: withParts(...Array.from({ length: 300 }, () => ({ text: 'x', thoughtSignature: 'A'.repeat(4096) }))),
      rule: 'must have at most 1048576 bytes of text in all.',
    },
    {
      field: 'contents',
      value: withParts(...Array.from({ length: 5000 }, () => ({ text: '' }))),
      rule: 'must have at most 4096 parts in all.',
    },
    {
      field: 'systemInstruction',
      value: body({ systemInstruction: { parts: { text: 'x'.repeat(1024 * 1024 + 1) } } }),
      rule: 'must have at most 1048576 bytes of text.',
    },
    { field: 'systemInstruction', value: body({ systemInstruction: 'Draw in ink.' }), rule: 'must be a JSON object.' },
    { field: 'generationConfig', value: body({ generationConfig: [] }), rule: 'must be a JSON object.' },
    {
      field: 'generationConfig',
      value: body({ generationConfig: {}, generation_config: {} }),
      rule: 'must not be given in two spellings.',
    },
    { field: `${G}.topP`, value: withConfig({ topP: 1, top_p: null }), rule: 'must not be given in two spellings.' },
    {
      field: 'contents[0].parts[0].inlineData',
      value: withParts({ ...pngPart, inline_data: {} }),
      rule: 'must not be given in two spellings.',
    },
    {
      field: `${G}.responseModalities`,
      value: withConfig({ responseModalities: ['TEXT'] }),
      rule: 'must include IMAGE.',
    },
    {
      field: `${G}.responseModalities[0]`,
      value: withConfig({ responseModalities: [2] }),
      rule: 'must be one of the strings TEXT, IMAGE.',
    },
    {
      field: `${G}.imageConfig.imageSize`,
      value: withConfig({ imageConfig: { imageSize: 512 } }),
      rule: 'must be a string.',
    },
    {
      field: `${G}.imageConfig.aspectRatio`,
      value: withConfig({ imageConfig: { aspectRatio: 1.5 } }),
      rule: expect.stringContaining('must be one of the strings 1:1, '),
    },
    {
      field: `${G}.thinkingConfig.thinkingBudget`,
      value: withConfig({ thinkingConfig: { thinkingBudget: 0 } }),
      rule: 'must be left out: thinkingLevel sets it, one of minimal, high.',
    },
    {
      field: `${G}.thinkingConfig.thinkingBudget`,
      value: withConfig({ thinkingConfig: { thinkingBudget: 9 } }),
      model: 'nano-banana-pro',
      rule: expect.stringContaining('decides for itself'),
    },
    {
      field: `${G}.thinkingConfig.thinkingLevel`,
      value: withConfig({ thinkingConfig: { thinkingLevel: 'high' } }),
      model: 'nano-banana-pro',
      rule: 'must be left out: gemini-3-pro-image chooses for itself.',
    },
    {
      field: `${G}.thinkingConfig.includeThoughts`,
      value: withConfig({ thinkingConfig: { includeThoughts: 1 } }),
      rule: 'must be true or false.',
    },
    {
      field: `${G}.thinkingConfig`,
      value: withConfig({ thinkingConfig: { includeThoughts: true } }),
      model: 'nano-banana',
      rule: 'must be left out: gemini-2.5-flash-image does not think.',
    },
    ...[
      -0.1,
      2.1,
      '2.5',
      'hot',
      '',
      'NaN',
      'Infinity',
      '1e999',
      1e999,
      true,
      [],
      {},
      '0x1',
      ' 1',
      '1 ',
      '9'.repeat(40),
    ].map((temperature) => ({
      field: `${G}.temperature`,
      value: withConfig({ temperature }),
      rule: 'must be a number from 0 to 2.',
    })),
    ...[-1, 1.01].map((topP) => ({
      field: `${G}.topP`,
      value: withConfig({ topP }),
      rule: 'must be a number from 0 to 1.',
    })),
    ...[0, 1.5, -4, 2147483648].map((topK) => ({
      field: `${G}.topK`,
      value: withConfig({ topK }),
      rule: 'must be a whole number from 1 to 2147483647.',
    })),
    ...[0.5, 2147483648, -2147483649, '1.5'].map((seed) => ({
      field: `${G}.seed`,
      value: withConfig({ seed }),
      rule: 'must be a whole number from -2147483648 to 2147483647.',
    })),
    ...[0, -1, 32_769, 1.5].map((maxOutputTokens) => ({
      field: `${G}.maxOutputTokens`,
      value: withConfig({ maxOutputTokens }),
      rule: 'must be a whole number from 1 to 32768.',
    })),
    {
      field: `${G}.candidateCount`,
      value: withConfig({ candidateCount: 1.5 }),
      rule: expect.stringContaining('must be a whole number'),
    },
    { field: 'tools[0]', value: body({ tools: [{}] }), rule: 'must hold googleSearch.' },
    { field: 'tools[0]', value: body({ tools: ['googleSearch'] }), rule: 'must be a JSON object.' },
    {
      field: 'tools[1]',
      value: body({ tools: [{ googleSearch: {} }, { googleSearch: {} }] }),
      rule: 'must be left out: one googleSearch is all there is.',
    },
    {
      field: 'tools[0].googleSearch',
      value: body({ tools: [{ googleSearch: true }] }),
      rule: 'must be a JSON object.',
    },
    {
      field: 'tools[0].googleSearch.searchTypes',
      value: body({ tools: [{ googleSearch: { searchTypes: ['webSearch'] } }] }),
      rule: 'must be a JSON object.',
    },
    {
      field: 'tools[0].googleSearch.searchTypes.webSearch',
      value: body({ tools: [{ googleSearch: { searchTypes: { webSearch: true } } }] }),
      rule: 'must be a JSON object.',
    },
    {
      field: 'tools[0].googleSearch',
      value: body({ tools: [{ googleSearch: {} }] }),
      model: 'nano-banana',
      rule: 'must be left out: gemini-2.5-flash-image does not search.',
    },
    {
      field: 'safetySettings[0].category',
      value: body({ safetySettings: [{}] }),
      rule: expect.stringContaining('must be one of the strings HARM_CATEGORY_'),
    },
    {
      field: 'safetySettings[1].category',
      value: body({
        safetySettings: ['OFF', 'BLOCK_NONE'].map((threshold) => ({ category: 'HARM_CATEGORY_HARASSMENT', threshold })),
      }),
      rule: 'must not be set twice.',
    },
  ])(
    'invalid: $field $rule',
    ({
      field,
      value,
      rule,
      model = 'nano-banana-2',
    }: {
      field: string;
      value: unknown;
      rule: unknown;
      model?: string;
    }) => {
      expect(refused(value, { model: modelOf(model) })).toEqual({ reason: 'INVALID_FIELD', field, rule });
    },
  );

  const DATA = 'contents[0].parts[0].inlineData';
  it.each([
    {
      name: 'data that was not lifted',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: '' },
      rule: 'must be an image in base64.',
    },
    {
      name: 'data that is no base64',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: 'a picture!' },
      rule: 'must be an image in base64.',
    },
    {
      name: 'an input there is not',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: 'input:99' },
      rule: 'must be an image in base64.',
    },
    {
      name: 'a negative input',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: 'input:-1' },
      rule: 'must be an image in base64.',
    },
    {
      name: 'an input in another spelling',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: 'input:00' },
      rule: 'must be an image in base64.',
    },
    {
      name: 'a signature for a picture',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: placeholderFor(SIGNATURE) },
      rule: 'must be an image in base64.',
    },
    { name: 'no data', field: `${DATA}.data`, blob: { mimeType: 'image/png' }, rule: 'must be given.' },
    {
      name: 'data in a list',
      field: `${DATA}.data`,
      blob: { mimeType: 'image/png', data: ['input:0'] },
      rule: 'must be a string.',
    },
    { name: 'no type', field: `${DATA}.mimeType`, blob: { data: placeholderFor(0) }, rule: 'must be given.' },
    {
      name: 'a type that the bytes are not',
      field: `${DATA}.mimeType`,
      blob: { mimeType: 'image/jpeg', data: placeholderFor(0) },
      rule: 'must be what the bytes are: image/png.',
    },
    {
      name: 'a HEIF declared a HEIC',
      field: `${DATA}.mimeType`,
      blob: { mimeType: 'image/heic', data: placeholderFor(4) },
      rule: 'must be what the bytes are: image/heif.',
    },
  ])('refuses $name', ({ field, blob, rule }) => {
    expect(refused(withParts({ inlineData: blob }))).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });

  it.each(['%PDF-1.7', '<svg/>', '<!doctype html>', ''])('refuses bytes that are no picture: %j', (text) => {
    const lifted = [{ kind: 'image' as const, bytes: new TextEncoder().encode(text) }];

    expect(refused(withParts(pngPart), { inputs: lifted })).toEqual({
      reason: 'INVALID_FIELD',
      field: `${DATA}.data`,
      rule: 'must be a PNG, JPEG, WebP, HEIC or HEIF image.',
    });
  });

  it.each(['!', 'a b', 'input:0', 'input:99', 'QUJDR', 'QUJD===', '=QUJ', 'A'.repeat(4100)])(
    'refuses the signature %j',
    (thoughtSignature) => {
      expect(refused(withParts({ text: 'x', thoughtSignature }))).toEqual({
        reason: 'INVALID_FIELD',
        field: 'contents[0].parts[0].thoughtSignature',
        rule: 'must be base64, as the model gave it.',
      });
    },
  );

  it('refuses the fifteenth reference, over all turns of the user', () => {
    const contents = [
      { role: 'user', parts: Array.from({ length: 14 }, () => pngPart) },
      { role: 'model', parts: [{ text: 'Here.' }] },
      { role: 'user', parts: [{ text: 'and this' }, pngPart] },
    ];

    expect(refused({ contents })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents[2].parts[1].inlineData',
      rule: 'is reference image 15, but gemini-3.1-flash-image takes at most 14.',
    });
  });

  it('holds a model to fewer references where it takes fewer', () => {
    const model = { ...modelOf('nano-banana-2'), maxReferences: 1 };

    expect(parsed(withParts(pngPart), { model }).turns).toHaveLength(1);
    expect(refused(withParts(pngPart, pngPart), { model })).toMatchObject({ field: 'contents[0].parts[1].inlineData' });
  });

  it('never takes more than fourteen, whatever a catalog says', () => {
    const model = { ...modelOf('nano-banana-2'), maxReferences: 99 };

    expect(refused(withParts(...Array.from({ length: 15 }, () => pngPart)), { model })).toMatchObject({
      field: 'contents[0].parts[14].inlineData',
    });
  });

  it.each([
    'https://evil.example/x.png',
    'http://169.254.169.254/latest/meta-data',
    'gs://bucket/x.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'https://generativelanguage.googleapis.com/v1beta/files/abc',
    '//x',
    'x',
  ])('never fetches %j', (fileUri) => {
    expect(refused(withParts({ fileData: { mimeType: 'image/png', fileUri } }))).toEqual({
      reason: 'URI_NOT_ALLOWED',
      field: 'contents[0].parts[0].fileData.fileUri',
    });
  });

  it.each([{}, { mimeType: 'image/png' }, { fileUri: '' }])('wants an address in fileData: %j', (fileData) => {
    expect(refused(withParts({ fileData }))).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents[0].parts[0].fileData.fileUri',
      rule: 'must be given.',
    });
  });
});

describe('who may say what', () => {
  it.each([
    { name: 'systemInstruction', value: body({ system_instruction: { parts: [{ text: 'x' }] } }) },
    { name: 'safetySettings', value: body({ safetySettings: [] }) },
  ])('leaves $name to clients', ({ name, value }) => {
    expect(refused(value, { caller: 'visitor' })).toEqual({
      reason: 'INVALID_FIELD',
      field: name,
      rule: 'must be left out: only API clients may set it.',
    });
    expect(parseGenerateRequest(value, context({ caller: 'client' })).ok).toBe(true);
  });

  it('lets visitors say the rest', () => {
    expect(
      parsed(withConfig({ seed: 1, thinkingConfig: { includeThoughts: true } }), { caller: 'visitor' }),
    ).toMatchObject({
      seed: 1,
      includeThoughts: true,
    });
  });

  it.each(['visitor', 'client'] as const)('searches for no %s where the site does not', (caller) => {
    expect(refused(body({ tools: [{ googleSearch: {} }] }), { caller, grounding: false })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'tools[0].googleSearch',
      rule: 'must be left out: searching is switched off here.',
    });
  });
});
