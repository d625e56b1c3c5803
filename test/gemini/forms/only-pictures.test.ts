import { describe, expect, it } from 'vitest';
import { createOnlyPictures } from '../../../worker/gemini/forms/only-pictures.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';

const PICTURE = { kind: 'image', n: 2, bytes: 3 } as const;
const IMAGES = [{ n: 2, mimeType: 'image/webp' }];

/** An event with the picture where its data stands. */
function event(message: unknown): Chunk {
  const [before, after] = `data: ${JSON.stringify(message)}\r\n\r\n`.split('PICTURE');
  return after === undefined ? [before as string] : [before as string, PICTURE, after];
}

const textOf = (chunk: Chunk): string =>
  chunk.map((segment) => (typeof segment === 'string' ? segment : 'PICTURE')).join('');

/** What is told of events. */
function told(...messages: unknown[]): unknown[] {
  const only = createOnlyPictures('sse');
  const chunks = [...messages.flatMap((message) => only.push(event(message), IMAGES)), ...only.end()];
  return chunks.map((chunk) => JSON.parse(textOf(chunk).slice('data: '.length)));
}

const parts = (...all: unknown[]) => ({ candidates: [{ content: { role: 'model', parts: all } }] });
const picture = { inlineData: { mimeType: 'image/png', data: 'PICTURE' } };
const toldPicture = { inlineData: { mimeType: 'image/webp', data: 'PICTURE' } };
const usage = (image: number) => ({
  ...{ promptTokenCount: 777, totalTokenCount: 9999, thoughtsTokenCount: 55, candidatesTokenCount: image + 9 },
  candidatesTokensDetails: [
    { modality: 'IMAGE', tokenCount: image },
    { modality: 'TEXT', tokenCount: 9 },
  ],
});
const toldUsage = (image: number) => ({
  ...{ candidatesTokenCount: image, totalTokenCount: image },
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: image }],
});

describe('of an answer only its pictures are told', () => {
  it('with the type of their bytes, their reason and the tokens of pictures', () => {
    const answer = {
      candidates: [
        {
          content: {
            role: 'secret',
            parts: [
              { text: 'secret' },
              { text: 'secret', thought: true },
              { ...picture, thought: true },
              {
                inlineData: { mimeType: 'secret', displayName: 'secret', data: 'PICTURE' },
                thoughtSignature: 'secret',
              },
            ],
          },
          ...{ finishReason: 'STOP', finishMessage: 'secret', index: 0, avgLogprobs: -1, safetyRatings: ['secret'] },
          groundingMetadata: { webSearchQueries: ['secret'], searchEntryPoint: { renderedContent: 'secret' } },
          citationMetadata: 'secret',
        },
      ],
      ...{ modelVersion: 'secret', responseId: 'secret', secret: 'secret', peelNotes: ['secret'] },
      usageMetadata: { ...usage(1120), secret: 'secret' },
    };

    // The draft has no place of its own here.
    answer.candidates[0]!.content.parts.splice(2, 1);

    expect(told(answer)).toEqual([
      {
        candidates: [{ content: { parts: [toldPicture], role: 'model' }, finishReason: 'STOP', index: 0 }],
        usageMetadata: toldUsage(1120),
      },
    ]);
  });

  it('and drafts are not among them', () => {
    expect(told(parts({ ...picture, thought: true }))).toEqual([]);
  });

  it('and words become nothing, however many events they are', () => {
    const words = { ...parts({ text: 'secret' }), usageMetadata: usage(0) };

    expect(told(words, words, { ...parts(picture), usageMetadata: usage(7) }, words)).toEqual([
      { candidates: [{ content: { parts: [toldPicture], role: 'model' }, index: 0 }], usageMetadata: toldUsage(7) },
      { usageMetadata: toldUsage(0) },
    ]);
  });

  it.each([
    { reason: 'IMAGE_SAFETY', as: 'IMAGE_SAFETY' },
    { reason: 'stop', as: 'STOP' },
    { reason: 'SECRET_SAFETY_OF_MUGS', as: 'SAFETY' },
    { reason: 'the secret is too long', as: 'OTHER' },
  ])('and the reason "$reason" is told as $as', ({ reason, as }) => {
    expect(told({ candidates: [{ finishReason: reason }] })).toEqual([
      { candidates: [{ finishReason: as, index: 0 }] },
    ]);
    expect(told({ promptFeedback: { blockReason: reason, blockReasonMessage: 'secret' } })).toEqual([
      { promptFeedback: { blockReason: as } },
    ]);
  });

  it('and a reason that says nothing is left out', () => {
    expect(told({ candidates: [{ finishReason: 'FINISH_REASON_UNSPECIFIED' }, { finishReason: '' }] })).toEqual([]);
  });

  it('whatever the names of the provider look like', () => {
    const snake = {
      candidates: [{ content: { parts: [{ inline_data: picture.inlineData }] }, finish_reason: 'STOP' }],
    };

    expect(told(snake)).toMatchObject([{ candidates: [{ content: { parts: [toldPicture] }, finishReason: 'STOP' }] }]);
  });
});
