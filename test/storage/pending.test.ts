import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { labelsOf } from '../../worker/storage/labels.ts';
import { PART_BYTES } from '../../worker/storage/part-buffers.ts';
import { createPendingParts, MAX_PENDING_BYTES } from '../../worker/storage/pending.ts';
import { createPendingRows, ROW_BYTES } from '../../worker/storage/pending-rows.ts';
import {
  countedBuffers,
  emptyBucket,
  type Fault,
  failingBucket,
  hexOf,
  keptHex,
  LABELS,
  picture,
  take,
} from './pictures.ts';

const ID = `b${'3'.repeat(32)}`;
const KEY = blobKey('images', ID, 0);
const SMALL = picture(1_234_567);
/** Three parts, the last one shorter. */
const LARGE = picture(2 * PART_BYTES + 12_345);
const SMALL_HEX = hexOf(SMALL);
const LARGE_HEX = hexOf(LARGE);
const LARGE_STEPS = ['createMultipartUpload', 'uploadPart 1', 'uploadPart 2', 'uploadPart 3', 'complete'];

/** Every test has an object of its own, with real SQLite. */
async function inObject(test: (storage: DurableObjectStorage) => Promise<void>): Promise<void> {
  const stub = env.GENERATION.getByName(crypto.randomUUID());
  await runInDurableObject(stub, (_instance, state) => test(state.storage));
}

function setUp({ sql }: DurableObjectStorage, faultOf: (step: string) => Fault | undefined = () => undefined) {
  const buffers = countedBuffers();
  const { bucket, steps, uploads } = failingBucket(faultOf);
  const store = createImageStore(bucket, buffers);
  const pendingParts = createPendingParts(sql);
  return { store, pendingParts, sink: store.sink(ID, LABELS, pendingParts), buffers, steps, uploads };
}

/** R2 fails from a step on, as an object that dies there sees it. */
function deadFrom(step: string, first: Fault): (step: string) => Fault | undefined {
  let isDead = false;
  return (next) => {
    if (isDead) return 'refuse';
    isDead = next === step;
    return isDead ? first : undefined;
  };
}

/** Keys of pending objects, whole or half-written. */
const waiting = ({ sql }: DurableObjectStorage) =>
  createPendingRows(sql)
    .list()
    .map(({ key }) => key);

const outcomes = (flushed: { outcome: string }[]) => flushed.map(({ outcome }) => outcome);

afterEach(emptyBucket);

describe('what R2 refuses', () => {
  it.each([
    { tries: 1, becomes: 'stored' },
    { tries: 2, becomes: 'stored' },
    { tries: 3, becomes: 'pending' },
  ] as const)('$tries times is $becomes', ({ tries, becomes }) =>
    inObject(async (storage) => {
      let left = tries;
      const { pendingParts, sink, buffers } = setUp(storage, () => (left-- > 0 ? 'refuse' : undefined));

      await take(sink, SMALL);

      expect(await sink.settled()).toBe(becomes);
      expect(pendingParts.isEmpty).toBe(becomes === 'stored');
      expect(waiting(storage)).toEqual(becomes === 'pending' ? [KEY] : []);
      expect(await keptHex(KEY)).toBe(becomes === 'stored' ? SMALL_HEX : undefined);
      expect(sink.images).toMatchObject([{ n: 0, bytes: SMALL.length, sha256: SMALL_HEX, width: 1024 }]);
      expect(buffers.out).toBe(0);
    }),
  );

  it('is stored later as it would have been at once', () =>
    inObject(async (storage) => {
      const { sink } = setUp(storage, () => 'refuse');
      await take(sink, SMALL);
      await take(sink, picture(5000), { kind: 'signature' });
      await sink.settled();
      const { store, pendingParts, buffers } = setUp(storage);

      const flushed = await store.flush(pendingParts);

      expect(flushed).toEqual([
        { key: KEY, outcome: 'stored' },
        { key: blobKey('signatures', ID, 0), outcome: 'stored' },
      ]);
      expect(pendingParts.isEmpty).toBe(true);
      expect(await keptHex(KEY)).toBe(SMALL_HEX);
      const kept = await env.BUCKET.head(KEY);
      expect(kept?.httpMetadata?.contentType).toBe('image/png');
      expect(kept?.customMetadata).toEqual({ ...LABELS, sha256: SMALL_HEX });
      expect(buffers.out).toBe(0);
    }));

  it.each(LARGE_STEPS)('of a large picture at %s waits with all that follows, and R2 is not asked again', (step) =>
    inObject(async (storage) => {
      const refusing = setUp(storage, (next) => (next === step ? 'refuse' : undefined));
      await take(refusing.sink, LARGE);

      expect(await refusing.sink.settled()).toBe('pending');
      const before = LARGE_STEPS.slice(0, LARGE_STEPS.indexOf(step));
      expect(refusing.steps).toEqual([...before, step, step, step]);
      expect(refusing.buffers.out).toBe(0);
      expect(await keptHex(KEY)).toBeUndefined();
      const { store, pendingParts, buffers, steps } = setUp(storage);
      expect(outcomes(await store.flush(pendingParts))).toEqual(['stored']);

      expect(steps).toEqual(LARGE_STEPS.slice(LARGE_STEPS.indexOf(step)));
      expect(pendingParts.isEmpty).toBe(true);
      expect(await keptHex(KEY)).toBe(LARGE_HEX);
      const kept = await env.BUCKET.head(KEY);
      expect(kept?.httpMetadata?.contentType).toBe('image/png');
      expect(kept && labelsOf(kept)).toEqual(LABELS);
      expect(buffers.out).toBe(0);
    }),
  );

  it('is stored without labels where an earlier version left it', () =>
    inObject(async (storage) => {
      const { sink } = setUp(storage, () => 'refuse');
      await take(sink, SMALL);
      await sink.settled();
      storage.sql.exec("UPDATE parked SET facts = json_remove(facts, '$.labels')");
      const { store, pendingParts } = setUp(storage);

      expect(outcomes(await store.flush(pendingParts))).toEqual(['stored']);

      expect((await env.BUCKET.head(KEY))?.customMetadata).toEqual({ sha256: SMALL_HEX });
    }));

  it('waits in rows of at most 1 MB, and leaves none behind', () =>
    inObject(async (storage) => {
      const { sink, pendingParts, store } = setUp(storage, (step) =>
        step === 'createMultipartUpload' ? 'refuse' : undefined,
      );
      await take(sink, LARGE);
      await sink.settled();

      const lengths = storage.sql
        .exec<{ length: number }>('SELECT LENGTH(bytes) AS length FROM parked_bytes')
        .toArray();
      expect(Math.max(...lengths.map(({ length }) => length))).toBe(ROW_BYTES);
      expect(lengths.reduce((sum, { length }) => sum + length, 0)).toBe(LARGE.length);
      // R2 refuses still, and nothing is lost by asking.
      expect(outcomes(await store.flush(pendingParts))).toEqual(['refused']);
      expect(outcomes(await createImageStore(env.BUCKET, countedBuffers()).flush(pendingParts))).toEqual(['stored']);

      expect(storage.sql.exec('SELECT * FROM parked_bytes').toArray()).toEqual([]);
      expect(await keptHex(KEY)).toBe(LARGE_HEX);
    }));

  it('fails the write where nothing may be pending', () =>
    inObject(async (storage) => {
      const { store, buffers } = setUp(storage, () => 'refuse');
      const sink = store.sink(ID, LABELS);
      await take(sink, SMALL);

      await expect(sink.settled()).rejects.toThrow('10001');
      expect(buffers.out).toBe(0);
    }));

  it('fails the write when the object has deferred 32 MiB, and what was pending before stays', () =>
    inObject(async (storage) => {
      const { sink, buffers } = setUp(storage, () => 'refuse');
      await take(sink, LARGE);
      const writer = await sink.open({ kind: 'image', n: 1 });
      const endless = async () => {
        for (let written = 0; written <= MAX_PENDING_BYTES; written += PART_BYTES) {
          await writer.write(LARGE.subarray(0, PART_BYTES));
        }
      };

      await expect(endless()).rejects.toThrow(`more than ${MAX_PENDING_BYTES} bytes to defer`);
      await writer.abort('too much');

      expect(buffers.out).toBe(0);
      const { store, pendingParts } = setUp(storage);
      expect(await store.flush(pendingParts)).toEqual([{ key: KEY, outcome: 'stored' }]);
      expect(await keptHex(KEY)).toBe(LARGE_HEX);
      expect(await keptHex(blobKey('images', ID, 1))).toBeUndefined();
    }));

  it('fails where the last byte is what is too much, and keeps none of it', () =>
    inObject(async (storage) => {
      const { sink, pendingParts, buffers } = setUp(storage, () => 'refuse');
      const writer = await sink.open({ kind: 'image', n: 0 });
      const bytes = picture(PART_BYTES);
      for (let left = MAX_PENDING_BYTES; left > 0; left -= PART_BYTES) await writer.write(bytes.subarray(0, left));

      await expect(writer.write(Uint8Array.of(1))).rejects.toThrow('bytes to defer');
      await writer.abort('too much');

      expect(pendingParts.isEmpty).toBe(true);
      expect(buffers.out).toBe(0);
    }));
});

describe('storing what was pending', () => {
  const faults: Fault[] = ['refuse', 'lose the answer'];
  it.each(LARGE_STEPS.flatMap((step) => faults.map((fault) => ({ step, fault }))))(
    'begins again where the object died at $step: $fault',
    ({ step, fault }) =>
      inObject(async (storage) => {
        const deferring = setUp(storage, () => 'refuse');
        await take(deferring.sink, LARGE);
        await deferring.sink.settled();
        const dying = setUp(storage, deadFrom(step, fault));
        expect(outcomes(await dying.store.flush(dying.pendingParts))).toEqual(['refused']);
        expect(dying.buffers.out).toBe(0);
        const next = setUp(storage);

        expect(outcomes(await next.store.flush(next.pendingParts))).toEqual(['stored']);

        expect(await keptHex(KEY)).toBe(LARGE_HEX);
        expect(next.pendingParts.isEmpty).toBe(true);
        // Parts that R2 has acknowledged are not sent again.
        const at = LARGE_STEPS.indexOf(step);
        const steps = new Set(next.steps);
        steps.delete('head');
        expect([...steps]).toEqual(LARGE_STEPS.slice(at));
      }),
  );

  it.each(faults)('begins again where the object died at the only put: %s', (fault) =>
    inObject(async (storage) => {
      const deferring = setUp(storage, () => 'refuse');
      await take(deferring.sink, SMALL);
      await deferring.sink.settled();
      const dying = setUp(storage, deadFrom('put', fault));
      expect(outcomes(await dying.store.flush(dying.pendingParts))).toEqual(['refused']);
      const next = setUp(storage);

      expect(outcomes(await next.store.flush(next.pendingParts))).toEqual(['stored']);

      expect(await keptHex(KEY)).toBe(SMALL_HEX);
      expect(next.pendingParts.isEmpty).toBe(true);
    }),
  );

  it('knows an object that R2 has, though it never said so', () =>
    inObject(async (storage) => {
      const { sink, store, pendingParts, steps } = setUp(storage, (step) =>
        step === 'complete' ? 'lose the answer' : undefined,
      );
      await take(sink, LARGE);
      expect(await sink.settled()).toBe('pending');
      steps.length = 0;

      expect(outcomes(await store.flush(pendingParts))).toEqual(['stored']);

      expect(steps).toContain('head');
      expect(await keptHex(KEY)).toBe(LARGE_HEX);
    }));

  it('tells of an upload that is gone with its parts, and keeps nothing of it', () =>
    inObject(async (storage) => {
      const deferring = setUp(storage, (step) => (step === 'uploadPart 2' ? 'refuse' : undefined));
      await take(deferring.sink, LARGE);
      await deferring.sink.settled();
      await deferring.uploads[0]?.abort();
      const { store, pendingParts } = setUp(storage);

      const flushed = await store.flush(pendingParts);

      expect(flushed).toEqual([{ key: KEY, outcome: 'lost', error: expect.stringContaining('(10024)') }]);
      expect(pendingParts.isEmpty).toBe(true);
    }));

  it('starts over where an upload is gone and every byte is still here', () =>
    inObject(async (storage) => {
      const deferring = setUp(storage, () => 'refuse');
      await take(deferring.sink, LARGE);
      await deferring.sink.settled();
      const dying = setUp(storage, deadFrom('uploadPart 2', 'refuse'));
      await dying.store.flush(dying.pendingParts);
      await dying.uploads[0]?.abort();
      const { store, pendingParts } = setUp(storage);

      expect(outcomes(await store.flush(pendingParts))).toEqual(['refused']);
      expect(outcomes(await store.flush(pendingParts))).toEqual(['stored']);

      expect(await keptHex(KEY)).toBe(LARGE_HEX);
    }));

  it('never stores an object whose rows are not all there', () =>
    inObject(async (storage) => {
      const deferring = setUp(storage, () => 'refuse');
      await take(deferring.sink, LARGE);
      await deferring.sink.settled();
      storage.sql.exec('DELETE FROM parked_bytes WHERE part = 2 AND row = 3');
      const { store, pendingParts, buffers } = setUp(storage);

      expect(outcomes(await store.flush(pendingParts))).toEqual(['refused']);

      expect(await keptHex(KEY)).toBeUndefined();
      expect(buffers.out).toBe(0);
    }));

  it('happens once where it is asked for twice at the same time', () =>
    inObject(async (storage) => {
      const deferring = setUp(storage, () => 'refuse');
      await take(deferring.sink, SMALL);
      await deferring.sink.settled();
      const { store, pendingParts, steps } = setUp(storage);

      const [first, second] = await Promise.all([store.flush(pendingParts), store.flush(pendingParts)]);

      expect(outcomes(first)).toEqual(['stored']);
      expect(second).toBe(first);
      expect(steps).toEqual(['put']);
    }));

  it('leaves half an object to its writer, and throws it away where a crash has ended that', () =>
    inObject(async (storage) => {
      const { sink, store, pendingParts } = setUp(storage, () => 'refuse');
      const writer = await sink.open({ kind: 'image', n: 0 });
      await writer.write(LARGE.subarray(0, PART_BYTES + 1));

      expect(await store.flush(pendingParts)).toEqual([]);
      expect(pendingParts.isEmpty).toBe(false);

      const afterCrash = setUp(storage);
      expect(await afterCrash.store.flush(afterCrash.pendingParts)).toEqual([]);
      expect(afterCrash.pendingParts.isEmpty).toBe(true);
      expect(await keptHex(KEY)).toBeUndefined();
    }));
});

describe('pending parts', () => {
  it('forgets what is aborted or discarded, but not what was told to callers', () =>
    inObject(async (storage) => {
      const { sink, buffers } = setUp(storage, () => 'refuse');
      await take(sink, SMALL);
      await sink.settled();
      sink.announce();
      await take(sink, SMALL, { n: 1 });
      const writer = await sink.open({ kind: 'image', n: 2 });
      await writer.write(LARGE.subarray(0, PART_BYTES + 1));
      expect(waiting(storage)).toContain(blobKey('images', ID, 2));

      await writer.abort('cut');
      await sink.discard();

      expect(waiting(storage)).toEqual([KEY]);
      expect(buffers.out).toBe(0);
    }));

  it('costs an object nothing until something is pending, and survives that the object forgets all', () =>
    inObject(async (storage) => {
      const tables = () => storage.sql.exec("SELECT name FROM sqlite_master WHERE name LIKE 'parked%'").toArray();
      const { sink, store, pendingParts } = setUp(storage, () => 'refuse');
      expect(pendingParts.isEmpty).toBe(true);
      expect(await store.flush(pendingParts)).toEqual([]);
      expect(tables()).toEqual([]);
      await take(sink, SMALL);
      await sink.settled();

      await storage.deleteAll();

      expect(pendingParts.isEmpty).toBe(true);
      expect(await store.flush(pendingParts)).toEqual([]);
      await pendingParts.discard([KEY]);
      expect(tables()).toEqual([]);
      await take(sink, SMALL, { n: 1 });
      expect(await sink.settled()).toBe('pending');
      expect(waiting(storage)).toEqual([blobKey('images', ID, 1)]);
    }));

  it('stays empty when the object forgets all while R2 is being asked', () =>
    inObject(async (storage) => {
      const deferring = setUp(storage, () => 'refuse');
      await take(deferring.sink, LARGE);
      await deferring.sink.settled();
      const { store, pendingParts } = setUp(storage, (step) => {
        if (step === 'uploadPart 1') storage.sql.exec('DROP TABLE parked; DROP TABLE parked_bytes');
        return undefined;
      });

      expect(outcomes(await store.flush(pendingParts))).toEqual(['refused']);

      expect(pendingParts.isEmpty).toBe(true);
      expect(await keptHex(KEY)).toBeUndefined();
    }));
});
