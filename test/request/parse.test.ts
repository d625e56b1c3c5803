import { describe, expect, it } from 'vitest';
import { placeholderFor } from '../../worker/request/placeholder.ts';
import { body, JPEG, PROMPT, parsed, picture, pngPart, refused, SIGNATURE, withConfig, withParts } from './bodies.ts';

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
            { ...picture(JPEG, 'image/jpeg'), thoughtSignature: placeholderFor(SIGNATURE) },
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
            { kind: 'image', mimeType: 'image/jpeg', input: JPEG, signature: { input: SIGNATURE } },
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
    const snake = toSnakeCase(camel) as Record<string, unknown>;
    const { generation_config, ...rest } = snake;

    expect(JSON.stringify(snake)).not.toMatch(/"[a-z]+[A-Z]\w*":/);
    expect(parsed(snake)).toEqual(parsed(camel));
    expect(parsed({ ...rest, generationConfig: generation_config })).toEqual(parsed(camel));
  });

  const config = {
    responseModalities: ['IMAGE', 'TEXT'],
    imageConfig: { imageSize: '1k' },
    thinkingConfig: { thinkingLevel: 'minimal', includeThoughts: false },
    candidateCount: 1,
  };
  const empty = { responseModalities: [], imageConfig: {}, thinkingConfig: {} };
  const nulls = { tools: null, systemInstruction: null, generationConfig: { seed: null, imageConfig: null } };
  it.each([
    ['null for what is absent', body(nulls)],
    ['empty lists and objects', body({ tools: [], safetySettings: [], generationConfig: empty })],
    ['an absent role', { contents: [{ parts: [{ text: 'a red fox' }] }] }],
    ['one turn for a list of turns', { contents: { parts: { text: 'a red fox' } } }],
    ['defaults spelled out', withConfig(config)],
    ['an empty system instruction', body({ systemInstruction: { parts: [] } })],
    ['a tool configuration', body({ toolConfig: { retrievalConfig: 'anything' } })],
    ['thought: false', withParts({ text: 'a red fox', thought: false })],
    ['an empty signature', withParts({ text: 'a red fox', thoughtSignature: '' })],
  ])('means the same with %s', (_name, value) => {
    expect(parsed(value)).toEqual(parsed(body()));
  });

  it.each([undefined, null, 1, 'x', true, [], [{}]])('is no %j', (value) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field: 'body', rule: 'must be a JSON object.' });
  });
});

describe('who may say what', () => {
  it('leaves systemInstruction to clients', () => {
    const value = body({ system_instruction: { parts: [{ text: 'x' }] } });
    const rule = 'must be left out: only API clients may set it.';

    expect(refused(value, { caller: 'visitor' })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'systemInstruction',
      rule,
    });
    expect(parsed(value, { caller: 'client' }).turns).toHaveLength(1);
  });

  const filter = (threshold: string) => body({ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold }] });
  it.each(['BLOCK_NONE', 'OFF'])('leaves it to clients to let more pass: %s', (threshold) => {
    expect(refused(filter(threshold), { caller: 'visitor' })).toMatchObject({
      reason: 'UNSUPPORTED_VALUE',
      field: 'safetySettings[0].threshold',
      because: 'only API clients may let more pass',
    });
    expect(parsed(filter(threshold), { caller: 'client' }).safetySettings).toHaveLength(1);
  });

  it.each(['BLOCK_LOW_AND_ABOVE', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH'])(
    'lets visitors be stricter: %s',
    (threshold) => {
      expect(parsed(filter(threshold), { caller: 'visitor' }).safetySettings).toMatchObject([{ threshold }]);
    },
  );

  it.each([
    ['systemInstruction', { parts: [{ text: '' }] }],
    ['systemInstruction', {}],
    ['safetySettings', []],
  ])('lets visitors say nothing: %s', (field, value) => {
    expect(parsed(body({ [field]: value }), { caller: 'visitor' })).toEqual(parsed(body()));
  });

  it('lets visitors say the rest', () => {
    const value = { contents: PROMPT, generationConfig: { seed: 1, thinkingConfig: { includeThoughts: true } } };

    expect(parsed(value, { caller: 'visitor' })).toMatchObject({ seed: 1, includeThoughts: true });
  });
});

const toSnakeCase = (camel: unknown): unknown =>
  JSON.parse(JSON.stringify(camel), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return Object.fromEntries(Object.entries(value).map(([name, content]) => [snake(name), content]));
  });
