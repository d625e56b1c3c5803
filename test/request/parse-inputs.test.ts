import { describe, expect, it } from 'vitest';
import { IMAGE_MIME_TYPES } from '../../worker/request/image-type.ts';
import { placeholderFor } from '../../worker/request/placeholder.ts';
import {
  GIF,
  HEIC,
  HEIF,
  imageOf,
  JPEG,
  PNG,
  parsed,
  picture,
  pngPart,
  refused,
  SIGNATURE,
  WEBP,
  withParts,
} from './bodies.ts';

const BLOB = 'contents[0].parts[0].inlineData';

describe('a picture', () => {
  it.each([
    [PNG, 'image/png', 'image/png'],
    [PNG, 'IMAGE/PNG', 'image/png'],
    [JPEG, 'image/jpeg', 'image/jpeg'],
    [JPEG, 'image/jpg', 'image/jpeg'],
    [WEBP, 'image/webp', 'image/webp'],
    [HEIC, 'image/heic', 'image/heic'],
    [HEIC, 'image/heif', 'image/heic'],
    [HEIF, 'image/heif', 'image/heif'],
    [HEIF, 'image/heic', 'image/heif'],
    [JPEG, 'image/png', 'image/jpeg'],
    [PNG, 'image/jpeg', 'image/png'],
    [WEBP, 'image/gif', 'image/webp'],
    [PNG, 'image/svg+xml', 'image/png'],
    [PNG, 'application/octet-stream', 'image/png'],
    [PNG, 'image/png; charset=x', 'image/png'],
    [PNG, 'png', 'image/png'],
    [PNG, '', 'image/png'],
    [PNG, 'MIME_TYPE_UNSPECIFIED', 'image/png'],
  ])('of input %i may be declared as %s, and is %s', (input, declared, mimeType) => {
    expect(parsed(withParts(picture(input, declared))).turns[0]?.parts).toEqual([{ kind: 'image', mimeType, input }]);
  });

  it.each(['image/gif', 'image/svg+xml', 'image/avif', 'application/pdf', 'video/mp4'])(
    'of bytes that say nothing is not of the type %j',
    (value) => {
      const inputs = [imageOf(new TextEncoder().encode('?'))];

      expect(refused(withParts(picture(PNG, value)), { inputs })).toEqual({
        reason: 'UNSUPPORTED_VALUE',
        field: `${BLOB}.mimeType`,
        value,
        accepted: IMAGE_MIME_TYPES,
      });
    },
  );

  const BASE64 = 'must be an image in base64.';
  it.each([
    ['that was not lifted', '.data', { mimeType: 'image/png', data: '' }, BASE64],
    ['that is no base64', '.data', { mimeType: 'image/png', data: 'a picture!' }, BASE64],
    ['of an input there is not', '.data', { mimeType: 'image/png', data: 'input:99' }, BASE64],
    ['of a negative input', '.data', { mimeType: 'image/png', data: 'input:-1' }, BASE64],
    ['of an input spelled otherwise', '.data', { mimeType: 'image/png', data: 'input:00' }, BASE64],
    ['that is a signature', '.data', { mimeType: 'image/png', data: placeholderFor(SIGNATURE) }, BASE64],
    ['without data', '.data', { mimeType: 'image/png' }, 'must be given.'],
    ['of null', '.data', { mimeType: 'image/png', data: null }, 'must be given.'],
    ['in a list', '.data', { mimeType: 'image/png', data: ['input:0'] }, 'must be a string.'],
    ['of a type in a list', '.mimeType', { mimeType: ['image/png'], data: placeholderFor(PNG) }, 'must be a string.'],
    ['in text', '', 'input:0', 'must be a JSON object.'],
  ])('is refused %s', (_name, path, inlineData, rule) => {
    expect(refused(withParts({ inlineData }))).toEqual({ reason: 'INVALID_FIELD', field: `${BLOB}${path}`, rule });
  });

  it('needs no type where the bytes have one, and is asked for it where they have none', () => {
    const inputs = [imageOf(new TextEncoder().encode('?'))];

    expect(parsed(withParts({ inlineData: { data: placeholderFor(PNG) } })).turns[0]?.parts).toEqual([
      { kind: 'image', mimeType: 'image/png', input: PNG },
    ]);
    expect(refused(withParts({ inlineData: { data: placeholderFor(0) } }), { inputs })).toEqual({
      ...{ reason: 'INVALID_FIELD', field: `${BLOB}.mimeType`, rule: 'must be given.' },
    });
  });

  it('is refused as the GIF it is', () => {
    expect(refused(withParts(picture(GIF, 'image/png')))).toMatchObject({
      reason: 'UNSUPPORTED_VALUE',
      field: `${BLOB}.data`,
      value: 'image/gif',
    });
  });

  it.each(['%PDF-1.7', '<svg/>', '<!doctype html>', ''])('is not %j', (text) => {
    const inputs = [imageOf(new TextEncoder().encode(text))];

    expect(refused(withParts(pngPart), { inputs })).toEqual({
      reason: 'INVALID_FIELD',
      field: `${BLOB}.data`,
      rule: 'must be a PNG, JPEG, WebP, HEIC or HEIF image.',
    });
  });

  it('may be named twice: a caller names only its own inputs', () => {
    const byHand = { inlineData: { mimeType: 'image/png', data: 'input:0' } };
    const part = { kind: 'image', mimeType: 'image/png', input: PNG };

    expect(parsed(withParts(byHand, pngPart)).turns[0]?.parts).toEqual([part, part]);
  });

  it('is not what text looks like', () => {
    expect(parsed(withParts({ text: 'input:0' })).turns[0]?.parts).toEqual([{ kind: 'text', text: 'input:0' }]);
  });
});

describe('a signature', () => {
  it.each(['QUJD', 'QUJDRA==', 'QUJDRA', 'QUI=', '-_-_', '+/+/', 'skip_thought_signature_validator'])(
    'stays as it is written: %s',
    (text) => {
      expect(parsed(withParts({ text: 'x', thoughtSignature: text })).turns[0]?.parts).toEqual([
        { kind: 'text', text: 'x', signature: { text } },
      ]);
    },
  );

  it('that was lifted is named by its input, on any kind of part', () => {
    const thoughtSignature = placeholderFor(SIGNATURE);
    const parts = parsed(withParts({ text: 'x', thoughtSignature }, { ...pngPart, thoughtSignature })).turns[0]?.parts;

    expect(parts?.map(({ signature }) => signature)).toEqual([{ input: SIGNATURE }, { input: SIGNATURE }]);
  });

  it.each(['!', 'a b', 'input:0', 'input:99', 'QUJDR', 'QUJD===', '=QUJ', 'QU=JD', 'A'.repeat(4100)])(
    'is base64, not %s',
    (thoughtSignature) => {
      expect(refused(withParts({ text: 'x', thoughtSignature }))).toEqual({
        reason: 'INVALID_FIELD',
        field: 'contents[0].parts[0].thoughtSignature',
        rule: 'must be base64, as the model gave it.',
      });
    },
  );

  it.each([7, true, ['QUJD'], {}])('is text, not %j', (thoughtSignature) => {
    expect(refused(withParts({ text: 'x', thoughtSignature }))).toMatchObject({ rule: 'must be a string.' });
  });
});
