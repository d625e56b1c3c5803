import { env } from 'cloudflare:workers';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../worker/limits/kv-limiter.ts';
import { blobKey, renditionKey } from '../../worker/storage/keys.ts';
import { createPictureFiles, type PictureRead } from '../../worker/storage/picture-files.ts';
import { createRenditions, type RenditionsOptions } from '../../worker/storage/renditions.ts';
import { watchBucket } from './watched-bucket.ts';

const ID = `b${'1'.repeat(32)}`;

/** A real PNG, one colour, grey. */
function png(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 0);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function setUp(options: Partial<RenditionsOptions> = {}) {
  const logged: string[] = [];
  const counted: string[][] = [];
  const limits: Limits = {
    read: async (policies) =>
      policies.map((policy) => ({ policy, state: { remaining: 5, retryAfterSeconds: 0, resetSeconds: 1 } })),
    count: async (policies) => {
      counted.push(policies.map(({ who }) => who));
    },
  };
  const all: RenditionsOptions = {
    bucket: env.BUCKET,
    images: env.IMAGES,
    limits,
    now: () => Date.now(),
    pause: () => new Promise(() => undefined),
    waitUntil: () => undefined,
    log: (event) => logged.push(event),
    ...options,
  };
  const files = createPictureFiles({ ...all, renditions: createRenditions(all) });
  return { files, logged, counted };
}

/** The real binding, and how often it was asked. */
function watchImages() {
  const watch = { inputs: 0 };
  const images = {
    ...env.IMAGES,
    input(stream: ReadableStream<Uint8Array>) {
      watch.inputs += 1;
      return env.IMAGES.input(stream);
    },
  } as ImagesBinding;
  return { watch, images };
}

const bytesOf = async (picture: PictureRead | null) =>
  new Uint8Array(await new Response(picture?.object.body).arrayBuffer());

describe('kept pictures', () => {
  it('are made smaller once, and kept', async () => {
    await env.BUCKET.put(blobKey('images', ID, 0), png(1600, 800), { httpMetadata: { contentType: 'image/png' } });
    const { files, counted } = setUp();

    const first = await files.read(ID, 0, new Headers(), 320);
    const second = await setUp({ images: undefined as never }).files.read(ID, 0, new Headers(), 320);

    expect(first?.object.httpMetadata?.contentType).toBe('image/webp');
    const bytes = await bytesOf(first);
    expect(String.fromCharCode(...bytes.subarray(8, 12))).toBe('WEBP');
    expect(await bytesOf(second)).toEqual(bytes);
    expect(counted).toEqual([['deployment', 'site.default']]);
  });

  it('count their renditions on their own site, and so do the renditions say it', async () => {
    const options = { httpMetadata: { contentType: 'image/png' }, customMetadata: { site: 'shop', key: 'k' } };
    await env.BUCKET.put(blobKey('images', ID, 6), png(1600, 800), options);
    const { files, counted } = setUp();

    const reads = [await files.read(ID, 6, new Headers(), 320), await files.read(ID, 6, new Headers(), 320)];

    expect(reads.map((read) => read?.site)).toEqual(['shop', 'shop']);
    expect(counted).toEqual([['deployment', 'site.shop']]);
    await Promise.all(reads.map(bytesOf));
  });

  it('are told from memory the first time, and from R2 with the same name after', async () => {
    await env.BUCKET.put(blobKey('images', ID, 7), png(1600, 800), { httpMetadata: { contentType: 'image/png' } });
    const { bucket, asked } = watchBucket();
    const { files } = setUp({ bucket });

    const first = await files.read(ID, 7, new Headers(), 320);
    expect(asked.map(([method, key]) => `${method} ${key.split('/')[1]}`)).toEqual([
      ...['get renditions', 'get images', 'put renditions', 'head images'],
    ]);
    const second = await files.read(ID, 7, new Headers(), 320);

    expect(first?.object).toMatchObject({ httpEtag: second?.object.httpEtag, size: second?.object.size });
    expect(await bytesOf(first)).toEqual(await bytesOf(second));
  });

  it('keep no rendition of a picture that is deleted while it is made, however late', async () => {
    const original = blobKey('images', ID, 9);
    await env.BUCKET.put(original, png(1600, 800), { httpMetadata: { contentType: 'image/png' } });
    const { files, logged } = setUp({
      images: {
        ...env.IMAGES,
        input(stream: ReadableStream<Uint8Array>) {
          const begun = env.BUCKET.delete(original);
          return {
            transform: (transform: ImageTransform) => ({
              output: async (options: ImageOutputOptions) => {
                await begun;
                return env.IMAGES.input(stream).transform(transform).output(options);
              },
            }),
          };
        },
      } as unknown as ImagesBinding,
    });

    expect(await files.read(ID, 9, new Headers(), 320)).toBeNull();
    expect(await env.BUCKET.head(renditionKey(ID, 9, 320))).toBeNull();
    expect(logged).toEqual([]);
  });

  it.each([
    ['Range', 'bytes=0-3', { range: { offset: 0, length: 4 } }, 4],
    ['If-None-Match', '*', {}, 0],
  ])('obey %s the first time as well', async (name, value, expected, length) => {
    const n = length + 8;
    await env.BUCKET.put(blobKey('images', ID, n), png(1600, 800), { httpMetadata: { contentType: 'image/png' } });

    const first = await setUp().files.read(ID, n, new Headers({ [name]: value }), 160);

    expect(first).toMatchObject(expected);
    expect(first?.object.httpMetadata?.contentType).toBe('image/webp');
    expect((await bytesOf(first)).length).toBe(length);
  });

  it('are sent as they are where they cannot be made smaller', async () => {
    const broken = Uint8Array.of(1, 2, 3);
    await env.BUCKET.put(blobKey('images', ID, 1), broken);
    const { files, logged } = setUp();

    const object = await files.read(ID, 1, new Headers(), 640);

    expect(await bytesOf(object)).toEqual(broken);
    expect(logged).toEqual(['rendition_failed']);
    expect(await env.BUCKET.head(renditionKey(ID, 1, 640))).toBeNull();
  });

  it('are sent as they are when the day has had its renditions', async () => {
    await env.BUCKET.put(blobKey('images', ID, 2), png(10, 10));
    for (const full of ['deployment', 'site.default']) {
      const spent: Limits = {
        read: async (policies) =>
          policies.map((policy) => ({
            policy,
            state: { remaining: policy.who === full ? 0 : 5, retryAfterSeconds: 9, resetSeconds: 9 },
          })),
        count: () => expect.unreachable(),
      };

      const object = await setUp({ limits: spent, images: undefined as never }).files.read(ID, 2, new Headers(), 160);

      expect(await bytesOf(object)).toEqual(new Uint8Array(png(10, 10)));
    }
  });

  it('are made smaller once for all who ask at once', async () => {
    await env.BUCKET.put(blobKey('images', ID, 4), png(1600, 800), { httpMetadata: { contentType: 'image/png' } });
    const { watch, images } = watchImages();
    const { files, counted } = setUp({ images });

    const all = await Promise.all(Array.from({ length: 40 }, () => files.read(ID, 4, new Headers(), 320)));

    expect(all.map((picture) => picture?.object.httpMetadata?.contentType)).toEqual(Array(40).fill('image/webp'));
    await Promise.all(all.map(bytesOf));
    expect([watch.inputs, counted.length]).toEqual([1, 1]);
  });

  it('are sent as they are to who would wait too long for another’s rendition', async () => {
    await env.BUCKET.put(blobKey('images', ID, 5), png(10, 10));
    const stuck = { input: () => ({ transform: () => ({ output: () => new Promise(() => undefined) }) }) };
    const { files } = setUp({ images: stuck as never, pause: async () => undefined });

    void files.read(ID, 5, new Headers(), 160);
    const second = await files.read(ID, 5, new Headers(), 160);

    expect(second?.isInstead).toBe(true);
    expect(await bytesOf(second)).toEqual(new Uint8Array(png(10, 10)));
  });

  it('that cannot be made smaller are counted, and not tried again for an hour', async () => {
    await env.BUCKET.put(blobKey('images', ID, 6), Uint8Array.of(1, 2, 3));
    let now = Date.now();
    const { watch, images } = watchImages();
    const { files, counted } = setUp({ images, now: () => now });
    const read = async () => bytesOf(await files.read(ID, 6, new Headers(), 640));

    await Promise.all([read(), read()]);
    await read();
    expect([watch.inputs, counted.length]).toEqual([1, 1]);

    now += 3_600_000;
    await read();
    expect([watch.inputs, counted.length]).toEqual([2, 2]);
  });

  it('are gone when their days are over, whatever R2 still has', async () => {
    await env.BUCKET.put(blobKey('images', ID, 3), png(10, 10));
    const day = 86_400_000;

    const before = await setUp({ now: () => Date.now() + 29 * day }).files.read(ID, 3, new Headers());
    const after = await setUp({ now: () => Date.now() + 30 * day + 1000 }).files.read(ID, 3, new Headers());
    await bytesOf(before);

    expect([before !== null, after]).toEqual([true, null]);
  });

  it('are not what a stranger’s id names', async () => {
    expect(await setUp().files.read(`b${'2'.repeat(32)}`, 0, new Headers())).toBeNull();
    expect(await setUp().files.read(`b${'2'.repeat(32)}`, 0, new Headers(), 160)).toBeNull();
  });
});
