import { deflateSync } from 'node:zlib';
import { chromium } from 'playwright';
import { describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { createPicture, type PictureType } from './pictures.ts';

const CASES: { mimeType: PictureType; dimensions: [number, number]; bytes: number }[] = [
  { mimeType: 'image/png', dimensions: [1024, 1024], bytes: 1_500_000 },
  { mimeType: 'image/png', dimensions: [64, 64], bytes: 0 },
  { mimeType: 'image/jpeg', dimensions: [1408, 768], bytes: 1_500_000 },
  { mimeType: 'image/jpeg', dimensions: [424, 632], bytes: 400_000 },
  { mimeType: 'image/jpeg', dimensions: [64, 64], bytes: 0 },
];

const bytesOf = (picture: ReturnType<typeof createPicture>) =>
  Buffer.from(Buffer.concat(picture.pieces).toString('latin1'), 'base64');

describe.each(CASES)('a picture of $mimeType, $dimensions, $bytes bytes', ({ mimeType, dimensions, bytes }) => {
  it('is canonical base64 of the length it says, near the size asked for', () => {
    const picture = createPicture({ mimeType, dimensions, bytes, mark: 'one' });

    const text = Buffer.concat(picture.pieces).toString('latin1');
    const decoded = bytesOf(picture);
    expect(decoded.toString('base64')).toBe(text);
    expect(decoded).toHaveLength(picture.bytes);
    if (bytes > 0) expect(Math.abs(decoded.length - bytes)).toBeLessThan(16);
    else expect(decoded.length).toBeLessThan(400);
  });

  it('does not compress, and differs only by its mark', () => {
    const one = bytesOf(createPicture({ mimeType, dimensions, bytes, mark: 'one' }));
    const again = bytesOf(createPicture({ mimeType, dimensions, bytes, mark: 'one' }));
    const other = bytesOf(createPicture({ mimeType, dimensions, bytes, mark: 'two' }));

    expect(one.equals(again)).toBe(true);
    expect(one.equals(other)).toBe(false);
    if (bytes > 0) expect(deflateSync(one).length).toBeGreaterThan(bytes * 0.95);
  });
});

it('decodes in a browser with the dimensions it should have', async () => {
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
  try {
    const page = await browser.newPage();
    const sources = CASES.map((each) => {
      const base64 = Buffer.concat(createPicture({ ...each, mark: 'one' }).pieces).toString('latin1');
      return `data:${each.mimeType};base64,${base64}`;
    });
    const decode = `Promise.all(${JSON.stringify(sources)}.map(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }))`;

    expect(await page.evaluate(decode)).toEqual(CASES.map(({ dimensions }) => dimensions));
  } finally {
    await browser.close();
  }
});
