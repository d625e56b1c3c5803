import { describe, expect, it } from 'vitest';
import {
  body,
  pngPart,
  refused,
  withConfig,
  withImage,
  withParts,
  withSearch,
  withThinking,
  withTool,
} from './bodies.ts';

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

describe('a field that is not accepted is refused by name', () => {
  const refusedBy = (accepted: string[], path: (name: string) => string, value: (name: string) => unknown) => ({
    check(name: string) {
      expect(refused(value(name))).toEqual({ reason: 'UNKNOWN_FIELD', field: path(name), accepted });
    },
  });

  const top = refusedBy(
    TOP,
    (name) => name,
    (name) => body({ [name]: 'x' }),
  );
  it.each([
    'negativePrompt',
    'negative_prompt',
    'serviceTier',
    'service_tier',
    'cachedContent',
    'labels',
    'prompt',
    'size',
    'store',
    'stream',
    'Contents',
    'content',
    'system_Instruction',
    'constructor',
    'toString',
  ])('in the body: %s', top.check);

  const config = refusedBy(
    CONFIG,
    (name) => `generationConfig.${name}`,
    (name) => withConfig({ [name]: 1 }),
  );
  it.each([
    'negativePrompt',
    'responseMimeType',
    'responseSchema',
    'response_json_schema',
    'stopSequences',
    'aspectRatio',
    'imageSize',
    'logprobs',
    'responseLogprobs',
    'presencePenalty',
    'frequencyPenalty',
    'speechConfig',
    'TopP',
    'top_p_',
    'numberOfImages',
  ])('in generationConfig: %s', config.check);

  const image = refusedBy(
    ['aspectRatio', 'imageSize'],
    (name) => `generationConfig.imageConfig.${name}`,
    (name) => withImage({ [name]: 'x' }),
  );
  it.each(['personGeneration', 'person_generation', 'outputMimeType', 'imageOutputOptions', 'prominentPeople', 'size'])(
    'in imageConfig: %s',
    image.check,
  );

  const tool = refusedBy(
    ['googleSearch'],
    (name) => `tools[0].${name}`,
    (name) => withTool({ [name]: {} }),
  );
  it.each([
    'functionDeclarations',
    'function_declarations',
    'codeExecution',
    'urlContext',
    'googleSearchRetrieval',
    'googleMaps',
    'computerUse',
    'fileSearch',
  ])('in tools: %s', tool.check);

  const search = refusedBy(
    ['searchTypes'],
    (name) => `tools[0].googleSearch.${name}`,
    (name) => withSearch({ [name]: {} }),
  );
  it.each(['excludeDomains', 'blockingConfidence', 'webSearch'])('in googleSearch: %s', search.check);

  const part = refusedBy(
    ['text', 'inlineData', 'fileData', 'thought', 'thoughtSignature'],
    (name) => `contents[0].parts[1].${name}`,
    (name) => withParts({ text: 'x' }, { [name]: {} }),
  );
  it.each([
    'functionCall',
    'functionResponse',
    'executableCode',
    'codeExecutionResult',
    'videoMetadata',
    'peelTemplate',
    'inline_Data',
    'inlinedata',
    'image',
  ])('in a part: %s', part.check);

  it.each([
    ['contents[0].name', { contents: [{ parts: [{ text: 'x' }], name: 'x' }] }, ['role', 'parts']],
    [
      'contents[0].parts[0].inlineData.displayName',
      withParts({ inlineData: { displayName: 'x' } }),
      ['mimeType', 'data'],
    ],
    [
      'contents[0].parts[0].fileData.displayName',
      withParts({ fileData: { displayName: 'x' } }),
      ['mimeType', 'fileUri'],
    ],
    ['safetySettings[0].method', body({ safetySettings: [{ method: 'SEVERITY' }] }), ['category', 'threshold']],
    ['systemInstruction.text', body({ systemInstruction: { text: 'x' } }), ['role', 'parts']],
    ['systemInstruction.parts[0].inlineData', body({ systemInstruction: { parts: [pngPart] } }), ['text']],
    [
      'generationConfig.thinkingConfig.budget',
      withThinking({ budget: 1 }),
      ['thinkingLevel', 'includeThoughts', 'thinkingBudget'],
    ],
    ['tools[0].googleSearch.searchTypes.maps', withSearch({ searchTypes: { maps: {} } }), ['webSearch', 'imageSearch']],
    ['tools[0].googleSearch.searchTypes.webSearch.site', withSearch({ searchTypes: { webSearch: { site: 'x' } } }), []],
    ['negativePrompt', body({ negativePrompt: null }), TOP],
  ])('at its full path: %s', (field, value, accepted) => {
    expect(refused(value)).toEqual({ reason: 'UNKNOWN_FIELD', field, accepted });
  });

  it.each([
    ['a prototype', '__proto__', JSON.parse('{"__proto__":{"contents":[]}}')],
    ['an empty name', '[""]', body({ '': 1 })],
    ['a line break', '["a\\nb"]', body({ 'a\nb': 1 })],
    ['markup', '["<script>"]', body({ '<script>': 1 })],
    ['a lone surrogate', '["\ufffd"]', JSON.parse('{"\\ud800":1}')],
    ['a name as long as a body', `${'x'.repeat(64)}…`, body({ ['x'.repeat(100_000)]: 1 })],
  ])('safely: %s', (_name, field, value) => {
    expect(refused(value)).toEqual({ reason: 'UNKNOWN_FIELD', field, accepted: TOP });
  });
});

describe('a field may be given once', () => {
  it.each([
    ['generationConfig', body({ generationConfig: {}, generation_config: {} })],
    ['generationConfig.topP', withConfig({ topP: 1, top_p: null })],
    ['contents[0].parts[0].inlineData', withParts({ ...pngPart, inline_data: {} })],
    ['tools[0].googleSearch', withTool({ googleSearch: {}, google_search: {} })],
  ])('and not in two spellings: %s', (field, value) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field, rule: 'must not be given in two spellings.' });
  });
});
