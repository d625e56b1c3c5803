import { expect, it } from 'vitest';
import { markedPicture } from '../../../widget/viewer/marked-picture.ts';

const REGION = { x: 0.25, y: 0.5, width: 0.5, height: 0.25 };

it('draws a red frame along the place and nothing elsewhere, at 1,024 pixels at most', async () => {
  const asked: string[] = [];
  const blob = await markedPicture('https://pictures.test/a?s=1', REGION, async (address) => {
    asked.push(String(address));
    return new Response(await grey(2048, 1024));
  });

  const { width, height, at } = await read(blob);
  expect(blob.type).toBe('image/jpeg');
  expect([width, height]).toEqual([1024, 512]);
  // The shown address was loaded without CORS; this one differs from it.
  expect(asked).toEqual(['https://pictures.test/a?s=1&download']);
  expect(isRed(at(0.25 + 0.002, 0.6))).toBe(true);
  expect(isRed(at(0.5, 0.75 - 0.005))).toBe(true);
  expect(isRed(at(0.5, 0.6))).toBe(false);
  expect(isRed(at(0.2, 0.6))).toBe(false);
});

it('does not enlarge a small picture', async () => {
  const { width, height } = await read(
    await markedPicture('blob:x', REGION, async () => new Response(await grey(60, 40))),
  );

  expect([width, height]).toEqual([60, 40]);
});

it('fails with the status where the picture is gone', async () => {
  const marking = markedPicture('blob:x', REGION, async () => new Response(null, { status: 404 }));

  await expect(marking).rejects.toThrow('404');
});

async function grey(width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#777';
  context.fillRect(0, 0, width, height);
  return canvas.convertToBlob();
}

async function read(blob: Blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const at = (x: number, y: number) => context.getImageData(Math.round(x * width), Math.round(y * height), 1, 1).data;
  return { width, height, at };
}

const isRed = ([red = 0, green = 0, blue = 0]: Uint8ClampedArray) => red > 180 && green < 90 && blue < 110;
