import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import worker from '../../worker/index.ts';
import type { Env } from '../../worker/wiring.ts';
import { CLIENT_KEY } from '../client-keys.ts';
import { createTestWorker, newPrompt, ORIGIN, reasonOf } from '../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const GENERATE = `/v1beta/models/${MODEL}:generateContent`;
const DENIED = 'https://evil.example';
const CLIENT = { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY };
const peel = createTestWorker({ BURST: 'on' }, (services) => ({
  ...services,
  gate: { ...services.gate, admitBurst: async (request) => (request.headers.has('x-test-burst') ? BURST : undefined) },
}));
const BURST = { reason: 'BURST', retryAfterSeconds: 10 } as const;

const namesIn = (response: Response, header: string) => (response.headers.get(header) ?? '').split(', ');
const preflight = (origin: string, headers?: string) =>
  peel.fetch(GENERATE, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      ...(headers !== undefined && { 'Access-Control-Request-Headers': headers }),
    },
  });

describe('a preflight', () => {
  it.each([
    'traceparent',
    'tracestate',
    'baggage',
    'sentry-trace',
    'x-datadog-trace-id',
    'newrelic',
    'b3',
    'x-b3-traceid',
    'x-stainless-lang',
    'api-revision',
    'x-ms-request-id',
    'X-A-Name-Of-Tomorrow',
  ])('lets %s pass, beside what the SDK sends', async (name) => {
    const answer = await preflight(ORIGIN, `content-type,x-goog-api-key,${name}`);

    expect(answer.status).toBe(204);
    expect(namesIn(answer, 'Access-Control-Allow-Headers')).toEqual(
      expect.arrayContaining([name.toLowerCase(), 'x-goog-api-key', 'authorization', 'peel-variant']),
    );
    expect(answer.headers.get('Vary')).toBe('Origin, Access-Control-Request-Headers');
    expect(answer.headers.get('Access-Control-Allow-Credentials')).toBeNull();
  });

  it.each([
    ['what is no name', 'a b, x<y>, "z", ü'],
    ['a name without an end', 'x'.repeat(129)],
    ['a list without an end', 'x,'.repeat(5000)],
    ['blanks', ' , ,, '],
  ])('echoes no %s', async (_, headers) => {
    const answer = await preflight(ORIGIN, encodeURI(headers));
    const plain = await preflight(ORIGIN);

    for (const name of namesIn(answer, 'Access-Control-Allow-Headers'))
      expect(name).toMatch(/^[a-z0-9!#$%&'*+.^_`|~-]{1,128}$/);
    expect(namesIn(answer, 'Access-Control-Allow-Headers').length).toBeLessThan(100);
    expect(plain.status).toBe(204);
  });

  it('of a page that is denied lets it send what tells it so', async () => {
    const answer = await preflight(DENIED, 'content-type,x-goog-api-key,traceparent');

    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(DENIED);
    expect(namesIn(answer, 'Access-Control-Allow-Headers')).toContain('traceparent');
  });
});

describe('a page that is denied', () => {
  it.each([
    [DENIED, DENIED],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://[::1]:5173', 'http://[::1]:5173'],
    ['chrome-extension://abcdef', 'chrome-extension://abcdef'],
    ['https://my_shop.example', 'https://my_shop.example'],
    // Every sandboxed page has this origin. It may read the refusal, but its origin is not echoed.
    ['null', '*'],
  ])('%s can read why, and nothing else', async (origin, reader) => {
    for (const [path, init] of [
      [GENERATE, { method: 'POST' }],
      ['/v1beta/models', {}],
      ['/peel/site', {}],
      ['/peel/session', { method: 'POST', body: '{}' }],
      ['/no/such/path', {}],
    ] as const) {
      const answer = await peel.fetch(path, { ...init, headers: { ...CLIENT, Origin: origin } });

      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(reader);
      expect(answer.headers.get('Access-Control-Expose-Headers')).toBeNull();
      expect(answer.headers.get('Vary')).toContain('Origin');
      expect(await reasonOf(answer)).toEqual([403, 'ORIGIN_DENIED']);
    }
  });

  it.each(['*', 'shop.example', 'https://shop.example, https://evil.example', 'https://user@shop.example', 'file://'])(
    'is not named where it is none: %s',
    async (origin) => {
      const answer = await peel.fetch(GENERATE, { method: 'POST', headers: { ...CLIENT, Origin: origin } });

      expect(answer.status).toBe(403);
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
    },
  );

  it('is refused before its body is read', async () => {
    const pull = vi.fn();
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });

    const answer = await peel.fetch(GENERATE, { method: 'POST', headers: { ...CLIENT, Origin: DENIED }, body });

    expect(answer.status).toBe(403);
    expect(pull).not.toHaveBeenCalled();
  });

  it('is named in the log, so that its owner can find it', async () => {
    const log = vi.fn();
    const logged = createTestWorker({}, (services) => ({ ...services, log }));

    await logged.fetch(GENERATE, { method: 'POST', headers: { ...CLIENT, Origin: `${DENIED}:8443` } });

    const facts = { reason: 'ORIGIN_DENIED', origin: `${DENIED}:8443` };
    expect(log).toHaveBeenCalledWith('request_failed', expect.objectContaining(facts));
  });
});

describe('a page that is allowed can read every answer', () => {
  const post = (body: unknown, headers = {}, path = GENERATE) =>
    peel.fetch(path, {
      method: 'POST',
      headers: { ...CLIENT, Origin: ORIGIN, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it.each<[number, () => Promise<Response>]>([
    [200, () => post(newPrompt('[[size:tiny]]'))],
    [200, () => post(newPrompt('[[size:tiny]]'), {}, `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`)],
    [400, () => post('{')],
    [401, () => post(newPrompt(), { 'x-goog-api-key': 'pk_wrong' })],
    [404, () => post({}, {}, '/v1beta/interactions')],
    [404, () => post({}, {}, '//v1beta/models')],
    [405, () => post({}, {}, '/v1beta/models')],
    [413, () => post('x', { 'content-length': String(33 * 1024 * 1024) })],
    [415, () => post('x', { 'content-type': 'text/plain' })],
    [415, () => post('x', { 'content-encoding': 'gzip' })],
    [429, () => post({ site: 'default' }, { 'x-test-burst': '1' }, '/peel/session')],
    [503, () => post(newPrompt('[[error:503]]'))],
  ])('%i', async (status, ask) => {
    const answer = await ask();

    expect(answer.status).toBe(status);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(namesIn(answer, 'Access-Control-Expose-Headers')).toContain('Retry-After');
    expect(answer.headers.get('Vary')).toContain('Origin');
  });

  it('of an unexpected error', async () => {
    const broken = createTestWorker({}, (services) => ({
      ...services,
      gate: {
        ...services.gate,
        admit: () => {
          throw new Error('unexpected');
        },
      },
    }));

    const answer = await broken.fetch(GENERATE, { method: 'POST', headers: { ...CLIENT, Origin: ORIGIN }, body: '{}' });

    expect(answer.status).toBe(503);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
  });

  it('of a configuration that is broken, whichever page it is', async () => {
    const broken = { ...env, GOOGLE_API_KEYS: 'x', SITE_ORIGINS: '' } as unknown as Env;
    const request = new Request(`https://peel.example${GENERATE}`, { method: 'POST', headers: { Origin: DENIED } });

    const answer = await worker.fetch(request as never, broken, {} as ExecutionContext);

    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(await reasonOf(answer as unknown as Response)).toEqual([503, 'CONFIG_BROKEN']);
  });
});
