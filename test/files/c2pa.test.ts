import { describe, expect, it } from 'vitest';
import { hasC2pa } from '../../worker/files/c2pa.ts';
import type { ImageMimeType } from '../../worker/request/image-type.ts';

const bytesOf = (...parts: (string | number[])[]): number[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [...part].map((sign) => sign.charCodeAt(0)) : part));
const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const le32 = (value: number): number[] => u32(value).toReversed();
const zeros = (length: number): number[] => Array(length).fill(0);

const chunk = (type: string, length: number): number[] => bytesOf(u32(length), type, zeros(length + 4));
const png = (...chunks: number[][]): number[] =>
  [[137], bytesOf('PNG\r\n\x1a\n'), chunk('IHDR', 13), ...chunks, chunk('IEND', 0)].flat();
const segment = (code: number, contents: number[]): number[] => [
  ...[255, code, (contents.length + 2) >> 8, (contents.length + 2) & 255],
  ...contents,
];
const jpeg = (...segments: number[][]): number[] =>
  [[255, 0xd8], segment(0xe0, zeros(14)), ...segments, segment(0xda, zeros(6)), zeros(5000), [255, 0xd9]].flat();
const jumbf = (label: string): number[] =>
  segment(0xeb, bytesOf('JP', zeros(6), u32(99), 'jumb', u32(40), 'jumd', zeros(17), `${label}\0`, zeros(900)));
const riff = (...chunks: number[][]): number[] => bytesOf('RIFF', le32(99), 'WEBP', chunks.flat());
const piece = (type: string, length: number): number[] => bytesOf(type, le32(length), zeros(length + (length % 2)));
const box = (type: string, contents: number[]): number[] => bytesOf(u32(contents.length + 8), type, contents);
const UUID = [...Uint8Array.fromHex('d8fec3d61b0e483c92975828877ec481')];

/** @param size Bytes of each piece that arrives. */
function bodyOf(bytes: number[], size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(Uint8Array.from(bytes.slice(at, at + size)));
      at += size;
    },
  });
}

const WITH: [name: string, type: ImageMimeType, bytes: number[]][] = [
  ['a PNG with caBX', 'image/png', png(chunk('caBX', 700), chunk('IDAT', 5000))],
  ['a PNG with caBX behind the picture', 'image/png', png(chunk('IDAT', 5000), chunk('caBX', 700))],
  ['a JPEG with JUMBF in APP11', 'image/jpeg', jpeg(segment(0xe1, zeros(300)), jumbf('c2pa'))],
  ['a WebP with C2PA behind the picture', 'image/webp', riff(piece('VP8X', 10), piece('VP8 ', 5001), piece('C2PA', 9))],
  ['a HEIF with the box of C2PA', 'image/heic', [box('ftyp', zeros(8)), box('uuid', [...UUID, ...zeros(50)])].flat()],
];
const WITHOUT: typeof WITH = [
  ['a PNG', 'image/png', png(chunk('IDAT', 5000))],
  ['a PNG whose pixels spell caBX', 'image/png', png(bytesOf(u32(4), 'IDATcaBX', zeros(4)))],
  ['a JPEG', 'image/jpeg', jpeg(segment(0xe1, bytesOf('c2pa', zeros(20))))],
  ['a JPEG with another box in APP11', 'image/jpeg', jpeg(jumbf('jpeg'))],
  ['a WebP', 'image/webp', riff(piece('VP8 ', 5001))],
  ['a HEIF with another box', 'image/heic', [box('ftyp', zeros(8)), box('uuid', zeros(66))].flat()],
  ['a PNG that is cut short', 'image/png', png(chunk('IDAT', 5000)).slice(0, 60)],
  ['nothing', 'image/jpeg', []],
];

describe.each([1, 7, 65_536])('in pieces of %i bytes', (size) => {
  it.each(WITH)('%s has content credentials', async (_name, type, bytes) => {
    expect(await hasC2pa(type, bodyOf(bytes, size))).toBe(true);
  });

  it.each(WITHOUT)('%s has none', async (_name, type, bytes) => {
    expect(await hasC2pa(type, bodyOf(bytes, size))).toBe(false);
  });
});
