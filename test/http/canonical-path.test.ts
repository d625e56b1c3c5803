import { describe, expect, it } from 'vitest';
import { readPath } from '../../worker/http/canonical-path.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { createTestWorker, type ErrorAnswer, newPrompt } from '../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const CLIENT = { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY };
const worker = createTestWorker();

describe('a path', () => {
  it.each([
    ['/v1beta/models/m%3AgenerateContent', '/v1beta/models/m:generateContent'],
    ['/v1beta/models/m%3agenerateContent', '/v1beta/models/m:generateContent'],
    ['/v1beta/models/gemini%2D3%2E1%2Dflash:x', '/v1beta/models/gemini-3.1-flash:x'],
    ['/%761beta/models', '/v1beta/models'],
    ['/images/b0/0.png', '/images/b0/0.png'],
  ])('is decoded once: %s', (written, path) => {
    expect(readPath(written)).toBe(path);
  });

  it.each([
    '//v1beta/models',
    '/v1beta//models',
    '/v1beta%2Fmodels',
    '/v1beta%5Cmodels',
    '/v1beta\\models',
    '/v1beta/models/m%253AgenerateContent',
    '/v1beta/models/m%00',
    '/v1beta/models/m%0D%0A',
    '/v1beta/models/m%C3%BC',
    '/v1beta/models/m%',
    '/v1beta/models/m%3',
    '/v1beta/models/m%3Fa',
    '/v1beta/models/m%23a',
    '/v1beta/models/m%20',
  ])('that could be read in two ways is none: %s', (written) => {
    expect(readPath(written)).toBeUndefined();
  });

  it.each([`${MODEL}%3AgenerateContent`, `gemini%2D3.1-flash-image:generateContent`])(
    'reaches its method however it is escaped: %s',
    async (target) => {
      const answer = await worker.ask(target, newPrompt('[[size:tiny]]'));

      expect(answer.status).toBe(200);
    },
  );
});

const messageAt = async (path: string, method = 'POST') => {
  const answer = await worker.fetch(path, { method, headers: CLIENT, ...(method === 'POST' && { body: '{}' }) });
  const { error } = (await answer.json()) as ErrorAnswer;
  return [answer.status, error.status, error.message];
};

describe('a path that does not exist', () => {
  it.each([
    '/v1beta/interactions',
    '/v1/interactions',
    '/v1beta/interactions/abc',
    '/v1/images/generations',
    '/v1/images/edits',
    '/v1/chat/completions',
    '/v1/responses',
    '/v1beta/openai/chat/completions',
    '/v1beta/openai/images/generations',
    '/openai/v1/images/generations',
    '/v1beta/batches',
    '/v1beta/cachedContents',
    '/v1beta/tunedModels',
    '/v1beta/fileSearchStores',
    '/v1beta/authTokens',
    `/v1beta1/publishers/google/models/${MODEL}:generateContent`,
    `/v1/projects/p/locations/l/publishers/google/models/${MODEL}:generateContent`,
    `/v1alpha/models/${MODEL}:generateContent`,
    `/gemini/v1beta/models/${MODEL}:generateContent`,
    `/models/${MODEL}:generateContent`,
    '/chat/completions',
    '/images/generations',
    `/v1beta/models/${MODEL}:predict`,
    `/v1beta/models/${MODEL}:predictLongRunning`,
    `/v1beta/models/${MODEL}:embedContent`,
    `/v1beta/models/${MODEL}:batchGenerateContent`,
    `/v1beta/models/${MODEL}:bidiGenerateContent`,
  ])('says what to use: %s', async (path) => {
    const [status, name, message] = await messageAt(path);

    expect([status, name]).toEqual([404, 'NOT_FOUND']);
    expect(message).toMatch(/was not found\. Use POST \/v1beta\/models\/\{model\}:generateContent\.$/);
  });

  it.each([
    [`/v1beta/models/${MODEL}:generateContent/`, 'Write it without the slash at its end.'],
    ['//v1beta/models', 'Write it with single slashes and without escapes.'],
    [`/v1beta%2Fmodels/${MODEL}:generateContent`, 'Write it with single slashes and without escapes.'],
    ['/.env', 'This path was not found.'],
    ['/peel/nothing', 'This path was not found.'],
  ])('says how to write it: %s', async (path, hint) => {
    expect(await messageAt(path)).toEqual([
      404,
      'NOT_FOUND',
      expect.stringMatching(new RegExp(`${RegExp.escape(hint)}$`)),
    ]);
  });
});

describe('a body that is encoded', () => {
  it.each([
    [`/v1beta/models/${MODEL}:generateContent`, CLIENT],
    [`/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`, CLIENT],
    [`/v1beta/models/${MODEL}:countTokens`, CLIENT],
    ['/peel/session', { 'content-type': 'application/json' }],
    ['/upload/v1beta/files', { 'x-goog-api-key': CLIENT_KEY, 'content-type': 'image/png' }],
    ['/upload/v1beta/files?upload_id=x', {}],
  ])('is refused by the name of its encoding: %s', async (path, headers) => {
    const body = new Blob(['{}']).stream().pipeThrough(new CompressionStream('gzip'));

    const answer = await worker.fetch(path, {
      method: 'POST',
      headers: { ...headers, 'Content-Encoding': 'gzip' },
      body,
    });

    const { error } = (await answer.json()) as ErrorAnswer;
    expect([answer.status, error.details[0]?.reason]).toEqual([415, 'TYPE_NOT_ALLOWED']);
    expect(error.message).toBe('The content encoding "gzip" is not accepted. Send the body as it is.');
    // Otherwise Google's clients resend the piece twice.
    expect(answer.headers.get('X-Goog-Upload-Status')).toBe(path.startsWith('/upload/') ? 'final' : null);
  });

  it('may say that it is not', async () => {
    const answer = await worker.ask(`${MODEL}:generateContent`, newPrompt('[[size:tiny]]'), {
      'Content-Encoding': 'identity',
    });

    expect(answer.status).toBe(200);
  });
});

describe('a key in the address', () => {
  const withKey = (key: string, headers = {}) => worker.fetch(`/v1beta/models?key=${key}`, { headers });
  const problemOf = async (answer: Response) => {
    const { error } = (await answer.json()) as ErrorAnswer;
    return [answer.status, error.details[0]?.reason, error.message];
  };

  it('is a client’s, where no header says otherwise', async () => {
    expect((await withKey(CLIENT_KEY)).status).toBe(200);
    expect((await withKey('pk_wrong', { 'x-goog-api-key': CLIENT_KEY })).status).toBe(200);
    expect((await withKey('pk_wrong', { Authorization: `Bearer ${CLIENT_KEY}` })).status).toBe(200);
    expect(await problemOf(await withKey(CLIENT_KEY, { 'x-goog-api-key': 'pk_wrong' }))).toEqual([
      401,
      'KEY_INVALID',
      'The key is not valid.',
    ]);
  });

  it('is never a ticket, even a good one', async () => {
    const headers = { Origin: 'https://shop.example' };
    const session = await worker.fetch('/peel/session', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"site":"default"}',
    });
    const { token } = (await session.json()) as { token: string };

    expect((await worker.fetch('/v1beta/models', { headers: { ...headers, 'x-goog-api-key': token } })).status).toBe(
      200,
    );
    expect(await problemOf(await withKey(token, headers))).toEqual([
      401,
      'KEY_INVALID',
      expect.stringContaining('`?key=`'),
    ]);
  });

  it('that is wrong is said to have been read there', async () => {
    expect(await problemOf(await withKey('pk_wrong'))).toEqual([
      401,
      'KEY_INVALID',
      expect.stringContaining('`?key=`'),
    ]);
    expect(await problemOf(await withKey(''))).toEqual([401, 'TICKET_MISSING', expect.any(String)]);
  });
});
