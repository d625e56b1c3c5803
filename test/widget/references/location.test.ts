import { describe, expect, it } from 'vitest';
import { blankLocation } from '../../../widget/references/location.ts';
import { contains, exifWithLocation, LATITUDE, textBytes } from './pictures.ts';

const inFile = (tiff: ArrayLike<number>) =>
  new Uint8Array([...textBytes('ftypheic....infeExif\0..'), ...textBytes('Exif\0\0'), ...Array.from(tiff)]);

describe('the position in a photo that is sent as it is', () => {
  it('is blanked, and nothing else is', () => {
    const bytes = inFile(exifWithLocation(6));
    const before = [...bytes];

    blankLocation(bytes);

    expect(contains(before, LATITUDE)).toBe(true);
    expect(contains([...bytes], LATITUDE)).toBe(false);
    const start = bytes.length - 90;
    expect([...bytes.subarray(0, start + 38)]).toEqual(before.slice(0, start + 38));
    expect([...bytes.subarray(start + 38)]).toEqual(new Array(52).fill(0));
  });

  it('is blanked in the other byte order too', () => {
    const view = new DataView(exifWithLocation(1).buffer);
    // Turns every number round, as cameras of other makers write them.
    const fields16 = [2, 8, 10, 12, 18, 22, 24, 38, 40, 42, 52, 54];
    const fields32 = [4, 14, 26, 30, 44, 48, 56, 60, 66, 70, 74, 78, 82, 86];
    for (const offset of fields16) view.setUint16(offset, view.getUint16(offset), true);
    for (const offset of fields32) view.setUint32(offset, view.getUint32(offset), true);
    view.setUint16(0, 0x4949);
    const bytes = inFile(new Uint8Array(view.buffer));

    blankLocation(bytes);

    expect(contains([...bytes], LATITUDE.toReversed())).toBe(false);
  });

  it.each([8, 20, 40, 60, 80])('is looked for in data cut after %i bytes without an error', (length) => {
    const bytes = inFile(exifWithLocation(1).subarray(0, length));

    expect(() => blankLocation(bytes)).not.toThrow();
  });

  it('is not mistaken for other bytes', () => {
    const bytes = new Uint8Array(textBytes('Exif\0\0no TIFF here, Exif and E'));
    const before = [...bytes];

    blankLocation(bytes);

    expect([...bytes]).toEqual(before);
  });
});
