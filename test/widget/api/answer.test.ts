import { describe, expect, it } from 'vitest';
import { addChunk, EMPTY_ANSWER, isFinished, pictureOf, refusalOf } from '../../../widget/api/answer.ts';
import type { GenerateChunk, ResponsePart, Usage } from '../../../widget/api/gemini.ts';

const ENDPOINT = 'https://worker.example';
const addressOf = (n: number) => `${ENDPOINT}/images/a${'0'.repeat(32)}/${n}.png`;
const chunk = (...parts: ResponsePart[]): GenerateChunk => ({ candidates: [{ content: { parts } }] });
const end = (finishReason: string): GenerateChunk => ({ candidates: [{ finishReason }] });
const picture = (n: number, more: Partial<ResponsePart> = {}): ResponsePart => ({
  fileData: { mimeType: 'image/png', fileUri: addressOf(n) },
  ...more,
});
const draft = (n: number) => picture(n, { thought: true });
const read = (...chunks: GenerateChunk[]) =>
  chunks.reduce((answer, next) => addChunk(answer, next, ENDPOINT), EMPTY_ANSWER);
const shownOf = (...chunks: GenerateChunk[]) => {
  const found = pictureOf(read(...chunks), ENDPOINT);
  return found && 'url' in found ? found.url : found?.base64;
};

describe('the picture of an answer', () => {
  it.each([
    { name: 'the last of several', chunks: [chunk(picture(1)), chunk(picture(2))], n: 2 },
    { name: 'an unmarked one before a draft', chunks: [chunk(picture(1)), chunk(draft(2)), end('STOP')], n: 1 },
    { name: 'the last draft where no other came', chunks: [chunk(draft(1), draft(2)), end('STOP')], n: 2 },
    { name: 'a draft of an answer without a reason', chunks: [chunk(draft(1))], n: 1 },
    { name: 'no draft of an answer that was cut short', chunks: [chunk(draft(1)), end('MAX_TOKENS')], n: undefined },
    {
      name: 'one of another candidate',
      chunks: [{ candidates: [{ content: {} }, { content: { parts: [picture(1)] }, finishReason: 'STOP' }] }],
      n: 1,
    },
    {
      name: 'one behind items that are nothing',
      chunks: [
        { candidates: [null, { content: { parts: [null, picture(1)] } }] } as unknown as GenerateChunk,
        end('STOP'),
      ],
      n: 1,
    },
    { name: 'one in Markdown', chunks: [chunk({ text: `Here: ![a fox](${addressOf(1)})` }), end('STOP')], n: 1 },
  ])('is $name', ({ chunks, n }) => {
    expect(shownOf(...chunks)).toBe(n === undefined ? undefined : addressOf(n));
  });

  it.each(['STOP', 'stop', 'MAX_TOKENS', 'OTHER', 'RECITATION', 'NO_IMAGE', 'FINISH_REASON_UNSPECIFIED', 'NEW_ONE'])(
    'is shown with the reason %s',
    (finishReason) => {
      expect(shownOf(chunk(picture(1)), end(finishReason))).toBe(addressOf(1));
    },
  );

  it.each([
    'SAFETY',
    'safety',
    'IMAGE_SAFETY',
    'FINISH_REASON_SAFETY',
    'PROHIBITED_CONTENT',
    'IMAGE_PROHIBITED_CONTENT',
    'BLOCKLIST',
    'SPII',
    'content-filter',
  ])('is taken back by %s, before or after another reason', (verdict) => {
    expect(shownOf(chunk(picture(1)), end('STOP'), end(verdict))).toBeUndefined();
    expect(shownOf(chunk(picture(1)), end(verdict), end('STOP'))).toBeUndefined();
    expect(refusalOf(read(chunk(picture(1)), end(verdict)), ENDPOINT).reason).toBe('picture-blocked');
  });

  it('is taken back by a blocked prompt, and not by a field that says nothing', () => {
    const told = (blockReason: string) => shownOf(chunk(picture(1)), { promptFeedback: { blockReason } });

    expect(told('SAFETY')).toBeUndefined();
    expect(told('BLOCK_REASON_UNSPECIFIED')).toBe(addressOf(1));
  });

  it.each([
    { name: 'bytes', data: 'iVBORw0K' },
    { name: 'bytes that begin as a data URL', data: 'data:image/png;base64,iVBORw0K' },
  ])('is found as $name', ({ data }) => {
    expect(shownOf(chunk({ inlineData: { mimeType: 'image/png', data } }))).toBe('iVBORw0K');
  });

  it.each(['image/svg+xml', 'text/html', 'audio/wav'])('is never of the type %s', (mimeType) => {
    expect(shownOf(chunk({ inlineData: { mimeType, data: 'AAAA' } }), end('STOP'))).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    'javascript:alert(1)',
    'data:image/svg+xml,<svg/>',
    'file:///etc/passwd',
    '//worker.example/a.png',
    'https://evil.example/x.png',
    'https://worker.example.evil.example/x.png',
    'https://worker.example@evil.example/x.png',
    'http://worker.example/x.png',
    'https://worker.example:8443/x.png',
    'not an address',
  ])('does not take %s for a picture', (fileUri) => {
    expect(shownOf(chunk({ fileData: { fileUri } }), end('STOP'))).toBeUndefined();
    expect(shownOf(chunk({ text: `![a](${fileUri})` }), end('STOP'))).toBeUndefined();
  });

  it('asks the endpoint for a picture whose worker knows itself by another origin', () => {
    const fileUri = addressOf(1).replace('https://worker.example', 'http://10.0.0.7:8787');
    const answer = addChunk(EMPTY_ANSWER, chunk({ fileData: { fileUri } }), 'https://shop.example/api/');

    expect(pictureOf(answer, 'https://shop.example/api/')).toMatchObject({
      url: addressOf(1).replace('https://worker.example', 'https://shop.example/api'),
    });
  });
});

describe('the words of an answer', () => {
  it('are kept apart from thoughts', () => {
    const answer = read(
      chunk({ text: 'I ', thought: true }),
      chunk({ text: 'Here' }),
      chunk({ text: 'think', thought: true }),
    );

    expect(answer).toMatchObject({ text: 'Here', thoughts: 'I think' });
  });

  const BASE64 = 'iVBORw0KGgo'.repeat(40);
  const LINES = BASE64.replace(/.{76}/g, '$&\n');
  it.each([
    { name: 'Markdown', text: `Here ![a fox](data:image/png;base64,${BASE64}) it is.`, words: 'Here  it is.' },
    { name: 'a link', text: `[Download](data:image/png;base64,${BASE64})`, words: '' },
    { name: 'HTML', text: `<img alt="a fox" src="data:image/png;base64,${BASE64}" width=1>Done`, words: 'Done' },
    { name: 'a bare data URL', text: `data:image/png;base64,${BASE64}\nDone.`, words: 'Done.' },
    { name: 'lines of base64', text: `data:image/png;base64,${LINES}`, words: '' },
    { name: 'a data URL with a parameter', text: `data:image/png;name=a.png;base64,${BASE64}`, words: '' },
  ])('are never those of a picture in $name', ({ text, words }) => {
    const cut = Math.floor(text.length / 2);
    const answer = read(chunk({ text: text.slice(0, cut) }), chunk({ text: text.slice(cut) }), end('STOP'));

    expect(pictureOf(answer, ENDPOINT)).toMatchObject({ mimeType: 'image/png' });
    expect(shownOf(chunk({ text }), end('STOP'))?.replace(/\s/g, '')).toBe(BASE64);
    expect(refusalOf(answer, ENDPOINT).words).toBe(words);
  });

  it.each([
    { name: 'letters without a label', text: BASE64 },
    { name: 'another file', text: `data:application/pdf;base64,${BASE64}` },
    { name: 'a picture that is still on its way', text: `![a fox](data:image/png;base64,${BASE64.slice(0, 90)}` },
    { name: 'a drawing', text: '![a fox](data:image/svg+xml;utf8,%3Csvg%20width=%221%22/%3E "A fox")' },
  ])('do not hold $name', ({ text }) => {
    expect(refusalOf(read(chunk({ text: `Here. ${text}` })), ENDPOINT).words).toBe('Here.');
  });

  it('are found in a text that is nothing but the beginnings of pictures', () => {
    const text = '!['.repeat(100_000);

    expect(refusalOf(read(chunk({ text })), ENDPOINT).words).toBe(text);
  });

  it('stay as they are where they only speak of data', () => {
    const text =
      'My data: image/png; base64, [a link](https://elsewhere.example) and ![x](https://elsewhere.example/y).';

    expect(refusalOf(read(chunk({ text })), ENDPOINT).words).toBe(text);
  });
});

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
  const answer = read(chunk({ text: ' No. ' }), end(finishReason));

  expect(isFinished(answer)).toBe(true);
  expect(refusalOf(answer, ENDPOINT)).toMatchObject({ stage: 'output', reason, words: 'No.' });
});

it('says of a blocked prompt that it was the prompt', () => {
  const answer = read({ promptFeedback: { blockReason: 'SAFETY' } });

  expect(isFinished(answer)).toBe(true);
  expect(refusalOf(answer, ENDPOINT)).toMatchObject({ stage: 'prompt', reason: 'prompt-blocked', words: '' });
});

const billed = (modality: string, tokenCount: number): Usage => ({
  candidatesTokensDetails: [
    { modality: 'TEXT', tokenCount: 12 },
    { modality, tokenCount },
  ],
});
it.each([
  { name: 'no usage', usage: undefined, charged: 'maybe' },
  { name: 'a usage without details', usage: {}, charged: 'no' },
  { name: 'a usage without image tokens', usage: billed('IMAGE', 0), charged: 'no' },
  { name: 'a usage with image tokens', usage: billed('IMAGE', 1120), charged: 'yes' },
  { name: 'a usage in small letters', usage: billed('image', 1120), charged: 'yes' },
])('calls a refusal with $name charged: $charged', ({ usage, charged }) => {
  const answer = read({ ...end('SAFETY'), ...(usage && { usageMetadata: usage }) });

  expect(refusalOf(answer, ENDPOINT).charged).toBe(charged);
});
