/** A picture as heavy as Google's: the demo's own are flat and compress to a hundredth. */
import { randomFillSync } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** RGB, 8 bits each. */
const COLOURS = 3;
/** So many bits of each byte are noise: half of the picture does not compress. */
const NOISE = 0x0f;

export function createHeavyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const line = 1 + width * COLOURS;
  const pixels = randomFillSync(Buffer.alloc(line * height));
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = at % line === 0 ? 0 : 0x70 | (pixels[at]! & NOISE);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
