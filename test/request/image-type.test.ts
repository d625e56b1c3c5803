import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  extensionOf,
  HEAD_BYTES,
  IMAGE_MIME_TYPES,
  sniffImage,
  typeOfExtension,
} from '../../worker/request/image-type.ts';
import {
  box,
  bytes,
  fileType,
  frame,
  gif,
  heif,
  jpeg,
  png,
  segment,
  webpExtended,
  webpLossless,
  webpLossy,
} from './images.ts';

const C2PA = segment(0xeb, new Array<number>(60_000).fill(0xff));
const TEXT = new TextEncoder();

describe('sniffImage', () => {
  it.each([
    { name: 'a PNG', head: png(5632, 3072), expected: { mimeType: 'image/png', width: 5632, height: 3072 } },
    { name: 'a JPEG', head: jpeg(1408, 768), expected: { mimeType: 'image/jpeg', width: 1408, height: 768 } },
    {
      name: 'a progressive JPEG',
      head: bytes(0xff, 0xd8, ...frame(640, 480, 0xc2)),
      expected: { mimeType: 'image/jpeg', width: 640, height: 480 },
    },
    {
      name: 'a JPEG whose frame comes after a large C2PA manifest',
      head: jpeg(1408, 768, segment(0xe0, [0x4a, 0x46]), C2PA, segment(0xdb, new Array<number>(65).fill(1))),
      expected: { mimeType: 'image/jpeg', width: 1408, height: 768 },
    },
    {
      name: 'a JPEG with fill bytes and tables before its frame',
      head: jpeg(20, 10, segment(0xc4, [1, 2, 3]), [0xff, 0xff]),
      expected: { mimeType: 'image/jpeg', width: 20, height: 10 },
    },
    { name: 'a JPEG cut before its frame', head: jpeg(20, 10, C2PA, C2PA), expected: { mimeType: 'image/jpeg' } },
    {
      name: 'a JPEG with a broken segment',
      head: bytes(0xff, 0xd8, 0xff, 0xe0, 0, 0, ...frame(9, 9)),
      expected: { mimeType: 'image/jpeg' },
    },
    { name: 'a lossy WebP', head: webpLossy(800, 600), expected: { mimeType: 'image/webp', width: 800, height: 600 } },
    {
      name: 'a lossless WebP',
      head: webpLossless(16384, 9000),
      expected: { mimeType: 'image/webp', width: 16384, height: 9000 },
    },
    {
      name: 'an extended WebP',
      head: webpExtended(11712, 1408),
      expected: { mimeType: 'image/webp', width: 11712, height: 1408 },
    },
    { name: 'a GIF, to refuse it by name', head: gif(), expected: { mimeType: 'image/gif' } },
    {
      name: 'an iPhone photo by its largest extent',
      head: heif(['heic', 'mif1', 'heic'], [512, 512], [4032, 3024], [320, 240]),
      expected: { mimeType: 'image/heic', width: 4032, height: 3024 },
    },
    {
      name: 'a HEIC whose major brand is mif1',
      head: heif(['mif1', 'heix'], [8, 6]),
      expected: { mimeType: 'image/heic', width: 8, height: 6 },
    },
    {
      name: 'a HEIF of another codec',
      head: heif(['mif1'], [8, 6]),
      expected: { mimeType: 'image/heif', width: 8, height: 6 },
    },
    {
      name: 'a HEIC without sizes',
      head: bytes(...fileType('heic'), ...box('mdat', [1])),
      expected: { mimeType: 'image/heic' },
    },
  ])('recognises $name', ({ head, expected }) => {
    expect(sniffImage(head)).toEqual(expected);
  });

  it.each([
    { name: 'nothing', head: bytes() },
    { name: 'text', head: TEXT.encode('hello, world') },
    { name: 'an SVG', head: TEXT.encode('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    { name: 'a page', head: TEXT.encode('<!doctype html><script>alert(1)</script>') },
    { name: 'a PDF', head: TEXT.encode('%PDF-1.7') },
    { name: 'an AVIF, which has the boxes of a HEIF', head: heif(['avif', 'mif1', 'miaf'], [8, 6]) },
    { name: 'a video of the same family', head: bytes(...fileType('isom', 'mp41')) },
    { name: 'a PNG without its first byte', head: png(1, 1).subarray(1) },
    { name: 'a WAV', head: TEXT.encode('RIFF\0\0\0\0WAVEfmt ') },
    { name: 'half a JPEG marker', head: bytes(0xff, 0xd8) },
  ])('does not take $name for a picture', ({ head }) => {
    expect(sniffImage(head)).toBeUndefined();
  });

  it('reads from the view it is given and not from the buffer under it', () => {
    const inside = new Uint8Array([1, 2, 3, ...png(7, 5), 9]).subarray(3, -1);

    expect(sniffImage(inside)).toEqual({ mimeType: 'image/png', width: 7, height: 5 });
  });

  it('survives any bytes, and any cut and any damage of a picture', () => {
    const pictures = [
      png(3, 2),
      jpeg(3, 2, C2PA),
      webpLossy(3, 2),
      webpLossless(3, 2),
      webpExtended(3, 2),
      heif(['heic'], [3, 2]),
    ];
    const damaged = fc
      .record({
        picture: fc.constantFrom(...pictures),
        end: fc.nat(200),
        changes: fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      })
      .map(({ picture, end, changes }) => {
        const head = picture.slice(0, end);
        for (const [at, value] of changes) if (at < head.length) head[at] = value;
        return head;
      });

    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), (head) => {
        const found = sniffImage(head);
        if (found === undefined) return;
        expect(found.width === undefined).toBe(found.height === undefined);
        expect([...IMAGE_MIME_TYPES, 'image/gif']).toContain(found.mimeType);
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at a head of 64 KiB, whatever it is given', () => {
    const padding = segment(0xe2, new Array<number>(HEAD_BYTES - 6).fill(0));

    expect(sniffImage(jpeg(20, 10, padding))).toEqual({ mimeType: 'image/jpeg' });
  });
});

it('has one extension for each type, and finds the way back', () => {
  expect(IMAGE_MIME_TYPES.map(extensionOf)).toEqual(['png', 'jpg', 'webp', 'heic', 'heif']);
  expect(IMAGE_MIME_TYPES.map((type) => typeOfExtension(extensionOf(type) ?? ''))).toEqual(IMAGE_MIME_TYPES);
});

it.each(['image/gif', 'image/svg+xml', 'constructor', '__proto__', ''])('knows no extension of %j', (name) => {
  expect(extensionOf(name)).toBeUndefined();
  expect(typeOfExtension(name)).toBeUndefined();
});
