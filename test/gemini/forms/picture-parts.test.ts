import { describe, expect, it } from 'vitest';
import { frame, messagesOf } from '../../../worker/gemini/forms/forms.ts';
import { createPictureParts, withoutPictures } from '../../../worker/gemini/forms/picture-parts.ts';
import { PICTURES_LEFT_OUT, type PictureOutcome } from '../../../worker/gemini/forms/picture-shape.ts';
import { LiftedValue, type Value } from '../../../worker/gemini/forms/value.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';
import { summarize } from '../../../worker/gemini/summary.ts';
import type { Form } from '../../../worker/request/target.ts';

const PNG = { mimeType: 'image/png' };
const image = (n: number, more: object = {}): Value =>
  ({ inlineData: { ...PNG, data: new LiftedValue({ kind: 'image', n, bytes: 9 }) }, ...more }) as Value;
const marked = (n: number) => image(n, { thought: true });
const message = (parts: Value[], finishReason?: string): Value => ({
  candidates: [{ content: { parts, role: 'model' }, ...(finishReason !== undefined && { finishReason }) }],
});

/** @param outcomes By the picture's number. Default: a whole picture. */
function shape(messages: Value[], form: Form, outcomes: Record<number, PictureOutcome> = {}): Chunk[] {
  const parts = createPictureParts(form, (n) => outcomes[n] ?? PNG);
  const chunks = messages.map((one, n) => frame(one, form, n === 0));
  const closing: Chunk[] = form === 'array' ? [['\n]']] : [];
  return [...[...chunks, ...closing].flatMap((chunk) => parts.push(chunk)), ...parts.end()];
}

const finalOf = (chunks: Chunk[], form: Form) => summarize(chunks, form).finalImage?.n;

describe('an answer as it should be', () => {
  it.each<Form>(['sse', 'array'])('passes untouched: %s', (form) => {
    const messages = [message([{ text: 'x' }]), message([marked(0)]), message([image(1)]), message([], 'STOP')];
    const chunks = messages.map((one, n) => frame(one, form, n === 0));
    const parts = createPictureParts(form, () => PNG);

    for (const chunk of chunks) expect(parts.push(chunk)[0]).toBe(chunk);
    expect(parts.end()).toEqual([]);
  });
});

describe('a picture among the thoughts and nowhere else', () => {
  it('loses its mark in one object', () => {
    const [chunk, ...others] = shape([message([marked(0), { text: 'x' }, marked(1)], 'STOP')], 'json');

    expect(others).toEqual([]);
    expect(summarize([chunk!], 'json')).toMatchObject({
      images: [
        { n: 0, thought: true },
        { n: 1, thought: false },
      ],
    });
  });

  it.each<Form>(['sse', 'array'])('is told once more before the end of a stream: %s', (form) => {
    const chunks = shape([message([marked(0)]), message([{ text: 'x' }]), message([], 'STOP')], form);

    expect(chunks.length).toBe(form === 'array' ? 5 : 4);
    expect(summarize(chunks.slice(0, 3), form)).toMatchObject({ images: [{ thought: true }, { thought: false }] });
    expect(finalOf(chunks, form)).toBe(0);
    if (form === 'array') expect(chunks.at(-1)).toEqual(['\n]']);
  });

  it.each<Form>(['sse', 'array'])('is told once more where the stream just ends: %s', (form) => {
    const chunks = shape([message([marked(0)])], form);

    expect(finalOf(chunks, form)).toBe(0);
    if (form === 'array') expect(chunks.at(-1)).toEqual(['\n]']);
  });

  it.each<Form>(['json', 'sse', 'array'])('stays a thought under a verdict: %s', (form) => {
    expect(finalOf(shape([message([marked(0)], 'IMAGE_SAFETY')], form), form)).toBeUndefined();
  });
});

describe('a picture in another candidate', () => {
  it.each<Form>(['json', 'sse', 'array'])('comes first: %s', (form) => {
    const answer: Value = {
      candidates: [
        { content: { parts: [{ text: 'x' }] }, finishReason: 'NO_IMAGE' },
        { content: { parts: [image(0)] }, finishReason: 'STOP', index: 1 },
      ],
    };

    const chunks = shape([answer], form);

    expect(summarize(chunks, form)).toMatchObject({ finalImage: { n: 0 }, finishReason: 'STOP' });
  });
});

it('a picture with a verdict gives way to one without, and is left out', () => {
  const allowed = { content: { parts: [image(1)] }, finishReason: 'STOP' };
  const answer: Value = { candidates: [{ content: { parts: [image(0)] }, finishReason: 'IMAGE_SAFETY' }, allowed] };

  const chunks = shape([answer], 'json');

  expect(messagesOf(chunks[0]!, 'json')).toEqual([{ candidates: [allowed] }]);
});

describe('a verdict against one of several candidates', () => {
  const of = (index: number, parts: Value[], finishReason?: string): Value => ({
    candidates: [{ content: { parts }, index, ...(finishReason !== undefined && { finishReason }) }],
  });

  it.each<Form>(['sse', 'array'])('is against its own picture alone: %s', (form) => {
    const drawn = of(0, [image(0)], 'STOP');

    for (const messages of [
      [drawn, of(1, [], 'SAFETY')],
      [of(1, [], 'SAFETY'), drawn],
    ]) {
      expect(summarize(shape(messages, form), form).verdict).toBeUndefined();
    }
    expect(summarize(shape([of(0, [image(0)]), of(1, [], 'STOP'), of(0, [], 'SAFETY')], form), form).verdict).toBe(
      'SAFETY',
    );
    expect(summarize(shape([of(1, [], 'SAFETY')], form), form).verdict).toBe('SAFETY');
  });

  it('leaves the marked picture of another to be told once more', () => {
    expect(finalOf(shape([of(0, [marked(0)]), of(1, [], 'SAFETY'), of(0, [], 'STOP')], 'sse'), 'sse')).toBe(0);
  });
});

describe('what stands in place of a picture and is no base64', () => {
  const none = (data: string, more: object = {}): Value => ({ inlineData: { ...PNG, data }, ...more });

  it.each<Form>(['json', 'sse', 'array'])('leaves no part behind, but the words beside it: %s', (form) => {
    const parts = [none('The picture is on its way.'), image(0), none('https://images.example/1.png', { text: 'x' })];

    const chunks = shape([message(parts, 'STOP')], form);

    expect(messagesOf(chunks[0]!, form)).toEqual([message([image(0), { text: 'x' }], 'STOP')]);
  });

  it('is told apart from an answer without any', () => {
    const parts = createPictureParts('json', () => PNG);

    parts.push(frame(message([{ text: 'x' }, image(0)]), 'json', true));
    expect(parts.hasNone).toBe(false);
    parts.push(frame(message([none('')]), 'json', true));
    expect(parts.hasNone).toBe(true);
  });
});

describe('pictures that are not kept', () => {
  it('leave no part behind, and are said where there were too many', () => {
    const chunks = shape([message([image(0), { text: 'x' }, image(1), image(2)], 'STOP')], 'json', {
      0: 'broken',
      2: 'surplus',
    });

    expect(messagesOf(chunks[0]!, 'json')).toMatchObject([
      { candidates: [{ content: { parts: [{ text: 'x' }, image(1)] } }], peelNotes: [PICTURES_LEFT_OUT] },
    ]);
  });

  it('are nowhere in an answer without its pictures', () => {
    const chunk = frame(message([image(0), { text: 'x' }], 'IMAGE_SAFETY'), 'sse', true);

    expect(withoutPictures([chunk], 'sse')).toEqual([frame(message([{ text: 'x' }], 'IMAGE_SAFETY'), 'sse', true)]);
  });
});

it('an event that ended with its line gets its blank line', () => {
  const line = `data: ${JSON.stringify(message([{ text: 'x' }], 'STOP'))}`;

  expect(createPictureParts('sse', () => PNG).push([`${line}\n`])).toEqual([[`${line}\r\n\r\n`]]);
});

it('JSON among events that is in no field becomes an event', () => {
  const bare = JSON.stringify(message([{ text: 'x' }], 'STOP'));

  expect(createPictureParts('sse', () => PNG).push([`${bare}\n`])).toEqual([[`data: ${bare}\r\n\r\n`]]);
});
