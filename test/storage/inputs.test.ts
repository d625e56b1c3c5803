import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { InputBlob, KeptInput } from '../../worker/request/inputs.ts';
import { createInputs, InputGone } from '../../worker/storage/inputs.ts';
import { blobKey, fileBytesKey } from '../../worker/storage/keys.ts';
import { png } from '../request/images.ts';
import { emptyBucket, hexOf as hashOf } from './pictures.ts';
import { watchBucket } from './watched-bucket.ts';

const PNG: InputBlob = {
  kind: 'image',
  size: png(8, 6).length,
  sha256: hashOf(png(8, 6)),
  image: { mimeType: 'image/png', width: 8, height: 6 },
  bytes: png(8, 6),
};
const SIGNATURE: InputBlob = {
  kind: 'signature',
  size: 5000,
  sha256: hashOf(new Uint8Array(5000)),
  bytes: new Uint8Array(5000),
};
const OURS: KeptInput = {
  kind: 'image',
  size: 9,
  sha256: 'aa'.repeat(32),
  object: blobKey('images', `b${'0'.repeat(32)}`, 0),
};

const UPLOAD: KeptInput = { ...OURS, object: fileBytesKey('shop', '0'.repeat(32)) };

const numbered = () => {
  let count = 0;
  return () => {
    count += 1;
    return String(count);
  };
};
const keys = async () => (await env.BUCKET.list()).objects.map(({ key }) => key);
const bytesOf = async (body: ReadableStream<Uint8Array> | Uint8Array) =>
  body instanceof Uint8Array ? body : new Response(body).bytes();

afterEach(emptyBucket);

describe('inputs that are kept', () => {
  it('are files of their site, with type and digest, and what is known of them', async () => {
    const inputs = createInputs(env.BUCKET, Date.now);

    const kept = await inputs.keep([PNG, SIGNATURE], 'shop', numbered());

    const { bytes: _, ...picture } = PNG;
    const { bytes: __, ...signature } = SIGNATURE;
    expect(kept).toEqual([
      { ...picture, object: 'files/shop/inputs/1' },
      { ...signature, object: 'files/shop/inputs/2' },
    ]);
    for (const [at, { bytes, sha256 }] of [PNG, SIGNATURE].entries()) {
      const stored = (await env.BUCKET.get(`files/shop/inputs/${at + 1}`)) as R2ObjectBody;
      expect(stored.httpMetadata?.contentType).toBe(['image/png', 'application/octet-stream'][at]);
      expect(stored.customMetadata).toEqual({ sha256 });
      expect(hashOf(await stored.bytes())).toBe(hashOf(bytes));
    }
  });

  it('stay where they are if they are in R2 already, and keep their order', async () => {
    const { bucket, asked } = watchBucket();

    const kept = await createInputs(bucket, Date.now).keep([OURS, PNG, OURS], 'shop', numbered());

    expect(kept.map(({ object }) => object)).toEqual([OURS.object, 'files/shop/inputs/1', OURS.object]);
    expect(kept[0]).toBe(OURS);
    expect(asked).toEqual([['put', 'files/shop/inputs/1']]);
  });

  it('go up three at once', async () => {
    let now = 0;
    let most = 0;
    const slow = new Proxy(env.BUCKET, {
      get: (target, name: keyof R2Bucket) =>
        name !== 'put'
          ? target[name].bind(target)
          : async (...args: Parameters<R2Bucket['put']>) => {
              now += 1;
              most = Math.max(most, now);
              return target.put(...args).finally(() => {
                now -= 1;
              });
            },
    });

    await createInputs(slow, Date.now).keep(Array(9).fill(PNG), 'shop', numbered());

    expect(await keys()).toHaveLength(9);
    expect(most).toBe(3);
  });

  it('are tried again where R2 fails twice', async () => {
    let left = 2;
    const { bucket } = watchBucket(() => (left-- > 0 ? new Error('internal error (10001)') : undefined));

    await createInputs(bucket, Date.now).keep([PNG], 'shop', numbered());

    expect(await keys()).toEqual(['files/shop/inputs/1']);
  });

  it('are all there or none: what was put is deleted where one is refused', async () => {
    const { bucket } = watchBucket((method, key) =>
      method === 'put' && key.endsWith('/3') ? new Error('10001') : undefined,
    );

    await expect(createInputs(bucket, Date.now).keep(Array(5).fill(PNG), 'shop', numbered())).rejects.toThrow('10001');

    expect(await keys()).toEqual([]);
  });

  it('are deleted when they are not needed, and nothing of ours with them', async () => {
    await env.BUCKET.put(OURS.object, 'a picture');
    await env.BUCKET.put(UPLOAD.object, 'an upload');
    const inputs = createInputs(env.BUCKET, Date.now);
    const kept = await inputs.keep([PNG, OURS, SIGNATURE, UPLOAD], 'shop', numbered());

    await inputs.discard(kept);

    expect(await keys()).toEqual([OURS.object, UPLOAD.object]);
  });

  it('cost nothing to discard where there are none', async () => {
    const { bucket, asked } = watchBucket();

    await createInputs(bucket, Date.now).discard([OURS]);

    expect(asked).toEqual([]);
  });
});

describe('an input that is opened', () => {
  it('is the bytes in memory, where they are', async () => {
    const { bytes, ...description } = PNG;
    const { open, ...known } = createInputs(env.BUCKET, Date.now).open(PNG);

    expect(known).toEqual(description);
    expect(await open()).toBe(bytes);
  });

  it('is asked of R2 when it is read and not before, and anew each time', async () => {
    const { bucket, asked } = watchBucket();
    const inputs = createInputs(bucket, Date.now);
    const [kept] = await inputs.keep([PNG], 'shop', numbered());
    const { open, ...known } = inputs.open(kept as KeptInput);
    const before = asked.length;

    const reads = [await open(), await open()];

    const { object: _, ...description } = kept as KeptInput;
    expect(known).toEqual(description);
    expect(asked.slice(before)).toEqual(Array(2).fill(['get', 'files/shop/inputs/1']));
    for (const body of reads) expect(hashOf(await bytesOf(body))).toBe(PNG.sha256);
  });

  it('that is gone fails', async () => {
    await expect(createInputs(env.BUCKET, Date.now).open(OURS).open()).rejects.toThrow(InputGone);
  });
});
