import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../worker/gemini/forms/containers.ts';
import { parseChunk } from '../../../worker/gemini/forms/payload.ts';
import { LiftedValue } from '../../../worker/gemini/forms/value.ts';
import type { Chunk, Lifted } from '../../../worker/gemini/lift/skeleton.ts';

const lifted: Lifted = { kind: 'image', n: 0, bytes: 3 };
const data = new LiftedValue(lifted);
/** A JSON text in which `PIC` stands for the picture. */
const chunkOf = (json: string): Chunk => {
  const [before = '', after] = json.split('PIC');
  return after === undefined ? [before] : [before, lifted, after];
};
const ordered = (json: string) => parseChunk(inOrder(chunkOf(json), 'json'), 'json');

const INLINE = '{"inlineData":{"mimeType":"image/png","data":"PIC"}}';
const PART = { inlineData: { mimeType: 'image/png', data } };
const BARE = { inlineData: { data } };

describe('a message out of order', () => {
  it.each([
    ['an object for the candidates', `{"candidates":{"content":{"parts":[${INLINE}]}}}`],
    ['an object for the parts', `{"candidates":[{"content":{"role":"model","parts":${INLINE}}}]}`],
    ['a list of contents', `{"candidates":[{"content":[{"role":"model","parts":[${INLINE}]}]}]}`],
    ['a list of parts as the content', `{"candidates":[{"content":[${INLINE}]}]}`],
    ['a wrapper', `{"response":{"candidates":[{"content":{"parts":[${INLINE}]}}]},"traceId":"x"}`],
    ['a wrapper with a code', `{"code":0,"data":{"candidates":[{"content":{"parts":[${INLINE}]}}]}}`],
    ['an empty error', `{"error":null,"candidates":[{"content":{"parts":[${INLINE}]}}]}`],
    ['an empty object as its error', `{"error":{ },"candidates":[{"content":{"parts":[${INLINE}]}}]}`],
  ])('has its picture in the parts: %s', (_name, json) => {
    const { candidates, ...others } = ordered(json) as { candidates: { content: { parts: unknown[] } }[] };

    expect(candidates).toHaveLength(1);
    expect(candidates[0]!.content.parts).toEqual([PART]);
    expect(others).toEqual({});
  });

  it.each([
    ['the result of a function', `{"functionResponse":{"name":"draw","response":{},"parts":[${INLINE}]}}`],
    ['an address of OpenAI’s beside a text', '{"text":"ok","message":{"images":[{"image_url":{"url":"data:PIC"}}]}}'],
  ])('has the picture of %s as a part of its own', (_name, part) => {
    const { candidates } = ordered(`{"candidates":[{"content":{"parts":[${part}]}}]}`) as {
      candidates: { content: { parts: unknown[] } }[];
    };

    expect(candidates[0]!.content.parts.slice(1)).toEqual([BARE]);
  });

  it.each([
    [
      'beside the candidates',
      '{"candidates":[{"content":{"parts":[{"text":"ok"}]}}],"data":[{"b64_json":"PIC"}]}',
      'ok',
    ],
    ['without candidates', '{"created":1,"data":[{"b64_json":"PIC"}]}', undefined],
    ['beside the content', '{"candidates":[{"message":{"images":[{"image_url":{"url":"PIC"}}]}}]}', undefined],
    ['in OpenAI’s choices', '{"choices":[{"message":{"content":"![](data:image/png;base64,PIC)"}}]}', undefined],
  ])('has a picture %s as a part', (_name, json, text) => {
    const { candidates } = ordered(json) as { candidates: { content: { parts: unknown[] } }[] };

    expect(candidates[0]!.content.parts).toEqual([...(text ? [{ text }] : []), BARE]);
    expect(JSON.stringify(ordered(json)).split('"n":0')).toHaveLength(2);
  });

  it.each([
    ['"true"', true],
    ['1', true],
    ['"TRUE"', true],
    ['"false"', undefined],
    ['0', undefined],
    ['null', undefined],
  ])('has a boolean for the mark %s', (mark, thought) => {
    const value = ordered(`{"candidates":[{"content":{"parts":[{"text":"x","thought":${mark}}]}}]}`);

    expect(value).toEqual({ candidates: [{ content: { parts: [{ text: 'x', ...(thought && { thought }) }] } }] });
  });

  it('has a text for its parts', () => {
    expect(ordered('{"candidates":[{"content":"Here."}]}')).toEqual({
      candidates: [{ content: { parts: [{ text: 'Here.' }], role: 'model' } }],
    });
  });
});

describe('a message in order', () => {
  it.each([
    ['a picture', `{ "candidates" : [ { "content" : { "parts" : [ ${INLINE} ] } } ] }`],
    ['a draft', '{"candidates":[{"content":{"parts":[{"thought" : true,"inlineData":{"data":"PIC"}}]}}]}'],
    ['an error', '{ "error" : { "code" : 429 } }'],
    ['words that look odd', '{ "candidates" : [{"content":{"parts":[{"text":"{\\"parts\\":{\\"thought\\":1}}"}]}}] }'],
    [
      'the arguments of a function',
      '{ "candidates" : [{"content":{"parts":[{"functionCall":{"args":{"data":[1]}}}]}}] }',
    ],
    [
      'a copy of its picture in another place',
      `{ "candidates" : [{"content":{"parts":[${INLINE}]},"message":{"images":[{"url":"https://x.example"}]}}] }`,
    ],
  ])('is the same chunk: %s', (_name, json) => {
    const chunk = chunkOf(json);

    expect(inOrder(chunk, 'json')).toBe(chunk);
  });

  it('keeps the framing of an event that is written anew', () => {
    expect(inOrder(['data: {"error":{},"candidates":[]}\r\n\r\n'], 'sse')).toEqual(['data: {"candidates":[]}\r\n\r\n']);
  });
});
