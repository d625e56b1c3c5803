/**
 * Writes a PNG in strips. The browser's own encoder blocks the page for half a second where the picture has 4K, and
 * clipboards take nothing but PNG.
 *
 * @see https://www.w3.org/TR/png-3/
 */

/** Pixels of a strip: about 5 ms of work. */
const STRIP = 200_000;

/** @param hasAlpha Whether the picture may be transparent. */
export async function encodePng(bitmap: ImageBitmap, hasAlpha: boolean): Promise<Blob> {
  const { width, height } = bitmap;
  const header = new Uint8Array(13);
  const fields = new DataView(header.buffer);
  fields.setUint32(0, width);
  fields.setUint32(4, height);
  // Eight bits for each of red, green, blue and, in type 6, alpha.
  header.set([8, hasAlpha ? 6 : 2], 8);

  const deflated = new CompressionStream('deflate');
  const writing = writeRows(bitmap, hasAlpha ? 4 : 3, deflated.writable.getWriter());
  const parts = [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', header)];
  const reader = deflated.readable.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) parts.push(chunk('IDAT', read.value));
  await writing;
  parts.push(chunk('IEND', new Uint8Array()));
  return new Blob(parts, { type: 'image/png' });
}

/** Each row begins with its filter, here the difference to the pixel before (type 1). */
async function writeRows(
  bitmap: ImageBitmap,
  channels: number,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  const { width, height } = bitmap;
  const most = Math.ceil(STRIP / width);
  const context = new OffscreenCanvas(width, most).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('There is no canvas of this size.');
  for (let top = 0; top < height; top += most) {
    const rows = Math.min(most, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, top, width, rows, 0, 0, width, rows);
    const { data } = context.getImageData(0, 0, width, rows);
    const out = new Uint8Array(rows * (width * channels + 1));
    let at = 0;
    for (let row = 0; row < rows; row++) {
      out[at++] = 1;
      const start = row * width * 4;
      for (let pixel = start; pixel < start + width * 4; pixel += 4) {
        for (let channel = pixel; channel < pixel + channels; channel++) {
          out[at++] = data[channel]! - (pixel > start ? data[channel - 4]! : 0);
        }
      }
    }
    await writer.write(out);
    // The page gets its turn between two strips.
    await new Promise((resolve) => setTimeout(resolve));
  }
  await writer.close();
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Length, type, data, and the CRC-32 of the last two. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  bytes.set(data, 8);
  let crc = -1;
  for (let at = 4; at < data.length + 8; at++) crc = TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  view.setInt32(data.length + 8, ~crc);
  return bytes;
}
