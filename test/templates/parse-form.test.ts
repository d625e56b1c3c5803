import { describe, expect, it } from 'vitest';
import type { Part } from '../../worker/request/request.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { isForm, parseForm } from '../../worker/templates/parse-form.ts';
import type { TemplateRecord } from '../../worker/templates/template-record.ts';
import { CAKE, context, FACE, FORM, form, ORIGIN, WHO } from './templates.ts';

const FILE = 'f'.repeat(32);
const FILE_URL = `${ORIGIN}/v1beta/files/${FILE}`;
const PICTURE = `b${'0'.repeat(32)}`;
const PICTURE_URL = `${ORIGIN}/images/${PICTURE}/1.jpg`;
const PRIVATE_URL = `${ORIGIN}/images/e${'0'.repeat(48)}/1.jpg`;
const ID = 'a1'.repeat(32);

async function read(body: unknown, changes: Partial<TemplateRecord> = {}) {
  const parsed = parseForm(body, await context(changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return parsed.value;
}

async function refused(body: unknown, changes: Partial<TemplateRecord> = {}): Promise<Failure> {
  const parsed = parseForm(body, await context(changes));
  if (parsed.ok) throw new Error(`Accepted: ${JSON.stringify(parsed.value)}`);
  return parsed.failure;
}

const textOf = (parts: readonly Part[] = []): string =>
  parts.map((part) => (part.kind === 'text' ? part.text : `[${part.input}]`)).join(' ');

describe('a form', () => {
  it('becomes an ordinary request with its values in the owner’s words', async () => {
    const { request, references } = await read(form({ who: 'Ada', cake: 'Lemon' }), { systemInstruction: 'Be kind.' });

    expect(request).toEqual({
      model: 'gemini-3.1-flash-image',
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'A mug for Ada, with a Lemon cake.' }] }],
      systemInstruction: ['Be kind.'],
      modalities: ['IMAGE'],
      size: '1K',
    });
    expect(references).toEqual([]);
  });

  it.each([
    { name: 'a placeholder stays as it is', who: '{{cake}}', said: '{{cake}}' },
    { name: 'a pattern of replacement stays as it is', who: "$& $1 $'", said: "$& $1 $'" },
    { name: 'white space of all kinds is one space', who: ' A\n\t\u2028\u00a0da ', said: 'A da' },
    { name: 'quotes and backslashes stay', who: '"\\n"', said: '"\\n"' },
    { name: 'an emoji of several characters stays', who: '👩‍👧', said: '👩‍👧' },
    { name: 'a family stays', who: '👨‍👩‍👧', said: '👨‍👩‍👧' },
    { name: 'a heart on fire stays', who: '❤️‍🔥', said: '❤️‍🔥' },
    { name: 'a keycap stays', who: '1️⃣', said: '1️⃣' },
    { name: 'England’s flag stays', who: '🏴󠁧󠁢󠁥󠁮󠁧󠁿', said: '🏴󠁧󠁢󠁥󠁮󠁧󠁿' },
    { name: 'a pirate’s flag stays', who: '🏴‍☠️', said: '🏴‍☠️' },
    { name: 'Persian stays', who: 'می‌خواهم', said: 'می‌خواهم' },
    { name: 'Malayalam stays', who: 'ന്\u200d', said: 'ന്\u200d' },
    { name: 'a variant of a kanji stays', who: '葛\u{e0100}', said: '葛\u{e0100}' },
    { name: 'what is invisible goes', who: 'A\u200bd\u00ada\u2060 \ufeffB\u3164', said: 'Ada B' },
    { name: 'a hidden text of tags goes', who: 'A\u{e0064}\u{e0072}\u{e007f}da', said: 'Ada' },
    { name: 'a hidden text of selectors goes', who: '🦊\ufe0f\ufe01\u{e0141}\u{e0142}!', said: '🦊\ufe0f!' },
    { name: 'joiners in a row are one', who: 'A\u200d\u200d\u200cda', said: 'A\u200dda' },
    { name: 'the limit counts no invisible characters', who: `${'a\u200b'.repeat(24)}`, said: 'a'.repeat(24) },
    { name: 'the limit counts tidy text', who: `${'a'.repeat(24)}   `, said: 'a'.repeat(24) },
  ])('takes text as data: $name', async ({ who, said }) => {
    const { request } = await read(form({ who, cake: 'Lemon' }));

    expect(textOf(request.turns[0]?.parts)).toBe(`A mug for ${said}, with a Lemon cake.`);
  });

  it('leaves the place of a value that is not given empty', async () => {
    const { request } = await read(form({ who: 'Ada', cake: '' }));

    expect(textOf(request.turns[0]?.parts)).toBe('A mug for Ada, with a  cake.');
  });

  it('sends the owner’s pictures, then photos, the picture to change and the words, which number the photos', async () => {
    const { request, references } = await read(form({ who: 'Ada', face: FILE_URL }, { previous: PICTURE_URL }), {
      prompt: '{{who}} {{cake}} as in picture {{face}}',
      slots: [FACE, WHO, CAKE],
      pictures: [ID, 'b2'.repeat(32)],
    });

    expect(textOf(request.turns[0]?.parts)).toBe('[0] [1] [2] The picture to change: [3] Ada  as in picture 3');
    const { template } = await context({
      prompt: '{{who}} {{cake}} as in picture {{face}}',
      slots: [FACE, WHO, CAKE],
      pictures: [ID, 'b2'.repeat(32)],
    });
    expect(references).toEqual([
      { kind: 'template', site: 'mugs', id: ID, field: 'template' },
      { kind: 'template', site: 'mugs', id: 'b2'.repeat(32), field: 'template' },
      { kind: 'file', site: 'mugs', id: FILE, field: `${FORM}.slots.face` },
      {
        ...{ kind: 'image', site: 'mugs', id: PICTURE, n: 1, mimeType: 'image/jpeg', field: `${FORM}.previous` },
        template: template.version,
      },
    ]);
  });

  it('takes the settings of a picture, and asks for no words and no thoughts whatever it says', async () => {
    const generationConfig = {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' },
    };

    const { request } = await read({ ...form({ who: 'Ada' }), generationConfig });

    expect(request).toMatchObject({ modalities: ['IMAGE'], aspectRatio: '16:9', size: '2K', thinkingLevel: 'high' });
    expect(request).not.toHaveProperty('includeThoughts');
  });

  it('is known by its part, in a free request too', () => {
    expect(isForm(form({}))).toBe(true);
    expect(isForm({ contents: { parts: { peel_template: {} } } })).toBe(true);
    expect(isForm({ contents: [{ parts: [{ text: 'peelTemplate' }] }] })).toBe(false);
    expect(isForm(null)).toBe(false);
  });
});

describe('a form is refused', () => {
  const ADA = { peelTemplate: { slots: { who: 'Ada' } } };
  const parts = (...all: unknown[]) => ({ contents: [{ role: 'user', parts: all }] });

  it.each<{ name: string; body: unknown; failure: object }>([
    { name: 'an empty body', body: {}, failure: { reason: 'INVALID_FIELD', field: 'contents' } },
    { name: 'no object', body: [], failure: { reason: 'INVALID_FIELD', field: 'body' } },
    {
      name: 'words',
      body: parts({ text: 'a fox' }),
      failure: { reason: 'UNKNOWN_FIELD', field: 'contents[0].parts[0].text', accepted: ['peelTemplate'] },
    },
    {
      name: 'words beside it',
      body: parts(ADA, { text: 'x' }),
      failure: { reason: 'INVALID_FIELD', field: 'contents' },
    },
    { name: 'words before it', body: parts({ text: 'x' }, ADA), failure: { field: 'contents[0].parts[0].text' } },
    { name: 'words in its part', body: parts({ ...ADA, text: 'x' }), failure: { field: 'contents[0].parts[0].text' } },
    {
      name: 'a picture',
      body: parts({ inlineData: { mimeType: 'image/png', data: 'input:0' } }),
      failure: { reason: 'UNKNOWN_FIELD', field: 'contents[0].parts[0].inlineData' },
    },
    { name: 'two turns', body: { contents: [{ parts: [ADA] }, { parts: [ADA] }] }, failure: { field: 'contents' } },
    { name: 'the model’s turn', body: { contents: [{ role: 'model', parts: [ADA] }] }, failure: { field: 'contents' } },
    ...['systemInstruction', 'tools', 'safetySettings', 'toolConfig', 'cachedContent'].map((field) => ({
      name: field,
      body: { contents: [{ parts: [ADA] }], [field]: {} },
      failure: { reason: 'UNKNOWN_FIELD', field, accepted: ['contents', 'generationConfig'] },
    })),
    ...['temperature', 'topP', 'topK', 'seed', 'maxOutputTokens', 'mediaResolution', 'stopSequences'].map((field) => ({
      name: field,
      body: { contents: [{ parts: [ADA] }], generationConfig: { [field]: 1 } },
      failure: {
        ...{ reason: 'UNKNOWN_FIELD', field: `generationConfig.${field}` },
        accepted: ['responseModalities', 'imageConfig', 'thinkingConfig'],
      },
    })),
    {
      name: 'a size that the model does not draw',
      body: { contents: [{ parts: [ADA] }], generationConfig: { imageConfig: { imageSize: '8K' } } },
      failure: { reason: 'UNSUPPORTED_VALUE', field: 'generationConfig.imageConfig.imageSize' },
    },
  ])('with $name', async ({ body, failure }) => {
    expect(await refused(body)).toMatchObject(failure);
  });

  const unseen = 'must be without control characters and marks that turn the direction of text.';
  it.each<{ name: string; slots: unknown; failure: object }>([
    { name: 'no object', slots: ['Ada'], failure: { reason: 'INVALID_FIELD', field: `${FORM}.slots` } },
    {
      name: 'an unknown slot',
      slots: { who: 'Ada', prompt: 'a fox' },
      failure: { reason: 'UNKNOWN_FIELD', field: `${FORM}.slots.prompt`, accepted: ['who', 'cake', 'face'] },
    },
    {
      name: 'another spelling',
      slots: { Who: 'Ada' },
      failure: { reason: 'UNKNOWN_FIELD', field: `${FORM}.slots.Who` },
    },
    {
      name: 'a name of every object',
      slots: JSON.parse('{"who": "Ada", "__proto__": "x"}'),
      failure: { reason: 'UNKNOWN_FIELD', field: `${FORM}.slots.__proto__` },
    },
    {
      name: 'nothing where a value is needed',
      slots: {},
      failure: { field: `${FORM}.slots.who`, rule: 'must be given.' },
    },
    {
      name: 'white space alone',
      slots: { who: ' \n' },
      failure: { field: `${FORM}.slots.who`, rule: 'must be given.' },
    },
    ...[
      ['zero width space', '\u200b'],
      ['soft hyphen', '\u00ad'],
      ['word joiner', '\u2060'],
      ['byte order mark', '\ufeff'],
      ['joiner', '\u200d'],
      ['non-joiner', '\u200c'],
      ['variation selector', '\ufe0f'],
      ['variation selector of the supplement', '\u{e0101}'],
      ['Hangul filler', '\u3164'],
      ['half-width Hangul filler', '\uffa0'],
      ['tag', '\u{e0041}'],
      ['grapheme joiner', '\u034f'],
      ['empty braille cell', '\u2800'],
    ].map(([name, who]) => ({
      name: `${name} alone`,
      slots: { who: ` ${who}${who} ` },
      failure: { field: `${FORM}.slots.who`, rule: 'must be given.' },
    })),
    { name: 'a number', slots: { who: 7 }, failure: { field: `${FORM}.slots.who`, rule: 'must be text.' } },
    {
      name: 'a text that is too long',
      slots: { who: 'a'.repeat(25) },
      failure: { field: `${FORM}.slots.who`, rule: 'must have at most 24 characters.' },
    },
    {
      name: 'a text that is too long in UTF-16',
      slots: { who: '🦊'.repeat(13) },
      failure: { field: `${FORM}.slots.who`, rule: 'must have at most 24 characters.' },
    },
    { name: 'a control character', slots: { who: 'A\u0007da' }, failure: { field: `${FORM}.slots.who`, rule: unseen } },
    { name: 'a next line', slots: { who: 'A\u0085da' }, failure: { field: `${FORM}.slots.who`, rule: unseen } },
    { name: 'a mark of direction', slots: { who: 'A\u202eda' }, failure: { field: `${FORM}.slots.who`, rule: unseen } },
    { name: 'half a character', slots: { who: 'A\ud83e' }, failure: { field: `${FORM}.slots.who`, rule: unseen } },
    {
      name: 'a choice that is not offered',
      slots: { who: 'Ada', cake: 'lemon' },
      failure: { reason: 'UNSUPPORTED_VALUE', field: `${FORM}.slots.cake`, accepted: ['Lemon', 'Nut & oat'] },
    },
    {
      name: 'a foreign photo',
      slots: { who: 'Ada', face: `https://evil.example/v1beta/files/${FILE}` },
      failure: { reason: 'URI_NOT_ALLOWED', field: `${FORM}.slots.face` },
    },
    {
      name: 'a picture in the place of a photo',
      slots: { who: 'Ada', face: PICTURE_URL },
      failure: { reason: 'URI_NOT_ALLOWED', field: `${FORM}.slots.face` },
    },
  ])('where its slots hold $name', async ({ slots, failure }) => {
    expect(await refused(form(slots), { slots: [WHO, CAKE, FACE] })).toMatchObject(failure);
  });

  it.each([
    { name: 'a foreign picture', previous: `https://evil.example/images/${PICTURE}/1.jpg`, reason: 'URI_NOT_ALLOWED' },
    { name: 'a file', previous: FILE_URL, reason: 'URI_NOT_ALLOWED' },
    { name: 'another caller’s private picture', previous: PRIVATE_URL, reason: 'NOT_FOUND' },
    { name: 'no text', previous: 7, reason: 'INVALID_FIELD' },
  ])('where it changes $name', async ({ previous, reason }) => {
    const failure = await refused(form({ who: 'Ada' }, { previous }));

    expect(failure.reason).toBe(reason);
    expect(JSON.stringify(failure)).toContain(`${FORM}.previous`);
  });
});
