/** Types of pictures, as their bytes show them. Names and labels of files are often wrong. */
export type Kind =
  | 'image/jpeg'
  | 'image/png'
  | 'image/webp'
  | 'image/gif'
  | 'image/bmp'
  | 'image/avif'
  | 'image/heic'
  | 'image/heif';

/** Bytes of a file that {@link kindOf} needs: all brands of a phone's HEIC. */
export const HEAD_BYTES = 64;

/** AVIF goes before HEIF, because it lists HEIF's brands too (ISO/IEC 23008-12 annex B). */
const SIGNS: readonly (readonly [Kind, RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/webp', /^RIFF.{4}WEBP/s],
  ['image/gif', /^GIF8[79]a/],
  ['image/bmp', /^BM.{4}\0{4}/s],
  ['image/avif', /^.{4}ftyp(.{4})*?avi[fs]/s],
  ['image/heic', /^.{4}ftyp(.{4})*?(hei[cxms]|hev[cxms])/s],
  ['image/heif', /^.{4}ftyp(.{4})*?(mif|msf)[12]/s],
];

/** @returns undefined for anything but a picture, and for drawings such as SVG, which are documents. */
export function kindOf(head: Uint8Array): Kind | undefined {
  const text = String.fromCharCode(...head);
  return SIGNS.find(([, sign]) => sign.test(text))?.[0];
}
