/** Tells whether a picture's bytes have come to its end, for one whose base64 may go on in another text. */

const HEAD_BYTES = 12;
const TAIL_BYTES = 8;

export interface PictureEnd {
  /** @param bytes May be reused afterwards. */
  add(bytes: Uint8Array): void;
  /** @param held Base64 that is not decoded yet. @returns undefined for a picture of another type. */
  isWhole(held: string): boolean | undefined;
}

export function createPictureEnd(): PictureEnd {
  let head = '';
  let tail = '';
  let length = 0;
  return {
    add(bytes) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (head.length < HEAD_BYTES)
        head = (head + text.subarray(0, HEAD_BYTES).toString('latin1')).slice(0, HEAD_BYTES);
      tail = (tail + text.subarray(-TAIL_BYTES).toString('latin1')).slice(-TAIL_BYTES);
      length += bytes.length;
    },
    isWhole(held) {
      const rest = Buffer.from(held.replaceAll('\\', ''), 'base64').toString('latin1');
      const end = tail + rest;
      if (head.startsWith('\x89PNG')) return end.endsWith('IEND\xae\x42\x60\x82');
      if (head.startsWith('\xff\xd8')) return end.endsWith('\xff\xd9');
      if (head.startsWith('RIFF')) return length + rest.length >= 8 + Buffer.from(head, 'latin1').readUInt32LE(4);
      return undefined;
    },
  };
}
