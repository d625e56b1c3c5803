/**
 * Reads a picture's type and pixels from its first bytes: never from a label, and never by decoding. Every function
 * takes any bytes, reads at most {@link HEAD_BYTES} of them, and returns undefined where it is not sure.
 */
import { heifSize, isHeif } from './image-type-heif.ts';

/** Bytes of a picture that are read. A JPEG of Gemini has its size after a C2PA manifest of some 25 KB. */
export const HEAD_BYTES = 65_536;

const EXTENSIONS = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/heif': 'heif',
} as const;

export type ImageMimeType = keyof typeof EXTENSIONS;
export type ImageExtension = (typeof EXTENSIONS)[ImageMimeType];

/** The types the models take (ai.google.dev/gemini-api/docs/image-understanding). */
export const IMAGE_MIME_TYPES = Object.keys(EXTENSIONS) as readonly ImageMimeType[];

export interface ImageFacts {
  /** GIF is recognised so that it can be refused by its name. */
  mimeType: ImageMimeType | 'image/gif';
  /** Pixels as stored, before any rotation that a viewer applies. */
  width?: number;
  height?: number;
}

/** @param head The first bytes, {@link HEAD_BYTES} or all there are. */
export function sniffImage(head: Uint8Array): ImageFacts | undefined {
  const bytes = head.subarray(0, HEAD_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, PNG)) return { mimeType: 'image/png', ...pngSize(view) };
  if (startsWith(bytes, JPEG)) return { mimeType: 'image/jpeg', ...jpegSize(view) };
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')) return { mimeType: 'image/webp', ...webpSize(view) };
  if (hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')) return { mimeType: 'image/gif' };
  const heif = isHeif(view);
  return heif && { mimeType: heif, ...heifSize(view) };
}

/** Such as `jpg`; undefined for an unknown type. */
export const extensionOf = (mimeType: string): ImageExtension | undefined =>
  IMAGE_MIME_TYPES.includes(mimeType as ImageMimeType) ? EXTENSIONS[mimeType as ImageMimeType] : undefined;

/** The inverse of {@link extensionOf}. */
export const typeOfExtension = (extension: string): ImageMimeType | undefined =>
  IMAGE_MIME_TYPES.find((mimeType) => EXTENSIONS[mimeType] === extension);

type PixelSize = { width: number; height: number } | undefined;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  prefix.every((byte, index) => bytes[index] === byte);

const hasText = (bytes: Uint8Array, offset: number, text: string): boolean =>
  offset + text.length <= bytes.length &&
  [...text].every((letter, index) => bytes[offset + index] === letter.charCodeAt(0));

/** IHDR is always the first chunk (w3.org/TR/png-3 §5.6). */
function pngSize(view: DataView): PixelSize {
  if (view.byteLength < 24 || view.getUint32(12) !== 0x49484452) return undefined;
  return pixels(view.getUint32(16), view.getUint32(20));
}

/** Walks segments to the frame header: SOF0 to SOF15 but for DHT, JPG and DAC (ITU-T T.81, table B.1). */
function jpegSize(view: DataView): PixelSize {
  let offset = 2;
  // Each step moves on by at least one byte.
  while (offset + 9 <= view.byteLength) {
    if (view.getUint8(offset) !== 0xff) return undefined;
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      // A fill byte before the marker.
      offset += 1;
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return pixels(view.getUint16(offset + 7), view.getUint16(offset + 5));
    } else if (marker === 0xd9 || marker === 0xda) {
      return undefined;
    } else {
      const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
      const length = standalone ? 0 : view.getUint16(offset + 2);
      if (!standalone && length < 2) return undefined;
      offset += 2 + length;
    }
  }
  return undefined;
}

/** Lossy, lossless and extended files each keep their size elsewhere (RFC 9649 §2.5 to §2.7). */
function webpSize(view: DataView): PixelSize {
  if (view.byteLength < 30) return undefined;
  switch (view.getUint32(12)) {
    case 0x56503820: // "VP8 "
      return pixels(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 0x5650384c: {
      // "VP8L": after a signature byte, 14 bits each, less one.
      const bits = view.getUint32(21, true);
      return pixels((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 0x56503858: // "VP8X": 24 bits each, less one.
      return pixels((view.getUint32(24, true) & 0xffffff) + 1, (view.getUint32(26, true) >>> 8) + 1);
    default:
      return undefined;
  }
}

const pixels = (width: number, height: number): PixelSize => (width > 0 && height > 0 ? { width, height } : undefined);
