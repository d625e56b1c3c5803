import { expect, it } from 'vitest';
import { addChunk, EMPTY_ANSWER, isFinished, refusalOf } from '../../widget/answer.ts';
import type { GenerateChunk, ResponsePart } from '../../widget/gemini.ts';
import { headlineOf } from '../../widget/headline.ts';

const chunk = (...parts: ResponsePart[]): GenerateChunk => ({ candidates: [{ content: { parts } }] });
const picture = (n: number, more: Partial<ResponsePart> = {}): ResponsePart => ({
  fileData: { mimeType: 'image/png', fileUri: `https://worker.example/images/a/${n}.png` },
  ...more,
});
const read = (...chunks: GenerateChunk[]) => chunks.reduce(addChunk, EMPTY_ANSWER);

it('takes the last picture that is no thought', () => {
  const answer = read(chunk(picture(1)), chunk(picture(2), picture(3, { thought: true })));

  expect(answer.picture?.url).toBe('https://worker.example/images/a/2.png');
});

it('keeps words and thoughts apart', () => {
  const answer = read(
    chunk({ text: 'I ', thought: true }),
    chunk({ text: 'Here' }),
    chunk({ text: 'think', thought: true }),
  );

  expect(answer).toMatchObject({ text: 'Here', thoughts: 'I think' });
});

it.each(['javascript:alert(1)', 'data:image/svg+xml,<svg/>', 'file:///etc/passwd', '//worker.example/a.png'])(
  'does not take %s for a picture',
  (fileUri) => {
    expect(read(chunk({ fileData: { fileUri } })).picture).toBeUndefined();
  },
);

it('is not finished by events without a last word', () => {
  expect(isFinished(read({}, { candidates: [{}] }, chunk({ text: 'Let me' })))).toBe(false);
});

it.each([
  { finishReason: 'SAFETY', reason: 'picture-blocked' },
  { finishReason: 'IMAGE_SAFETY', reason: 'picture-blocked' },
  { finishReason: 'IMAGE_PROHIBITED_CONTENT', reason: 'picture-blocked' },
  { finishReason: 'PROHIBITED_CONTENT', reason: 'picture-blocked' },
  { finishReason: 'BLOCKLIST', reason: 'picture-blocked' },
  { finishReason: 'SPII', reason: 'picture-blocked' },
  { finishReason: 'RECITATION', reason: 'too-similar' },
  { finishReason: 'IMAGE_RECITATION', reason: 'too-similar' },
  { finishReason: 'LANGUAGE', reason: 'language' },
  { finishReason: 'MAX_TOKENS', reason: 'cut-short' },
  { finishReason: 'STOP', reason: 'no-picture' },
  { finishReason: 'NO_IMAGE', reason: 'no-picture' },
  { finishReason: 'IMAGE_OTHER', reason: 'unknown' },
  { finishReason: 'SOMETHING_NEW', reason: 'unknown' },
])('reads $finishReason without a picture as $reason', ({ finishReason, reason }) => {
  const answer = read(chunk({ text: ' No. ' }), { candidates: [{ finishReason }] });

  expect(isFinished(answer)).toBe(true);
  expect(refusalOf(answer)).toEqual({ stage: 'output', reason, words: 'No.' });
});

it('says of a blocked prompt that it was the prompt', () => {
  const answer = read({ promptFeedback: { blockReason: 'SAFETY' } });

  expect(isFinished(answer)).toBe(true);
  expect(refusalOf(answer)).toEqual({ stage: 'prompt', reason: 'prompt-blocked', words: '' });
});

it.each([
  { thoughts: '**First**\n\nLong.\n\n**Second**\n\nLonger.', headline: 'Second' },
  { thoughts: 'Only words.\nAnd more.', headline: 'And more.' },
  { thoughts: '  ', headline: '' },
])('makes "$headline" of thoughts', ({ thoughts, headline }) => {
  expect(headlineOf(thoughts)).toBe(headline);
});
