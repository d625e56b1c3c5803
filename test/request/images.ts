/** The first bytes of pictures by their formats' rules: enough for code that reads headers, and nothing to decode. */

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const be16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value & 0xffff)];
const le16 = (value: number): number[] => be16(value).reverse();
const le24 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff];

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

export const png = (width: number, height: number): Uint8Array =>
  bytes(
    0x89,
    ...ascii('PNG\r\n'),
    0x1a,
    0x0a,
    ...be32(13),
    ...ascii('IHDR'),
    ...be32(width),
    ...be32(height),
    8,
    2,
    0,
    0,
    0,
  );

/** A segment with its marker and length. */
export const segment = (marker: number, contents: number[]): number[] => [
  0xff,
  marker,
  ...be16(contents.length + 2),
  ...contents,
];

export const frame = (width: number, height: number, marker = 0xc0): number[] =>
  segment(marker, [8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]);

export const jpeg = (width: number, height: number, ...before: number[][]): Uint8Array =>
  bytes(0xff, 0xd8, ...before.flat(), ...frame(width, height), 0xff, 0xda);

const riff = (format: string, contents: number[]): Uint8Array =>
  bytes(
    ...ascii('RIFF'),
    ...le24(contents.length + 12),
    0,
    ...ascii('WEBP'),
    ...ascii(format),
    ...le24(contents.length),
    0,
    ...contents,
  );

export const webpLossy = (width: number, height: number): Uint8Array =>
  riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, ...le16(width), ...le16(height)]);

export const webpLossless = (width: number, height: number): Uint8Array => {
  const bits = (width - 1) | ((height - 1) << 14);
  return riff('VP8L', [0x2f, ...le16(bits & 0xffff), ...le16(bits >>> 16), 0, 0, 0, 0, 0]);
};

export const webpExtended = (width: number, height: number): Uint8Array =>
  riff('VP8X', [0, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)]);

export const gif = (): Uint8Array => bytes(...ascii('GIF89a'), 1, 0, 1, 0, 0, 0, 0);

export const box = (type: string, contents: number[]): number[] => [
  ...be32(contents.length + 8),
  ...ascii(type),
  ...contents,
];

export const fileType = (...brands: string[]): number[] => {
  const [major = '', ...compatible] = brands;
  return box('ftyp', [...ascii(major), 0, 0, 0, 0, ...compatible.flatMap(ascii)]);
};

const extent = (width: number, height: number): number[] => box('ispe', [0, 0, 0, 0, ...be32(width), ...be32(height)]);

/** @param sizes Of the tiles and thumbnails as well as of the picture. */
export const heif = (brands: string[], ...sizes: [number, number][]): Uint8Array => {
  const container = box(
    'ipco',
    sizes.flatMap(([width, height]) => [...box('hvcC', [1, 2, 3]), ...extent(width, height)]),
  );
  const handler = box('hdlr', new Array<number>(24).fill(0));
  const meta = box('meta', [0, 0, 0, 0, ...handler, ...box('iprp', container)]);
  return bytes(...fileType(...brands), ...meta);
};
