/**
 * Pictures that decode, have a requested size in bytes, do not compress, and are cheap to send again.
 *
 * Pixels are plain and small; the weight is noise in a segment that decoders skip. A few bytes at the beginning
 * make each picture unique and are encoded for each request; the rest is cached base64.
 */
import { createCipheriv } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { Dimensions } from './dimensions.ts';

/** A base64 string of a message, in pieces that are written unchanged. */
export class Base64 {
  readonly pieces: readonly Buffer[];
  /** Decoded length. */
  readonly bytes: number;

  constructor(pieces: readonly Buffer[], bytes: number) {
    this.pieces = pieces;
    this.bytes = bytes;
  }
}

export type PictureType = 'image/png' | 'image/jpeg';

export interface PictureOptions {
  mimeType: PictureType;
  dimensions: Dimensions;
  /** Size of the file in bytes; the smallest possible if the pixels need more. */
  bytes: number;
  /** Makes this picture unique; at most 40 characters of ASCII. */
  mark: string;
}

/** Bytes that look random and are always the same. */
export function noise(bytes: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 'peel'), Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** @returns The picture's base64; only its first characters are encoded now. */
export function createPicture({ mimeType, dimensions, bytes, mark }: PictureOptions): Base64 {
  const head = mimeType === 'image/png' ? pngHead(dimensions, mark) : jpegHead(mark);
  const key = `${mimeType} ${dimensions.join('×')} ${bytes}`;
  const body = bodies.get(key, () =>
    mimeType === 'image/png' ? pngBody(dimensions, bytes - head.length) : jpegBody(dimensions, bytes - head.length),
  );
  return new Base64([encode(head), body.base64], head.length + body.bytes);
}

/** The base64 of a thought signature's rest, which is always the same; see signatures.ts for its head. */
export const createSignatureBody = (bytes: number): Buffer =>
  bodies.get(`signature ${bytes}`, () => noise(bytes)).base64;

const encode = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64'), 'latin1');

/** Cached bodies; the oldest leaves first, because fourteen ratios at 4K alone would be 340 MB. */
class BodyCache {
  #kept = new Map<string, { base64: Buffer; bytes: number }>();
  #bytes = 0;
  readonly #maxBytes = 256e6;

  get(key: string, make: () => Buffer): { base64: Buffer; bytes: number } {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const raw = make();
    const made = { base64: encode(raw), bytes: raw.length };
    this.#kept.set(key, made);
    this.#bytes += made.base64.length;
    for (const [oldest, { base64 }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#kept.delete(oldest);
      this.#bytes -= base64.length;
    }
    return made;
  }
}

const bodies = new BodyCache();

/** Heads end on a multiple of three bytes, so that the base64 of head and body joins without padding. */
const padMark = (mark: string, fixedBytes: number): Buffer => {
  const length = 40 + ((3 - ((fixedBytes + 40) % 3)) % 3);
  return Buffer.from(mark.slice(0, 40).padEnd(length, ' '), 'latin1');
};

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

function pngHead([width, height]: Dimensions, mark: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // 1 bit, greyscale: the smallest there is
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const keyword = Buffer.from('Comment\0', 'latin1');
  const fixed = magic.length + 25 + 12 + keyword.length;
  const text = Buffer.concat([keyword, padMark(mark, fixed)]);
  return Buffer.concat([magic, pngChunk('IHDR', header), pngChunk('tEXt', text)]);
}

function pngBody([width, height]: Dimensions, bytes: number): Buffer {
  const pixels = pngChunk('IDAT', deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8)))));
  const end = pngChunk('IEND', Buffer.alloc(0));
  const left = bytes - pixels.length - end.length - 12;
  // Lower-case letters: ancillary, private, safe to copy.
  return Buffer.concat(left > 0 ? [pixels, pngChunk('noIs', noise(left)), end] : [pixels, end]);
}

function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

function jpegHead(mark: string): Buffer {
  const start = Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.from([0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])),
  ]);
  return Buffer.concat([start, jpegSegment(0xfe, padMark(mark, start.length + 4))]);
}

/** The largest payload of a JPEG segment. */
const SEGMENT_BYTES = 65_533;

/**
 * A grey baseline JPEG. Each of its two Huffman tables has one code, a zero bit: "no difference" and "end of block".
 * So every 8×8 block is two zero bits, and the scan is as short as possible.
 */
function jpegBody([width, height]: Dimensions, bytes: number): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  const oneCode = Buffer.from([1, ...Array<number>(15).fill(0), 0]);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const scan = Buffer.alloc(Math.ceil(blocks / 4));
  if (blocks % 4 !== 0) scan[scan.length - 1] = 0xff >> ((blocks % 4) * 2);
  const frameAndTables = [
    jpegSegment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    jpegSegment(0xc0, frame),
    jpegSegment(0xc4, Buffer.concat([Buffer.from([0x00]), oneCode])),
    jpegSegment(0xc4, Buffer.concat([Buffer.from([0x10]), oneCode])),
  ];
  const scanAndEnd = [jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), scan, Buffer.from([0xff, 0xd9])];
  const needed = [...frameAndTables, ...scanAndEnd].reduce((sum, piece) => sum + piece.length, 0);
  // The noise follows the frame, so that the dimensions are near the beginning, as in real pictures.
  return Buffer.concat([...frameAndTables, ...noiseSegments(bytes - needed), ...scanAndEnd]);
}

function noiseSegments(bytes: number): Buffer[] {
  const segments: Buffer[] = [];
  const pool = noise(Math.max(0, bytes));
  for (let at = 0; bytes - at > 4; at += SEGMENT_BYTES + 4) {
    const length = Math.min(SEGMENT_BYTES, bytes - at - 4);
    segments.push(jpegSegment(0xef, pool.subarray(at, at + length)));
  }
  return segments;
}
