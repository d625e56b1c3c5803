import { describe, expect, it } from 'vitest';
import { createDeriver, deriveForm } from '../../../worker/gemini/forms/forms.ts';
import { parseChunk } from '../../../worker/gemini/forms/payload.ts';
import type { Chunk, Lifted } from '../../../worker/gemini/lift/skeleton.ts';
import type { Form } from '../../../worker/request/target.ts';

const picture: Lifted = { kind: 'image', n: 0, bytes: 3 };
const sse = (...segments: Chunk): Chunk => ['data: ', ...segments, '\r\n\r\n'];
const textOf = (chunks: Chunk[]) =>
  chunks
    .flat()
    .map((segment) => (typeof segment === 'string' ? segment : '<picture>'))
    .join('');

describe('deriving a form', () => {
  it.each<{ name: string; from: Form; to: Form; chunks: Chunk[]; text: string }>([
    {
      name: 'JSON to one event',
      from: 'json',
      to: 'sse',
      chunks: [['{ "a": "', picture, '" }'], ['\n']],
      text: 'data: {"a":"<picture>"}\r\n\r\n',
    },
    { name: 'JSON to an array of one', from: 'json', to: 'array', chunks: [['{"a":1}']], text: '[{"a":1}\n]' },
    {
      name: 'events to elements',
      from: 'sse',
      to: 'array',
      chunks: [sse('{"a":1}'), [': wait\n\n'], sse('{"a":2}')],
      text: '[{"a":1},\r\n{"a":2}\n]',
    },
    {
      name: 'elements to events',
      from: 'array',
      to: 'sse',
      chunks: [['[{"error":1}'], ['\n,\n{"error":2}'], ['\n]']],
      text: 'data: {"error":1}\r\n\r\ndata: {"error":2}\r\n\r\n',
    },
    { name: 'an empty stream to an array', from: 'sse', to: 'array', chunks: [[': wait\n\n']], text: '[]' },
    {
      name: 'a list of errors to events',
      from: 'json',
      to: 'sse',
      chunks: [['[{"error":{"code":429}}]']],
      text: 'data: {"error":{"code":429}}\r\n\r\n',
    },
  ])('makes $name', ({ from, to, chunks, text }) => {
    expect(textOf(deriveForm(chunks, from, to))).toBe(text);
  });

  it.each<Form>(['json', 'array'])('lets %s pass as it is where nothing is to be derived', (form) => {
    const chunks = [['{ "a" : 1 }', picture]];

    expect(deriveForm(chunks, form, form)).toEqual(chunks);
  });

  it.each<{ from: Form; to: Form; chunks: Chunk[]; text: string }>([
    {
      from: 'json',
      to: 'json',
      chunks: [['{ "a_b": "', picture, '", "c": 1 }\n']],
      text: '{"aB":"<picture>","c":1}\n',
    },
    { from: 'json', to: 'sse', chunks: [['{"a_b":1}']], text: 'data: {"aB":1}\r\n\r\n' },
    { from: 'array', to: 'array', chunks: [['[{"a_b":1}'], [',\n{"aB":2}'], ['\n]']], text: '[{"aB":1},\n{"aB":2}\n]' },
    { from: 'sse', to: 'sse', chunks: [sse('{"a_b":1,"error":1}')], text: 'data: {"aB":1,"error":1}\r\n\r\n' },
    { from: 'sse', to: 'json', chunks: [sse('{"a_b":1}'), sse('{"aB":2}')], text: '{"aB":2}' },
  ])('gives names in snake_case the spelling that clients read: $from to $to', ({ from, to, chunks, text }) => {
    expect(textOf(deriveForm(chunks, from, to))).toBe(text);
  });

  it.each([
    ['words that look like a name', '{ "text" : "\\"a_b\\": 1" }'],
    ['arguments of a function', '{ "functionCall" : { "args" : { "a_b" : 1 } } }'],
    ['search results', '{ "groundingMetadata" : { "image_uri" : "x" } }'],
  ])('leaves %s as they are', (_name, json) => {
    expect(deriveForm([[json]], 'json', 'json')).toEqual([[json]]);
  });

  it('prefers the filled field of two spellings, and the one that clients read', () => {
    const json = '{"a_b":1,"aB":2,"cD":3,"c_d":4,"eF":null,"e_f":5,"g_h":6,"gH":null}';

    expect(textOf(deriveForm([[json]], 'json', 'json'))).toBe('{"aB":2,"cD":3,"eF":5,"gH":6}');
  });

  it('tells elements as events come, and an object only at the end', () => {
    const live = createDeriver('sse', 'array');
    const whole = createDeriver('sse', 'json');

    expect(live.push(sse('{"a":1}'))).toEqual([['[{"a":1}']]);
    expect(whole.push(sse('{"a":1}'))).toEqual([]);
    expect(whole.end()).toEqual([['{"a":1}']]);
  });

  it('merges a stream into the message that generateContent would have answered', () => {
    const message = (parts: unknown[], more: object = {}, top: object = {}) =>
      sse(JSON.stringify({ candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }], ...top }));
    const chunks = [
      message([{ text: 'Let me ', thought: true }], {}, { usageMetadata: { totalTokenCount: 1 } }),
      message([{ text: 'think.', thought: true }], { groundingMetadata: {} }),
      message([{ text: 'Here ' }, { text: 'you ' }]),
      message([{ text: 'are', thoughtSignature: 'c2ln' }], { groundingMetadata: { webSearchQueries: ['foxes'] } }),
      ['data: {"candidates":[{"content":{"parts":[{"inlineData":{"data":"', picture, '"}}]}}]}\r\n\r\n'],
      sse(
        JSON.stringify({
          candidates: [{ content: { role: 'model' }, finishReason: 'STOP', groundingMetadata: {} }],
          usageMetadata: { totalTokenCount: 9 },
        }),
      ),
    ];

    const [merged] = deriveForm(chunks, 'sse', 'json');

    expect(parseChunk(merged!, 'json')).toEqual({
      candidates: [
        {
          content: {
            parts: [
              { text: 'Let me think.', thought: true },
              { text: 'Here you ' },
              { text: 'are', thoughtSignature: 'c2ln' },
              { inlineData: { data: { lifted: picture } } },
            ],
            role: 'model',
          },
          index: 0,
          groundingMetadata: { webSearchQueries: ['foxes'] },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: { totalTokenCount: 9 },
    });
  });

  it('keeps a refusal a refusal', () => {
    const refusal = '{"promptFeedback":{"blockReason":"SAFETY"}}';

    expect(deriveForm([sse(refusal)], 'sse', 'json')).toEqual([[refusal]]);
  });
});

describe('parseChunk', () => {
  it('finds lifted strings again, whatever stands beside them', () => {
    const chunk: Chunk = ['{"a":"lifted:0","__proto__":{"b":"', picture, '"}}'];

    const value = parseChunk(chunk, 'json') as Record<string, unknown>;

    expect(Object.entries(value)).toEqual([
      ['a', 'lifted:0'],
      ['__proto__', { b: { lifted: picture } }],
    ]);
  });
});
