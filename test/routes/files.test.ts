/** The owner of a file, its lifetime, and the number of files a visitor may have. */
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { addressPrefix, networkOf } from '../../worker/auth/address-prefix.ts';
import type { Visitor } from '../../worker/auth/caller.ts';
import { FILE_LIFE_MS } from '../../worker/files/file.ts';
import { createFiles } from '../../worker/storage/files.ts';
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../client-keys.ts';
import { wholePng } from '../files/whole-images.ts';
import { watchBucket } from '../storage/watched-bucket.ts';
import { createTestWorker, type ErrorAnswer, ORIGIN, reasonOf, type TestWorker, WORKER } from '../support.ts';
import {
  begin,
  CLIENT,
  emptyFiles,
  type FileAnswer,
  fileOf,
  idOf,
  MIB,
  send,
  sendWhole,
  start,
  stored,
  UPLOAD,
  visit,
} from './upload/uploads.ts';

const OTHER = { 'x-goog-api-key': OTHER_CLIENT_KEY };
const worker = createTestWorker({ CLIENT_KEYS: `dev:${CLIENT_KEY},other:${OTHER_CLIENT_KEY}` });
const NOT_FOUND = [404, 'NOT_FOUND'];

const get = (path: string, headers: Record<string, string> = CLIENT, from: TestWorker = worker) =>
  from.fetch(`/v1beta/files${path}`, { headers });
const remove = (id: string, headers: Record<string, string> = CLIENT) =>
  worker.fetch(`/v1beta/files/${id}`, { method: 'DELETE', headers });
const upload = async (headers: Record<string, string> = CLIENT, seed = 0): Promise<FileAnswer> =>
  fileOf(await sendWhole(worker, wholePng(200, seed), headers));
const page = async (answer: Response) => (await answer.json()) as { files: FileAnswer[]; nextPageToken?: string };

/** The worker `ms` milliseconds later. */
const later = (ms: number) =>
  createTestWorker({}, (services) => ({ ...services, files: createFiles(env.BUCKET, () => Date.now() + ms) }));

afterEach(emptyFiles);

describe('a file', () => {
  it('is shown as it was when it was made, on either version', async () => {
    const file = await upload();

    for (const version of ['v1beta', 'v1']) {
      const answer = await worker.fetch(`/${version}/files/${idOf(file)}`, { headers: CLIENT });
      expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
      expect(await answer.json()).toEqual(file);
    }
  });

  it('is deleted with its bytes and all that names it', async () => {
    const file = await upload();

    const answer = await remove(idOf(file));

    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    expect(await reasonOf(await get(`/${idOf(file)}`))).toEqual(NOT_FOUND);
    expect(await reasonOf(await remove(idOf(file)))).toEqual(NOT_FOUND);
    expect(await stored()).toEqual([]);
  });

  it('is gone after 48 hours, though it is still there', async () => {
    const file = await upload();
    const [before, after] = [later(FILE_LIFE_MS - 60_000), later(FILE_LIFE_MS)];

    expect(await (await get(`/${idOf(file)}`, CLIENT, before)).json()).toEqual(file);
    expect((await page(await get('', CLIENT, before))).files).toEqual([file]);
    expect(await reasonOf(await get(`/${idOf(file)}`, CLIENT, after))).toEqual(NOT_FOUND);
    expect(await page(await get('', CLIENT, after))).toEqual({ files: [] });
  });

  it.each(['0'.repeat(32), 'abc', 'fox', `${'0'.repeat(31)}G`, 'inputs'])(
    'that never was is not found: %s',
    async (id) => {
      for (const answer of [await get(`/${id}`), await remove(id)]) expect(await reasonOf(answer)).toEqual(NOT_FOUND);
    },
  );

  it('is refused by method', async () => {
    const answers = [
      await worker.fetch('/v1beta/files', { method: 'POST', headers: CLIENT, body: '{}' }),
      await worker.fetch('/v1/files/abc', { method: 'PUT', headers: CLIENT, body: '{}' }),
    ];

    expect(answers.map(({ status, headers }) => [status, headers.get('Allow')])).toEqual([
      [405, 'GET, HEAD'],
      [405, 'GET, HEAD, DELETE'],
    ]);
  });
});

describe('a maker', () => {
  it('sees, lists and deletes its own and no other caller’s', async () => {
    const [mine, theirs] = [await upload(), await upload(OTHER)];

    expect((await page(await get(''))).files).toEqual([mine]);
    expect((await page(await get('', OTHER))).files).toEqual([theirs]);
    const foreign = [await get(`/${idOf(theirs)}`), await remove(idOf(theirs))];
    const unknown = await get(`/${'1'.repeat(32)}`);
    const told = await unknown.text();
    for (const answer of foreign) expect([answer.status, await answer.text()]).toEqual([404, told]);
    expect((await get(`/${idOf(theirs)}`, OTHER)).status).toBe(200);
  });

  it('goes on with its own uploads and no other caller’s', async () => {
    const url = await begin(worker, { size: 200 });

    for (const command of ['upload', 'upload, finalize', 'finalize', 'query', 'cancel']) {
      const answer = await send(worker, url, command, { offset: 0, bytes: wholePng(), headers: OTHER });
      expect(await reasonOf(answer)).toEqual(NOT_FOUND);
    }
    const finished = await send(worker, url, 'upload, finalize', { offset: 0, bytes: wholePng() });
    expect(finished.status).toBe(200);
    expect(await reasonOf(await send(worker, url, 'query', { headers: OTHER }))).toEqual(NOT_FOUND);
  });

  it('who is a visitor stays the same when the ticket is renewed, and is another one without it', async () => {
    const first = await visit(worker);
    const file = await upload(first);
    const renewed = await visit(worker, '203.0.113.7', first['x-goog-api-key']);
    const stranger = await visit(worker);

    expect((await page(await get('', renewed))).files).toEqual([file]);
    expect((await page(await get('', stranger))).files).toEqual([]);
    expect(await reasonOf(await get(`/${idOf(file)}`, stranger))).toEqual(NOT_FOUND);
    expect(await reasonOf(await remove(idOf(file), CLIENT))).toEqual(NOT_FOUND);
    expect((await remove(idOf(file), renewed)).status).toBe(200);
  });

  it('lists the newest first, page by page', async () => {
    const made: string[] = [];
    for (let seed = 0; seed < 5; seed += 1) {
      made.unshift((await upload(CLIENT, seed)).name);
      await upload(OTHER);
    }

    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const answer = await page(await get(`?pageSize=2${token ? `&pageToken=${token}` : ''}`));
      pages.push(answer.files.map(({ name }) => name));
      token = answer.nextPageToken;
    } while (token);

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat().sort()).toEqual([...made].sort());
    expect((await page(await get('?pageSize=1000'))).files).toHaveLength(5);
  });

  it.each(['pageSize=x', 'pageSize=-1', 'pageToken=x', 'pageToken=../inputs'])(
    'asks for no page such as %s',
    async (query) => {
      expect(await reasonOf(await get(`?${query}`))).toEqual([400, 'INVALID_FIELD']);
    },
  );
});

describe('no caller', () => {
  const asks: [string, () => Promise<Response>][] = [
    ['starts an upload', () => start(worker, { size: 200, headers: { 'x-goog-api-key': '' } })],
    ['uploads', () => sendWhole(worker, wholePng(), { 'x-goog-api-key': '' })],
    [
      'goes on',
      () => send(worker, `${UPLOAD}?upload_id=${'0'.repeat(32)}`, 'query', { headers: { 'x-goog-api-key': '' } }),
    ],
    ['lists', () => get('', {})],
    ['gets', () => get(`/${'0'.repeat(32)}`, {})],
    ['deletes', () => remove('0'.repeat(32), {})],
  ];

  it.each(asks)('%s without a key', async (_name, ask) => {
    expect(await reasonOf(await ask())).toEqual([401, 'TICKET_MISSING']);
    expect(await stored()).toEqual([]);
  });

  it('uploads from a page that is not allowed, and pages that are see what the protocol says', async () => {
    const foreign = await start(worker, { size: 200, headers: { Origin: 'https://evil.example' } });
    const own = await start(worker, { size: 200, headers: { Origin: ORIGIN } });

    expect(await reasonOf(foreign)).toEqual([403, 'ORIGIN_DENIED']);
    expect(own.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    const exposed = own.headers.get('Access-Control-Expose-Headers')?.toLowerCase().split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(
        ['url', 'status', 'chunk-granularity', 'size-received'].map((name) => `x-goog-upload-${name}`),
      ),
    );
  });
});

describe('a visitor', () => {
  const ADDRESS = '198.51.100.9';
  const today = () => Math.floor(Date.now() / 86_400_000);
  /** Uses up a policy, as if the address had uploaded `count` today. @returns The key of the visitor's limits. */
  async function used(policy: string, count: number): Promise<string> {
    const address = addressPrefix(ADDRESS);
    const visitor = { kind: 'visitor', site: { id: 'default' }, address, network: networkOf(address) } as Visitor;
    const counted = await worker.services.gate.count(visitor);
    const prefix = counted.ok && 'prefix' in counted.value ? counted.value.prefix : '';
    const key = `limit:visitor:default.${prefix}:${today()}`;
    await env.KV.put(key, JSON.stringify({ [policy]: [today(), count, 0] }));
    return key;
  }

  it.each([
    ['a hundred files', 'uploads', 99, 200, 1000],
    ['200 MiB', 'upload-mib', 181, 19 * MIB, 19 * MIB + 1],
  ])('uploads %s a day, and hears when there is room again', async (_name, policy, before, last, more) => {
    const fresh = createTestWorker();
    const key = await used(policy, before);
    const headers = await visit(fresh, ADDRESS);

    const within = policy === 'uploads' ? await start(fresh, { size: last, headers }) : undefined;
    const past = await start(fresh, { size: more, headers });

    expect(within?.status ?? 200).toBe(200);
    expect(past.status).toBe(429);
    const { error } = (await past.json()) as ErrorAnswer;
    expect(error.message).toMatch(
      /^You have uploaded as much as you can for today\. Try again in \d+ (hours|minutes)\.$/,
    );
    expect(error.details[0]?.reason).toBe('VISITOR_DAY');
    expect(Number(past.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(past.headers.get('RateLimit-Policy')).toBe('"uploads";q=100;w=86400, "upload-mib";q=200;w=86400');
    const whole = await sendWhole(
      fresh,
      wholePng(),
      policy === 'uploads' ? headers : { ...headers, 'Content-Length': '' },
    );
    expect(await reasonOf(whole)).toEqual([429, 'VISITOR_DAY']);
    // Clients, which are the owner's programs, are not counted.
    expect((await start(fresh, { size: more })).status).toBe(200);
    await env.KV.delete(key);
  });
});

describe('the visitors of a site', () => {
  it('upload 20 GiB a day together, whatever their addresses', async () => {
    const fresh = createTestWorker();
    const today = Math.floor(Date.now() / 86_400_000);
    const key = `limit:site-upload-mib:default:${today}`;
    await env.KV.put(key, JSON.stringify({ 'site-upload-mib': [today, 20_480 - 5, 0] }));
    const headers = await visit(fresh, '2001:db8:1:2::9');

    const within = await start(fresh, { size: 5 * MIB, headers });
    const past = await start(fresh, { size: 1, headers: await visit(fresh, '2001:db8:1:3::9') });

    expect(within.status).toBe(200);
    expect(await reasonOf(past)).toEqual([429, 'VISITOR_DAY']);
    expect(past.headers.get('RateLimit-Policy')).not.toContain('site-upload-mib');
    await env.KV.delete(key);
  });
});

describe('R2 that fails', () => {
  const failing = (refuse: Parameters<typeof watchBucket>[0]) =>
    createTestWorker({}, (services) => services, watchBucket(refuse).bucket);
  const refusal = (text: string) => (method: string, key: string) =>
    method === 'put' && key.includes(text) ? new Error('internal error (10001)') : undefined;

  it.each(['/bytes/', '/makers/', 'files/default/'])('is told as such, and leaves nothing: %s', async (part) => {
    const broken = failing(refusal(part));

    const answer = await sendWhole(broken, wholePng());

    expect(await reasonOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(await stored()).toEqual([]);
  });

  it('begins no upload, and is told as such', async () => {
    const answer = await start(failing(refusal('/session')), { size: 200 });

    expect(await reasonOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect(await stored()).toEqual([]);
  });

  it('at the end of a resumable upload leaves it as it was', async () => {
    const url = await begin(worker, { size: 200 });
    await send(worker, url, 'upload', { offset: 0, bytes: wholePng().subarray(0, 100) });
    const rest = { offset: 100, bytes: wholePng().subarray(100) };

    const broken = await send(failing(refusal('/bytes/')), url, 'upload, finalize', rest);
    const again = await send(worker, url, 'upload, finalize', rest);

    expect(await reasonOf(broken)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
    expect((await fileOf(again)).uri).toMatch(new RegExp(`^${WORKER}/v1beta/files/[0-9a-f]{32}$`));
  });
});
