import { expect, it } from 'vitest';
import { kindOf } from '../../../widget/references/kind.ts';
import { textBytes } from './pictures.ts';

it.each([
  ['a JPEG', '\xff\xd8\xff\xe0', 'image/jpeg'],
  ['a PNG', '\x89PNG\r\n\x1a\n', 'image/png'],
  ['a WebP', 'RIFF\n\0\0\0WEBPVP8 ', 'image/webp'],
  ['a GIF', 'GIF89a', 'image/gif'],
  ['a BMP', 'BM\x9a\0\0\0\0\0\0\0', 'image/bmp'],
  ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image/heic'],
  ['a HEIC whose first brand is the common one', '\0\0\0\x18ftypmif1\0\0\0\0mif1heix', 'image/heic'],
  ['a HEIF', '\0\0\0\x18ftypmif1\0\0\0\0mif1miaf', 'image/heif'],
  ['an AVIF, which lists the brands of HEIF too', '\0\0\0\x1cftypavif\0\0\0\0mif1miafavif', 'image/avif'],
  ['a video', '\0\0\0\x18ftypisom\0\0\x02\0isommp41', undefined],
  ['a brand that only begins like one of these', '\0\0\0\x14ftypqt  \0\0\0\0xxhe', undefined],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['a PDF', '%PDF-1.7', undefined],
  ['a page', '<!doctype html>', undefined],
  ['nothing', '', undefined],
])('tells %s by its bytes', (_, text, kind) => {
  expect(kindOf(new Uint8Array(textBytes(text)))).toBe(kind);
});
