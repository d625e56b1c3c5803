/** Pictures in texts that a provider has cut into pieces, and pictures' base64 without anything around it. */
import { describe, expect, it } from 'vitest';
import { deriveForm } from '../../../worker/gemini/forms/forms.ts';
import { createPictureParts } from '../../../worker/gemini/forms/picture-parts.ts';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import { LiftError } from '../../../worker/gemini/lift/lift-error.ts';
import type { Chunk } from '../../../worker/gemini/lift/skeleton.ts';
import { splice } from '../../../worker/gemini/lift/splice.ts';
import type { Form } from '../../../worker/request/target.ts';
import { picture } from '../../storage/pictures.ts';
import { memorySink, readAll, streamOf, utf8 } from '../streams.ts';

const BYTES = Buffer.from(picture(400));
const DATA = BYTES.toString('base64');
const MARKDOWN = `Here: ![fox](data:image/png;base64,${DATA}) and on.`;

const partOf = (text: string) => ({ text });
const messageOf = (...texts: string[]) =>
  JSON.stringify({ candidates: [{ content: { parts: texts.map(partOf), role: 'model' } }] });

function spell(texts: readonly string[], form: Form): string {
  if (form === 'json') return messageOf(...texts);
  const messages = texts.map((text) => messageOf(text));
  return form === 'sse' ? messages.map((one) => `data: ${one}\r\n\r\n`).join('') : `[${messages.join(',\n')}]`;
}

/** Reads an answer to its end, or to where it breaks off. */
async function read(text: string, form: Form, size = 61) {
  const { sink, blobs, open } = memorySink();
  const parts = createPictureParts(form, () => ({ mimeType: 'image/png' }));
  const chunks: Chunk[] = [];
  let error: unknown;
  try {
    for await (const chunk of lift(streamOf(utf8(text), [size], 'default'), { form, sink, isAnswer: true })) {
      chunks.push(...parts.push(chunk));
    }
  } catch (reason) {
    error = reason;
  }
  const pictures = [...blobs.values()].map(({ bytes, state }) => [state, Buffer.from(bytes).equals(BYTES)]);
  return { chunks, pictures, open, error };
}

async function told(chunks: Chunk[], form: Form, open: Parameters<typeof splice>[1]) {
  const json = Buffer.from(await readAll(splice(deriveForm(chunks, form, 'json').flat(), open))).toString();
  const { candidates } = JSON.parse(json) as {
    candidates: { content: { parts: { text?: string; inlineData?: { data: string } }[] } }[];
  };
  const { parts } = candidates[0]!.content;
  return {
    words: parts.map(({ text }) => text ?? '').join(''),
    pictures: parts.flatMap(({ inlineData }) => inlineData?.data ?? []),
  };
}

const WHOLE = [['closed', true]];

describe.each<Form>(['json', 'array', 'sse'])('a text in pieces, as %s', (form) => {
  it('gives its picture wherever it is cut in two, and no base64 as words', async () => {
    const begin = MARKDOWN.indexOf(DATA);
    for (let cut = 1; cut < MARKDOWN.length; cut += cut > begin + 80 && cut < begin + DATA.length - 80 ? 37 : 1) {
      const { chunks, pictures, open } = await read(spell([MARKDOWN.slice(0, cut), MARKDOWN.slice(cut)], form), form);

      expect([cut, ...pictures]).toEqual([cut, ...WHOLE]);
      const answer = await told(chunks, form, open);
      expect([cut, answer.pictures[0] === DATA]).toEqual([cut, true]);
      expect(answer.words.length).toBeLessThan(60);
      expect(answer.words).toContain(' and on.');
    }
  });

  it.each([1, 7, 64, 100])('gives its picture in many pieces of %i letters', async (size) => {
    const pieces = MARKDOWN.match(new RegExp(`.{1,${size}}`, 'g'))!;

    const { chunks, pictures, open } = await read(spell(pieces, form), form);

    expect(pictures).toEqual(WHOLE);
    expect((await told(chunks, form, open)).pictures).toEqual([DATA]);
  });

  it.each([64, 65, 66, 67, 200, DATA.length])(
    'gives a picture without a data URL, cut behind %i letters',
    async (cut) => {
      const { chunks, pictures, open } = await read(spell([DATA.slice(0, cut), DATA.slice(cut)], form), form);

      expect(pictures).toEqual(WHOLE);
      expect(await told(chunks, form, open)).toEqual({ words: '', pictures: [DATA] });
    },
  );

  it('takes no words for a picture that is whole', async () => {
    const { chunks, pictures, open } = await read(spell([`data:image/png;base64,${DATA}`, 'Here'], form), form);

    expect(pictures).toEqual(WHOLE);
    expect(await told(chunks, form, open)).toEqual({ words: 'Here', pictures: [DATA] });
  });

  it.each([
    ['an example of an address', ['So: data:image/png;base64,', 'iVBOR... is one.']],
    ['words that begin as pictures do', ['iVBORw0KGgo is a PNG.', '/9j/ a JPEG', 'UklGR', 'In the end', '\n\nand\n']],
    ['an address that never goes on', ['So: data:image/png;base64,iVBO']],
  ])('keeps %s as words', async (_name, texts) => {
    const { chunks, pictures, open } = await read(spell(texts, form), form);

    expect(pictures).toEqual([]);
    expect((await told(chunks, form, open)).words).toBe(texts.join(''));
  });

  it('keeps a picture that was whole before the answer broke off', async () => {
    const pieces = [MARKDOWN.slice(0, 200), MARKDOWN.slice(200, MARKDOWN.indexOf(')'))];
    const text = spell(pieces, form).replace(/[\]}\s]*$/, '');

    const { pictures, error } = await read(text, form);

    expect(error).toBeInstanceOf(LiftError);
    expect(pictures).toEqual(WHOLE);
  });
});

it('tells the units before the picture at once, and those with it when it is whole', async () => {
  const { sink } = memorySink();
  const events = ['One.', MARKDOWN.slice(0, 100), MARKDOWN.slice(100, 200), MARKDOWN.slice(200), 'Two.'];
  const source = new TransformStream<Uint8Array, Uint8Array>();
  const writer = source.writable.getWriter();
  const units = lift(source.readable, { form: 'sse', sink, isAnswer: true });
  const send = (text: string) => void writer.write(utf8(spell([text], 'sse')));

  send(events[0]!);
  expect((await units.next()).value.flat().join('')).toContain('One.');
  const next = units.next();
  for (const text of events.slice(1, 3)) send(text);
  expect(await Promise.race([next.then(() => 'told'), scheduler.wait(20).then(() => 'waits')])).toBe('waits');
  send(events[3]!);
  expect((await next).value).toContainEqual({ kind: 'image', n: 0, bytes: BYTES.length });
  for (const _ of [2, 3]) await units.next();
  send(events[4]!);
  expect((await units.next()).value.flat().join('')).toContain('Two.');
  await units.return?.();
});
