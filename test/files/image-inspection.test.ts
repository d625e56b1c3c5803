import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createImageInspection } from '../../worker/files/image-inspection.ts';
import { HEAD_BYTES } from '../../worker/request/image-type.ts';
import { box, gif } from '../request/images.ts';
import {
  longHeic,
  ofText,
  openHeic,
  wholeHeic,
  wholeHeif,
  wholeJpeg,
  wholePng,
  wholeWebp,
  withTail,
} from './whole-images.ts';

/** @param cuts Where one piece ends and the next begins. */
function inspect(picture: Uint8Array, cuts: readonly number[] = [], mayBeFollowed = false) {
  const inspection = createImageInspection('file', { mayBeFollowed });
  const borders = [0, ...cuts, picture.length];
  for (let at = 1; at < borders.length; at += 1) {
    // Overwritten when it was looked at, as a reader's buffer is.
    const piece = picture.slice(borders[at - 1], borders[at]);
    const failure = inspection.add(piece);
    if (failure) return { ok: false as const, failure };
    piece.fill(0);
  }
  return inspection.end();
}

const PNG = { mimeType: 'image/png', width: 8, height: 6 };
const WHOLE: [name: string, picture: Uint8Array, facts: object][] = [
  ['PNG', wholePng(), PNG],
  ['PNG of two pieces of memory', wholePng(3 * HEAD_BYTES), PNG],
  ['PNG as long as its head', wholePng(HEAD_BYTES), PNG],
  ['JPEG', wholeJpeg(), { mimeType: 'image/jpeg', width: 8, height: 6 }],
  ['JPEG of a Samsung phone', wholeJpeg(...ofText('SEFHxxxxSEFT')), { mimeType: 'image/jpeg' }],
  ['WebP', wholeWebp(), { mimeType: 'image/webp', width: 8, height: 6 }],
  ['HEIC', wholeHeic(), { mimeType: 'image/heic' }],
  ['HEIC with boxes behind its data', wholeHeic(box('free', [1]), box('sefd', [1, 2])), { mimeType: 'image/heic' }],
  ['HEIC whose data has 64 bits of length', longHeic(), { mimeType: 'image/heic' }],
  ['HEIC whose data runs to the end', openHeic(), { mimeType: 'image/heic' }],
  ['HEIF', wholeHeif(), { mimeType: 'image/heif' }],
];

describe('a whole picture', () => {
  it.each(WHOLE)('is taken: %s', (_name, picture, facts) => {
    expect(inspect(picture)).toMatchObject({ ok: true, value: facts });
  });

  it('is taken however it comes', () => {
    const cut = fc.tuple(fc.nat(), fc.array(fc.nat(), { maxLength: 12 }));
    fc.assert(
      fc.property(cut, ([which, places]) => {
        const [, picture] = WHOLE[which % WHOLE.length] as (typeof WHOLE)[number];
        const cuts = places.map((place) => place % picture.length).sort((a, b) => a - b);

        expect(inspect(picture, cuts)).toEqual(inspect(picture));
        expect(inspect(picture, cuts).ok).toBe(true);
      }),
    );
  });

  it('is taken byte by byte', () => {
    for (const [, picture] of WHOLE.filter(([, { length }]) => length < 1000)) {
      const everywhere = Array.from({ length: picture.length }, (_, at) => at);
      expect(inspect(picture, everywhere)).toEqual(inspect(picture));
    }
  });

  it('of one chunk each eight bytes ends the look at it, where there are too many', () => {
    const boxes = Array.from({ length: 70_000 }, () => box('free', [])).flat();

    expect(inspect(withTail(wholeHeic(), boxes))).toMatchObject({ ok: false });
  });
});

describe('a picture that is not whole', () => {
  it.each([
    ...WHOLE.filter(([name]) => !name.includes('to the end')).flatMap(([name, picture]) => [
      [`${name} without its last byte`, picture.slice(0, -1)] as const,
      [`${name} without its last eight bytes`, picture.slice(0, -8)] as const,
      [`${name} with a page behind it`, withTail(picture)] as const,
      [`${name} with one byte behind it`, withTail(picture, [0])] as const,
    ]),
    ['PNG without its end', wholePng().slice(0, -12)] as const,
    ['PNG with a page and another end behind it', withTail(withTail(wholePng()), [...wholePng().slice(-12)])] as const,
    ['PNG that ends twice', withTail(wholePng(), [...wholePng().slice(-12)])] as const,
    ['JPEG without its end', wholeJpeg().slice(0, -2)] as const,
    ['WebP that is longer than it says', wholeWebp(-2)] as const,
    ['WebP that is shorter than it says', wholeWebp(4)] as const,
    ['HEIC with a box that is too small', withTail(wholeHeic(), [0, 0, 0, 4, 1, 2, 3, 4])] as const,
    ['HEIC whose 64 bits say less than a head has', longHeic(15)] as const,
    ['HEIC whose 64 bits say too much', longHeic(21)] as const,
  ])('is refused: %s', (_name, picture) => {
    const result = inspect(picture);

    expect(result).toMatchObject({ ok: false, failure: { field: 'file' } });
    if (!result.ok) expect(result.failure).toHaveProperty('rule', expect.stringMatching(/^must be a/));
  });

  it.each([
    ['image/gif', gif()],
    ['image/svg+xml', ofText('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['image/svg+xml', ofText('\uFEFF<?xml version="1.0"?><svg/>')],
    ['text/html', ofText('<!DOCTYPE html><p>')],
    ['application/pdf', ofText('%PDF-1.7\n')],
    ['image/avif', Uint8Array.from([0, 0, 0, 20, ...ofText('ftypavif'), 0, 0, 0, 0, ...ofText('mif1')])],
    ['image/bmp', Uint8Array.from([0x42, 0x4d, 9, 0, 0, 0, 0, 0, 0, 0, 54])],
    ['image/tiff', Uint8Array.from([0x49, 0x49, 42, 0, 8])],
  ])('of another kind is refused by its name: %s', (value, picture) => {
    expect(inspect(picture)).toEqual({
      ok: false,
      failure: {
        reason: 'UNSUPPORTED_VALUE',
        field: 'file',
        value,
        accepted: ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'],
      },
    });
  });

  it('is refused before all of it has come, where its head tells', () => {
    const inspection = createImageInspection('file');

    expect(inspection.add(new Uint8Array(HEAD_BYTES - 1))).toBeUndefined();
    expect(inspection.add(new Uint8Array(1))).toMatchObject({ reason: 'INVALID_FIELD' });
  });

  it('that is a PNG without a size is refused', () => {
    const png = wholePng();
    png.fill(0, 16, 24);

    expect(inspect(png).ok).toBe(false);
  });

  it('that is a PNG without data is refused', () => {
    const png = wholePng();
    png.set(ofText('tEXt'), 37);

    expect(inspect(png).ok).toBe(false);
    expect(inspect(png, [], true).ok).toBe(false);
  });

  it('that is nothing at all is refused', () => {
    expect(inspect(new Uint8Array(0))).toMatchObject({ ok: false, failure: { reason: 'INVALID_FIELD' } });
  });

  it('that is any bytes at all ends with an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...WHOLE.slice(3)), (noise, [, picture]) => {
        expect(inspect(withTail(picture.slice(0, 30), [...noise])).ok).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('where something may follow, a picture', () => {
  /** With a preview in its metadata, which has an end of its own. */
  const preview = Uint8Array.from([...wholeJpeg().slice(0, 2), 0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9]);
  const withPreview = withTail(preview, [...wholeJpeg().slice(2)]);
  const followed = WHOLE.filter(([name]) => /PNG|JPEG|WebP/.test(name));

  it.each([...followed, ['JPEG with a preview', withPreview, {}] as const])('is whole: %s', (_name, picture, facts) => {
    const everywhere = Array.from({ length: Math.min(picture.length, 1000) }, (_, at) => at);
    for (const tail of [[], [0], [...picture.slice(0, 500)], undefined]) {
      expect(inspect(withTail(picture, tail), [], true)).toMatchObject({ ok: true, value: facts });
      expect(inspect(withTail(picture, tail), everywhere, true)).toMatchObject({ ok: true, value: facts });
    }
  });

  it.each([
    ['a PNG', wholePng()],
    ['a PNG of several pieces of memory', wholePng(3 * HEAD_BYTES)],
    ['a JPEG', wholeJpeg()],
    ['a JPEG with a preview', withPreview],
    ['a WebP', wholeWebp()],
  ])('is none where it was cut: %s', (_name, picture) => {
    const from = Math.max(1, picture.length - 300);
    for (let length = from; length < picture.length; length += 1) {
      expect(inspect(picture.slice(0, length), [], true).ok).toBe(false);
    }
  });

  it('is none without a scan: a JPEG of its end alone', () => {
    expect(inspect(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), [], true).ok).toBe(false);
  });

  it('of HEIF is followed by nothing all the same', () => {
    expect(inspect(withTail(wholeHeic()), [], true).ok).toBe(false);
  });
});
