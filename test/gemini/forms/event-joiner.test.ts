import { describe, expect, it } from 'vitest';
import { createDeriver, deriveForm } from '../../../worker/gemini/forms/forms.ts';
import { parseChunk } from '../../../worker/gemini/forms/payload.ts';
import type { Value } from '../../../worker/gemini/forms/value.ts';
import type { Chunk, Lifted } from '../../../worker/gemini/lift/skeleton.ts';
import type { Form } from '../../../worker/request/target.ts';

const blob: Lifted = { kind: 'image', n: 0, bytes: 3 };
const USAGE = { usageMetadata: { totalTokenCount: 9 } };

const event = (message: object): Chunk => {
  const [before = '', after] = `data: ${JSON.stringify(message)}\r\n\r\n`.split('<picture>');
  return after === undefined ? [before] : [before, blob, after];
};
const candidate = (content: object | undefined, more: object = {}) => ({
  candidates: [{ ...(content && { content }), ...more, index: 0 }],
});
const says = (...parts: object[]) => candidate({ parts, role: 'model' });
const text = says({ text: 'Here it is.' });
const thought = says({ text: 'Let me think.', thought: true });
const draft = says({ inlineData: { mimeType: 'image/png', data: '<picture>' }, thought: true });
const picture = says({ inlineData: { mimeType: 'image/png', data: '<picture>' }, thoughtSignature: 'c2ln' });
const end = { ...candidate({ role: 'model' }, { finishReason: 'STOP' }), ...USAGE };

const answer = (...messages: object[]) => deriveForm(messages.map(event), 'sse', 'sse');
const valuesOf = (chunks: Chunk[]) => chunks.map((chunk) => parseChunk(chunk, 'sse') as { candidates?: Value[] });
const partsOf = (value: unknown): unknown[] =>
  (value as { candidates?: { content?: { parts?: unknown[] } }[] }).candidates?.[0]?.content?.parts ?? [];

/** One letter for each event. p: picture, d: draft, t: thought, w: words, -: no parts. */
const shapeOf = (chunks: Chunk[]) =>
  valuesOf(chunks)
    .map((value) => {
      const [part] = partsOf(value) as { text?: string; thought?: boolean }[];
      if (!part) return '-';
      if (part.text !== undefined) return part.thought ? 't' : 'w';
      return part.thought ? 'd' : 'p';
    })
    .join('');

describe('an event without parts', () => {
  const usageAlone = { usageMetadata: { promptTokenCount: 1 }, responseId: 'r1' };
  it.each<[string, object[], string]>([
    ['an end without parts', [text, picture, end], 'wp'],
    ['an end with an empty list', [picture, candidate({ parts: [] }, { finishReason: 'STOP' })], 'p'],
    ['an end without content', [picture, candidate(undefined, { finishReason: 'STOP' })], 'p'],
    ['an end with an empty text', [picture, candidate({ parts: [{ text: '' }] }, { finishReason: 'STOP' })], 'p'],
    ['usage alone at the end', [text, picture, usageAlone], 'wp'],
    ['usage alone at the beginning', [usageAlone, text, picture], 'wp'],
    ['one in the middle', [text, candidate({ role: 'model' }), picture], 'wp'],
    ['one between pictures', [picture, candidate({ role: 'model' }), picture, end], 'pp'],
    [
      'several at each place',
      [usageAlone, usageAlone, thought, usageAlone, picture, usageAlone, end, usageAlone],
      'tp',
    ],
    ['one after words that follow a picture', [picture, text, end], 'pw'],
    ['one after a draft', [draft, usageAlone, picture, end], 'dp'],
    ['one after words alone', [text, end], 'w'],
    ['one after thoughts alone', [thought, thought, end], 'tt'],
  ])('is joined to a neighbour: %s', (_, messages, shape) => {
    expect(shapeOf(answer(...messages))).toBe(shape);
  });

  it('gives its neighbour all it has', () => {
    const [only] = valuesOf(answer({ responseId: 'r1' }, picture, { ...end, modelVersion: 'm' }));

    expect(only).toEqual({
      responseId: 'r1',
      modelVersion: 'm',
      ...USAGE,
      candidates: [
        {
          content: {
            parts: [{ inlineData: { mimeType: 'image/png', data: { lifted: blob } }, thoughtSignature: 'c2ln' }],
            role: 'model',
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
    });
  });

  it('leaves the parts of its neighbour as they came', () => {
    const [only] = valuesOf(answer(says({ text: 'a' }, { text: 'b' }), end));

    expect(partsOf(only)).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it('leaves no candidate out, and gives each what is its own', () => {
    const [spare = {}] = picture.candidates;
    const two = {
      candidates: [
        { content: { role: 'model' }, index: 0 },
        { ...spare, index: 1 },
      ],
    };
    const stop = { candidates: [{ finishReason: 'STOP', index: 1 }] };

    const [only] = valuesOf(answer(two, stop)) as { candidates: { finishReason?: string; content: object }[] }[];

    expect(only?.candidates).toMatchObject([{ index: 0 }, { index: 1, finishReason: 'STOP' }]);
    expect(JSON.stringify(only?.candidates[1]?.content)).toContain('inlineData');
    const [whole = []] = deriveForm([two, stop].map(event), 'sse', 'json');
    expect(parseChunk(whole, 'json')).toMatchObject({ candidates: [{ index: 0 }, { index: 1, finishReason: 'STOP' }] });
  });

  it('is told by itself where there is nothing else', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' } };

    expect(valuesOf(answer(blocked))).toEqual([blocked]);
    expect(valuesOf(answer(candidate(undefined, { finishReason: 'NO_IMAGE' })))).toHaveLength(1);
  });

  it.each<[Form, Chunk[]]>([
    ['array', [['[', ...asArray(picture)], [`,\r\n${JSON.stringify(end)}`], ['\n]']]],
    ['json', [[`[${JSON.stringify(text)},${JSON.stringify(end)}]`]]],
  ])('is joined in what was %s too', (form, chunks) => {
    expect(deriveForm(chunks, form, 'sse')).toHaveLength(1);
  });
});

function asArray(message: object): Chunk {
  const [before = '', after = ''] = JSON.stringify(message).split('<picture>');
  return [before, blob, after];
}

describe('events that need nothing', () => {
  it('keep their bytes', () => {
    const chunks = [thought, text, picture].map(event);

    expect(deriveForm(chunks, 'sse', 'sse')).toEqual(chunks);
  });

  it.each([
    ['line ends of one character', (json: string) => `data: ${json}\n\n`],
    ['no blank after the colon', (json: string) => `data:${json}\r\n\r\n`],
    ['a comment before them', (json: string) => `: hello\r\ndata: ${json}\r\n\r\n`],
    ['a name and an id', (json: string) => `event: x\r\nid: 1\r\ndata: ${json}\r\n\r\n`],
    ['a line of their own for each brace', (json: string) => `data: {\ndata: ${json.slice(1)}\n\n`],
    ['no name at all', (json: string) => `${json}\n`],
    ['a byte order mark', (json: string) => `\ufeffdata: ${json}\n\n`],
  ])('are framed as Google frames them: %s', (_, spell) => {
    const json = JSON.stringify(text);

    expect(deriveForm([[spell(json)]], 'sse', 'sse')).toEqual([[`data: ${json}\r\n\r\n`]]);
  });

  it('leave comments and markers out', () => {
    const chunks = [[': ping\n\n'], event(text), ['\r\n'], ['data: [DONE]\n\n']];

    expect(deriveForm(chunks, 'sse', 'sse')).toEqual([event(text)]);
  });
});

describe('live', () => {
  const told = (...messages: object[]) => {
    const deriver = createDeriver('sse', 'sse');
    return { deriver, told: messages.map((message) => shapeOf(deriver.push(event(message)))) };
  };

  it('words wait for the next event, or for a moment', () => {
    const { deriver, told: shapes } = told(thought, thought);

    expect(shapes).toEqual(['', 't']);
    expect(deriver.holdsWords).toBe(true);
    expect(shapeOf(deriver.release())).toBe('t');
    expect(deriver.holdsWords).toBe(false);
  });

  it('a picture and what follows it wait for the end', () => {
    const { deriver, told: shapes } = told(text, picture);

    expect(shapes).toEqual(['', 'w']);
    expect(deriver.holdsWords).toBe(false);
    expect(deriver.release()).toEqual([]);
    expect(shapeOf(deriver.end())).toBe('p');
  });

  it('a picture is told before the error that follows it', () => {
    const { deriver } = told(text, picture, end);

    expect(shapeOf(deriver.flush())).toBe('p');
  });

  it('tells the same whether words had to wait or not, where there is a picture', () => {
    const messages = [USAGE, thought, USAGE, text, candidate({ role: 'model' }), draft, picture, text, end];
    const deriver = createDeriver('sse', 'sse');

    const slow = [
      ...messages.flatMap((message) => [...deriver.push(event(message)), ...deriver.release()]),
      ...deriver.end(),
    ];

    expect(slow).toEqual(answer(...messages));
  });
});

describe('an array', () => {
  it('is closed at its end and not before, so that an error fits in', () => {
    const deriver = createDeriver('array', 'array');

    expect(deriver.push(['[{"a":1}'])).toEqual([['[{"a":1}']]);
    expect(deriver.push(['\n]'])).toEqual([]);
    expect(deriver.flush()).toEqual([]);
    expect(deriver.end()).toEqual([['\n]']]);
  });
});

it('JSON that is written anew has no line end that only some readers know', () => {
  const [only] = answer(says({ text: 'a\u2028b\u2029c\u0085d' }), end);

  expect(only?.join('')).not.toMatch(/[\u0085\u2028\u2029]/);
  expect(partsOf(valuesOf([only as Chunk])[0])).toEqual([{ text: 'a\u2028b\u2029c\u0085d' }]);
});
