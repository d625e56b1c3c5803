import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { parseChunk } from '../../worker/gemini/forms/payload.ts';
import { lift } from '../../worker/gemini/lift/lift.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey, renditionKey } from '../../worker/storage/keys.ts';
import { labelsOf, siteOf } from '../../worker/storage/labels.ts';
import { PART_BYTES } from '../../worker/storage/part-buffers.ts';
import { putSuggestion } from '../../worker/storage/suggestions.ts';
import { wholeJpeg } from '../files/whole-images.ts';
import { countedBuffers, emptyBucket, hexOf, LABELS, picture, take } from './pictures.ts';

const ID = `b${'0'.repeat(32)}`;

afterEach(emptyBucket);

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
    const sink = store.sink(ID, LABELS);

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

  it.each([
    { name: 'a web page', bytes: new TextEncoder().encode(`<html>${'x'.repeat(500)}</html>`) },
    { name: 'an SVG', bytes: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"></svg>') },
    { name: 'a GIF', bytes: new TextEncoder().encode(`GIF89a${'x'.repeat(100)}`) },
    { name: 'three bytes', bytes: Uint8Array.of(1, 2, 3) },
    { name: 'nothing', bytes: new Uint8Array(0) },
    { name: 'a picture that is cut short', bytes: picture(5000).subarray(0, 4990) },
    { name: 'a large picture that is cut short', bytes: picture(PART_BYTES + 5000).subarray(0, PART_BYTES + 10) },
  ])('takes $name for no picture, whatever it is called, and stores nothing', async ({ bytes }) => {
    const buffers = countedBuffers();
    const sink = createImageStore(env.BUCKET, buffers).sink(ID, LABELS);

    const writer = await sink.open({ kind: 'image', n: 3, mimeType: 'image/png' });
    for (let at = 0; at < bytes.length; at += 1_000_000) await writer.write(bytes.subarray(at, at + 1_000_000));
    await writer.close();
    await sink.settled();

    expect(sink.images).toEqual([]);
    expect(sink.outcomeOf(3)).toBe('broken');
    expect((await env.BUCKET.list()).objects).toEqual([]);
    expect(buffers.out).toBe(0);
  });

  it('keeps what stands behind a whole picture, byte for byte', async () => {
    const bytes = Uint8Array.from([...picture(5000), ...picture(300)]);
    const store = createImageStore(env.BUCKET, countedBuffers());
    const sink = store.sink(ID, LABELS);

    await take(sink, bytes);
    await sink.settled();

    expect(sink.images).toMatchObject([{ n: 0, bytes: bytes.length, sha256: hexOf(bytes) }]);
    expect(hexOf((await (await store.open('image', ID, 0))?.bytes()) as Uint8Array)).toBe(hexOf(bytes));
  });

  it('says the type by the bytes, whatever the picture is called', async () => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID, LABELS);

    const writer = await sink.open({ kind: 'image', n: 0, mimeType: 'image/png' });
    await writer.write(wholeJpeg());
    await writer.close();
    await sink.settled();

    expect(sink.images).toMatchObject([{ n: 0, mimeType: 'image/jpeg' }]);
    expect((await env.BUCKET.head(blobKey('images', ID, 0)))?.httpMetadata?.contentType).toBe('image/jpeg');
  });

  it('keeps the first 64 pictures, and reads on past more', async () => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID, LABELS);

    for (let n = 0; n < 66; n += 1) await take(sink, picture(100 + n), { n });
    await sink.settled();

    expect(sink.images).toHaveLength(64);
    expect([sink.outcomeOf(63), sink.outcomeOf(64), sink.outcomeOf(65)]).toMatchObject([
      { n: 63 },
      'surplus',
      'surplus',
    ]);
  });

  it('keeps the first 256 signatures, which cost no picture after them', async () => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID, LABELS);
    const signature = { thoughtSignature: picture(3300).toBase64() };
    const bytes = picture(500);
    const inlineData = { mimeType: 'image/png', data: bytes.toBase64() };
    const parts = [...Array.from({ length: 258 }, () => signature), { inlineData, ...signature }];
    const body = new Response(JSON.stringify({ candidates: [{ content: { parts } }] })).body!;

    const [chunk] = await Array.fromAsync(lift(body, { form: 'json', sink, isAnswer: true }));
    await sink.settled();

    expect(sink.signatures).toHaveLength(256);
    expect(sink.images).toMatchObject([{ sha256: hexOf(bytes) }]);
    expect(JSON.stringify(parseChunk(chunk!, 'json')).match(/"thoughtSignature":""/g)).toHaveLength(3);
  });

  it('forgets the pictures of a run with what was made of them', async () => {
    const store = createImageStore(env.BUCKET, countedBuffers());
    const sink = store.sink(ID, LABELS);
    await take(sink, picture(100));
    await take(sink, picture(100), { kind: 'signature' });
    await sink.settled();
    await env.BUCKET.put(renditionKey(ID, 0, 160), 'x');

    await store.remove(ID);

    expect((await env.BUCKET.list()).objects.map(({ key }) => key)).toEqual([blobKey('signatures', ID, 0)]);
  });

  it('is found whole with its labels, and then deleted with all that was made of it', async () => {
    const store = createImageStore(env.BUCKET, countedBuffers());
    const other = store.sink(`b${'4'.repeat(32)}`, LABELS);
    const sink = store.sink(ID, LABELS);
    for (const n of [0, 3]) await take(sink, picture(100 + n), { n });
    await take(sink, picture(100), { kind: 'signature' });
    await take(other, picture(100));
    await Promise.all([sink.settled(), other.settled()]);
    await env.BUCKET.put(renditionKey(ID, 0, 160), 'x');
    await putSuggestion(env.BUCKET, ID, '<p>', LABELS);

    expect(await store.findPicture(ID)).toEqual({ labels: LABELS });
    const found = await store.findAll(ID);
    // Another isolate makes it between the two.
    await env.BUCKET.put(renditionKey(ID, 3, 640), 'x');
    await store.removeAll(ID, found);

    expect(found).toMatchObject({ pictures: [0, 3], labels: LABELS });
    expect(await store.findPicture(ID)).toBeUndefined();
    expect((await env.BUCKET.list()).objects.map(({ key }) => key)).toEqual([
      blobKey('images', `b${'4'.repeat(32)}`, 0),
    ]);
    const after = await store.findAll(ID);
    expect(after).toEqual({ pictures: [], keys: [] });
    await store.removeAll(ID, after);
  });

  it('leaves nothing behind when it is aborted, in the first part or a later one', async () => {
    const buffers = countedBuffers();
    const sink = createImageStore(env.BUCKET, buffers).sink(ID, LABELS);
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
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID, LABELS);
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
    await env.BUCKET.put(renditionKey(ID, 1, 320), 'made by the check');

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
    const sink = createImageStore(flaky, countedBuffers()).sink(ID, LABELS);

    const writer = await sink.open({ kind: 'image', n: 0 });
    await writer.write(picture(500));
    await writer.close();
    await sink.settled();

    const kept = await env.BUCKET.get(blobKey('images', ID, 0));
    expect(hexOf(new Uint8Array((await kept?.arrayBuffer()) as ArrayBuffer))).toBe(hexOf(picture(500)));
  });
});

describe('metadata at rest', () => {
  it.each([
    { name: 'a picture of one put', kind: 'image', size: PART_BYTES, hasDigest: true },
    { name: 'a signature', kind: 'signature', size: 5000, hasDigest: true },
    // Metadata is given when an upload begins, and the digest is known when it ends.
    { name: 'a picture of several parts', kind: 'image', size: PART_BYTES + 1, hasDigest: false },
  ] as const)('is the labels of $name, with its digest: $hasDigest', async ({ kind, size, hasDigest }) => {
    const sink = createImageStore(env.BUCKET, countedBuffers()).sink(ID, LABELS);

    await take(sink, picture(size), { kind });

    expect(await sink.settled()).toBe('stored');
    const kept = await env.BUCKET.head(blobKey(kind === 'image' ? 'images' : 'signatures', ID, 0));
    expect(kept?.customMetadata).toEqual({ ...LABELS, ...(hasDigest && { sha256: hexOf(picture(size)) }) });
    expect(kept && labelsOf(kept)).toEqual(LABELS);
  });
});

describe('labels', () => {
  it.each([
    {
      name: 'of a picture without a template',
      stored: { site: 'a', key: 'k', sha256: 's' },
      labels: { site: 'a', key: 'k' },
      site: 'a',
    },
    {
      name: 'of a rendition say its site alone',
      stored: { site: 'a', pictureUploaded: '1' },
      labels: undefined,
      site: 'a',
    },
    {
      name: 'are absent from an older picture, which is of the first site',
      stored: { sha256: 's' },
      labels: undefined,
      site: 'default',
    },
    { name: 'are absent where there is no metadata', stored: undefined, labels: undefined, site: 'default' },
  ])('$name', ({ stored, labels, site }) => {
    const object = stored && { customMetadata: stored };

    expect(labelsOf(object ?? {})).toEqual(labels);
    expect(siteOf(object ?? {})).toBe(site);
  });
});

describe('finding what a run has stored', () => {
  it('tells of it what the run knew, in order', async () => {
    const store = createImageStore(env.BUCKET, countedBuffers());
    const sink = store.sink(ID, LABELS);
    // R2 lists 10 before 2.
    for (const n of [0, 2, 10]) await take(sink, picture(1000 + n), { n });
    await take(sink, Uint8Array.of(1, 2, 3), { n: 11 });
    await take(sink, picture(PART_BYTES + 70_000), { n: 12 });
    for (const n of [0, 10, 9]) await take(sink, picture(5000 + n), { kind: 'signature', n });
    await sink.settled();

    const found = await store.find(ID);

    expect(found.images).toEqual(sink.images);
    expect(found.signatures).toEqual([...sink.signatures].sort((a, b) => a.n - b.n));
  });

  it('sees nothing of other runs, nor of pictures that are not whole', async () => {
    const store = createImageStore(env.BUCKET, countedBuffers());
    const other = store.sink(`b${'4'.repeat(32)}`, LABELS);
    await take(other, picture(100));
    await other.settled();
    const writer = await store.sink(ID, LABELS).open({ kind: 'image', n: 0 });
    await writer.write(picture(PART_BYTES + 1));

    expect(await store.find(ID)).toEqual({ images: [], signatures: [] });
    await writer.abort('seen');
  });
});
