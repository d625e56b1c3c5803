import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lift } from '../../worker/gemini/lift/lift.ts';
import { LiftError } from '../../worker/gemini/lift/lift-error.ts';
import type { Chunk, Lifted } from '../../worker/gemini/lift/skeleton.ts';
import { splice } from '../../worker/gemini/lift/splice.ts';
import { type CutAnswer, rescue } from '../../worker/gemini/rescue.ts';
import { summarize } from '../../worker/gemini/summary.ts';
import type { Form } from '../../worker/request/target.ts';
import { memorySink, readAll, streamOf, utf8 } from './streams.ts';

const PICTURE = Uint8Array.from({ length: 100 }, (_, at) => (at * 37) & 255);
const DRAFT = Uint8Array.of(1, 2, 3, 4);
const SIGNATURE = 'QUJD'.repeat(1025);

type Part = { text: string } | { inlineData: { mimeType: string; data: string } };
const image = (bytes: Uint8Array) => ({
  inlineData: { mimeType: 'image/png', data: Buffer.from(bytes).toString('base64') },
});
const message = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { parts: parts as Part[], role: 'model' }, index: 0, ...more }],
});

const THOUGHT = message([{ text: 'A fox, then.', thought: true }]);
const DRAFTED = message([{ ...image(DRAFT), thought: true }]);
const WORDS = message([{ text: 'Here you are.' }]);
const DRAWN = message([{ ...image(PICTURE), thoughtSignature: SIGNATURE }]);
const END = { ...message([], { finishReason: 'STOP' }), usageMetadata: { promptTokenCount: 7 } };

function spell(messages: object[], form: Form): string {
  const texts = messages.map((one) => JSON.stringify(one, null, form === 'sse' ? 0 : 2));
  if (form === 'json') return texts[0] as string;
  return form === 'array' ? `[${texts.join(',\r\n')}\n]` : texts.map((text) => `data: ${text}\r\n\r\n`).join('');
}

/** Reads text that may end anywhere, and passes the units and blobs that arrived to `rescue`. */
async function cutOff(text: string, form: Form, thoughts = false) {
  const { sink, blobs, open } = memorySink();
  const chunks: Chunk[] = [];
  let error: unknown;
  try {
    for await (const chunk of lift(streamOf(utf8(text), [97], 'default'), { form, sink })) chunks.push(chunk);
  } catch (reason) {
    error = reason;
  }
  const closed =
    error instanceof LiftError ? error.closed : chunks.flat().filter((segment) => typeof segment !== 'string');
  const stored = (closed as Lifted[]).map(({ kind, n, bytes }) => ({ kind, n, bytes, mimeType: 'image/png' }));
  const cut: CutAnswer = {
    form,
    chunks,
    images: stored.filter(({ kind }) => kind === 'image'),
    signatures: stored.filter(({ kind }) => kind === 'signature'),
    thoughts,
  };
  return { cut, rescued: rescue(cut), blobs, open };
}

/** The rescued answer as text for a caller, and its pictures as Peel would read them again. */
async function readBack(chunks: Chunk[], form: Form, open: (blob: Lifted) => unknown) {
  const text = Buffer.from(await readAll(splice(chunks.flat(), open as never))).toString();
  const { sink, blobs } = memorySink();
  const again: Chunk[] = [];
  for await (const chunk of lift(streamOf(utf8(text), [1000], 'default'), { form, sink })) again.push(chunk);
  const { finalImage, images } = summarize(again, form);
  return { text, picture: finalImage && blobs.get(`image/${finalImage.n}`)?.bytes, images };
}

/** The places before and after each token of the JSON, and one 40 letters further on. */
function placesOf(text: string): number[] {
  const marks = [...text.matchAll(/["{}[\],\n]/g)].map(({ index }) => index);
  return [...new Set([0, ...marks.flatMap((at) => [at, at + 1]), ...marks.map((at) => at + 40), text.length])]
    .filter((at) => at <= text.length)
    .sort((a, b) => a - b);
}

describe.each<{ name: string; form: Form; messages: object[] }>([
  {
    name: 'one object',
    form: 'json',
    messages: [message([{ text: 'Here.' }, ...DRAWN.candidates[0]!.content.parts], { finishReason: 'STOP' })],
  },
  { name: 'an array', form: 'array', messages: [WORDS, DRAWN, END] },
  { name: 'an array that begins with its picture', form: 'array', messages: [DRAWN, WORDS] },
  { name: 'events', form: 'sse', messages: [THOUGHT, WORDS, DRAWN, END] },
  { name: 'events that begin with their picture', form: 'sse', messages: [DRAWN, END] },
])('an answer as $name', ({ form, messages }) => {
  const text = spell(messages, form);
  const data = Buffer.from(PICTURE).toString('base64');
  const closingQuote = text.indexOf(data) + data.length;

  it('keeps its picture wherever it is cut after it, and is valid', async () => {
    for (const at of placesOf(text)) {
      const { rescued, open } = await cutOff(text.slice(0, at), form);

      expect(rescued !== undefined, `cut at ${at}: ${text.slice(at - 30, at)}`).toBe(at > closingQuote);
      if (!rescued) continue;
      const { text: whole, picture } = await readBack(rescued, form, open);
      expect(picture).toEqual(Buffer.from(PICTURE));
      if (form !== 'sse') JSON.parse(whole);
      for (const event of form === 'sse' ? whole.trim().split('\r\n\r\n') : [])
        JSON.parse(event.slice('data: '.length));
    }
  });

  it('with thoughts is kept where the unit of the picture is whole, and nowhere else', async () => {
    for (const at of placesOf(text)) {
      const { cut, rescued } = await cutOff(text.slice(0, at), form, true);

      expect(rescued !== undefined, `cut at ${at}`).toBe(summarize(cut.chunks, form).finalImage !== undefined);
    }
  });

  it('that is whole stays as it is, byte for byte', async () => {
    const { rescued, open } = await cutOff(text, form);

    expect((await readBack(rescued!, form, open)).text).toBe(text);
  });
});

describe('rescue', () => {
  it('writes the least that is an answer where no unit is whole', async () => {
    const text = spell([DRAWN], 'json');
    const cutAt = text.indexOf('thoughtSignature');

    const { rescued } = await cutOff(text.slice(0, cutAt), 'json');

    expect(rescued).toEqual([
      [
        '{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"',
        { kind: 'image', n: 0, bytes: PICTURE.length },
        '"}}],"role":"model"},"finishReason":"STOP","index":0}]}',
      ],
    ]);
  });

  it('spells its picture in plain base64, however upstream spelled it', async () => {
    const odd = Buffer.from(PICTURE).toString('base64url').replace(/.{20}/g, '$&\\n');

    const { rescued, open } = await cutOff(
      `{"candidates":[{"content":{"parts":[{"inlineData":{"data":"${odd}"`,
      'json',
    );

    const { text, picture } = await readBack(rescued!, 'json', open);
    expect(text).toContain(Buffer.from(PICTURE).toString('base64'));
    expect(picture).toEqual(Buffer.from(PICTURE));
  });

  it('keeps the words and the usage that came before', async () => {
    const text = spell([WORDS, { ...THOUGHT, usageMetadata: { promptTokenCount: 7 } }, DRAWN], 'array');

    const { rescued, open } = await cutOff(text.slice(0, text.indexOf('thoughtSignature')), 'array');

    const { text: whole } = await readBack(rescued!, 'array', open);
    expect(JSON.parse(whole)).toMatchObject([WORDS, THOUGHT, message([image(PICTURE)], { finishReason: 'STOP' })]);
    expect(summarize(rescued!, 'array').usage?.promptTokens).toBe(7);
  });

  it('takes the last of several pictures', async () => {
    const text = spell([message([image(DRAFT), image(PICTURE), { text: 'and so on' }])], 'json');

    const { rescued } = await cutOff(text.slice(0, text.indexOf('and so')), 'json');

    expect(summarize(rescued!, 'json').finalImage).toMatchObject({ n: 1 });
  });

  it('never takes a draft for the picture', async () => {
    const text = spell([DRAFTED, DRAWN], 'sse');
    const cutIn = (at: number, thoughts: boolean) => cutOff(text.slice(0, at), 'sse', thoughts);
    const [inDraft, afterDraft, inPicture] = [
      text.indexOf('"thought":true'),
      text.indexOf('data: ', 10),
      text.indexOf('thoughtSignature'),
    ] as [number, number, number];

    for (const at of [inDraft, afterDraft, inPicture]) expect((await cutIn(at, true)).rescued).toBeUndefined();
    // After drafts that were not requested, the next picture is not trusted.
    for (const at of [afterDraft, inPicture]) expect((await cutIn(at, false)).rescued).toBeUndefined();
    const { rescued, open } = await cutIn(text.length, true);
    expect((await readBack(rescued!, 'sse', open)).picture).toEqual(Buffer.from(PICTURE));
  });

  it.each<{ name: string; form: Form; text: string }>([
    { name: 'an answer without a picture', form: 'json', text: spell([WORDS], 'json') },
    { name: 'an array that has ended without one', form: 'array', text: spell([WORDS, END], 'array') },
    { name: 'an empty array', form: 'array', text: '[]' },
    { name: 'a plain object where an array was expected', form: 'array', text: '{"error":{"code":500}}' },
    { name: 'nothing at all', form: 'sse', text: '' },
    { name: 'a comment', form: 'sse', text: ': wait\n\n' },
  ])('makes nothing of $name', async ({ form, text }) => {
    const { cut } = await cutOff(text, form);
    const images = [{ n: 5, mimeType: 'image/png', bytes: 3 }];

    expect(rescue(cut)).toBeUndefined();
    // Nothing is rescued even if a picture is stored that the whole answer does not name.
    if (form !== 'sse') expect(rescue({ ...cut, images })).toBeUndefined();
  });

  it.each([
    { name: 'a finish that is a refusal', before: message([], { finishReason: 'IMAGE_SAFETY' }) },
    { name: 'a blocked prompt', before: { promptFeedback: { blockReason: 'SAFETY' } } },
  ])('makes nothing of a picture after $name', async ({ before }) => {
    const text = spell([before, DRAWN], 'sse');

    expect((await cutOff(text.slice(0, text.indexOf('thoughtSignature')), 'sse')).rescued).toBeUndefined();
  });

  it.each<Form>(['json', 'array', 'sse'])('names nothing that is not stored: %s', async (form) => {
    const { cut, open } = await cutOff(spell([DRAWN], form), form);

    expect(rescue({ ...cut, images: [] })).toBeUndefined();
    const rescued = rescue({ ...cut, signatures: [] });

    expect(rescued!.flat().filter((segment) => typeof segment === 'object')).toEqual([
      { kind: 'image', n: 0, bytes: PICTURE.length },
    ]);
    expect((await readBack(rescued!, form, open)).picture).toEqual(Buffer.from(PICTURE));
  });

  it('gives a valid answer with the last picture that is no draft, or none, wherever it is cut', async () => {
    const parts = fc.array(
      fc.oneof(
        fc.record({ text: fc.string({ unit: 'binary' }) }),
        fc.uint8Array({ minLength: 3, maxLength: 60 }).map(image),
        fc
          .uint8Array({ minLength: 3, maxLength: 60 })
          .map((bytes) => ({ ...image(bytes), thoughtSignature: SIGNATURE })),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const answers = fc.array(parts, { minLength: 1, maxLength: 4 });
    const forms = fc.constantFrom<Form>('json', 'array', 'sse');
    await fc.assert(
      fc.asyncProperty(
        answers,
        forms,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        async (units, form, share, thoughts) => {
          const text = spell(
            units.map((unit) => message(unit)),
            form,
          );
          const { cut, rescued, blobs, open } = await cutOff(
            text.slice(0, Math.ceil(share * text.length)),
            form,
            thoughts,
          );

          // These answers have no thoughts and no refusals, so each stored image is a final picture.
          const named = summarize(cut.chunks, form).finalImage;
          const last = named?.n ?? (thoughts ? undefined : cut.images.at(-1)?.n);
          expect(rescued !== undefined).toBe(last !== undefined);
          if (!rescued) return;
          expect((await readBack(rescued, form, open)).picture).toEqual(blobs.get(`image/${last}`)?.bytes);
        },
      ),
      { numRuns: 300 },
    );
  });
});
