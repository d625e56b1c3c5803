import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '../../../worker/providers/demo/base64.ts';
import { type DemoAnswer, frameAnswer } from '../../../worker/providers/demo/framing.ts';

const picture = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) & 255);

const answer: DemoAnswer = {
  beats: [
    { afterMs: 250, parts: [{ text: 'Hm.', thought: true }] },
    {
      afterMs: 250,
      parts: [{ text: 'Here "inlineData":{"mimeType":"image/png","data":"" is', thoughtSignature: 'c2ln' }],
    },
    {
      afterMs: 100,
      parts: [{ picture: () => [picture.subarray(0, 7), picture.subarray(7)], thoughtSignature: 'bW9y' }],
    },
  ],
  finishReason: 'STOP',
  envelope: { modelVersion: 'gemini-nano-banana-2.1', responseId: 'demo-1' },
};

async function collect(form: 'json' | 'array' | 'sse') {
  const pauses: number[] = [];
  const pieces: Uint8Array[] = [];
  for await (const piece of frameAnswer(answer, form, async (ms) => void pauses.push(ms))) pieces.push(piece);
  return { pauses, pieces, text: Buffer.concat(pieces).toString() };
}

const data = Buffer.from(picture).toString('base64');
const thought = { text: 'Hm.', thought: true };
const text = { text: 'Here "inlineData":{"mimeType":"image/png","data":"" is', thoughtSignature: 'c2ln' };
const image = { inlineData: { mimeType: 'image/png', data }, thoughtSignature: 'bW9y' };
const envelope = { modelVersion: 'gemini-nano-banana-2.1', responseId: 'demo-1' };
const message = (parts: unknown[], end: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, ...end, index: 0 }],
  ...envelope,
});
const messages = [message([thought]), message([text]), message([image], { finishReason: 'STOP' })];

describe('frameAnswer', () => {
  it('writes one object with all parts as JSON', async () => {
    const { text: body, pauses } = await collect('json');

    expect(JSON.parse(body)).toEqual(message([thought, text, image], { finishReason: 'STOP' }));
    expect(pauses).toEqual([600]);
  });

  it('writes one object a beat as an array, in valid JSON', async () => {
    const { text: body, pauses } = await collect('array');

    expect(JSON.parse(body)).toEqual(messages);
    expect(pauses).toEqual([250, 250, 100]);
  });

  it('writes one event a beat as server-sent events, delimited as Google does', async () => {
    const { text: body } = await collect('sse');

    const events = body.split('\r\n\r\n');
    expect(events.pop()).toBe('');
    expect(events.map((event) => JSON.parse(event.replace(/^data: /, '')))).toEqual(messages);
  });

  it('keeps a refusal without parts in shape', async () => {
    const refusal: DemoAnswer = {
      ...answer,
      beats: [{ afterMs: 0, parts: [] }],
      finishReason: 'IMAGE_SAFETY',
      finishMessage: 'No.',
    };
    const pieces: Uint8Array[] = [];
    for await (const piece of frameAnswer(refusal, 'json', async () => undefined)) pieces.push(piece);

    expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual({
      candidates: [{ content: { role: 'model' }, finishReason: 'IMAGE_SAFETY', finishMessage: 'No.', index: 0 }],
      ...envelope,
    });
  });

  it('never holds more of a picture than one piece of base64', async () => {
    const { pieces } = await collect('sse');

    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('encodeBase64', () => {
  it.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 150_001])(
    'encodes %i bytes as one string, however they come',
    (length) => {
      const bytes = picture.subarray(0, length);

      for (const size of [1000, 4096, 65_537]) {
        const pieces = Array.from({ length: Math.ceil(length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(Buffer.concat([...encodeBase64(pieces)]).toString()).toBe(Buffer.from(bytes).toString('base64'));
      }
    },
  );
});
