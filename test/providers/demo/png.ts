/** Reads a PNG slowly and strictly, so that the demo's output is checked by the standard and not by its own code. */
import { crc32, inflateSync } from 'node:zlib';

export interface DecodedPng {
  width: number;
  height: number;
  /** 256 × RGB. */
  palette: Uint8Array;
  /** One palette index a pixel. */
  pixels: Uint8Array;
}

/** @throws If a signature, checksum, length or filter is wrong. */
export function decodePng(bytes: Uint8Array): DecodedPng {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) throw new Error('not a PNG');
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw new Error(`bad CRC of ${type}`);
    chunks.push({ type, data });
    at += 12 + length;
  }
  const order = chunks.map(({ type }) => type).join(' ');
  if (!/^IHDR PLTE IDAT( IDAT)* IEND$/.test(order)) throw new Error(`chunks out of order: ${order}`);
  const header = chunks[0]!.data;
  const [width, height] = [readUint32(header, 0), readUint32(header, 4)];
  if ([...header.subarray(8)].join() !== '8,3,0,0,0') throw new Error('not an 8-bit palette picture');

  // inflateSync checks the Adler-32 at the end.
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  if (rows.length !== (width + 1) * height) throw new Error(`${rows.length} bytes of rows`);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    if (rows[y * (width + 1)] !== 0) throw new Error(`filter of row ${y}`);
    pixels.set(rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)), y * width);
  }
  return { width, height, palette: chunks[1]!.data, pixels };
}

const readUint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
