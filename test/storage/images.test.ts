import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { createPartBuffers, PART_BYTES, type PartBuffers } from '../../worker/storage/part-buffers.ts';

const ID = `b${'0'.repeat(32)}`;
const PNG_HEAD = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 4, 0, 0, 0, 3, 0, 8, 2, 0,
  0, 0,
]);

/** A picture of a size that begins as a PNG of 1024 × 768 and goes on with bytes that tell their place. */
function picture(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 0xff;
  bytes.set(PNG_HEAD.subarray(0, size));
  return bytes;
}

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Counts what is out, to see that every buffer comes back. */
function countedBuffers(): PartBuffers & { out: number } {
  const buffers = createPartBuffers({ now: () => 0, pause: () => scheduler.wait(1) });
  const counted = {
    out: 0,
    async acquire() {
      counted.out += 1;
      return buffers.acquire();
    },
    release(buffer: Uint8Array) {
      counted.out -= 1;
      buffers.release(buffer);
    },
  };
  return counted;
}

afterEach(async () => {
  const { objects } = await env.BUCKET.list();
  await env.BUCKET.delete(objects.map(({ key }) => key));
});

describe('an image sink', () => {
  it.each([
    { name: 'a small picture', size: 1000, pieces: 7 },
    { name: 'exactly one part', size: PART_BYTES, pieces: 262_144 },
    { name: 'one byte more than a part', size: PART_BYTES + 1, pieces: 262_144 },
    { name: 'several parts', size: 2 * PART_BYTES + 12_345, pieces: 700_000 },
  ])('keeps $name byte for byte, with its digest, type and pixels', async ({ size, pieces }) => {
    const bytes = picture(size);
    const buffers = countedBuffers();
    const store = createImageStore(env.BUCKET, buffers);
    const sink = store.sink(ID);

    const writer = await sink.open({ kind: 'image', n: 0 });
    for (let at = 0; at < size; at += pieces) await writer.write(bytes.subarray(at, at + pieces));
    await writer.close();
    await sink.settled();

    expect(sink.images).toEqual([
      { n: 0, mimeType: 'image/png', width: 1024, height: 768, bytes: size, sha256: hexOf(bytes) },
    ]);
    const kept = await store.open('image', ID, 0);
    expect(kept?.httpMetadata?.contentType).toBe('image/png');
    expect(hexOf(new Uint8Array((await kept?.arrayBuffer()) as ArrayBuffer))).toBe(hexOf(bytes));
    expect(buffers.out).toBe(0);
  });

  it('keeps the declared type where the bytes tell none', async () => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID);

    const writer = await sink.open({ kind: 'image', n: 3, mimeType: 'image/webp' });
    await writer.write(Uint8Array.of(1, 2, 3));
    await writer.close();
    await sink.settled();

    expect(sink.images).toMatchObject([{ n: 3, mimeType: 'image/webp', bytes: 3 }]);
    expect(sink.images[0]).not.toHaveProperty('width');
  });

  it('leaves nothing behind when it is aborted, in the first part or a later one', async () => {
    const buffers = countedBuffers();
    const sink = createImageStore(env.BUCKET, buffers).sink(ID);
    for (const size of [10, PART_BYTES + 10]) {
      const writer = await sink.open({ kind: 'image', n: 0 });
      await writer.write(picture(size));
      await writer.abort('cut');
    }

    expect((await env.BUCKET.list()).objects).toEqual([]);
    expect(sink.images).toEqual([]);
    expect(buffers.out).toBe(0);
  });

  it('deletes what it kept when the answer is discarded, but not what callers may be reading', async () => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID);
    for (const [kind, n] of [
      ['image', 0],
      ['image', 1],
      ['signature', 0],
    ] as const) {
      const writer = await sink.open({ kind, n });
      await writer.write(picture(100));
      await writer.close();
      await sink.settled();
      if (n === 0 && kind === 'image') sink.announce();
    }
    expect((await env.BUCKET.list()).objects).toHaveLength(3);

    await sink.discard();

    expect((await env.BUCKET.list()).objects.map(({ key }) => key)).toEqual([blobKey('images', ID, 0)]);
  });

  it('tries a failing R2 three times, and loses no byte', async () => {
    let failures = 2;
    const flaky = new Proxy(env.BUCKET, {
      get(target, name: keyof R2Bucket) {
        if (name === 'put') {
          return (...args: Parameters<R2Bucket['put']>) => {
            if (failures-- > 0) return Promise.reject(new Error('put: We encountered an internal error. (10001)'));
            return target.put(...args);
          };
        }
        return target[name].bind(target);
      },
    });
    const sink = createImageStore(flaky, countedBuffers()).sink(ID);

    const writer = await sink.open({ kind: 'image', n: 0 });
    await writer.write(picture(500));
    await writer.close();
    await sink.settled();

    const kept = await env.BUCKET.get(blobKey('images', ID, 0));
    expect(hexOf(new Uint8Array((await kept?.arrayBuffer()) as ArrayBuffer))).toBe(hexOf(picture(500)));
  });
});
