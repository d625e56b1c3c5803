/** Pictures made in the test's own browser. */

/** Left half red, right half blue; `alpha` is the opacity of the blue half. */
export async function twoColours(
  width: number,
  height: number,
  { type = 'image/jpeg', alpha = 1 }: { type?: string; alpha?: number } = {},
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#f00';
  context.fillRect(0, 0, width / 2, height);
  context.fillStyle = `rgb(0 0 255 / ${alpha})`;
  context.fillRect(width / 2, 0, width / 2, height);
  return canvas.convertToBlob({ type, quality: 1 });
}

/** Pixels without any order, which no format can write in few bytes. */
export async function noise(side: number, type: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(side, side);
  const pixels = new ImageData(side, side);
  let state = 1;
  for (let at = 0; at < pixels.data.length; at += 1) {
    // The generator of the C standard.
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pixels.data[at] = at % 4 === 3 ? 255 : (state >>> 16) & 255;
  }
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type, quality: 1 });
}

/** A JPEG as a phone writes it: held sideways, with the place where it was taken. */
export async function fromPhone(): Promise<Blob> {
  const bytes = new Uint8Array(await (await twoColours(400, 200)).arrayBuffer());
  const tiff = exifWithLocation(6);
  const segment = new Uint8Array(4 + 6 + tiff.length);
  segment.set([0xff, 0xe1, (segment.length - 2) >> 8, (segment.length - 2) & 255, ...textBytes('Exif\0\0')]);
  segment.set(tiff, 10);
  return new Blob([bytes.slice(0, 2), segment, bytes.slice(2)], { type: 'image/jpeg' });
}

/** Latitude of {@link exifWithLocation}, as it is written there: a denominator that stands out. */
export const LATITUDE = [0x0b, 0xad, 0xca, 0xfe];

/** Exif data in the byte order of most phones: orientation, and a directory with a latitude. */
export function exifWithLocation(orientation: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(90));
  const entry = (offset: number, tag: number, type: number, count: number, value: number) => {
    view.setUint16(offset, tag);
    view.setUint16(offset + 2, type);
    view.setUint32(offset + 4, count);
    if (type === 3) view.setUint16(offset + 8, value);
    else view.setUint32(offset + 8, value);
  };
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, 2);
  entry(10, 0x0112, 3, 1, orientation);
  entry(22, 0x8825, 4, 1, 38);
  view.setUint16(38, 2);
  entry(40, 1, 2, 2, 0x4e000000);
  entry(52, 2, 5, 3, 66);
  for (let offset = 66; offset < 90; offset += 8) {
    view.setUint32(offset, 52);
    new Uint8Array(view.buffer).set(LATITUDE, offset + 4);
  }
  return new Uint8Array(view.buffer);
}

/** The head of a HEIC of a phone, and Exif data behind it. No browser here can draw it. */
export const heicWithLocation = (): Blob =>
  new Blob([
    new Uint8Array([0, 0, 0, 24, ...textBytes('ftypheic\0\0\0\0mif1heic')]),
    new Uint8Array([0, 0, 0, 104, ...textBytes('mdatExif\0\0')]),
    exifWithLocation(1),
  ]);

export const textBytes = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

export const bytesOf = async (blob: Blob): Promise<number[]> => [...new Uint8Array(await blob.arrayBuffer())];

/** Whether bytes contain others. */
export const contains = (bytes: readonly number[], part: readonly number[]): boolean =>
  String.fromCharCode(...bytes).includes(String.fromCharCode(...part));

/** Width, height and the colours at places given as shares. */
export async function look(blob: Blob, ...places: [x: number, y: number][]) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(bitmap, 0, 0);
  const colours = places.map(([x, y]) => {
    const [red = 0, , blue = 0, alpha = 0] = context.getImageData(width * x, height * y, 1, 1).data;
    return alpha < 20 ? 'clear' : red > blue ? 'red' : 'blue';
  });
  return { width, height, colours };
}
