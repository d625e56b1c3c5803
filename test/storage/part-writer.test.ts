/** Memory for pictures that come slowly, all at once, or not to their end. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { createPartBuffers, PART_BYTES } from '../../worker/storage/part-buffers.ts';
import { createPendingParts } from '../../worker/storage/pending.ts';
import { eventually } from '../eventually.ts';
import { countedBuffers, emptyBucket, hexOf, keptHex, LABELS, picture, take } from './pictures.ts';

const idOf = (n: number) => `b${String(n).padStart(32, '0')}`;
const keyOf = (n: number) => blobKey('images', idOf(n), 0);

/** One Durable Object for all pictures, with the memory of an isolate. */
function inObject(test: (stage: ReturnType<typeof createStage>) => Promise<void>): Promise<void> {
  const stub = env.GENERATION.getByName(crypto.randomUUID());
  return runInDurableObject(stub, (_instance, { storage }) => test(createStage(storage)));
}

function createStage({ sql }: DurableObjectStorage) {
  const buffers = countedBuffers(2 * PART_BYTES);
  const store = createImageStore(env.BUCKET, buffers);
  const pendingParts = createPendingParts(sql);
  return { buffers, store, pendingParts, sink: (n: number) => store.sink(idOf(n), LABELS, pendingParts) };
}

afterEach(emptyBucket);

describe('a picture that stops in its middle', () => {
  it('gives its memory to others when that is scarce, and is whole when the rest comes', () =>
    inObject(async ({ buffers, store, pendingParts, sink }) => {
      const bytes = picture(PART_BYTES + 3_000_000);
      const sinks = [sink(1), sink(2), sink(3)];
      const writers = await Promise.all(sinks.map((each) => each.open({ kind: 'image', n: 0 })));
      for (const writer of writers) await writer.write(bytes.subarray(0, 4_000_000));

      await eventually(() => buffers.isScarce).toBe(false);
      await take(sink(4), picture(600_000));
      for (const writer of writers) await writer.write(bytes.subarray(4_000_000));
      for (const writer of writers) await writer.close();

      for (const each of sinks) await each.settled();
      await store.flush(pendingParts);
      for (const n of [1, 2, 3]) expect(await keptHex(keyOf(n))).toBe(hexOf(bytes));
      await eventually(() => keptHex(keyOf(4))).toBe(hexOf(picture(600_000)));
      expect((await env.BUCKET.head(keyOf(1)))?.httpMetadata?.contentType).toBe('image/png');
      await eventually(() => buffers.out).toBe(0);
    }));

  it('keeps its memory while there is enough for others', () =>
    inObject(async ({ buffers, pendingParts, sink }) => {
      const writer = await sink(1).open({ kind: 'image', n: 0 });
      await writer.write(picture(1000));
      await scheduler.wait(50);

      expect(pendingParts.isEmpty).toBe(true);
      expect(buffers.out).toBe(1);
      await writer.abort('seen');
      expect(buffers.out).toBe(0);
    }));
});

describe('a picture of several parts', () => {
  it('lets another that waits for memory go first when it has sent one, and none of them is left pending', () =>
    inObject(async ({ pendingParts }) => {
      /** No picture becomes idle here. */
      const pause = (ms: number) => (ms > 100 ? new Promise<never>(() => undefined) : scheduler.wait(1));
      const buffers = createPartBuffers({ now: Date.now, pause, budgetBytes: 2 * PART_BYTES });
      const store = createImageStore(env.BUCKET, buffers);
      const [bytes, small] = [picture(2 * PART_BYTES + 1000), picture(PART_BYTES)];
      const sinks = [1, 2, 3].map((n) => store.sink(idOf(n), LABELS, pendingParts));
      const large = await Promise.all(sinks.slice(0, 2).map((each) => each.open({ kind: 'image', n: 0 })));
      for (const writer of large) await writer.write(bytes.subarray(0, PART_BYTES));

      const third = take(sinks[2]!, small, { pieces: PART_BYTES });
      await eventually(() => buffers.isAwaited).toBe(true);
      await Promise.all(large.map((writer) => writer.write(bytes.subarray(PART_BYTES))));
      await third;
      for (const writer of large) await writer.close();

      expect(await Promise.all(sinks.map((each) => each.settled()))).toEqual(['stored', 'stored', 'stored']);
      expect(await Promise.all([1, 2].map((n) => keptHex(keyOf(n))))).toEqual([hexOf(bytes), hexOf(bytes)]);
      expect(await keptHex(keyOf(3))).toBe(hexOf(small));
    }));
});

describe('a picture that finds no memory', () => {
  it('is safe in rows, its type and its pixels known, and is stored when there is memory', () =>
    inObject(async ({ buffers, store, pendingParts, sink }) => {
      const held = [await buffers.acquire(), await buffers.acquire()];
      const pictures = sink(1);
      const bytes = picture(300_000);

      await take(pictures, bytes, { pieces: 10_000 });

      expect(await pictures.settled()).toBe('pending');
      expect(pictures.images).toMatchObject([
        { mimeType: 'image/png', width: 1024, bytes: 300_000, sha256: hexOf(bytes) },
      ]);
      expect(await store.flush(pendingParts, AbortSignal.timeout(20))).toMatchObject([{ outcome: 'refused' }]);
      for (const buffer of held) buffers.release(buffer);
      expect(await store.flush(pendingParts)).toMatchObject([{ outcome: 'stored' }]);
      expect(await keptHex(keyOf(1))).toBe(hexOf(bytes));
    }));
});
