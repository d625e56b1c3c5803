/**
 * Every field of Google's request, at the values that clients send when they have nothing to say. None of them may
 * change the request or its key.
 */
import { describe, expect, it } from 'vitest';
import { canonicalRequest } from '../../worker/request/canonical-key.ts';
import type { GenerateRequest } from '../../worker/request/request.ts';
import {
  body,
  on,
  parsed,
  picture,
  pngPart,
  refused,
  withConfig,
  withImage,
  withParts,
  withSearch,
  withThinking,
} from './bodies.ts';

const snakeOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const inputs = Array.from({ length: 7 }, (_, n) => ({ sha256: String(n).repeat(64) }));
const keyOf = (request: GenerateRequest) =>
  canonicalRequest({ site: 'default', audience: 'visitors', request, inputs });

/** Where a field stands, its neutral values, and values that are not neutral. */
interface Place {
  name: string;
  at: (fields: object) => unknown;
  fields: Record<string, { neutral: unknown[]; set?: unknown[] }>;
}

const list = (...set: unknown[]) => ({ neutral: [[]], set });
const text = (...set: unknown[]) => ({ neutral: [''], set });
const choice = (...set: unknown[]) => ({ neutral: ['', 'SOMETHING_UNSPECIFIED'], set });
const zero = (...set: unknown[]) => ({ neutral: [0], set });
const flag = (...set: unknown[]) => ({ neutral: [false], set });
const message = (...set: unknown[]) => ({ neutral: [{}, { voice: null, names: [], on: false }], set });
/** A field whose presence switches it on. */
const presence = (...set: unknown[]) => ({ neutral: [], set: [{}, ...set] });

const places: Place[] = [
  {
    name: 'the body',
    at: (fields) => body(fields),
    fields: {
      systemInstruction: { neutral: ['', {}, { parts: [] }, { role: '', parts: [{ text: '' }] }] },
      store: flag(true),
      continuationToken: text('x'),
      modelArmorConfig: message({ promptTemplateName: 'x' }),
      generationOutputConfig: message({ outputUri: 'x' }),
      safetySettings: { neutral: [[], [{}], [{ category: 'HARM_CATEGORY_UNSPECIFIED', threshold: 'OFF' }]] },
      tools: { neutral: [[], [{}], {}, [{ functionDeclarations: [] }, {}]] },
      toolConfig: { neutral: [{}, { functionCallingConfig: { mode: 'AUTO' } }] },
      generationConfig: { neutral: [{}] },
      cachedContent: text('cachedContents/x'),
      serviceTier: choice('flex', 'SERVICE_TIER_PRIORITY'),
      labels: message({ team: 'a' }),
      model: {
        neutral: ['', 'gemini-3.1-flash-image', 'models/gemini-3.1-flash-image', 'nano-banana-2'],
        set: ['gemini-3-pro-image', 'models/', 'x'],
      },
    },
  },
  {
    name: 'generationConfig',
    at: (fields) => withConfig(fields),
    fields: {
      candidateCount: { neutral: [0, 1, '1'], set: [2] },
      stopSequences: list(['END']),
      maxOutputTokens: zero(-1),
      topK: zero(-1),
      automaticContinuation: flag(true),
      responseModalities: { neutral: [[], ['MODALITY_UNSPECIFIED'], ['TEXT', 'IMAGE']], set: [['AUDIO']] },
      responseMimeType: { neutral: ['', 'text/plain', 'image/png', 'image/jpeg'], set: ['application/json'] },
      responseSchema: message({ type: 'STRING' }),
      responseJsonSchema: message({ type: 'string' }),
      presencePenalty: zero(0.5),
      frequencyPenalty: zero(-0.5),
      responseLogprobs: flag(true),
      logprobs: zero(3),
      enableEnhancedCivicAnswers: flag(true),
      speechConfig: message({ languageCode: 'de' }),
      audioTimestamp: flag(true),
      mediaResolution: choice('HIGH'),
      thinkingConfig: { neutral: [{}] },
      imageConfig: { neutral: [{}] },
      responseFormat: {
        neutral: [
          {},
          { image: {} },
          { image: { aspectRatio: '', imageSize: '' }, text: {} },
          { image: { mimeType: 'IMAGE_JPEG' } },
        ],
      },
    },
  },
  {
    name: 'imageConfig',
    at: (fields) => withImage(fields),
    fields: {
      aspectRatio: choice('auto'),
      imageSize: choice('8K'),
      personGeneration: choice('ALLOW_ALL'),
      prominentPeople: choice('BLOCK_PROMINENT_PEOPLE'),
      outputMimeType: text('image/jpeg'),
      outputCompressionQuality: zero(80),
      imageOutputOptions: message({ mimeType: 'image/jpeg' }),
    },
  },
  {
    name: 'thinkingConfig',
    at: (fields) => withThinking(fields),
    fields: {
      thinkingLevel: choice('low'),
      includeThoughts: flag(1),
      thinkingBudget: { neutral: [0], set: [-1, 9] },
    },
  },
  {
    name: 'a turn',
    at: (fields) => ({ contents: [{ parts: [{ text: 'a red fox' }], ...fields }] }),
    fields: { role: choice('system') },
  },
  {
    name: 'a part',
    at: (fields) => withParts({ text: 'a red fox', ...fields }),
    fields: {
      inlineData: { neutral: [{}, { mimeType: '', data: '' }], set: [pngPart.inlineData] },
      fileData: { neutral: [{}, { fileUri: '' }], set: [{ fileUri: 'x' }] },
      thought: flag('yes'),
      thoughtSignature: text('?'),
      functionCall: message({ name: 'draw' }),
      functionResponse: message({ name: 'draw' }),
      executableCode: message({ code: '1' }),
      codeExecutionResult: message({ outcome: 'OUTCOME_OK' }),
      videoMetadata: message({ fps: 1 }),
      partMetadata: message({ a: 1 }),
      mediaResolution: { neutral: [{}, { level: 'MEDIA_RESOLUTION_UNSPECIFIED' }], set: [{ level: 'HIGH' }] },
    },
  },
  {
    name: 'inlineData',
    at: (fields) => withParts({ text: 'a red fox' }, { inlineData: { ...pngPart.inlineData, ...fields } }),
    fields: { displayName: text('fox.png') },
  },
  {
    name: 'a tool',
    at: (fields) => body({ tools: [fields] }),
    fields: {
      functionDeclarations: list([{ name: 'draw' }]),
      googleSearchRetrieval: presence(),
      codeExecution: presence(),
      urlContext: presence(),
      fileSearch: presence(),
      googleMaps: presence(),
      computerUse: presence(),
    },
  },
  {
    name: 'googleSearch',
    at: (fields) => withSearch(fields),
    fields: {
      searchTypes: { neutral: [{}], set: [{ maps: {} }] },
      timeRangeFilter: message({ startTime: '2026-01-01T00:00:00Z' }),
      excludeDomains: list(['evil.example']),
      blockingConfidence: choice('BLOCK_HIGH_AND_ABOVE'),
    },
  },
  {
    name: 'a safety setting',
    at: (fields) => body({ safetySettings: [fields] }),
    fields: {
      category: choice(3),
      threshold: { neutral: ['', 'HARM_BLOCK_THRESHOLD_UNSPECIFIED', 'OFF'] },
      method: choice('SEVERITY'),
    },
  },
];

const each = <T>(pick: (rule: { neutral: unknown[]; set?: unknown[] }) => unknown[], make: (value: unknown) => T) =>
  places.flatMap(({ name, at, fields }) =>
    Object.entries(fields).flatMap(([field, rule]) =>
      pick(rule).map((value) => ({ place: name, at, field, value, made: make(value) })),
    ),
  );

describe('a field that says nothing', () => {
  it.each(each(({ neutral }) => [null, ...neutral], JSON.stringify))(
    'is as if it were not there: $field of $place at $made',
    async ({ at, field, value }) => {
      const without = parsed(at({}));

      for (const name of [field, snakeOf(field)]) {
        const request = parsed(at({ [name]: value }));
        expect(request).toEqual(without);
        expect(await keyOf(request)).toBe(await keyOf(without));
      }
    },
  );
});

describe('a field that says something', () => {
  it.each(each(({ set = [] }) => set, JSON.stringify))(
    'is refused by name where it is not served: $field of $place at $made',
    ({ at, field, value }) => {
      for (const name of [field, snakeOf(field)]) {
        const failure = refused(at({ [name]: value }));
        const said = 'field' in failure ? failure.field : '';
        // Two kinds of content in one part are refused by the part.
        const isContent = field === 'inlineData' || field === 'fileData';
        expect(said).toContain(isContent ? 'contents[0].parts[0]' : said.includes(name) ? name : field);
      }
    },
  );
});

it.each([
  ['temperature', 0],
  ['topP', 0],
  ['seed', 0],
])('a zero that means something stays: %s', (name, value) => {
  expect(parsed(withConfig({ [name]: value }))).toMatchObject({ [name]: 0 });
});

it('a model that does not think may be told not to show its thoughts', () => {
  for (const config of [{}, { includeThoughts: false }, { thinkingLevel: '' }]) {
    expect(parsed(withThinking(config), on('nano-banana'))).toEqual(parsed(body(), on('nano-banana')));
  }
});

it('how closely a picture is looked at is its own, and in the name of the request', async () => {
  const asked = (level?: string) =>
    parsed(withParts({ text: 'x' }, { ...picture(0, 'image/png'), ...(level && { mediaResolution: { level } }) }));

  const [plain, low, high] = [asked(), asked('MEDIA_RESOLUTION_LOW'), asked('media_resolution_high')];

  expect(high.turns[0]?.parts[1]).toMatchObject({ mediaResolution: 'MEDIA_RESOLUTION_HIGH' });
  expect(new Set(await Promise.all([plain, low, high].map(keyOf))).size).toBe(3);
});

it('what is too deep to be looked through says something', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);

  expect(refused(withConfig({ stopSequences: deep }))).toMatchObject({ field: 'generationConfig.stopSequences' });
});
