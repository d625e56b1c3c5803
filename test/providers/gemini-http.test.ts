import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createApiyi } from '../../worker/providers/apiyi.ts';
import type { GeminiHttpDependencies } from '../../worker/providers/gemini-http.ts';
import { createGoogle } from '../../worker/providers/google.ts';
import type { ProviderAnswer } from '../../worker/providers/provider.ts';
import { callOf, createFakeFetch, envelope, json, model, picture, request } from './fake-provider.ts';

const GOOGLE = 'https://generativelanguage.googleapis.com';
const KEY = `AIza${'Test0123456789'.repeat(3)}`;

const answer = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP', index: 0 }],
};

function dependencies(fetch: GeminiHttpDependencies['fetch'], change: Partial<GeminiHttpDependencies> = {}) {
  return { fetch, pause: async () => undefined, redactor: createRedactor([KEY]), deadlineSeconds: 300, ...change };
}

const google = (fake: Pick<GeminiHttpDependencies, 'fetch'>, baseUrl = GOOGLE) =>
  createGoogle(baseUrl, KEY, dependencies(fake.fetch));

const textOf = (outcome: ProviderAnswer): Promise<string> =>
  outcome.ok ? new Response(outcome.body).text() : Promise.reject(new Error(JSON.stringify(outcome.verdict)));

describe('the request that leaves', () => {
  it('is Google’s own, with the key in a header and no header of the caller’s', async () => {
    const fake = createFakeFetch(json(answer));

    await google(fake).generate(callOf());

    expect(fake.sent).toEqual([
      {
        url: `${GOOGLE}/v1beta/models/gemini-3.1-flash-image:generateContent`,
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          accept: '*/*',
          'accept-encoding': 'identity',
          'x-goog-api-key': KEY,
        },
        body: JSON.stringify({
          contents: [{ role: 'user', parts: [{ text: 'ein grüner Apfel 🍏' }] }],
          generationConfig: {
            responseModalities: ['TEXT', 'IMAGE'],
            imageConfig: { aspectRatio: '16:9', imageSize: '512' },
            maxOutputTokens: 4000,
          },
        }),
      },
    ]);
  });

  it('goes to APIYI on the same path, under a bearer key and the name it has there', async () => {
    const fake = createFakeFetch(json(answer), json(answer));

    await createApiyi('https://api.apiyi.com', 'sk-apiyi', dependencies(fake.fetch)).generate(callOf());
    await google(fake).generate(callOf());

    const [apiyi, direct] = fake.sent;
    expect(apiyi?.url).toBe(`https://api.apiyi.com/v1beta/models/${model.offers.apiyi?.wireId}:generateContent`);
    expect(apiyi?.headers).toEqual({
      'content-type': 'application/json',
      accept: '*/*',
      'accept-encoding': 'identity',
      authorization: 'Bearer sk-apiyi',
    });
    expect(apiyi?.body).toBe(direct?.body);
  });

  it.each([201, 203])('takes what comes with the status %i', async (status) => {
    const fake = createFakeFetch(() => Response.json({ candidates: [{ finishReason: 'STOP' }] }, { status }));

    expect(await google(fake).generate(callOf())).toMatchObject({ form: 'json' });
  });

  it.each([
    { form: 'json', method: 'generateContent' },
    { form: 'array', method: 'streamGenerateContent' },
    { form: 'sse', method: 'streamGenerateContent?alt=sse' },
  ] as const)('asks for the form $form with $method', async ({ form, method }) => {
    const fake = createFakeFetch(json(answer));

    await google(fake).generate(callOf({ form }));

    expect(fake.sent[0]?.url).toBe(`${GOOGLE}/v1beta/models/gemini-3.1-flash-image:${method}`);
  });

  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1beta/models/'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/v1beta/models/'],
    ['https://gateway.example/google//', 'https://gateway.example/google/v1beta/models/'],
  ])('goes where the owner says: %s', async (baseUrl, start) => {
    const fake = createFakeFetch(json(answer));

    await google(fake, baseUrl).generate(callOf());

    expect(fake.sent[0]?.url).toBe(`${start}gemini-3.1-flash-image:generateContent`);
  });

  it('cannot be led elsewhere by a model id', async () => {
    const fake = createFakeFetch(json(answer));
    const odd = { ...model, offers: { google: { wireId: '../../evil.example/x?y#z', prices: [] } } };

    await google(fake).generate(callOf({ model: odd }));

    expect(fake.sent[0]?.url).toBe(`${GOOGLE}/v1beta/models/..%2F..%2Fevil.example%2Fx%3Fy%23z:generateContent`);
  });

  it('carries pictures as base64 in their places', async () => {
    const fake = createFakeFetch(json(answer));
    const turns = [{ role: 'user' as const, parts: [{ kind: 'image' as const, mimeType: 'image/png', input: 0 }] }];

    await google(fake).generate(callOf({ request: { ...request, turns }, inputs: [picture] }));

    expect(JSON.parse(fake.sent[0]!.body).contents).toEqual([
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgoA' } }] },
    ]);
  });
});

describe('an answer', () => {
  it('goes through untouched in the form that was asked for', async () => {
    const events = `data: ${JSON.stringify(answer)}\r\n\r\n`;
    const fake = createFakeFetch(() => new Response(events, { headers: { 'Content-Type': 'text/event-stream' } }));

    const outcome = await google(fake).generate(callOf({ form: 'sse' }));

    expect(outcome).toMatchObject({ ok: true, provider: 'google', form: 'sse' });
    expect(await textOf(outcome)).toBe(events);
  });

  it('says so when it comes in another form', async () => {
    const fake = createFakeFetch(json(answer));

    const outcome = await google(fake).generate(callOf({ form: 'sse' }));

    expect(outcome).toMatchObject({ ok: true, form: 'json' });
    expect(JSON.parse(await textOf(outcome))).toEqual(answer);
  });
});

describe('a failure', () => {
  it('keeps code, status and message of a bad argument', async () => {
    const fake = createFakeFetch(
      json(envelope(400, 'INVALID_ARGUMENT', 'Image size 2K is not supported for this model'), 400),
    );

    expect(await google(fake).generate(callOf())).toMatchObject({
      ok: false,
      provider: 'google',
      verdict: {
        failure: {
          reason: 'INVALID_FIELD',
          ran: 'no',
          upstream: { code: 400, status: 'INVALID_ARGUMENT', message: 'Image size 2K is not supported for this model' },
        },
        next: 'never',
      },
    });
  });

  it('is recognised by its reason when its message is not', async () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
    };
    const fake = createFakeFetch(json(envelope(400, 'INVALID_ARGUMENT', 'Schlüssel ungültig', [detail]), 400));

    expect(await google(fake).generate(callOf())).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'other-key' },
    });
  });

  it('is found in a 200 before the caller has seen a byte, and read by its own code', async () => {
    const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' };
    const fake = createFakeFetch(json(envelope(429, 'RESOURCE_EXHAUSTED', 'Slow down', [retry])));

    expect(await google(fake).generate(callOf({ form: 'sse' }))).toMatchObject({
      ok: false,
      verdict: { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 12 } },
    });
  });

  it.each([
    { code: 429, msg: 'slow' },
    { error: 429 },
    { error: '429' },
    { error: true, code: 429, message: 'slow' },
    { error: 'Too Many Requests', statusCode: 429, message: 'slow' },
    { error: 'Too Many Requests' },
    { error: { code: 429, msg: 'slow' } },
    { error: { status_code: 429, message: 'slow' } },
    { error_code: 429, error_msg: 'slow' },
    { errorCode: '429', errorMessage: 'slow' },
    { errcode: 429, errmsg: 'slow' },
    { status: 'error', code: 429, msg: 'slow' },
    { success: false, status: 429, detail: 'slow' },
    { errors: [{ code: 429, message: 'slow' }] },
    { errors: [{ message: 'slow', extensions: {} }], code: 429 },
    { code: 'rate_limit_exceeded', msg: 'slow' },
    { code: 200, error: { type: 'requests', code: null, message: 'slow' } },
    { code: 8, message: 'slow', details: [] },
    { detail: { error: { code: 429, message: 'slow' } }, code: 500, message: 'relay' },
    { error: { message: JSON.stringify({ error: { code: 429, message: 'slow' } }), code: null } },
    { error: { error: { message: 'slow', code: 429 } } },
  ])('is found in a 200 however relays spell it: %j', async (body) => {
    const fake = createFakeFetch(json(body), json(body), json(body));

    const generated = await google(fake).generate(callOf());
    const counted = await google(fake).countTokens(callOf());

    expect(generated).toMatchObject({ ok: false, verdict: { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no' } } });
    expect(counted).toMatchObject({ ok: false, verdict: { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no' } } });
  });

  it.each([
    { code: 8, msg: 'a number of the relay’s own' },
    { code: 0, message: 'success' },
    { code: 200, msg: 'ok' },
    { error: 'nope' },
    { detail: 'nope', code: 'x' },
    { code: 500, msg: 'failed behind the model' },
    { code: 429, msg: 'slow', usageMetadata: { promptTokenCount: 9 } },
  ])('may have run where a 200 does not say: %j', async (body) => {
    expect(await google(createFakeFetch(json(body))).generate(callOf())).not.toMatchObject({
      verdict: { failure: { ran: 'no' } },
    });
  });

  it.each(['', '<html>405</html>', ' '])('is the gateway’s where a 400 or 404 has no words: "%s"', async (text) => {
    for (const status of [400, 404]) {
      const fake = createFakeFetch(() => new Response(text, { status }));

      expect(await google(fake).generate(callOf())).toMatchObject({
        verdict: { errorClass: 'gateway', failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } },
      });
    }
  });

  it('is a 200 with a web page', async () => {
    const fake = createFakeFetch(() => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }));

    expect(await google(fake).generate(callOf())).toMatchObject({
      ok: false,
      verdict: { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, next: 'never' },
    });
  });

  it.each([301, 302, 307, 308])('is a redirect (%i), which is not followed', async (status) => {
    const fake = createFakeFetch(() => new Response(null, { status, headers: { Location: 'https://evil.example/' } }));

    const outcome = await google(fake).generate(callOf());

    expect(outcome).toMatchObject({ verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } } });
    expect(fake.sent.map(({ redirect }) => redirect)).toEqual(['manual']);
    expect(JSON.stringify(outcome)).not.toContain('evil');
  });

  it('ends the upload when it comes before the last byte', async () => {
    const sent = Promise.withResolvers<ReadableStreamDefaultReader<Uint8Array>>();
    const refuse = async (_: string, { body }: RequestInit) => {
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      sent.resolve(reader);
      return Response.json(envelope(413, 'INVALID_ARGUMENT', 'too large'), { status: 413 });
    };

    const outcome = await createGoogle(GOOGLE, KEY, dependencies(refuse)).generate(callOf({ inputs: [] }));

    expect(outcome).toMatchObject({ verdict: { failure: { reason: 'INVALID_FIELD', upstream: { code: 413 } } } });
    await expect((await sent.promise).read()).rejects.toThrow('Network connection lost.');
  });

  it('keeps its status when its body breaks off', async () => {
    const broken = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }), { status: 503 });

    expect(await google(createFakeFetch(broken)).generate(callOf())).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'again' },
    });
  });

  it('may have run when the connection is lost after the whole request', async () => {
    const fake = createFakeFetch(() => Promise.reject(new Error('Network connection lost.')));

    expect(await google(fake).generate(callOf())).toMatchObject({
      verdict: { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, next: 'never' },
    });
  });

  it('did not run when fetch fails before it has the last byte', async () => {
    const refused = () => Promise.reject(new Error('Network connection lost.'));

    const outcome = await createGoogle(GOOGLE, KEY, dependencies(refused)).generate(callOf());

    expect(outcome).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'again' },
    });
  });

  it('did not run when no server listens, as workerd reports it', async () => {
    const provider = createGoogle('http://127.0.0.1:1', KEY, {
      ...dependencies((url, init) => fetch(url, init)),
      // Longer than the real hold: on a busy machine a turn of the event loop may take longer than that.
      pause: (ms) => scheduler.wait(500 * ms),
    });

    expect(await provider.generate(callOf())).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'again' },
    });
  });

  it('is the deadline when that ended the call', async () => {
    const aborting = new AbortController();
    const fake = createFakeFetch((signal) => {
      aborting.abort();
      signal.throwIfAborted();
      return Response.json(answer);
    });

    expect(await google(fake).generate(callOf({ signal: aborting.signal }))).toMatchObject({
      verdict: { failure: { reason: 'DEADLINE', afterSeconds: 300 }, next: 'never' },
    });
  });

  it('never holds the key, whatever a provider echoes', async () => {
    const fake = createFakeFetch(
      json(envelope(400, 'INVALID_ARGUMENT', `API key not valid: ${KEY}`), 400),
      json(envelope(400, 'INVALID_ARGUMENT', `Bad value ${KEY} for field`), 400),
      json(envelope(503, 'UNAVAILABLE', `overloaded ${KEY}`), 503),
    );

    for (let time = 0; time < 3; time++) {
      expect(JSON.stringify(await google(fake).generate(callOf()))).not.toContain(KEY);
    }
    expect(fake.sent.every(({ url }) => !url.includes(KEY))).toBe(true);
  });
});

describe('countTokens', () => {
  it('asks with the contents alone and gives Google’s answer', async () => {
    const count = { totalTokens: 9, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }] };
    const fake = createFakeFetch(json(count));

    expect(await google(fake).countTokens(callOf())).toEqual({ ok: true, value: count });
    expect(fake.sent[0]).toMatchObject({
      url: `${GOOGLE}/v1beta/models/gemini-3.1-flash-image:countTokens`,
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'ein grüner Apfel 🍏' }] }] }),
    });
  });

  it('holds nothing back, because it is free', async () => {
    const never = () => new Promise<never>(() => undefined);
    const fake = createFakeFetch(json({ totalTokens: 9 }), json({ totalTokens: 267 }));
    const provider = createGoogle(GOOGLE, KEY, dependencies(fake.fetch, { pause: never }));
    const turns = [{ role: 'user' as const, parts: [{ kind: 'image' as const, mimeType: 'image/png', input: 0 }] }];

    expect(await provider.countTokens(callOf())).toMatchObject({ ok: true });
    expect(await provider.countTokens(callOf({ request: { ...request, turns }, inputs: [picture] }))).toMatchObject({
      ok: true,
    });
    expect(JSON.parse(fake.sent[1]!.body).contents[0].parts[0].inlineData.data).toBe('iVBORw0KGgoA');
  });

  it.each([{}, answer, { totalTokens: 'many' }, { totalTokens: null }, { totalTokens: -1 }])(
    'is not taken from an answer that has no count: %j',
    async (body) => {
      expect(await google(createFakeFetch(json(body))).countTokens(callOf())).toMatchObject({
        ok: false,
        verdict: { failure: { reason: 'UPSTREAM_BROKEN' } },
      });
    },
  );

  it('may be asked again when the connection is lost, though it may have run', async () => {
    const fake = createFakeFetch(() => Promise.reject(new Error('Network connection lost.')));

    expect(await google(fake).countTokens(callOf())).toMatchObject({
      verdict: { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, next: 'again' },
    });
  });

  it('has the names that clients read, where the provider writes snake_case', async () => {
    const fake = createFakeFetch(
      json({ total_tokens: 9, prompt_tokens_details: [{ modality: 'TEXT', token_count: 9 }] }),
    );

    const value = { totalTokens: 9, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }] };
    expect(await google(fake).countTokens(callOf())).toEqual({ ok: true, value });
  });

  it('takes keys out of the answer', async () => {
    const fake = createFakeFetch(json({ totalTokens: 1, note: KEY }));

    expect(JSON.stringify(await google(fake).countTokens(callOf()))).not.toContain(KEY);
  });

  it.each([
    { name: 'too long', body: `{"totalTokens":1,"x":"${'y'.repeat(70_000)}"}` },
    { name: 'no JSON', body: '<html>' },
    { name: 'no object', body: '[1]' },
  ])('fails on an answer that is $name', async ({ body }) => {
    const fake = createFakeFetch(() => new Response(body, { headers: { 'Content-Type': 'application/json' } }));

    expect(await google(fake).countTokens(callOf())).toMatchObject({
      ok: false,
      verdict: { failure: { reason: 'UPSTREAM_BROKEN' } },
    });
  });
});
