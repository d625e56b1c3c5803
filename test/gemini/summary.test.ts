import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import { errorOf, summarize } from '../../worker/gemini/summary.ts';
import { toWire } from '../../worker/http/wire-error.ts';
import type { Form } from '../../worker/request/target.ts';

const image = (n: number) => ({ kind: 'image', n, bytes: 3 }) as const;
const event = (value: unknown): Chunk => [`data: ${JSON.stringify(value)}\r\n\r\n`];

describe('summarize', () => {
  it.each([
    {},
    { candidates: [] },
    { candidates: [{}] },
    { candidates: [{ content: {} }] },
    { candidates: [{ content: { role: 'model' } }] },
    { candidates: null, usageMetadata: 7 },
  ])('finds nothing in %j', (answer) => {
    expect(summarize([event(answer)], 'sse')).toEqual({ images: [], searches: 0 });
  });

  it.each([
    { thoughtsTokenCount: '60000' },
    { thoughtsTokenCount: -100_000 },
    { toolUsePromptTokenCount: -5 },
    { candidatesTokenCount: 1120.5 },
    { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: '1120' }] },
  ])('finds a count odd that is none: %j', (counts) => {
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 1120, ...counts };

    expect(summarize([event({ usageMetadata })], 'sse').usage?.isOdd).toBe(true);
  });

  it('takes the last picture that is no thought', () => {
    const chunk: Chunk = [
      '{"candidates":[{"content":{"parts":[{"thought":true,"inlineData":{"mimeType":"image/jpeg","data":"',
      image(0),
      '"}},{"inlineData":{"data":"',
      image(1),
      '"}},{"inline_data":{"mime_type":"image/png","data":"',
      image(2),
      '"}},{"thought":true,"inlineData":{"data":"',
      image(3),
      '"}}]},"finishReason":"STOP"}]}',
    ];

    expect(summarize([chunk], 'json')).toMatchObject({
      finalImage: image(2),
      finishReason: 'STOP',
      images: [
        { n: 0, thought: true, mimeType: 'image/jpeg' },
        { n: 1, thought: false },
        { n: 2, thought: false, mimeType: 'image/png' },
        { n: 3, thought: true },
      ],
    });
  });

  it('takes the last usage, because it is cumulative, with pictures counted apart', () => {
    const usage = {
      promptTokenCount: 14,
      candidatesTokenCount: 1283,
      thoughtsTokenCount: 174,
      toolUsePromptTokenCount: 3,
    };
    const chunks = [
      event({ usageMetadata: { promptTokenCount: 14 } }),
      event({
        usageMetadata: {
          ...usage,
          candidatesTokensDetails: [
            { modality: 'IMAGE', tokenCount: 1120 },
            { modality: 'TEXT', tokenCount: 5 },
          ],
        },
      }),
    ];

    expect(summarize(chunks, 'sse').usage).toEqual({
      promptTokens: 17,
      candidatesTokens: 1283,
      imageTokens: 1120,
      thoughtsTokens: 174,
      searches: 0,
    });
  });

  it.each([-1, 1.5, '7', null, Number.MAX_VALUE])('counts %j tokens as none', (promptTokenCount) => {
    expect(summarize([event({ usageMetadata: { promptTokenCount } })], 'sse').usage?.promptTokens).toBe(0);
  });

  it('counts distinct searches and finds the search suggestions', () => {
    const grounding = (more: object) => event({ candidates: [{ groundingMetadata: more }], usageMetadata: {} });
    const chunks = [
      grounding({ webSearchQueries: ['', 'weather'], imageSearchQueries: ['weather'] }),
      grounding({ webSearchQueries: ['weather', 'clothes'], searchEntryPoint: { renderedContent: '<b>' } }),
      grounding({}),
    ];

    expect(summarize(chunks, 'sse')).toMatchObject({ searches: 3, searchEntryPoint: '<b>', usage: { searches: 3 } });
  });

  it('tells why the prompt was refused', () => {
    expect(summarize([event({ promptFeedback: { blockReason: 'SAFETY' } })], 'sse').blockReason).toBe('SAFETY');
  });
});

describe('errorOf', () => {
  const error = { code: 503, status: 'UNAVAILABLE', message: 'overloaded', details: [] };

  it.each<[string, Chunk]>([
    ['an event', event({ error })],
    ['a bare object after events', [JSON.stringify({ error }, null, 2)]],
    ['a list', [JSON.stringify([{ error }])]],
  ])('sees an error in %s', (_, chunk) => {
    expect(errorOf(chunk, 'sse')).toMatchObject({ reason: 'UPSTREAM_BROKEN', ran: 'unknown', upstream: error });
  });

  it.each([
    { code: 401, status: 'UNAUTHENTICATED', message: 'Secret words.' },
    { code: 402, message: 'Secret words.' },
    { code: 403, status: 'PERMISSION_DENIED', message: 'Secret words.' },
    { status: 'PERMISSION_DENIED', message: 'Secret words.' },
    { code: 400, status: 'INVALID_ARGUMENT', message: 'Secret words.', details: [{ reason: 'API_KEY_INVALID' }] },
    { code: 400, status: 'FAILED_PRECONDITION', message: 'Secret words: location.' },
    { code: 429, message: 'Secret words: insufficient balance' },
    { code: 'broke', message: 'Secret words: insufficient balance' },
  ])('keeps trouble of the owner from strangers and tells the log: %o', (trouble) => {
    const forms: [Chunk, Form][] = [
      [[JSON.stringify({ error: trouble })], 'json'],
      [[`[${JSON.stringify({ error: trouble })}`], 'array'],
      [event({ error: trouble }), 'sse'],
    ];
    for (const [chunk, form] of forms) {
      const failure = errorOf(chunk, form, (text) => text.replace('Secret', '[redacted]'))!;

      expect(failure).toMatchObject({ reason: 'UPSTREAM_BROKEN', ran: 'unknown' });
      expect(failure).toHaveProperty('cause', expect.stringContaining('[redacted] words'));
      expect(JSON.stringify(toWire(failure).body)).not.toContain('words');
    }
  });

  it('keeps the words of other errors, which may quote a prompt, out of the log', () => {
    expect(errorOf(event({ error: { ...error, message: 'my secret wish' } }), 'sse')).toHaveProperty(
      'cause',
      'error in the answer: UNAVAILABLE',
    );
  });

  it('sees none in an answer or a comment', () => {
    expect(errorOf(event({ candidates: [] }), 'sse')).toBeUndefined();
    expect(errorOf([': wait\n\n'], 'sse')).toBeUndefined();
  });
});
