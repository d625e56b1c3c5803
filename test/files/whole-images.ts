/** Whole pictures by their formats' rules, of any length. Their contents cannot be decoded, and need not be. */
import { box, bytes, fileType, frame, segment } from '../request/images.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const concat = (...pieces: (Uint8Array | number[])[]): Uint8Array =>
  Uint8Array.from(pieces.flatMap((each) => [...each]));

/** Bytes that depend on their offset and on the seed. */
function filler(length: number, seed: number): Uint8Array {
  const filled = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) filled[at] = (at * 31 + (at >> 8) + seed) & 0x7f;
  return filled;
}

function chunk(type: string, contents: Uint8Array | number[]): Uint8Array {
  const whole = new Uint8Array(12 + contents.length);
  new DataView(whole.buffer).setUint32(0, contents.length);
  whole.set(ascii(type), 4);
  whole.set(contents, 8);
  return whole;
}

const PNG_HEAD = concat(
  [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a],
  chunk('IHDR', [0, 0, 0, 8, 0, 0, 0, 6, 8, 2, 0, 0, 0]),
);
const PNG_END = chunk('IEND', []);

/** The smallest PNG that {@link wholePng} makes. */
export const MIN_PNG_BYTES = PNG_HEAD.length + 12 + PNG_END.length;

/** 8 × 6 pixels and exactly so many bytes. */
export function wholePng(length = 200, seed = 0): Uint8Array {
  const whole = new Uint8Array(length);
  const data = chunk('IDAT', filler(length - MIN_PNG_BYTES, seed));
  whole.set(PNG_HEAD);
  whole.set(data, PNG_HEAD.length);
  whole.set(PNG_END, length - PNG_END.length);
  return whole;
}

/** Its head claims 65535 × 65535 pixels. */
export function hugePng(): Uint8Array {
  const whole = wholePng();
  whole.set([0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff], 16);
  return whole;
}

export const wholeJpeg = (...trailer: number[]): Uint8Array =>
  bytes(0xff, 0xd8, ...frame(8, 6), ...segment(0xda, [1, 1, 0, 0, 63, 0]), 1, 2, 3, 4, 0xff, 0xd9, ...trailer);

/** @param claimed Added to the true length in the head. */
export function wholeWebp(claimed = 0): Uint8Array {
  const vp8 = [...ascii('VP8 '), 20, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 8, 0, 6, 0, ...Array<number>(10).fill(3)];
  return bytes(...ascii('RIFF'), 4 + vp8.length + claimed, 0, 0, 0, ...ascii('WEBP'), ...vp8);
}

const heifOf = (brand: string, ...boxes: number[][]): Uint8Array =>
  bytes(...fileType(brand, 'mif1'), ...box('meta', [0, 0, 0, 0]), ...boxes.flat());

export const wholeHeic = (...more: number[][]): Uint8Array => heifOf('heic', box('mdat', [1, 2, 3, 4]), ...more);
export const wholeHeif = (...more: number[][]): Uint8Array => heifOf('mif1', box('mdat', [1, 2, 3, 4]), ...more);
/** Its data box has 64 bits of length. */
export const longHeic = (length = 20): Uint8Array =>
  heifOf('heic', [0, 0, 0, 1, ...ascii('mdat'), 0, 0, 0, 0, 0, 0, 0, length, 1, 2, 3, 4]);
/** Its data box runs to the end. */
export const openHeic = (): Uint8Array => heifOf('heic', [0, 0, 0, 0, ...ascii('mdat'), 1, 2, 3]);

const HTML = ascii('<html><script>alert(1)</script></html>');
export const withTail = (picture: Uint8Array, tail: number[] = HTML): Uint8Array => concat(picture, tail);
export const ofText = (text: string): Uint8Array => new TextEncoder().encode(text);
