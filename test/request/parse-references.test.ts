import { describe, expect, it } from 'vitest';
import { namesInputTwice, withTypes } from '../../worker/request/parse.ts';
import { signatureReference } from '../../worker/request/signature-reference.ts';
import { imageOf, ORIGIN, PROMPT, pngPart, read, refused, SECRET, withParts } from './bodies.ts';
import { png } from './images.ts';

/** Number of inline inputs of every body: the first reference gets the next index. */
const INLINE = 7;
const ID = `b${'1'.repeat(32)}`;
const OTHER = `a${'2'.repeat(32)}`;

const FILE = '3'.repeat(32);

const address = (n = 0, id = ID, extension = 'png') => `${ORIGIN}/images/${id}/${n}.${extension}`;
const file = (fileUri: unknown, mimeType?: unknown) => ({
  fileData: { fileUri, ...(mimeType !== undefined && { mimeType }) },
});
const reference = (n = 0, id = ID, site = 'default', secret = SECRET) => signatureReference(secret, { id, n, site });
const signed = (part: object, thoughtSignature = reference()) => ({ ...part, thoughtSignature });
const user = (...parts: unknown[]) => ({ role: 'user', parts });
const model = (...parts: unknown[]) => ({ role: 'model', parts });
/** A conversation that ends with a question. */
const followedBy = (...turns: unknown[]) => ({ contents: [...PROMPT, ...turns, user({ text: 'at night' })] });
const SIGNATURE_FIELD = 'contents[1].parts[0].thoughtSignature';

describe('an uploaded file', () => {
  const uri = `${ORIGIN}/v1beta/files/${FILE}`;

  it('is named by its address on either version, and its bytes say its type whatever it is called', () => {
    const body = withParts(pngPart, file(uri), file(uri.replace('v1beta', 'v1')), file(uri, 'image/JPG'));

    const { request, references } = read(body);

    const field = 'contents[0].parts[1].fileData.fileUri';
    expect(references).toEqual([{ kind: 'file', site: 'default', id: FILE, field }]);
    const inputs = request.turns[0]?.parts.map((part) => part.kind === 'image' && part.input);
    expect(inputs).toEqual([0, INLINE, INLINE, INLINE]);
    const typed = withTypes(request, (input) => (input === INLINE ? 'image/webp' : undefined));
    const types = typed.turns[0]?.parts.map((part) => part.kind === 'image' && part.mimeType);
    expect(types).toEqual(['image/png', 'image/webp', 'image/webp', 'image/webp']);
  });

  it('is of the site that is asked', () => {
    const { references } = read(withParts(file(uri)), { site: 'shop' });

    expect(references).toMatchObject([{ site: 'shop' }]);
  });

  it('is no place for the signature of a picture', () => {
    expect(refused(followedBy(model(signed(file(uri)))))).toMatchObject({ field: SIGNATURE_FIELD });
  });
});

describe('a picture of ours', () => {
  it('is named by its address, with its type or without', () => {
    for (const mimeType of [undefined, 'image/png', 'IMAGE/PNG']) {
      expect(read(withParts({ text: 'at night' }, file(address(), mimeType)))).toEqual({
        request: expect.objectContaining({
          turns: [user({ kind: 'text', text: 'at night' }, { kind: 'image', mimeType: 'image/png', input: INLINE })],
        }),
        references: [
          {
            ...{ kind: 'image', site: 'default', id: ID, n: 0, mimeType: 'image/png' },
            field: 'contents[0].parts[1].fileData.fileUri',
          },
        ],
      });
    }
  });

  it('may be spelled in snake_case, and come after inline ones', () => {
    const { request } = read(withParts(pngPart, { file_data: { file_uri: address(2, OTHER, 'jpg') } }));

    expect(request.turns[0]?.parts).toMatchObject([{ input: 0 }, { mimeType: 'image/jpeg', input: INLINE }]);
  });

  it('that is named again is the same input, and another one the next', () => {
    const { request, references } = read(
      withParts(file(address()), file(address(1)), file(address()), file(address(0, OTHER))),
    );

    const named = request.turns.flatMap(({ parts }) => parts).map((part) => part.kind === 'image' && part.input);
    expect(named).toEqual([INLINE, INLINE + 1, INLINE, INLINE + 2]);
    expect(references.map((each) => [each.id, 'n' in each && each.n])).toEqual([
      [ID, 0],
      [ID, 1],
      [OTHER, 0],
    ]);
    expect(namesInputTwice(request, INLINE)).toBe(false);
  });

  it.each(['image/jpeg', 'image/svg+xml', ''])('is what it is, whatever it is called: %j', (mimeType) => {
    const { request } = read(withParts(file(address(), mimeType)));

    expect(request.turns[0]?.parts).toMatchObject([{ mimeType: 'image/png' }]);
  });

  it('is not called by a number', () => {
    expect(refused(withParts(file(address(), 7)))).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents[0].parts[0].fileData.mimeType',
      rule: 'must be a string.',
    });
  });

  it('that is HEIC may be called HEIF', () => {
    const { request } = read(withParts(file(address(0, ID, 'heic'), 'image/heif')));

    expect(request.turns[0]?.parts).toMatchObject([{ mimeType: 'image/heic' }]);
  });

  it.each([
    `${ORIGIN}/images/${ID}/0.png?w=320`,
    `${ORIGIN}/images/${ID}/0.png?download`,
    `/images/${ID}/0.png`,
    `https://evil.example/images/${ID}/0.png`,
    `${ORIGIN}.evil.example/images/${ID}/0.png`,
    `${ORIGIN}/v1beta/files/abc`,
    `${ORIGIN}/v1alpha/files/${FILE}`,
    `${ORIGIN}/v1beta/files/${FILE}/`,
    `${ORIGIN}/v1beta/files/${FILE}?alt=media`,
    `${ORIGIN}//v1beta/files/${FILE}`,
    `https://evil.example/v1beta/files/${FILE}`,
    `files/${FILE}`,
  ])('is not %s', (uri) => {
    expect(refused(withParts(file(uri, 'image/png')))).toEqual({
      reason: 'URI_NOT_ALLOWED',
      field: 'contents[0].parts[0].fileData.fileUri',
    });
  });

  it('is one of the fourteen references of a user, and none in a turn of the model', () => {
    const fourteen = Array.from({ length: 14 }, (_, n) => (n % 2 ? file(address(n)) : pngPart));

    expect(read({ contents: [...PROMPT, model(file(address())), user(...fourteen)] }).references).toHaveLength(8);
    expect(refused(withParts(...fourteen, file(address())))).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents[0].parts[14].fileData',
      rule: 'is reference image 15, but gemini-3.1-flash-image takes at most 14.',
    });
  });

  it('says something by itself', () => {
    expect(read(withParts(file(address()))).request.turns).toHaveLength(1);
  });

  it('is counted as often as it is named: 512 inputs are enough, inline and by reference', () => {
    const turns = (count: number) => followedBy(model(...Array.from({ length: count }, () => file(address()))));
    const inputs = Array.from({ length: 12 }, () => imageOf(png(8, 6)));

    expect(read(turns(500), { inputs }).references).toHaveLength(1);
    expect(refused(turns(501), { inputs })).toEqual({
      reason: 'INVALID_FIELD',
      field: 'contents',
      rule: 'must have at most 512 pictures and signatures',
    });
  });
});

describe('a signature reference', () => {
  it('beside the picture of its answer is an input of its own', () => {
    const { request, references } = read(followedBy(model(signed(file(address()), reference(4)))));

    expect(request.turns[1]?.parts).toEqual([
      { kind: 'image', mimeType: 'image/png', input: INLINE, signature: { input: INLINE + 1 } },
    ]);
    expect(references[1]).toEqual({ kind: 'signature', id: ID, n: 4, field: SIGNATURE_FIELD });
  });

  it.each([
    ['before the picture', model(signed({ text: 'Here.' }), file(address()))],
    ['after it', model(file(address()), signed({ text: 'Here.' }))],
    ['alone, after it', model(file(address()), signed({}))],
  ])('on a text may stand %s', (_name, turn) => {
    expect(
      read(followedBy(turn))
        .references.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['image', 'signature']);
  });

  it('on a text may stand in another chunk of the same turn, as chats of the SDK keep it', () => {
    const turns = [model(signed({ text: 'Here.' })), model({ text: 'you are.' }), model(file(address()))];

    expect(read(followedBy(...turns)).references).toHaveLength(2);
  });

  it.each([
    ['beside a picture of another answer', model(signed(file(address(0, OTHER)))), 'beside the picture'],
    ['beside a picture that is inline', model(signed(pngPart)), 'beside the picture'],
    ['beside another of the turn', model(signed(file(address(0, OTHER))), file(address())), 'beside the picture'],
    ['on a text without a picture', model(signed({ text: 'Here.' })), 'in a turn that holds the picture'],
    ['on a text with another', model(signed({ text: 'Hm.' }), file(address(0, OTHER))), 'in a turn that holds'],
  ])('is refused %s', (_name, turn, rule) => {
    expect(refused(followedBy(turn))).toMatchObject({
      reason: 'INVALID_FIELD',
      field: SIGNATURE_FIELD,
      rule: expect.stringContaining(rule),
    });
  });

  it('on a text does not find a picture in another turn', () => {
    const contents = [
      user({ text: 'a fox' }),
      model(signed({ text: 'Here.' })),
      user(file(address())),
      model(file(address())),
      user({ text: 'at night' }),
    ];

    expect(refused({ contents })).toMatchObject({ field: SIGNATURE_FIELD });
  });

  it('on the last text of all is held to the same', () => {
    expect(refused(withParts(signed({ text: 'a fox' })))).toMatchObject({
      field: 'contents[0].parts[0].thoughtSignature',
    });
  });

  it.each([
    [
      'of another secret',
      reference(0, ID, 'default', 'another secret'),
      'must be as an answer of this service gave it.',
    ],
    ['of another site', reference(0, ID, 'shop'), 'must come from an answer to this site.'],
  ])('is refused %s', (_name, thoughtSignature, rule) => {
    expect(refused(followedBy(model(signed(file(address()), thoughtSignature))))).toEqual({
      reason: 'INVALID_FIELD',
      field: SIGNATURE_FIELD,
      rule,
    });
  });

  it('of the secret before this one is good', () => {
    const before = reference(0, ID, 'default', 'the secret before this one');
    const secrets = [SECRET, 'the secret before this one'];

    expect(read(followedBy(model(signed(file(address()), before))), { secrets }).references).toHaveLength(2);
  });

  it('is the same in either alphabet, padded or not', () => {
    const bytes = Buffer.from(reference(), 'base64');
    const spellings = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('base64').replace(/=/g, ''),
    ];
    const reads = spellings.map((text) => read(followedBy(model(signed(file(address()), text)))));

    for (const each of reads) expect(each).toEqual(reads[0]);
  });

  it('is not what an ordinary signature is, which stays as it is', () => {
    const { request, references } = read(followedBy(model(signed(file(address()), 'QUJDRA=='))));

    expect(request.turns[1]?.parts).toMatchObject([{ signature: { text: 'QUJDRA==' } }]);
    expect(references).toHaveLength(1);
  });
});

it('a placeholder names what came inline and no reference', () => {
  const byHand = { inlineData: { mimeType: 'image/png', data: `input:${INLINE}` } };

  expect(refused(withParts(file(address()), byHand))).toMatchObject({ rule: 'must be an image in base64.' });
});

it('what came inline has one place', () => {
  const { request } = read(withParts(pngPart, pngPart));

  expect(namesInputTwice(request, INLINE)).toBe(true);
});
