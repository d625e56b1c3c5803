import { describe, expect, it } from 'vitest';
import { createUsageTail } from '../../worker/gemini/usage-tail.ts';
import { utf8 } from './streams.ts';

const USAGE = {
  promptTokenCount: 9,
  candidatesTokenCount: 1130,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
  thoughtsTokenCount: 174,
};
const COUNTED = { promptTokens: 9, candidatesTokens: 1130, imageTokens: 1120, thoughtsTokens: 174, searches: 0 };
/** Filler for an answer: a picture's base64. */
const data = (bytes: number) => 'QUJD'.repeat(Math.ceil(bytes / 4));
const answerOf = (usageMetadata: object | undefined, bytes = 100_000, more: object = {}) => ({
  candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: data(bytes) } }] } }],
  ...(usageMetadata && { usageMetadata }),
  ...more,
});
const sse = (...messages: object[]) => messages.map((message) => `data: ${JSON.stringify(message)}\r\n\r\n`).join('');

function tailOf(text: string, pieceBytes = 65_536, isGrounded = false) {
  const tail = createUsageTail(isGrounded);
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) tail.piece(bytes.subarray(at, at + pieceBytes));
  return tail;
}

describe('usage at the end of a body', () => {
  it.each([
    { name: 'an answer', text: JSON.stringify(answerOf(USAGE)) },
    { name: 'an answer with white space', text: JSON.stringify(answerOf(USAGE), null, 2) },
    {
      name: 'an answer in snake_case',
      text: JSON.stringify(answerOf(USAGE)).replace('usageMetadata', 'usage_metadata'),
    },
    { name: 'an answer with other fields after it', text: JSON.stringify(answerOf(USAGE, 9, { modelVersion: 'x' })) },
    { name: 'an array', text: JSON.stringify([answerOf({ promptTokenCount: 9 }), answerOf(USAGE)]) },
    { name: 'events, of which the last counts', text: sse(answerOf({ promptTokenCount: 9 }), answerOf(USAGE), {}) },
  ])('is read from $name', ({ text }) => {
    expect(tailOf(text).usage()).toEqual(COUNTED);
  });

  it('is read wherever the pieces end', () => {
    const text = JSON.stringify(answerOf(USAGE, 600), null, 1);

    for (let size = 1; size < text.length; size += 1) expect(tailOf(text, size).usage(), `${size}`).toEqual(COUNTED);
  });

  it('is read from a body of megabytes in large pieces', () => {
    const tail = tailOf(JSON.stringify(answerOf(USAGE, 3_000_000)), 512 * 1024);

    expect(tail.usage()).toEqual(COUNTED);
  });

  it('does not depend on a buffer that is used again', () => {
    const tail = createUsageTail(false);
    const bytes = utf8(JSON.stringify(answerOf(USAGE)));

    tail.piece(bytes);
    bytes.fill(0);

    expect(tail.usage()).toEqual(COUNTED);
  });

  it.each([
    { name: 'there is none', text: JSON.stringify(answerOf(undefined)) },
    { name: 'nothing came at all', text: '' },
    { name: 'it is cut off in its middle', text: JSON.stringify(answerOf(USAGE)).slice(0, -40) },
    { name: 'it is cut off before its last brace', text: JSON.stringify(answerOf(USAGE)).slice(0, -2) },
    { name: 'it is no object', text: '{"usageMetadata":7}' },
    { name: 'only a text speaks of it', text: JSON.stringify({ text: JSON.stringify({ usageMetadata: USAGE }) }) },
  ])('is not known where $name', ({ text }) => {
    expect(tailOf(text).usage()).toBeUndefined();
  });

  it.each([7_000, 65_536, 512 * 1024])(
    'is read from an earlier event of a body that was cut, in pieces of %i',
    (size) => {
      const text = sse(answerOf({ promptTokenCount: 9 }, 8), answerOf(USAGE, 8), answerOf(undefined, 300_000));

      expect(tailOf(text.slice(0, -1000), size).usage()).toEqual(COUNTED);
    },
  );

  it('that is cut off is not replaced by an earlier one', () => {
    const text = sse(answerOf({ promptTokenCount: 9 }, 8), answerOf(USAGE, 8));

    expect(tailOf(text.slice(0, -60)).usage()).toBeUndefined();
  });
});

describe('pictures in a body', () => {
  const three = sse(answerOf(undefined, 600), answerOf(undefined, 9), answerOf(USAGE, 300));

  it('are counted wherever the pieces end', () => {
    for (let size = 1; size < 400; size += 1) expect(tailOf(three, size).pictures, `${size}`).toBe(3);
  });

  it.each([
    { name: 'in snake_case', text: three.replaceAll('inlineData', 'inline_data'), pictures: 3 },
    { name: 'without any', text: JSON.stringify({ candidates: [], usageMetadata: USAGE }), pictures: 0 },
    { name: 'of which a text speaks', text: JSON.stringify({ text: JSON.stringify(answerOf(USAGE, 9)) }), pictures: 0 },
  ])('are $pictures $name', ({ text, pictures }) => {
    expect(tailOf(text, 100).pictures).toBe(pictures);
  });
});

describe('searches of a grounded answer', () => {
  const sources = Array.from({ length: 200 }, (_, at) => ({
    web: { uri: `https://a.example/${'x'.repeat(300)}${at}` },
  }));
  const grounded = (metadata: object) => JSON.stringify(answerOf(USAGE, 100_000, { groundingMetadata: metadata }));
  const searchesOf = (text: string, pieceBytes?: number) => tailOf(text, pieceBytes, true).searches();

  it.each([
    ['of the web', { webSearchQueries: ['a fox', 'a "fox"]'] }, 2],
    ['of both kinds', { webSearchQueries: ['a fox'], imageSearchQueries: ['a fox'] }, 2],
    ['empty or twice', { webSearchQueries: ['', 'a fox', 'a fox'] }, 1],
    ['before many sources', { webSearchQueries: ['one', 'two', 'three'], groundingChunks: sources }, 3],
  ])('%s are counted', (_, metadata, count) => {
    expect(searchesOf(grounded(metadata))).toBe(count);
    expect(searchesOf(grounded(metadata), 1000)).toBe(count);
  });

  it('in events and in snake_case are counted once each', () => {
    const event = { groundingMetadata: { web_search_queries: ['a fox'] } };

    expect(searchesOf(sse(event, { ...event, ...answerOf(USAGE) }).replaceAll('groundingM', 'grounding_m'))).toBe(1);
  });

  it('are unknown where none is named', () => {
    expect(searchesOf(grounded({ groundingChunks: [] }))).toBeUndefined();
  });
});
