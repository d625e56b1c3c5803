/** What the address of an upload permits, and the answers to refused steps. */
import { afterEach, describe, expect, it } from 'vitest';
import { issueUploadToken, UPLOAD_SECONDS } from '../../../worker/auth/upload-token.ts';
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../../client-keys.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, ORIGIN, reasonOf, WORKER } from '../../support.ts';
import { begin, emptyFiles, fileOf, idOf, send, start, stateOf, UPLOAD, urlOf, visit } from './uploads.ts';

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const NEW_SECRET = '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752';
const CLIENT_KEYS = `dev:${CLIENT_KEY},other:${OTHER_CLIENT_KEY}`;
const worker = createTestWorker({ CLIENT_KEYS });
const FINALIZE = 'upload, finalize';
const NO_KEY = { 'x-goog-api-key': '' };
const PICTURE = wholePng(1000);
const TICKET_MISSING = [401, 'TICKET_MISSING'];
const STEPS = ['upload', FINALIZE, 'finalize', 'query', 'cancel'];

const idIn = (url: string): string => new URL(url, WORKER).searchParams.get('upload_id') as string;
const tokenIn = (url: string): string => new URL(url, WORKER).searchParams.get('upload_token') as string;
const addressOf = (id: string, token = ''): string =>
  `${UPLOAD}?upload_id=${id}&upload_protocol=resumable${token && `&upload_token=${token}`}`;

afterEach(emptyFiles);

describe('the address of an upload', () => {
  it('is all that its steps need, to the end and after it', async () => {
    const url = await begin(worker, { size: 1000 });

    const first = await send(worker, url, 'upload', { offset: 0, bytes: PICTURE.subarray(0, 400), headers: NO_KEY });
    const asked = await send(worker, url, 'query', { headers: NO_KEY });
    const rest = { offset: 400, bytes: PICTURE.subarray(400), headers: NO_KEY };
    const finished = await send(worker, url, FINALIZE, rest);
    const again = await send(worker, url, FINALIZE, rest);

    expect([stateOf(first), stateOf(asked)]).toEqual(Array(2).fill({ status: 200, upload: 'active', received: '400' }));
    expect(await fileOf(again)).toEqual(await fileOf(finished));
    expect(again.headers.get('X-Goog-Upload-Status')).toBe('final');
  });

  it('cancels without a key', async () => {
    const url = await begin(worker, { size: 1000 });

    expect(stateOf(await send(worker, url, 'cancel', { headers: NO_KEY }))).toMatchObject({ upload: 'cancelled' });
    expect((await send(worker, url, 'query', { headers: NO_KEY })).status).toBe(404);
  });

  it('makes a file of the caller who began it', async () => {
    const visitor = await visit(worker);
    const url = urlOf(await start(worker, { size: 1000, headers: visitor }));
    // A page's `Origin` is checked as usual.
    const headers = { ...NO_KEY, Origin: ORIGIN };

    const finished = await send(worker, url, FINALIZE, { offset: 0, bytes: PICTURE, headers });

    expect(finished.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    const path = `/v1beta/files/${idOf(await fileOf(finished))}`;
    expect((await worker.fetch(path, { headers: visitor })).status).toBe(200);
    expect((await worker.fetch(path, { headers: { 'x-goog-api-key': CLIENT_KEY } })).status).toBe(404);
    const foreign = { ...NO_KEY, Origin: 'https://evil.example' };
    expect(await reasonOf(await send(worker, url, 'query', { headers: foreign }))).toEqual([403, 'ORIGIN_DENIED']);
  });

  it('permits nothing without its token, with another’s, or with one that is no longer good', async () => {
    const [url, other] = [await begin(worker, { size: 1000 }), await begin(worker, { size: 1000 })];
    const id = idIn(url);
    const now = Math.floor(Date.now() / 1000);
    const pass = { site: 'default', maker: 'client-dev', id };
    const addresses = [
      addressOf(id),
      addressOf(id, tokenIn(other)),
      addressOf(id, tokenIn(url).slice(0, -1)),
      addressOf(id, await issueUploadToken([SECRET], pass, now - UPLOAD_SECONDS)),
      addressOf(id, await issueUploadToken([NEW_SECRET], pass, now)),
    ];

    for (const address of addresses) {
      for (const command of STEPS) {
        const answer = await send(worker, address, command, { offset: 0, bytes: PICTURE, headers: NO_KEY });
        expect(await reasonOf(answer)).toEqual(TICKET_MISSING);
        expect(answer.headers.get('X-Goog-Upload-Status')).toBe('final');
      }
    }
  });

  it('does not begin another upload', async () => {
    const url = await begin(worker, { size: 1000 });

    const again = await start(worker, { size: 1000, path: url, headers: NO_KEY });

    expect(await reasonOf(again)).toEqual(TICKET_MISSING);
  });

  it('takes its owner’s key beside it and no other, and outlives a ticket', async () => {
    const url = await begin(worker, { size: 1000 });
    const asked = async (key: string) =>
      (await send(worker, url, 'query', { headers: { 'x-goog-api-key': key } })).status;

    expect(await asked(CLIENT_KEY)).toBe(200);
    expect(await asked(OTHER_CLIENT_KEY)).toBe(404);
    expect(await asked('v1.expired.ticket')).toBe(200);
  });

  it('is good under both secrets while they rotate, and not under a new one alone', async () => {
    const url = await begin(worker, { size: 1000 });
    const under = (PEEL_SECRET: string) =>
      send(createTestWorker({ CLIENT_KEYS, PEEL_SECRET }), url, 'query', { headers: NO_KEY });

    expect((await under(`${NEW_SECRET},${SECRET}`)).status).toBe(200);
    expect(await reasonOf(await under(NEW_SECRET))).toEqual(TICKET_MISSING);
  });

  it('is under the burst limit', async () => {
    const url = await begin(worker, { size: 1000 });
    const busy = createTestWorker({ CLIENT_KEYS }, (services) => ({
      ...services,
      gate: { ...services.gate, admitBurst: async () => ({ reason: 'BURST', retryAfterSeconds: 10 }) },
    }));

    const answer = await send(busy, url, 'upload', { offset: 0, bytes: PICTURE, headers: NO_KEY });

    expect(stateOf(answer)).toEqual({ status: 429, upload: 'final', received: null });
    expect((await send(worker, url, 'query', { headers: NO_KEY })).status).toBe(200);
  });
});

describe('a refused step', () => {
  it.each([
    ['without a key', addressOf('0'.repeat(32)), 'query', { headers: NO_KEY }, 401],
    ['with a key that is none', addressOf('0'.repeat(32)), 'query', { headers: { 'x-goog-api-key': 'pk_none' } }, 401],
    ['of an upload that never was', addressOf('0'.repeat(32)), 'upload', { offset: 0, bytes: PICTURE }, 404],
    ['of a command that is none', addressOf('0'.repeat(32)), 'send', {}, 400],
    ['without its offset', addressOf('0'.repeat(32)), 'upload', {}, 400],
  ])('says that it is over: %s', async (_name, url, command, options, status) => {
    const answer = await send(worker, url, command, options);

    expect(stateOf(answer)).toEqual({ status, upload: 'final', received: null });
  });

  it('says so where R2 fails, and leaves what has come', async () => {
    const url = await begin(worker, { size: 1000 });
    const failing = createTestWorker({ CLIENT_KEYS }, (services) => ({
      ...services,
      uploads: { ...services.uploads, find: () => Promise.reject(new Error('R2 is away')) },
    }));

    const answer = await send(failing, url, 'upload', { offset: 0, bytes: PICTURE, headers: NO_KEY });

    expect(stateOf(answer)).toEqual({ status: 503, upload: 'final', received: null });
    expect(stateOf(await send(worker, url, 'query'))).toEqual({ status: 200, upload: 'active', received: '0' });
  });
});
