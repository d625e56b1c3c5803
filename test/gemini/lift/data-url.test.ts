/** Pictures in data URLs, as providers that imitate Google write them. */
import { describe, expect, it } from 'vitest';
import { parseChunk } from '../../../worker/gemini/forms/payload.ts';
import { createPictureParts } from '../../../worker/gemini/forms/picture-parts.ts';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import { collect, memorySink, streamOf, utf8 } from '../streams.ts';

const PICTURE = Uint8Array.from({ length: 9000 }, (_, at) => (at * 37) & 255);
const DATA = Buffer.from(PICTURE).toString('base64');
const URL = `data:image/png;base64,${DATA}`;

const messageOf = (...parts: unknown[]) => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP' }],
});

/** Lifts an answer and moves its pictures into `inlineData`. Returns its parts and the bytes of each picture. */
async function partsOf(body: string, sizes = [101]) {
  const { sink, blobs } = memorySink();
  const shaper = createPictureParts('json', () => ({ mimeType: 'image/png' }));
  const chunks = await collect(lift(streamOf(utf8(body), sizes, 'default'), { form: 'json', sink, isAnswer: true }));
  const [value] = chunks.flatMap((chunk) => shaper.push(chunk)).map((chunk) => parseChunk(chunk, 'json'));
  const { candidates } = JSON.parse(
    JSON.stringify(value, (key, field) => (key === 'lifted' ? `picture ${field.n}` : field)),
  ) as { candidates: { content: { parts: unknown[] } }[] };
  return { parts: candidates[0]!.content.parts, pictures: [...blobs.values()].map(({ bytes }) => Buffer.from(bytes)) };
}

const pictureOf = (n: number, more: object = {}) => ({
  inlineData: { mimeType: 'image/png', data: { lifted: `picture ${n}` } },
  ...more,
});

describe('a picture', () => {
  it.each([
    { name: 'behind a prefix', part: { inlineData: { mimeType: 'image/png', data: URL } }, expected: [pictureOf(0)] },
    ...[
      'data:image/png;charset="utf-8";base64,',
      'data:image/png; base64, ',
      'data: image/png;base64,',
      'data:image/png,',
      'data:base64,',
      'base64,',
      'data:image/png;base64,data:image/png;base64,',
    ].map((prefix) => ({
      name: `behind "${prefix}"`,
      part: { inlineData: { mimeType: 'image/png', data: prefix + DATA } },
      expected: [pictureOf(0)],
    })),
    {
      name: 'behind a prefix of another type',
      part: { inline_data: { data: `data:text/html;base64,${DATA}` } },
      expected: [pictureOf(0)],
    },
    {
      name: 'in an address',
      part: { fileData: { fileUri: URL }, thoughtSignature: 'abc' },
      expected: [pictureOf(0, { thoughtSignature: 'abc' })],
    },
    {
      name: 'in an address in snake_case',
      part: { file_data: { mime_type: 'image/png', file_uri: URL } },
      expected: [pictureOf(0)],
    },
    { name: 'in Markdown alone', part: { text: `![](${URL})` }, expected: [pictureOf(0)] },
    {
      name: 'in Markdown between words',
      part: { text: `Here, at last:\n\n![a fox](<${URL}> "fox")\n\nAnything else?` },
      expected: [{ text: 'Here, at last:\n\n' }, pictureOf(0), { text: '\n\nAnything else?' }],
    },
    {
      name: 'in HTML',
      part: { text: `<p><img alt='x' src="${URL}" width="3"></p>` },
      expected: [{ text: '<p>' }, pictureOf(0), { text: '</p>' }],
    },
    { name: 'alone in a text', part: { text: URL }, expected: [pictureOf(0)] },
    { name: 'before words', part: { text: `${URL}\nThere.` }, expected: [pictureOf(0), { text: '\nThere.' }] },
    {
      name: 'twice in a text that is a thought',
      part: { text: `![](${URL}) and ![](${URL})`, thought: true },
      expected: [pictureOf(0, { thought: true }), { text: ' and ', thought: true }, pictureOf(1)],
    },
  ])('is found $name', async ({ part, expected }) => {
    for (const sizes of [[1], [101], [1_000_000]]) {
      const { parts, pictures } = await partsOf(JSON.stringify(messageOf(part)), sizes);

      expect(parts).toEqual(expected);
      for (const picture of pictures) expect(picture.equals(PICTURE)).toBe(true);
    }
  });

  it.each([
    { name: 'every slash escaped', written: JSON.stringify(messageOf({ text: `![](${URL})` })).replaceAll('/', '\\/') },
    {
      name: 'padding as an escape',
      written: JSON.stringify(messageOf({ text: `![](${URL}==)` })).replaceAll('=', '\\u003d'),
    },
    {
      name: 'a line break after every 76 letters',
      written: JSON.stringify(messageOf({ text: `![](data:image/png;base64,${DATA.replaceAll(/.{76}/g, '$&\n')})` })),
    },
  ])('is found in Markdown with $name', async ({ written }) => {
    for (const sizes of [[1], [101], [1_000_000]]) {
      const { parts, pictures } = await partsOf(written, sizes);

      expect(parts).toEqual([pictureOf(0)]);
      expect(pictures[0]!.equals(PICTURE)).toBe(true);
    }
  });

  it.each([
    { text: 'Write `data:image/png;base64,iVBORw0KGgo=` into the field.' },
    { text: 'data:image/png;base64,' },
    { text: `data:text/plain;base64,${DATA}` },
    { fileData: { fileUri: 'https://images.example/1.png' } },
    { functionCall: { args: { text: URL } } },
  ])('is not made of what is none: %j', async (part) => {
    expect(await partsOf(JSON.stringify(messageOf(part)))).toEqual({ parts: [part], pictures: [] });
  });

  it('in the text of a request stays a text', async () => {
    const { sink, blobs } = memorySink();

    await collect(
      lift(streamOf(utf8(JSON.stringify(messageOf({ text: `![](${URL})` }))), [97], 'default'), { form: 'json', sink }),
    );

    expect(blobs.size).toBe(0);
  });
});
