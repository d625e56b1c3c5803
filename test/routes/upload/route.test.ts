/** Gemini's Files API: uploads by the SDK's resumable protocol, and in one request. */
import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fileKey } from '../../../worker/storage/keys.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { MIN_PNG_BYTES, wholeHeic, wholeJpeg, wholePng, wholeWebp } from '../../files/whole-images.ts';
import { watchBucket } from '../../storage/watched-bucket.ts';
import { createTestWorker, WORKER } from '../../support.ts';
import {
  begin,
  dripping,
  emptyFiles,
  fileOf,
  idOf,
  MIB,
  send,
  sendWhole,
  start,
  stateOf,
  stored,
  UPLOAD,
  urlOf,
} from './uploads.ts';

const worker = createTestWorker();
const FINALIZE = 'upload, finalize';
const FILE = ['files/default/*', 'files/default/bytes/*', 'files/default/makers/client-dev/*'];

const hexOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** R2's objects of one file. */
async function bytesOf(id: string): Promise<Uint8Array> {
  const record = await env.BUCKET.head(fileKey('default', id));
  return ((await env.BUCKET.get(record?.customMetadata?.object as string)) as R2ObjectBody).bytes();
}

afterEach(emptyFiles);

describe('a resumable upload', () => {
  it('begins with an address of ours, and ends with the file', async () => {
    const picture = wholePng(5000);
    const body = { file: { mimeType: 'image/png', sizeBytes: '5000', displayName: 'Ein Fuchs 🦊' } };

    const started = await start(worker, { size: 5000, body, headers: { 'X-Goog-Upload-File-Name': 'fox.png' } });
    const finished = await send(worker, urlOf(started), FINALIZE, { offset: 0, bytes: picture });

    expect(stateOf(started)).toEqual({ status: 200, upload: 'active', received: '0' });
    expect(started.headers.get('X-Goog-Upload-URL')).toMatch(
      /^https:\/\/peel\.example\/upload\/v1beta\/files\?upload_id=[0-9a-f]{32}&upload_protocol=resumable&upload_token=[\w.-]+$/,
    );
    expect(started.headers.get('X-Goog-Upload-Chunk-Granularity')).toBe(String(8 * MIB));
    expect(started.headers.get('Cache-Control')).toBe('no-store');
    expect(stateOf(finished)).toEqual({ status: 200, upload: 'final', received: null });
    const file = await fileOf(finished);
    const id = idOf(file);
    expect(file).toEqual({
      name: expect.stringMatching(/^files\/[0-9a-f]{32}$/),
      displayName: 'Ein Fuchs 🦊',
      mimeType: 'image/png',
      sizeBytes: '5000',
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updateTime: file.createTime,
      expirationTime: new Date(Date.parse(file.createTime) + 48 * 3_600_000).toISOString(),
      sha256Hash: btoa(hexOf(picture)),
      uri: `${WORKER}/v1beta/files/${id}`,
      state: 'ACTIVE',
      source: 'UPLOADED',
    });
    expect(await bytesOf(id)).toEqual(picture);
    expect(await stored()).toEqual(FILE);
  });

  it('goes on at the version it began with', async () => {
    const started = await start(worker, { size: 200, path: '/upload/v1/files' });
    const finished = await send(worker, urlOf(started), FINALIZE, { offset: 0, bytes: wholePng() });

    expect(urlOf(started)).toMatch(/^\/upload\/v1\/files\?/);
    expect((await fileOf(finished)).uri).toMatch(/\/v1beta\/files\//);
  });

  it('of 20 MiB comes in chunks of 8 MiB', async () => {
    const picture = wholePng(20 * MIB);
    const url = await begin(worker, { size: picture.length });

    for (const offset of [0, 8 * MIB]) {
      const bytes = picture.subarray(offset, offset + 8 * MIB);
      const answer = await send(worker, url, 'upload', { offset, bytes });
      expect(stateOf(answer)).toEqual({ status: 200, upload: 'active', received: String(offset + 8 * MIB) });
    }
    const finished = await send(worker, url, FINALIZE, { offset: 16 * MIB, bytes: picture.subarray(16 * MIB) });

    const file = await fileOf(finished);
    expect(file.sha256Hash).toBe(btoa(hexOf(picture)));
    expect(hexOf(await bytesOf(idOf(file)))).toBe(hexOf(picture));
    expect(await stored()).toEqual(FILE);
  });

  it('may be finalized by itself, and need not say its size, its type or anything else', async () => {
    const picture = wholePng();
    const answer = await start(worker, { type: '', headers: { 'Content-Type': '' }, body: null });
    const url = urlOf(answer);

    await send(worker, url, 'upload', { offset: 0, bytes: picture });
    const file = await fileOf(await send(worker, url, 'Upload , FINALIZE', { offset: 200, bytes: new Uint8Array(0) }));
    const again = await send(worker, url, 'finalize');

    expect(file).toMatchObject({ mimeType: 'image/png', sizeBytes: '200' });
    expect(file).not.toHaveProperty('displayName');
    expect(await fileOf(again)).toEqual(file);
  });

  it('tells what it has received, and is gone when it is cancelled', async () => {
    const url = await begin(worker, { size: 200 });
    const asked = () => send(worker, url, 'query');
    const before = stateOf(await asked());
    await send(worker, url, 'upload', { offset: 0, bytes: wholePng().subarray(0, 150) });

    const after = stateOf(await asked());
    const cancelled = stateOf(await send(worker, url, 'cancel'));

    expect(before).toEqual({ status: 200, upload: 'active', received: '0' });
    expect(after).toEqual({ status: 200, upload: 'active', received: '150' });
    expect(cancelled).toEqual({ status: 200, upload: 'cancelled', received: null });
    expect((await asked()).status).toBe(404);
    expect(await stored()).toEqual([]);
  });

  it('that is finished says so to a client that lost the answer, and cannot be cancelled', async () => {
    const picture = wholePng();
    const url = await begin(worker, { size: 200 });
    const file = await fileOf(await send(worker, url, FINALIZE, { offset: 0, bytes: picture }));

    for (const [command, offset] of [
      [FINALIZE, 0],
      ['finalize', undefined],
      ['query', undefined],
    ] as const) {
      const bytes = offset === undefined ? null : picture;
      const again = await send(worker, url, command, { bytes, ...(offset !== undefined && { offset }) });
      expect(again.headers.get('X-Goog-Upload-Status')).toBe('final');
      expect(await fileOf(again)).toEqual(file);
    }
    expect((await send(worker, url, 'cancel')).status).toBe(400);
    expect(await stored()).toEqual(FILE);
  });

  it('takes a chunk again whose answer was lost, and finishes once though it is sent twice at once', async () => {
    const picture = wholePng(1000);
    const url = await begin(worker, { size: 1000 });
    const first = { offset: 0, bytes: picture.subarray(0, 400) };
    const rest = { offset: 400, bytes: picture.subarray(400) };
    await send(worker, url, 'upload', first);

    const again = stateOf(await send(worker, url, 'upload', first));
    const both = await Promise.all([0, 1].map(() => send(worker, url, FINALIZE, rest)));
    const [one, other] = await Promise.all(both.map(fileOf));

    expect(again).toEqual({ status: 200, upload: 'active', received: '400' });
    expect(one).toEqual(other);
    expect(await bytesOf(idOf(one as Awaited<ReturnType<typeof fileOf>>))).toEqual(picture);
    expect(await stored()).toEqual(FILE);
  });

  it('is one file whatever its chunks are, and whatever was sent again, asked or broken on the way', async () => {
    type Chance = { length: number; measured: boolean; again: boolean; broken: boolean };
    const chance = fc.record<Chance>({
      length: fc.integer({ min: 0, max: 70_000 }),
      measured: fc.boolean(),
      again: fc.boolean(),
      broken: fc.boolean(),
    });
    const size = fc.integer({ min: MIN_PNG_BYTES, max: 150_000 });
    await fc.assert(
      fc.asyncProperty(size, fc.array(chance, { maxLength: 5 }), fc.boolean(), async (length, chances, isDeclared) => {
        const picture = wholePng(length);
        await emptyFiles();
        const url = await begin(worker, isDeclared ? { size: length } : {});
        let offset = 0;
        for (const { length: part, measured, again, broken } of chances) {
          const bytes = picture.subarray(offset, offset + part);
          if (broken) await send(worker, url, 'upload', { offset, bytes: breaking(bytes) });
          const body = () => (measured ? bytes : dripping(bytes).stream);
          const answer = await send(worker, url, 'upload', { offset, bytes: body() });
          expect(answer.headers.get('X-Goog-Upload-Size-Received')).toBe(String(offset + bytes.length));
          if (again && bytes.length > 0) await send(worker, url, 'upload', { offset, bytes: body() });
          offset += bytes.length;
          expect(stateOf(await send(worker, url, 'query')).received).toBe(String(offset));
        }
        const rest = picture.subarray(offset);
        const last = chances[0]?.measured ? rest : dripping(rest).stream;
        const finished = await send(worker, url, FINALIZE, { offset, bytes: last });

        const file = await fileOf(finished);
        expect(file.sha256Hash).toBe(btoa(hexOf(picture)));
        expect(hexOf(await bytesOf(idOf(file)))).toBe(hexOf(picture));
        expect(await stored()).toEqual(FILE);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a whole file in one request', () => {
  it.each([
    ['image/png', wholePng(3 * MIB)],
    ['image/jpeg', wholeJpeg()],
    ['image/jpg', wholeJpeg()],
    ['image/webp', wholeWebp()],
    ['image/heic', wholeHeic()],
    ['image/heif', wholeHeic()],
  ])('is kept: %s', async (type, picture) => {
    const answer = await sendWhole(worker, picture, {
      'Content-Type': type,
      'X-Goog-Upload-File-Name': 'picture',
    });

    expect(stateOf(answer)).toEqual({ status: 200, upload: 'final', received: null });
    const file = await fileOf(answer);
    expect(file).toMatchObject({ displayName: 'picture', sizeBytes: String(picture.length) });
    expect(file.mimeType).toBe({ 'image/jpg': 'image/jpeg', 'image/heif': 'image/heic' }[type] ?? type);
    expect(hexOf(await bytesOf(idOf(file)))).toBe(hexOf(picture));
    expect(await stored()).toEqual(FILE);
  });

  it('needs no header of the protocol, and no length', async () => {
    const picture = wholePng(11 * MIB);

    const answer = await worker.fetch(UPLOAD, {
      method: 'POST',
      headers: { 'x-goog-api-key': CLIENT_KEY, 'Content-Type': 'image/png' },
      body: dripping(picture, picture.length, 300_001).stream,
    });

    const file = await fileOf(answer);
    expect(hexOf(await bytesOf(idOf(file)))).toBe(hexOf(picture));
    expect(await stored()).toEqual(FILE);
  });
});

describe('an upload, as R2 sees it', () => {
  /** The operations in the order in which they began, without ids. */
  function watched() {
    const { bucket, asked } = watchBucket();
    const operations = () =>
      asked
        .splice(0)
        .map(([method, key]) => `${method} ${key.replace(/[0-9a-f]{32}/g, '*').replace(/[0-9a-f]{14}-/, '')}`);
    return { watching: createTestWorker({}, (services) => services, bucket), operations };
  }
  const WRITTEN = ['put files/default/bytes/*', 'put files/default/*', 'put files/default/makers/client-dev/*'];

  it.each([
    ['of a known length', wholePng(5000)],
    ['of an unknown length', dripping(wholePng(5000)).stream],
  ])('is written and no more, in one request %s', async (_name, body) => {
    const { watching, operations } = watched();

    expect((await sendWhole(watching, body)).status).toBe(200);

    expect(operations()).toEqual(WRITTEN);
  });

  it('is begun, listed once, written and deleted in the two requests of the SDK', async () => {
    const { watching, operations } = watched();

    const url = await begin(watching, { size: 5000 });
    await send(watching, url, FINALIZE, { offset: 0, bytes: wholePng(5000) });

    const session = 'files/default/uploads/*/session';
    expect(operations()).toEqual([`put ${session}`, 'list files/default/uploads/*/', ...WRITTEN, `delete ${session}`]);
  });

  it('is not written where the file is refused', async () => {
    const { watching, operations } = watched();

    expect((await sendWhole(watching, wholePng(5000).subarray(0, 4000))).status).toBe(400);

    expect(operations()).toEqual(['put files/default/bytes/*']);
    expect(await stored()).toEqual([]);
  });
});

/** Sends half of the bytes, then breaks the connection. */
function breaking(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let pulls = 0;
  return new ReadableStream({
    pull(controller) {
      pulls += 1;
      if (pulls > 1) controller.error(new Error('Network connection lost.'));
      else controller.enqueue(bytes.slice(0, bytes.length / 2 + 1));
    },
  });
}
