/** Invalid uploads: the refusal is clear, and nothing stays stored. */
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { uploadFolder } from '../../../worker/storage/keys.ts';
import type { PartBuffers } from '../../../worker/storage/part-buffers.ts';
import { createUploads, UPLOAD_LIFE_MS } from '../../../worker/storage/uploads.ts';
import { hugePng, ofText, wholeJpeg, wholePng, wholeWebp, withTail } from '../../files/whole-images.ts';
import { gif, jpeg, png } from '../../request/images.ts';
import { createTestWorker, type ErrorAnswer, WORKER } from '../../support.ts';
import {
  begin,
  CLIENT,
  dripping,
  emptyFiles,
  fileOf,
  MIB,
  send,
  sendWhole,
  start,
  stateOf,
  stored,
  UPLOAD,
} from './uploads.ts';

const worker = createTestWorker();
const FINALIZE = 'upload, finalize';
const STALE = `${UPLOAD}?upload_id=${'0'.repeat(32)}&upload_protocol=resumable`;
const STARTING = { ...CLIENT, 'Content-Type': 'application/json', 'X-Goog-Upload-Command': 'start' };
const TYPES = 'image/png, image/jpeg, image/webp, image/heic, image/heif';

const problemOf = async (answer: Response) => {
  const { error } = (await answer.clone().json()) as ErrorAnswer;
  expect(error.code).toBe(answer.status);
  return [error.code, error.details.find(({ reason }) => reason)?.reason, error.message] as const;
};

afterEach(emptyFiles);

describe('bytes that are no whole picture', () => {
  const LIES: [name: string, bytes: Uint8Array, type: string, message: string][] = [
    ['an SVG called PNG', ofText('<svg onload="alert(1)"/>'), 'image/png', 'file must not be "image/svg+xml".'],
    ['a page called JPEG', ofText('<html>'), 'image/jpeg', 'file must not be "text/html".'],
    ['a GIF called PNG', gif(), 'image/png', 'file must not be "image/gif".'],
    ['text called WebP', ofText('hello'), 'image/webp', 'file must be a PNG, JPEG, WebP, HEIC or HEIF image.'],
    ['a PNG with a page behind it', withTail(wholePng()), 'image/png', 'does not end where the file ends.'],
    ['a JPEG with a page behind it', withTail(wholeJpeg()), 'image/jpeg', 'file must be a whole image'],
    ['a WebP with a page behind it', withTail(wholeWebp()), 'image/webp', 'file must be a whole image'],
    ['a truncated PNG', wholePng(100_000).slice(0, 90_000), 'image/png', 'file must be a whole image'],
    ['the head of a PNG', png(8, 6), 'image/png', 'file must be a whole image'],
    ['a truncated JPEG', jpeg(8, 6), 'image/jpeg', 'file must be a whole image'],
    ['a WebP that lies about its length', wholeWebp(2), 'image/webp', 'file must be a whole image'],
    ['a PNG that claims too many pixels', hugePng(), 'image/png', '40 megapixels: it claims 65535 × 65535.'],
  ];

  it.each(['application/octet-stream', 'image/gif', 'image/x-png', 'image/jpeg', 'image/png; charset=x'])(
    'are told by the bytes and not by the label %s, at a start and in one request',
    async (type) => {
      const bytes = wholePng();
      const url = await begin(worker, { size: bytes.length, type, body: { file: { mimeType: type } } });

      const resumed = await send(worker, url, FINALIZE, { offset: 0, bytes });
      const whole = await sendWhole(worker, bytes, { 'Content-Type': type });

      for (const answer of [resumed, whole]) {
        expect(answer.status).toBe(200);
        expect(await answer.json()).toMatchObject({ file: { mimeType: 'image/png' } });
      }
    },
  );

  it.each(LIES)('are refused in one request: %s', async (_name, bytes, type, message) => {
    const answer = await sendWhole(worker, bytes, { 'Content-Type': type });

    expect(await problemOf(answer)).toEqual([400, expect.any(String), expect.stringContaining(message)]);
    expect(answer.headers.get('X-Goog-Upload-Status')).toBe('final');
    expect(await stored()).toEqual([]);
  });

  it.each(LIES)('end a resumable upload: %s', async (_name, bytes, type, message) => {
    const url = await begin(worker, { size: bytes.length, type });
    const half = Math.floor(bytes.length / 2);
    await send(worker, url, 'upload', { offset: 0, bytes: bytes.subarray(0, half) });

    const answer = await send(worker, url, FINALIZE, { offset: half, bytes: bytes.subarray(half) });

    expect(await problemOf(answer)).toEqual([400, expect.any(String), expect.stringContaining(message)]);
    expect(stateOf(answer)).toEqual({ status: 400, upload: 'final', received: null });
    expect(await stored()).toEqual([]);
    expect((await send(worker, url, 'query')).status).toBe(404);
  });

  it.each(['image/svg+xml', 'application/pdf', 'video/mp4', 'audio/wav', 'text/html', 'x'])(
    'are refused before they come where their type says it: %j',
    async (type) => {
      const headers = { 'X-Goog-Upload-Header-Content-Type': type };
      const started = await start(worker, { size: 10, headers });

      expect(await problemOf(started)).toEqual([400, 'UNSUPPORTED_VALUE', expect.stringContaining(TYPES)]);
      expect(await stored()).toEqual([]);
    },
  );

  it('are no pictures in one request either', async () => {
    const svg = await sendWhole(worker, ofText('<svg/>'), { 'Content-Type': 'image/svg+xml' });
    const form = await sendWhole(worker, wholePng(), { 'Content-Type': 'multipart/related; boundary=x' });

    expect(await problemOf(svg)).toEqual([400, 'UNSUPPORTED_VALUE', expect.stringContaining(TYPES)]);
    expect(await problemOf(form)).toEqual([415, 'TYPE_NOT_ALLOWED', expect.stringContaining(TYPES)]);
    expect(await stored()).toEqual([]);
  });
});

describe('more than 20 MiB', () => {
  const TOO_LARGE = [413, 'BODY_TOO_LARGE', expect.stringContaining('bytes')];

  it('is refused where it is announced', async () => {
    const inHeader = await start(worker, { size: 20 * MIB + 1 });
    const inBody = await start(worker, { body: { file: { sizeBytes: String(20 * MIB + 1) } } });
    const inLength = await sendWhole(worker, dripping(new Uint8Array(0), 10 ** 10).stream, {
      'Content-Length': String(10 ** 10),
    });

    for (const answer of [inHeader, inBody, inLength]) expect(await problemOf(answer)).toEqual(TOO_LARGE);
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['without a length', ''],
    ['with a false length', '5'],
    ['with a length that is none', 'abc'],
    ['with a negative length', '-1'],
  ])('is cut at the bound, of ten GiB that drip %s', async (_name, length) => {
    const { stream, drip } = dripping(wholePng(1000), 10 * 1024 ** 3);
    const url = await begin(worker, {});

    const answer = await send(worker, url, FINALIZE, {
      offset: 0,
      bytes: stream,
      headers: { 'Content-Length': length },
    });

    expect(answer.status).toBe(length === '5' ? 400 : 413);
    expect(drip.sent).toBeLessThan(20 * MIB + 512 * 1024);
    expect(await stored()).toEqual(length === '5' ? ['files/default/uploads/*/session'] : []);
  });

  it('is cut at the bound in one request, and as a chunk', async () => {
    const whole = dripping(wholePng(1000), 10 * 1024 ** 3);
    const chunk = dripping(wholePng(1000), 10 * 1024 ** 3);
    const url = await begin(worker, { size: 20 * MIB });

    const answers = [
      await sendWhole(worker, whole.stream),
      await send(worker, url, 'upload', { offset: 0, bytes: chunk.stream }),
    ];

    for (const answer of answers) expect(await problemOf(answer)).toEqual(TOO_LARGE);
    for (const { drip } of [whole, chunk]) expect(drip.sent).toBeLessThan(20 * MIB + 512 * 1024);
    expect(await stored()).toEqual([]);
  });

  it('than was announced ends the upload as well', async () => {
    const url = await begin(worker, { size: 200 });
    await send(worker, url, 'upload', { offset: 0, bytes: wholePng().subarray(0, 150) });

    const answer = await send(worker, url, FINALIZE, { offset: 150, bytes: new Uint8Array(51) });

    expect(await problemOf(answer)).toEqual([413, 'BODY_TOO_LARGE', 'The body may have at most 50 bytes.']);
    expect(await stored()).toEqual([]);
  });
});

describe('an upload that is out of step', () => {
  const picture = wholePng(1000);

  it('hears which byte comes next', async () => {
    const url = await begin(worker, { size: 1000 });
    await send(worker, url, 'upload', { offset: 0, bytes: picture.subarray(0, 400) });

    for (const [offset, end] of [
      [401, 1000],
      [300, 400],
      [0, 399],
      [0, 401],
      [1000, 1000],
    ] as const) {
      for (const command of ['upload', FINALIZE]) {
        const answer = await send(worker, url, command, { offset, bytes: picture.subarray(offset, end) });
        expect(await problemOf(answer)).toEqual([
          400,
          'INVALID_FIELD',
          'X-Goog-Upload-Offset must be 400: that is how many bytes have been received.',
        ]);
        expect(stateOf(answer)).toEqual({ status: 400, upload: 'final', received: '400' });
      }
    }
    const finished = await send(worker, url, FINALIZE, { offset: 400, bytes: picture.subarray(400) });
    expect((await fileOf(finished)).sizeBytes).toBe('1000');
  });

  it('cannot be finished before all has come, and goes on', async () => {
    const url = await begin(worker, { size: 1000 });
    await send(worker, url, 'upload', { offset: 0, bytes: picture.subarray(0, 400) });

    for (const answer of [
      await send(worker, url, 'finalize'),
      await send(worker, url, FINALIZE, { offset: 400, bytes: new Uint8Array(0) }),
      await send(worker, url, FINALIZE, { offset: 0, bytes: picture.subarray(0, 400) }),
    ]) {
      expect(await problemOf(answer)).toEqual([
        400,
        'INVALID_FIELD',
        'X-Goog-Upload-Command cannot be finalize yet: 400 of 1000 bytes have come.',
      ]);
      expect(stateOf(answer)).toEqual({ status: 400, upload: 'final', received: '400' });
    }
    const early = await send(worker, url, FINALIZE, { offset: 400, bytes: picture.subarray(400, 999) });
    expect((await problemOf(early))[2]).toContain('999 of 1000 bytes have come.');
    expect((await send(worker, url, FINALIZE, { offset: 400, bytes: picture.subarray(400) })).status).toBe(200);
  });

  it('may come in a hundred pieces and no more', async () => {
    const url = await begin(worker, {});
    const folder = `${uploadFolder('default', new URL(url, WORKER).searchParams.get('upload_id') as string)}chunks/`;
    const numbers = Array.from({ length: 100 }, (_, at) => at);
    const key = (at: number) => folder + String(at).padStart(10, '0');
    await Promise.all(numbers.map((at) => env.BUCKET.put(key(at), picture.subarray(at, at + 1))));

    const more = await send(worker, url, 'upload', { offset: 100, bytes: picture.subarray(100, 101) });
    const rest = await send(worker, url, FINALIZE, { offset: 100, bytes: picture.subarray(100) });

    expect(await problemOf(more)).toEqual([400, 'INVALID_FIELD', expect.stringContaining('100 pieces')]);
    expect((await fileOf(rest)).sizeBytes).toBe('1000');
  });

  it.each([
    ['unknown', STALE],
    ['misspelled', `${UPLOAD}?upload_id=../../x`],
    ['empty', `${UPLOAD}?upload_id=`],
  ])('is not found where its id is %s', async (_name, url) => {
    for (const command of ['upload', FINALIZE, 'query', 'cancel']) {
      const answer = await send(worker, url, command, { offset: 0, bytes: picture });
      expect(await problemOf(answer)).toEqual([404, 'NOT_FOUND', 'This upload was not found.']);
      expect(answer.headers.get('X-Goog-Upload-Status')).toBe('final');
    }
    expect(await stored()).toEqual([]);
  });

  it('is not found after a day', async () => {
    const url = await begin(worker, { size: 1000 });
    const id = new URL(url, WORKER).searchParams.get('upload_id') as string;
    const found = (now: number) => createUploads(env.BUCKET, {} as PartBuffers, () => now).find('default', id);

    expect(await found(Date.now() + UPLOAD_LIFE_MS - 5000)).toMatchObject({ session: { maker: 'client-dev' } });
    expect(await found(Date.now() + UPLOAD_LIFE_MS)).toBeUndefined();
  });
});

describe('an upload that is not understood', () => {
  const picture = wholePng();

  it.each([
    ['a protocol that is none', { 'X-Goog-Upload-Protocol': 'form' }, 'Accepted: resumable, raw, multipart.'],
    ['a command that is none', { 'X-Goog-Upload-Command': 'begin' }, 'Accepted: start, upload,'],
    ['a start with its bytes', { 'X-Goog-Upload-Command': 'start, upload, finalize' }, 'Accepted: start, upload,'],
    ['no command', { 'X-Goog-Upload-Command': '' }, 'Accepted: start, upload,'],
    ['no upload to go on with', { 'X-Goog-Upload-Command': 'query' }, 'upload_id must be given'],
    ['a size that is none', { 'X-Goog-Upload-Header-Content-Length': '-1' }, 'must be a whole number'],
    ['a size of nothing', { 'X-Goog-Upload-Header-Content-Length': '0' }, 'must be a whole number'],
  ])('is refused: %s', async (_name, headers, message) => {
    const answer = await start(worker, { size: 200, headers });

    expect(await problemOf(answer)).toEqual([400, expect.any(String), expect.stringContaining(message)]);
    expect(await stored()).toEqual([]);
  });

  it.each(['-1', '1.5', 'x', '', '1e3', '9'.repeat(20)])('is refused: an offset of %j', async (offset) => {
    const url = await begin(worker, { size: 200 });

    const answer = await send(worker, url, 'upload', { offset, bytes: picture });

    expect(await problemOf(answer)).toEqual([400, 'INVALID_FIELD', expect.stringContaining('X-Goog-Upload-Offset')]);
  });

  it.each([
    ['a name of its own', { file: { name: 'files/fox' } }, 'file.name must be left out'],
    ['a longer name to show', { file: { displayName: 'x'.repeat(513) } }, 'at most 512 characters'],
    ['a field that is none', { file: { state: 'ACTIVE' } }, 'file.state is not known here.'],
    ['another field', { metadata: {} }, 'metadata is not known here.'],
    ['another type than the header', { file: { mimeType: 'image/jpeg' } }, 'file.mimeType must be what the header'],
    ['another size than the header', { file: { size_bytes: '199' } }, 'file.sizeBytes must be what the header'],
    ['a type that is none', { file: { mime_type: 'application/pdf' } }, 'file.mimeType must not be "application/pdf".'],
    ['no object', [], 'body must be a JSON object.'],
    ['too much', { file: { displayName: 'x'.repeat(9000) } }, 'at most 8192 bytes'],
  ])('is refused: %s', async (_name, body, message) => {
    const answer = await start(worker, { size: 200, body });

    expect((await problemOf(answer))[2]).toContain(message);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await stored()).toEqual([]);
  });

  it('may be one whose body is no JSON, or of another type', async () => {
    const none = await worker.fetch(UPLOAD, { method: 'POST', headers: STARTING, body: "{'file': {" });
    const other = await start(worker, { size: 200, headers: { 'Content-Type': 'text/plain' } });

    expect(await problemOf(none)).toEqual([400, 'INVALID_FIELD', 'body must be a JSON object.']);
    expect(await problemOf(other)).toEqual([415, 'TYPE_NOT_ALLOWED', expect.stringContaining('application/json')]);
  });

  it('is refused by method, and by version', async () => {
    const get = await worker.fetch(UPLOAD);
    const old = await worker.fetch('/upload/v1alpha/files', { method: 'POST', body: '{}' });

    expect([get.status, get.headers.get('Allow')]).toEqual([405, 'POST']);
    expect(old.status).toBe(404);
  });

  it.each([
    ['its method', UPLOAD, { method: 'PUT', body: 'x' }],
    ['its version', '/upload/v1alpha/files', { method: 'POST', body: '{}' }],
    ['its origin', UPLOAD, { method: 'POST', headers: { Origin: 'https://evil.example' } }],
    ['its encoding', UPLOAD, { method: 'POST', headers: { 'Content-Encoding': 'gzip' }, body: 'x' }],
    ['its spelling', '/upload/v1beta//files', { method: 'POST', body: '{}' }],
  ])('is over where it is refused for %s', async (_name, path, init) => {
    const answer = await worker.fetch(path, init);

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.headers.get('X-Goog-Upload-Status')).toBe('final');
  });
});
