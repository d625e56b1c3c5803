import { env } from 'cloudflare:workers';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { blobKey, renditionKey } from '../../worker/storage/keys.ts';
import type { Limits, PolicyState } from '../../worker/storage/limits.ts';
import { createPictureFiles, type PictureFilesOptions, type PictureRead } from '../../worker/storage/picture-files.ts';

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

function setUp(options: Partial<PictureFilesOptions> = {}) {
  const logged: string[] = [];
  const counted: number[] = [];
  const limits: Limits = {
    read: async ([policy]) => [
      { policy, state: { remaining: 5, retryAfterSeconds: 0, resetSeconds: 1 } } as PolicyState,
    ],
    count: async (policies) => {
      counted.push(policies.length);
    },
  };
  const files = createPictureFiles({
    bucket: env.BUCKET,
    images: env.IMAGES,
    limits,
    now: () => Date.now(),
    log: (event) => logged.push(event),
    ...options,
  });
  return { files, logged, counted };
}

const bytesOf = async (picture: PictureRead | null) =>
  new Uint8Array(await (picture as { object: R2ObjectBody }).object.arrayBuffer());

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
    expect(counted).toEqual([1]);
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
    const spent: Limits = {
      read: async ([policy]) => [
        { policy, state: { remaining: 0, retryAfterSeconds: 9, resetSeconds: 9 } } as PolicyState,
      ],
      count: () => expect.unreachable(),
    };

    const object = await setUp({ limits: spent, images: undefined as never }).files.read(ID, 2, new Headers(), 160);

    expect(await bytesOf(object)).toEqual(new Uint8Array(png(10, 10)));
  });

  it('are gone when their days are over, whatever R2 still has', async () => {
    await env.BUCKET.put(blobKey('images', ID, 3), png(10, 10));
    const day = 86_400_000;

    const before = await setUp({ now: () => Date.now() + 29 * day }).files.read(ID, 3, new Headers());
    const after = await setUp({ now: () => Date.now() + 30 * day + 1000 }).files.read(ID, 3, new Headers());
    await (before as { object: R2ObjectBody }).object.body.cancel();

    expect([before !== null, after]).toEqual([true, null]);
  });

  it('are not what a stranger’s id names', async () => {
    expect(await setUp().files.read(`b${'2'.repeat(32)}`, 0, new Headers())).toBeNull();
    expect(await setUp().files.read(`b${'2'.repeat(32)}`, 0, new Headers(), 160)).toBeNull();
  });
});
