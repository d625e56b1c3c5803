/**
 * Whether a picture carries C2PA content credentials, by the place that each format has for them. Only their presence is
 * told: no signature is checked.
 *
 * @see https://spec.c2pa.org/specifications/specifications/2.1/specs/C2PA_Specification.html, appendix A
 */
import type { ImageMimeType } from '../request/image-type.ts';

/** Credentials stand before the picture's own data, or after it in WebP. Further into a file nothing is read. */
const MAX_READ_BYTES = 32 * 1024 * 1024;

/** APP11, where JPEG keeps JUMBF boxes (ISO 19566-5). */
const APP11 = 0xeb;
const START_OF_SCAN = 0xda;
/** The `uuid` box of C2PA in HEIF. */
const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';

/** @param body The original bytes. It is read to where the answer is known, and cancelled there. */
export async function hasC2pa(mimeType: ImageMimeType, body: ReadableStream<Uint8Array>): Promise<boolean> {
  const source = new ByteQueue(body);
  try {
    switch (mimeType) {
      case 'image/png':
        return await inPng(source);
      case 'image/jpeg':
        return await inJpeg(source);
      case 'image/webp':
        return await inWebp(source);
      default:
        return await inHeif(source);
    }
  } finally {
    await source.cancel();
  }
}

/** Chunk `caBX`. */
async function inPng(source: ByteQueue): Promise<boolean> {
  await source.skip(8);
  for (let head = await source.take(8); head; head = await source.take(8)) {
    const type = textOf(head.subarray(4));
    if (type === 'caBX') return true;
    if (type === 'IEND') return false;
    await source.skip(viewOf(head).getUint32(0) + 4);
  }
  return false;
}

/** A JUMBF box in a segment APP11, whose contents name `c2pa`. */
async function inJpeg(source: ByteQueue): Promise<boolean> {
  await source.skip(2);
  for (let head = await source.take(4); head; head = await source.take(4)) {
    const [mark, code = 0] = head;
    const length = viewOf(head).getUint16(2) - 2;
    if (mark !== 0xff || code === START_OF_SCAN || length < 0) return false;
    if (code === APP11) {
      const segment = await source.take(length);
      if (segment && textOf(segment.subarray(0, 2)) === 'JP' && textOf(segment).includes('c2pa')) return true;
    } else {
      await source.skip(length);
    }
  }
  return false;
}

/** Chunk `C2PA`, behind the picture. */
async function inWebp(source: ByteQueue): Promise<boolean> {
  await source.skip(12);
  for (let head = await source.take(8); head; head = await source.take(8)) {
    if (textOf(head.subarray(0, 4)) === 'C2PA') return true;
    const length = viewOf(head).getUint32(4, true);
    await source.skip(length + (length % 2));
  }
  return false;
}

/** A box `uuid` on the first level. */
async function inHeif(source: ByteQueue): Promise<boolean> {
  for (let head = await source.take(8); head; head = await source.take(8)) {
    const length = viewOf(head).getUint32(0);
    if (length < 8) return false;
    if (textOf(head.subarray(4)) !== 'uuid' || length < 24) {
      await source.skip(length - 8);
      continue;
    }
    const uuid = await source.take(16);
    if (uuid?.toHex() === C2PA_UUID) return true;
    await source.skip(length - 24);
  }
  return false;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, MAX_TEXT));
/** The head of a JUMBF box with its label is shorter. */
const MAX_TEXT = 256;

/** Takes and skips bytes of a stream. What is skipped is never kept. */
class ByteQueue {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = new Uint8Array();
  #read = 0;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** @returns undefined where the stream has fewer bytes. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (!(await this.#fill())) return undefined;
      const piece = this.#rest.subarray(0, length - filled);
      taken.set(piece, filled);
      filled += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
    return taken;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (!(await this.#fill())) return;
      const skipped = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      left -= skipped;
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      if (this.#read > MAX_READ_BYTES) return false;
      const { done, value } = await this.#reader.read();
      if (done) return false;
      this.#rest = new Uint8Array(value);
      this.#read += value.length;
    }
    return true;
  }
}
