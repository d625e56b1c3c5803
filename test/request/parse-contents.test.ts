import { describe, expect, it } from 'vitest';
import { body, JPEG, on, PROMPT, parsed, picture, pngPart, refused, withParts } from './bodies.ts';
import { modelOf } from './requests.ts';

const OBJECT = 'must be a JSON object.';
const ONE_OF = 'must hold one of text, inlineData, fileData.';
const SOMETHING = 'must hold some text or an image.';
const TOO_MUCH = 'must have at most 1048576 bytes of text in all.';
const MIB = 1024 * 1024;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const turn = (role: unknown, ...parts: unknown[]) => ({ role, parts });

describe('contents', () => {
  it.each([
    ['contents', {}, 'must hold at least one turn.'],
    ['contents', { contents: [] }, 'must hold at least one turn.'],
    ['contents', { contents: null }, 'must hold at least one turn.'],
    ['contents', { contents: 'a red fox' }, OBJECT],
    ['contents', { contents: 7 }, OBJECT],
    ['contents[0]', { contents: ['a red fox'] }, OBJECT],
    ['contents[0]', { contents: [null] }, OBJECT],
    ['contents[0]', { contents: [[]] }, OBJECT],
    ['contents[0].parts', { contents: [{}] }, 'must hold at least one part.'],
    ['contents.parts', { contents: {} }, 'must hold at least one part.'],
    ['contents[0].parts', { contents: [{ parts: null }] }, 'must hold at least one part.'],
    ['contents[0].parts', withParts(), 'must hold at least one part.'],
    ['contents[0].parts', { contents: [{ parts: 'a red fox' }] }, OBJECT],
    ['contents[0].parts[0]', withParts('a red fox'), OBJECT],
    ['contents[0].parts[0]', withParts(null), OBJECT],
    ['contents[0].parts[0]', withParts({}), ONE_OF],
    ['contents[0].parts[0]', withParts({ text: null }), ONE_OF],
    ['contents[0].parts[0]', withParts({ thought: true }), ONE_OF],
    ['contents[0].parts[0]', withParts({ text: 'x', ...pngPart }), ONE_OF],
    ['contents[0].parts[0]', withParts({ ...pngPart, fileData: { fileUri: 'x' } }), ONE_OF],
    ['contents[0].parts[0].text', withParts({ text: 7 }), 'must be a string.'],
    ['contents[0].parts[0].text', withParts({ text: ['x'] }), 'must be a string.'],
    ['contents[0].parts[0].thought', withParts({ text: 'x', thought: 'true' }), 'must be true or false.'],
    ['contents[0].parts', withParts({ text: '' }), SOMETHING],
    ['contents[0].parts', withParts({ text: ' \n\t\u00a0' }), SOMETHING],
    ['contents[0].parts', withParts({ thoughtSignature: 'QUJD' }), SOMETHING],
    ['contents[1].parts', { contents: [...PROMPT, turn('user', { text: ' ' })] }, SOMETHING],
    ['contents', { contents: [...PROMPT, turn('model', { text: 'x' })] }, 'must end with a turn of the role user.'],
    ['contents[0].role', { contents: [turn('USER', { text: 'x' })] }, 'must be in lower case.'],
    ['contents[0].role', { contents: [turn(1, { text: 'x' })] }, 'must be one of the strings user, model.'],
  ])('%s refused: %j', (field, value, rule) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });

  it.each([
    ['one text over a MiB', withParts({ text: 'x'.repeat(MIB + 1) }), 'contents', TOO_MUCH],
    ['texts that are together', withParts(...times(2, { text: 'ä'.repeat(400_000) })), 'contents', TOO_MUCH],
    [
      'signatures that are',
      withParts(...times(300, { text: 'x', thoughtSignature: 'A'.repeat(4096) })),
      'contents',
      TOO_MUCH,
    ],
    [
      'more parts than any chat',
      withParts(...times(4097, { text: '' })),
      'contents',
      'must have at most 4096 parts in all.',
    ],
  ])('refused: %s', (_name, value, field, rule) => {
    expect(refused(value)).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });

  it('may be a MiB of text, to the byte', () => {
    expect(parsed(withParts({ text: 'x'.repeat(MIB) })).turns).toHaveLength(1);
  });

  it.each(['system', 'function', 'assistant'])('has no turns of the role %j', (role) => {
    expect(refused({ contents: [turn(role, { text: 'x' })] })).toEqual({
      reason: 'UNSUPPORTED_VALUE',
      field: 'contents[0].role',
      value: role,
      accepted: ['user', 'model'],
    });
  });

  it('keeps a part of nothing but a signature', () => {
    const contents = [...PROMPT, turn('model', { thoughtSignature: 'QUJD' }), ...PROMPT];

    expect(parsed({ contents }).turns[1]?.parts).toEqual([{ kind: 'text', text: '', signature: { text: 'QUJD' } }]);
  });

  it('keeps an empty text beside something that is said', () => {
    expect(parsed(withParts({ text: '' }, pngPart)).turns[0]?.parts).toHaveLength(2);
  });

  it('writes lone surrogates as they will go out', () => {
    expect(parsed(withParts({ text: 'a\ud800b' })).turns[0]?.parts).toEqual([{ kind: 'text', text: 'a\ufffdb' }]);
  });
});

describe('references', () => {
  const jpegPart = picture(JPEG, 'image/jpeg');

  it('may be fourteen, and the model may have drawn others', () => {
    const seven = times(7, pngPart);
    const contents = [turn('user', ...seven), turn('model', jpegPart, jpegPart), turn('user', ...seven)];

    expect(parsed({ contents }).turns.flatMap(({ parts }) => parts)).toHaveLength(16);
  });

  it('are counted over all turns of the user', () => {
    const contents = [
      turn('user', ...times(14, pngPart)),
      turn('model', { text: 'Here.' }),
      turn('user', { text: 'x' }, pngPart),
    ];

    expect(refused({ contents })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents[2].parts[1].inlineData',
      rule: 'is reference image 15, but gemini-3.1-flash-image takes at most 14.',
    });
  });

  it.each([
    ['a model that takes fewer', 1],
    ['fourteen, whatever a catalog says', 99],
  ])('are held to %s', (_name, maxReferences) => {
    const model = { ...modelOf('nano-banana-2'), maxReferences };
    const most = Math.min(maxReferences, 14);

    expect(parsed(withParts(...times(most, pngPart)), { model }).turns).toHaveLength(1);
    expect(refused(withParts(...times(most + 1, pngPart)), { model })).toMatchObject({
      field: `contents[0].parts[${most}].inlineData`,
    });
  });

  it('are fourteen for every model of the seed', () => {
    for (const name of ['nano-banana', 'nano-banana-2-lite', 'nano-banana-pro', 'nano-banana-2.1']) {
      expect(parsed(withParts(...times(14, pngPart)), on(name)).turns[0]?.parts).toHaveLength(14);
    }
  });
});

describe('addresses', () => {
  it.each([
    'https://evil.example/x.png',
    'http://169.254.169.254/latest/meta-data',
    'gs://bucket/x.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'https://generativelanguage.googleapis.com/v1beta/files/abc',
    'https://www.youtube.com/watch?v=x',
    'files/abc',
    '//x',
  ])('are never fetched: %s', (fileUri) => {
    expect(refused(withParts({ file_data: { mimeType: 'image/png', file_uri: fileUri } }))).toEqual({
      reason: 'URI_NOT_ALLOWED',
      field: 'contents[0].parts[0].fileData.fileUri',
    });
  });

  it.each([{}, { mimeType: 'image/png' }, { fileUri: '' }])('must be there in fileData: %j', (fileData) => {
    const field = 'contents[0].parts[0].fileData.fileUri';

    expect(refused(withParts({ fileData }))).toEqual({ reason: 'INVALID_FIELD', field, rule: 'must be given.' });
  });
});

describe('a system instruction', () => {
  const asking = (systemInstruction: unknown) => body({ systemInstruction });

  it('is text in parts', () => {
    expect(parsed(asking({ parts: [{ text: 'a' }, { text: 'b\udc00' }] })).systemInstruction).toEqual(['a', 'b\ufffd']);
    expect(parsed(asking({ parts: { text: 'a' } })).systemInstruction).toEqual(['a']);
  });

  it.each([
    ['systemInstruction', 'Draw in ink.', OBJECT],
    ['systemInstruction', [{ text: 'x' }], OBJECT],
    ['systemInstruction.parts[0]', { parts: ['x'] }, OBJECT],
    ['systemInstruction.parts[0].text', { parts: [{ text: 1 }] }, 'must be a string.'],
  ])('%s is not %j', (field, value, rule) => {
    expect(refused(asking(value))).toEqual({ reason: 'INVALID_FIELD', field, rule });
  });

  it('has a MiB at most', () => {
    expect(refused(asking({ parts: [{ text: 'x'.repeat(MIB) }, { text: 'x' }] }))).toEqual({
      reason: 'INVALID_FIELD',
      field: 'systemInstruction',
      rule: 'must have at most 1048576 bytes of text.',
    });
  });
});
