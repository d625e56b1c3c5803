import { afterEach, expect, it, vi } from 'vitest';
import { copyLink, copyPicture, hasLink, saveAs, share, toBlob } from '../../../widget/save/picture.ts';
import { HOSTILE } from '../notes/hostile.ts';
import { resultOf } from './result.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A picture of a colour gradient, noisy enough to be of a real size. */
async function draw(width: number, height: number, type: string, alpha = 1): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  for (let at = 0; at < 40; at++) {
    context.fillStyle = `rgb(${(at * 53) % 256} ${(at * 97) % 256} ${(at * 31) % 256} / ${alpha})`;
    context.fillRect(Math.floor((at * width) / 40), Math.floor((at * height) / 80), width, height);
  }
  return canvas.convertToBlob({ type });
}

const answering = (blob: Blob, status = 200) =>
  vi.fn(async () => new Response(blob, { status, headers: { 'Content-Type': blob.type } }));

/** Saves, and returns what the browser would have written to the disk. */
async function saved(act: () => Promise<void>): Promise<{ name: string; blob: Blob }> {
  const links: HTMLAnchorElement[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    links.push(this);
  });
  await act();
  const [link] = links;
  if (!link) throw new Error('Nothing was saved.');
  return { name: link.download, blob: await (await fetch(link.href)).blob() };
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

it('saves the original byte for byte, under its words', async () => {
  const blob = new Blob([await draw(40, 30, 'image/png'), 'C2PA and whatever else stands behind it'], {
    type: 'image/png',
  });

  const file = await saved(() => saveAs(resultOf(), { type: 'original' }, answering(blob)));

  expect(file.name).toBe('a-fox-in-the-snow.png');
  expect(await bytesOf(file.blob)).toEqual(await bytesOf(blob));
});

it.each([
  { type: 'webp', name: 'a-fox-in-the-snow.webp' },
  { type: 'jpeg', name: 'a-fox-in-the-snow.jpg' },
] as const)('saves another type: $type', async ({ type, name }) => {
  const png = await draw(400, 300, 'image/png');

  const file = await saved(() => saveAs(resultOf(), { type }, answering(png)));

  expect(file.name).toBe(name);
  const bitmap = await createImageBitmap(file.blob);
  expect([bitmap.width, bitmap.height, file.blob.type]).toEqual([400, 300, `image/${type}`]);
});

it('does not write again what has the type already: its metadata stays', async () => {
  const jpeg = await draw(40, 30, 'image/jpeg');

  const file = await saved(() => saveAs(resultOf(), { type: 'jpeg' }, answering(jpeg)));

  expect(await bytesOf(file.blob)).toEqual(await bytesOf(jpeg));
});

it('puts a transparent picture on white where the type has no transparency', async () => {
  const canvas = new OffscreenCanvas(8, 8);
  const context = canvas.getContext('2d');
  const clear = await canvas.convertToBlob();

  const file = await saved(() => saveAs(resultOf(), { type: 'jpeg' }, answering(clear)));

  context?.drawImage(await createImageBitmap(file.blob), 0, 0);
  expect([...(context?.getImageData(4, 4, 1, 1).data ?? [])]).toEqual([255, 255, 255, 255]);
});

it('writes on the page’s own thread where the page forbids workers', async () => {
  vi.stubGlobal(
    'Worker',
    class {
      constructor() {
        throw new DOMException('forbidden', 'SecurityError');
      }
    },
  );

  const file = await saved(async () =>
    saveAs(resultOf(), { type: 'webp' }, answering(await draw(40, 30, 'image/png'))),
  );

  expect(file.blob.type).toBe('image/webp');
});

it('asks for the bytes without cookies, at an address of its own', async () => {
  const fetcher = answering(await draw(4, 4, 'image/png'));

  await toBlob(resultOf({ url: 'https://peel.example/images/a/0.png?e=1&s=2' }), fetcher);
  await toBlob(resultOf({ url: 'https://peel.example/images/a/0.png' }), fetcher);

  expect(fetcher.mock.calls).toEqual([
    ['https://peel.example/images/a/0.png?e=1&s=2&download', { credentials: 'omit' }],
    ['https://peel.example/images/a/0.png?download', { credentials: 'omit' }],
  ]);
});

it('fails where the picture does not arrive', async () => {
  await expect(saveAs(resultOf(), { type: 'original' }, answering(new Blob(['{}']), 404))).rejects.toThrow('404');
});

it.each([
  { name: 'opaque', alpha: 1 },
  { name: 'transparent', alpha: 0.5 },
])('copies as PNG, with the same pixels: $name', async ({ alpha }) => {
  const write = vi.spyOn(navigator.clipboard, 'write').mockResolvedValue();
  const webp = await draw(333, 290, 'image/webp', alpha);

  await copyPicture(resultOf(), answering(webp));

  const [[items]] = write.mock.calls as [[ClipboardItem[]]];
  const [copied, source] = await Promise.all([(await items[0]?.getType('image/png')) as Blob, webp].map(pixelsOf));
  // A canvas keeps colours multiplied by their alpha, and rounds twice.
  const tolerance = alpha === 1 ? 0 : 4;
  const alike = source?.every((value, at) => {
    const share = (source[at | 3] ?? 0) / 255;
    return Math.abs(value - (copied?.[at] ?? -1)) * share <= tolerance;
  });
  expect([copied?.length, alike]).toEqual([333 * 290 * 4, true]);
});

async function pixelsOf(blob: Blob): Promise<Uint8ClampedArray> {
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none' });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
}

it('keeps the page alive while it writes a picture of 4K', async () => {
  const write = vi.spyOn(navigator.clipboard, 'write').mockResolvedValue();
  const jpeg = await draw(5504, 3072, 'image/jpeg');
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: 'longtask' });

  await copyPicture(resultOf(), answering(jpeg));
  const [[items]] = write.mock.calls as [[ClipboardItem[]]];
  const png = await items[0]?.getType('image/png');
  await new Promise((resolve) => setTimeout(resolve, 100));

  observer.disconnect();
  expect(png?.type).toBe('image/png');
  expect(tasks.filter((duration) => duration > 100)).toEqual([]);
}, 60_000);

it('copies the link as an address of its own', async () => {
  const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();

  await copyLink(resultOf({ url: '/images/a/0.png' }));

  expect(writeText).toHaveBeenCalledWith(`${location.origin}/images/a/0.png`);
});

it.each([
  { url: 'https://peel.example/images/a/0.png', expected: true },
  { url: 'https://peel.example/images/a/0.png?e=1&s=2', expected: false },
  { url: 'blob:https://peel.example/1', expected: false },
  { url: 'javascript:alert(1)', expected: false },
  { url: 'data:image/png;base64,AA', expected: false },
])('has a link for others only where others can open it: $url', ({ url, expected }) => {
  expect(hasLink(resultOf({ url }))).toBe(expected);
});

it('shares a file where the browser can', async () => {
  const shared = vi.fn(async (_: ShareData) => undefined);
  vi.stubGlobal('navigator', { share: shared, canShare: () => true });

  await share(resultOf(), answering(await draw(4, 4, 'image/png')));

  const [data] = shared.mock.calls[0] ?? [];
  expect(data?.files?.[0]).toMatchObject({ name: 'a-fox-in-the-snow.png', type: 'image/png' });
});

it('shares the link where the browser takes no files', async () => {
  const shared = vi.fn(async (_: ShareData) => undefined);
  const fetcher = vi.fn();
  vi.stubGlobal('navigator', { share: shared });

  await share(resultOf({ url: 'https://peel.example/images/a/0.png' }), fetcher);

  expect(shared).toHaveBeenCalledWith({ url: 'https://peel.example/images/a/0.png' });
  expect(fetcher).not.toHaveBeenCalled();
});

it('saves 300 pictures of hostile words under harmless names', async () => {
  const blob = new Blob(['x'], { type: 'image/png' });
  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });

  for (const words of HOSTILE) await saveAs(resultOf({}, words), { type: 'original' }, answering(blob));

  expect(names).toHaveLength(HOSTILE.length);
  expect(names.filter((name) => !/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}-]*\.png$/u.test(name))).toEqual([]);
});
