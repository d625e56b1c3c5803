import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../worker/providers/demo/png.ts';
import { decodePng } from './png.ts';

const colours = Uint8Array.from({ length: 768 }, (_, index) => index & 255);

/** All rows differ and all values occur, so that a misplaced row or band shows. */
const pattern = (x: number, y: number): number => (x * 7 + y * 13 + ((x * y) >> 3)) & 255;

const paintPattern = (y: number, row: Uint8Array): void => {
  for (let x = 0; x < row.length; x++) row[x] = pattern(x, y);
};

describe('encodePng', () => {
  it.each([
    { name: 'a single pixel', width: 1, height: 1 },
    { name: 'a picture smaller than a band', width: 31, height: 17 },
    { name: 'one whose last band is not full', width: 3000, height: 100 },
    { name: 'rows wider than a band', width: 300_000, height: 3 },
  ])('writes $name so that a strict reader gets every pixel back', ({ width, height }) => {
    const bytes = Buffer.concat([...encodePng({ width, height, colours, paintRow: paintPattern })]);

    const decoded = decodePng(bytes);

    expect(decoded).toMatchObject({ width, height });
    expect([...decoded.palette]).toEqual([...colours]);
    const expected = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) paintPattern(y, expected.subarray(y * width, (y + 1) * width));
    expect(Buffer.compare(decoded.pixels, expected)).toBe(0);
  });

  it('paints no further than its reader has read', () => {
    const painted: number[] = [];
    const pieces = encodePng({ width: 1024, height: 1024, colours, paintRow: (y) => void painted.push(y) });

    pieces.next();
    const afterHeader = painted.length;
    pieces.next();

    expect(afterHeader).toBe(0);
    expect(painted.length).toBeLessThan(300);
  });

  it('paints each row once, from the top', () => {
    const painted: number[] = [];

    const pieces = [...encodePng({ width: 2000, height: 500, colours, paintRow: (y) => void painted.push(y) })];

    expect(painted).toEqual(Array.from({ length: 500 }, (_, y) => y));
    expect(pieces.length).toBeGreaterThan(3);
  });

  it('takes a few bytes for a picture of one colour', () => {
    const bytes = Buffer.concat([
      ...encodePng({ width: 4096, height: 4096, colours, paintRow: (_, row) => row.fill(7) }),
    ]);

    expect(bytes.length).toBeLessThan(100_000);
  });
});
