/** Observed ways in which clients begin and label uploads. Harmless differences are accepted. */
import { afterEach, describe, expect, it } from 'vitest';
import { hugePng, ofText, wholeHeic, wholeJpeg, wholePng, wholeWebp } from '../../files/whole-images.ts';
import { createTestWorker, type ErrorAnswer, reasonOf } from '../../support.ts';
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
  urlOf,
} from './uploads.ts';

const worker = createTestWorker();
const FINALIZE = 'upload, finalize';
const FILE = ['files/default/*', 'files/default/bytes/*', 'files/default/makers/client-dev/*'];

afterEach(emptyFiles);

describe('a start', () => {
  const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  const startWith = (body: BodyInit | null, headers: Record<string, string>) =>
    worker.fetch(UPLOAD, {
      method: 'POST',
      headers: {
        ...CLIENT,
        'X-Goog-Upload-Protocol': 'resumable',
        'X-Goog-Upload-Command': 'start',
        'X-Goog-Upload-Header-Content-Type': 'image/png',
        ...headers,
      },
      body,
    });

  it.each([
    ['an empty body of JSON', empty(), { 'Content-Type': 'application/json' }, undefined],
    ['an empty body of another type', empty(), { 'Content-Type': 'application/x-www-form-urlencoded' }, undefined],
    ['an empty body without a type', empty(), {}, undefined],
    ['no body', null, {}, undefined],
    ['no size', '{"file":{"mimeType":"image/png"}}', { 'Content-Type': 'application/json' }, undefined],
    ['single quotes', "{'file': {'display_name': 'TEXT'}}", { 'Content-Type': 'application/json' }, 'TEXT'],
    [
      'snake case and a number',
      '{"file":{"mime_type":"image/png","size_bytes":1000,"display_name":"x"}}',
      { 'Content-Type': 'application/json', 'X-Goog-Upload-Header-Content-Length': '1000' },
      'x',
    ],
    [
      'snake case and a number as text',
      '{"file":{"size_bytes":"1000"}}',
      { 'Content-Type': 'application/json', 'X-Goog-Upload-Header-Content-Length': '1000' },
      undefined,
    ],
  ])('may have %s', async (_name, body, headers, displayName) => {
    const started = await startWith(body, headers);

    expect(stateOf(started)).toEqual({ status: 200, upload: 'active', received: '0' });
    const finished = await send(worker, urlOf(started), FINALIZE, { offset: 0, bytes: wholePng(1000) });
    expect((await fileOf(finished)).displayName).toBe(displayName);
  });

  it('tells the address under the name that Google’s curl sample looks for', async () => {
    const { headers } = await start(worker, { size: 1000 });

    expect([...headers.keys()]).toContain('x-goog-upload-url');
  });
});

describe('a label that the bytes contradict', () => {
  it.each([
    ['a JPEG called PNG', wholeJpeg(), 'image/png', 'image/jpeg'],
    ['a PNG called JPEG', wholePng(), 'image/jpeg', 'image/png'],
    ['a PNG called HEIF', wholePng(), 'image/heif', 'image/png'],
    ['a WebP called PNG', wholeWebp(), 'image/png', 'image/webp'],
    ['a HEIC called WebP', wholeHeic(), 'image/webp', 'image/heic'],
  ])('is corrected: %s', async (_name, bytes, type, mimeType) => {
    const url = await begin(worker, { size: bytes.length, type });

    const inPieces = await send(worker, url, FINALIZE, { offset: 0, bytes });
    const whole = await sendWhole(worker, bytes, { 'Content-Type': type });

    for (const answer of [inPieces, whole]) expect((await fileOf(answer)).mimeType).toBe(mimeType);
  });
});

describe('a file behind its description, in one request', () => {
  const JSON_PART = 'Content-Type: application/json; charset=utf-8\r\n\r\n';
  const form = (
    file: Uint8Array,
    { description = '{"file":{"displayName":"a fox"}}', headers = 'Content-Type: image/png' } = {},
  ) =>
    new Uint8Array(
      Buffer.concat([
        Buffer.from(`--b0undary\r\n${JSON_PART}${description}\r\n--b0undary\r\n${headers}\r\n\r\n`),
        file,
        Buffer.from('\r\n--b0undary--'),
      ]),
    );
  const RELATED = { 'Content-Type': 'multipart/related; boundary=b0undary' };
  const post = (
    body: Uint8Array | ReadableStream<Uint8Array>,
    headers: Record<string, string> = { 'X-Goog-Upload-Protocol': 'multipart' },
    query = '',
  ) =>
    worker.fetch(UPLOAD + query, {
      method: 'POST',
      headers: {
        ...CLIENT,
        ...RELATED,
        ...(body instanceof Uint8Array && { 'Content-Length': String(body.length) }),
        ...headers,
      },
      body,
    });

  it.each([
    ['its protocol', { 'X-Goog-Upload-Protocol': 'multipart' }, ''],
    ['the query', {}, '?uploadType=multipart'],
    ['its type alone, quoted', { 'Content-Type': 'Multipart/Related; type=x; boundary="b0undary"' }, ''],
  ])('is kept, asked for by %s', async (_name, headers, query) => {
    const picture = wholePng(6 * MIB);

    const answer = await post(form(picture), headers, query);

    expect(stateOf(answer)).toEqual({ status: 200, upload: 'final', received: null });
    const file = await fileOf(answer);
    expect(file).toMatchObject({ displayName: 'a fox', mimeType: 'image/png', sizeBytes: String(picture.length) });
    expect(atob(file.sha256Hash)).toBe(await hexOf(picture));
    expect(await stored()).toEqual(FILE);
  });

  it('needs no length, and says the size itself where it wants to', async () => {
    const picture = wholePng(300_000);
    const description = `{"file":{"sizeBytes":"${picture.length}"}}`;

    const answers = [
      await post(dripping(form(picture), undefined, 777).stream),
      await post(dripping(form(picture, { description }), undefined, 10_007).stream),
      await post(form(picture, { description: "{'file': {}}", headers: 'Content-Type: image/jpeg' })),
    ];

    for (const answer of answers) {
      expect(await fileOf(answer)).toMatchObject({ mimeType: 'image/png', sizeBytes: '300000' });
    }
  });

  const small = wholePng();
  it.each([
    [
      'without a boundary',
      form(small),
      { 'Content-Type': 'multipart/related' },
      400,
      'Content-Type must name the boundary',
    ],
    [
      'with another boundary',
      form(small),
      { 'Content-Type': 'multipart/related; boundary=x' },
      400,
      'must be two parts',
    ],
    [
      'of another form',
      form(small),
      { 'Content-Type': 'multipart/form-data; boundary=b0undary' },
      415,
      'multipart/related',
    ],
    ['of the bytes alone', small, { 'Content-Type': 'image/png' }, 415, 'multipart/related'],
    ['that is cut short', form(small).subarray(0, -15), {}, 400, 'must end with a line of its boundary'],
    ['with a picture cut short', form(small.subarray(0, -1)), {}, 400, 'must be a whole image'],
    ['with a page', form(ofText('<html>')), {}, 400, 'must not be "text/html"'],
    [
      'with a type that is none',
      form(small, { headers: 'Content-Type: application/pdf' }),
      {},
      400,
      'Content-Type must not be',
    ],
    [
      'in base64',
      form(small, { headers: 'Content-Transfer-Encoding: base64' }),
      {},
      400,
      'Accepted: binary, 8bit, 7bit.',
    ],
    ['with a name of its own', form(small, { description: '{"file":{"name":"files/x"}}' }), {}, 400, 'file.name must'],
    ['with a description that is none', form(small, { description: 'a fox' }), {}, 400, 'body must be a JSON object.'],
    ['shorter than it says', form(small, { description: '{"file":{"sizeBytes":201}}' }), {}, 400, '200 of 201 bytes'],
    ['longer than it says', form(small, { description: '{"file":{"sizeBytes":199}}' }), {}, 413, 'at most 199 bytes'],
  ])('is refused %s', async (_name, body, headers, status, message) => {
    const answer = await post(body, { 'X-Goog-Upload-Protocol': 'multipart', ...headers });

    expect(stateOf(answer)).toEqual({ status, upload: 'final', received: null });
    expect(((await answer.json()) as ErrorAnswer).error.message).toContain(message);
    expect(await stored()).toEqual([]);
  });

  it('is cut where it has more than 20 MiB, said or not', async () => {
    const head = form(wholePng(1000)).subarray(0, -14);
    const { stream, drip } = dripping(head, 10 * 1024 ** 3);

    const said = await post(new Uint8Array(8), { 'Content-Length': String(21 * MIB) }, '?uploadType=multipart');
    const dripped = await post(stream);

    for (const answer of [said, dripped]) expect(await reasonOf(answer)).toEqual([413, 'BODY_TOO_LARGE']);
    expect(drip.sent).toBeLessThan(21 * MIB);
    expect(await stored()).toEqual([]);
  });

  it('by another name in the query is refused by name', async () => {
    const answer = await post(form(small), {}, '?uploadType=resumable');

    expect(await reasonOf(answer)).toEqual([400, 'UNSUPPORTED_VALUE']);
  });
});

describe('a picture that claims more pixels than any model draws', () => {
  it('is refused inline as well, and nothing goes up', async () => {
    const data = Buffer.from(hugePng()).toString('base64');

    const answer = await worker.ask('gemini-3.1-flash-image:generateContent', {
      contents: [{ parts: [{ text: 'a bomb' }, { inlineData: { mimeType: 'image/png', data } }] }],
    });

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorAnswer).error.message).toContain(
      'contents[0].parts[1].inlineData.data must have at most 12288 pixels a side',
    );
  });
});

const hexOf = async (bytes: Uint8Array): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
