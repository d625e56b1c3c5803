import { afterEach, describe, expect, it, vi } from 'vitest';
import { judge, prepare, redrawInWorker } from '../../../widget/references/prepare.ts';
import { redraw } from '../../../widget/references/prepare-worker.ts';
import {
  bytesOf,
  contains,
  fromPhone,
  heicWithLocation,
  LATITUDE,
  look,
  noise,
  textBytes,
  twoColours,
} from './pictures.ts';

const NEVER = new AbortController().signal;
const LIMITS = { maxSide: 2048, maxBytes: 2_000_000, previewSide: 320 };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

// In the page each waits for moments in which the browser has nothing to do.
describe.concurrent.each([
  {
    where: 'in a worker',
    draw: (file: Blob, options: Parameters<typeof redraw>[1]) => redrawInWorker(file, options, NEVER),
  },
  { where: 'in the page', draw: redraw },
])('a picture drawn again $where', ({ draw }) => {
  const PHOTO = { ...LIMITS, isPhoto: true };
  const DRAWING = { ...LIMITS, isPhoto: false };

  it('stands upright and has no metadata', async () => {
    const phone = await fromPhone();

    const { blob } = await draw(phone, PHOTO);

    expect(contains(await bytesOf(phone), LATITUDE)).toBe(true);
    expect(blob.type).toBe('image/jpeg');
    const bytes = await bytesOf(blob);
    expect(contains(bytes, textBytes('Exif'))).toBe(false);
    expect(contains(bytes, LATITUDE)).toBe(false);
    expect(await look(blob, [0.5, 0.2], [0.5, 0.8])).toEqual({ width: 200, height: 400, colours: ['red', 'blue'] });
  });

  it.each([
    [3000, 1500, 2048, 1024],
    [1000, 3000, 683, 2048],
    [5000, 2, 2048, 1],
    [2048, 2048, 2048, 2048],
    [60, 40, 60, 40],
  ])('of %i by %i pixels has %i by %i', async (width, height, newWidth, newHeight) => {
    const { blob } = await draw(await twoColours(width, height), PHOTO);

    expect(await look(blob)).toMatchObject({ width: newWidth, height: newHeight });
  });

  it('has a small copy whose shorter side fills a tile', async () => {
    const { preview } = await draw(await twoColours(3000, 1500), PHOTO);

    expect(await look(preview, [0.2, 0.5], [0.8, 0.5])).toEqual({ width: 640, height: 320, colours: ['red', 'blue'] });
  });

  it('keeps its transparency', async () => {
    const { blob, preview } = await draw(await twoColours(400, 200, { type: 'image/png', alpha: 0 }), DRAWING);

    expect(blob.type).toBe('image/png');
    expect((await look(blob, [0.2, 0.5], [0.8, 0.5])).colours).toEqual(['red', 'clear']);
    expect((await look(preview, [0.8, 0.5])).colours).toEqual(['clear']);
  });

  it('keeps its transparency as WebP where PNG is too large', async () => {
    const { blob } = await draw(await twoColours(400, 200, { type: 'image/png', alpha: 0.01 }), {
      ...DRAWING,
      // A PNG of these two colours has more.
      maxBytes: 600,
    });

    expect(blob.type).toBe('image/webp');
    expect((await look(blob, [0.8, 0.5])).colours).toEqual(['clear']);
  });

  it('is a JPEG where it is a photo with the label of a drawing', async () => {
    const { blob } = await draw(await noise(600, 'image/png'), { ...DRAWING, maxBytes: 300_000 });

    expect(blob.type).toBe('image/jpeg');
    expect(blob.size).toBeLessThanOrEqual(300_000);
  });

  it('gets smaller until it has few enough bytes', async () => {
    const { blob } = await draw(await noise(1000, 'image/jpeg'), { ...PHOTO, maxBytes: 150_000 });

    expect(blob.size).toBeLessThanOrEqual(150_000);
    expect((await look(blob)).width).toBeLessThan(1000);
  });

  it('is refused if it is damaged', async () => {
    const whole = await twoColours(100, 100, { type: 'image/png' });

    await expect(draw(whole.slice(0, 50), DRAWING)).rejects.toThrow();
  });
});

describe('prepare', () => {
  it('draws in the page where workers are forbidden', async () => {
    vi.stubGlobal('Worker', function refused() {
      throw new DOMException('Forbidden.', 'SecurityError');
    });

    const prepared = await prepare(await fromPhone(), NEVER);

    expect(await look(prepared?.blob as Blob)).toMatchObject({ width: 200, height: 400 });
  });

  it('judges by the bytes, not by the label', async () => {
    const mislabelled = new Blob([await twoColours(40, 20, { type: 'image/png' })], { type: 'image/heic' });

    expect((await prepare(mislabelled, NEVER))?.blob.type).toBe('image/png');
  });

  it('leaves a HEIC that the browser cannot draw as it is, but for its position', async () => {
    const heic = heicWithLocation();

    const prepared = await prepare(heic, NEVER);

    expect(prepared).toEqual({ blob: expect.any(Blob) });
    expect([prepared?.blob.type, prepared?.blob.size]).toEqual(['image/heic', heic.size]);
    const bytes = await bytesOf(prepared?.blob as Blob);
    expect(contains(bytes, textBytes('ftypheic'))).toBe(true);
    expect(contains(bytes, LATITUDE)).toBe(false);
  });

  it('gives nothing for a damaged picture', async () => {
    const whole = await twoColours(100, 100, { type: 'image/png' });

    expect(await prepare(whole.slice(0, 50), NEVER)).toBeUndefined();
  });

  it('ends its worker when it is aborted', async () => {
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const abort = new AbortController();
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(() => abort.abort());

    await expect(prepare(await fromPhone(), abort.signal)).rejects.toThrow('aborted');
    expect(terminate).toHaveBeenCalledOnce();
  });

  it('starts no worker after an abort', async () => {
    const abort = new AbortController();
    const postMessage = vi.spyOn(Worker.prototype, 'postMessage');

    const prepared = prepare(await fromPhone(), abort.signal);
    abort.abort();

    await expect(prepared).rejects.toThrow('aborted');
    expect(postMessage).not.toHaveBeenCalled();
  });
});

describe('judge', () => {
  it.each([
    ['a picture', async () => twoColours(10, 10), undefined],
    ['a HEIC', async () => heicWithLocation(), undefined],
    ['a text that calls itself a picture', async () => new Blob(['a fox'], { type: 'image/png' }), 'kind'],
    ['an empty file', async () => new Blob([]), 'kind'],
    [
      'a picture with more bytes than a camera writes',
      async () => new Blob([await twoColours(9, 9), new Uint8Array(64e6)]),
      'size',
    ],
  ])('%s', async (_, make, reason) => {
    expect(await judge(await make())).toBe(reason);
  });
});
