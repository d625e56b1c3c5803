import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_APIYI_KEY, FAKE_GOOGLE_KEY } from './keys.ts';
import { createFakeUpstream, type FakeUpstream } from './server.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => upstream.reset());

interface Call {
  prompt?: string;
  model?: string;
  verb?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

const call = ({ prompt = 'a fox', model = 'gemini-3.1-flash-image', verb = 'generateContent', headers, body }: Call) =>
  fetch(`${upstream.url}/v1beta/models/${model}:${verb}`, {
    method: 'POST',
    headers: headers ?? { 'x-goog-api-key': FAKE_GOOGLE_KEY },
    body: typeof body === 'string' ? body : JSON.stringify(body ?? { contents: [{ parts: [{ text: prompt }] }] }),
  });

const contents = [{ parts: [{ text: 'a fox [[size:tiny]]' }] }];

describe('keys', () => {
  it.each([
    { name: 'takes Google keys in their header', headers: { 'x-goog-api-key': FAKE_GOOGLE_KEY }, status: 200 },
    { name: 'takes APIYI keys as bearer', headers: { authorization: `Bearer ${FAKE_APIYI_KEY}` }, status: 200 },
    { name: 'refuses a call without a key', headers: {}, status: 403 },
    { name: 'refuses a Google key as bearer', headers: { authorization: `Bearer ${FAKE_GOOGLE_KEY}` }, status: 401 },
  ])('$name', async ({ headers, status }) => {
    expect((await call({ headers, body: { contents } })).status).toBe(status);
  });

  it('echoes a wrong key in DebugInfo, as Google does', async () => {
    const answer = await call({ headers: { 'x-goog-api-key': 'AIzaWrongKey' } });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('Invalid API key: AIzaWrongKey');
  });
});

describe('models', () => {
  it('serves preview ids to APIYI alone', async () => {
    const model = 'gemini-3-pro-image-preview';
    const google = await call({ model, body: { contents } });
    const apiyi = await call({ model, body: { contents }, headers: { authorization: `Bearer ${FAKE_APIYI_KEY}` } });

    expect([google.status, apiyi.status]).toEqual([404, 200]);
  });
});

describe('request rules', () => {
  const config = (generationConfig: object) => ({ contents, generationConfig });
  it.each([
    { name: 'no contents', body: {}, message: '* GenerateContentRequest.contents: contents is not specified' },
    {
      name: 'an unknown field',
      body: config({ negativePrompt: 'x' }),
      message: 'Unknown name "negativePrompt" at \'generation_config\': Cannot find field.',
    },
    {
      name: 'an unknown field at the top',
      body: { contents, size: '1K' },
      message: 'Unknown name "size": Cannot find field.',
    },
    {
      name: '512px',
      body: config({ imageConfig: { imageSize: '512px' } }),
      message: "Unsupported image_size '512px'. Supported values are: 1K, 2K, 4K, 512, 512P, 512PX.",
    },
    { name: 'a small k', body: config({ imageConfig: { imageSize: '1k' } }), message: "Unsupported image_size '1k'" },
    {
      name: 'a ratio no model has',
      body: config({ imageConfig: { aspectRatio: '7:5' } }),
      message: "aspect_ratio must be one of '16:9', '1:1', '1:4'",
    },
    {
      name: 'two candidates',
      body: config({ candidateCount: 2 }),
      message: 'Multiple candidates is not enabled for this model',
    },
    {
      name: 'an unknown modality',
      body: config({ responseModalities: ['VIDEO'] }),
      message: "Invalid value at 'generation_config.response_modalities[0]'",
    },
    {
      name: 'a size another model has',
      model: 'gemini-3-pro-image',
      body: config({ imageConfig: { imageSize: '512' } }),
      message: 'Image size 512 is not supported for this model',
    },
    {
      name: 'a ratio another model has',
      model: 'gemini-3-pro-image',
      body: config({ imageConfig: { aspectRatio: '1:4' } }),
      message: 'Aspect ratio 1:4 is not supported for this model',
    },
    {
      name: 'a thinking level on Pro',
      model: 'gemini-3-pro-image',
      body: config({ thinkingConfig: { thinkingLevel: 'high' } }),
      message: 'Thinking level HIGH is not supported',
    },
    {
      name: 'a lying picture type',
      body: { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: '/9j/4AAQ' } }] }] },
      message: 'Request contains an invalid argument.',
    },
    { name: 'broken JSON', body: '{"contents":', message: 'Invalid JSON payload received.' },
  ])('refuses $name', async ({ model = 'gemini-3.1-flash-image', body, message }) => {
    const answer = await call({ model, body });

    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string; status: string } };
    expect(error).toMatchObject({ status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it('takes snake_case, mixed case enums and the literal 512', async () => {
    const answer = await call({
      body: {
        contents,
        generation_config: { response_modalities: ['Image'], image_config: { image_size: '512', aspect_ratio: '8:1' } },
      },
    });

    expect(answer.status).toBe(200);
  });
});

describe('answers', () => {
  it.each([
    { size: '512', bytes: 600e3 },
    { size: '1K', bytes: 2e6 },
    { size: '2K', bytes: 6e6 },
    { size: '4K', bytes: 24e6 },
  ])('weigh about $bytes bytes at $size', async ({ size, bytes }) => {
    const answer = await call({
      body: { contents: [{ parts: [{ text: 'x' }] }], generationConfig: { imageConfig: { imageSize: size } } },
    });

    const length = (await answer.arrayBuffer()).byteLength;
    expect(Math.abs(length - bytes)).toBeLessThan(2000);
  });

  it('differ from request to request', async () => {
    const [first, second] = await Promise.all([call({ body: { contents } }), call({ body: { contents } })]);

    expect(await first.text()).not.toBe(await second.text());
  });

  it('come in an array as Google frames it', async () => {
    const answer = await (await call({ prompt: '[[size:tiny]]', verb: 'streamGenerateContent' })).text();

    expect(answer).toMatch(/^\[\{.*\}\n,\n\{.*\}\n\]$/s);
    expect(JSON.parse(answer)).toHaveLength(4);
  });

  it('come as events that end with CRLF CRLF', async () => {
    const answer = await (await call({ prompt: '[[size:tiny]]', verb: 'streamGenerateContent?alt=sse' })).text();

    expect(answer.split('\r\n\r\n')).toHaveLength(5);
    expect(answer).not.toMatch(/[^\r]\n/);
  });

  it.each([
    { words: '[[snake]]', contains: '"inline_data":{"mime_type":' },
    { words: '[[pretty]]', contains: '"inlineData": {\n' },
    { words: '[[escaped]]', contains: '"image\\/jpeg","data":"\\/9j\\/' },
    { words: '[[url-safe]]', contains: '"data":"_9j_' },
    { words: '[[signature-first]]', contains: ',"inlineData":{"data":' },
    { words: '[[answer:grounded]]', contains: '"searchEntryPoint"' },
    { words: '[[finish:IMAGE_SAFETY]]', contains: '"finishMessage":"Unable to show' },
    { words: '[[block:PROHIBITED_CONTENT]]', contains: '"blockReason":"PROHIBITED_CONTENT"' },
    { words: '[[echo-key:text]]', contains: FAKE_GOOGLE_KEY },
  ])('are spelled with $words', async ({ words, contains }) => {
    expect(await (await call({ prompt: `${words} [[size:tiny]]` })).text()).toContain(contains);
  });

  it('leave usage out when told to', async () => {
    expect(await (await call({ prompt: '[[usage:none]] [[size:tiny]]' })).json()).not.toHaveProperty('usageMetadata');
  });
});

describe('control', () => {
  it('applies a rule as often as it says, in process', async () => {
    upstream.script('[[error:503_overloaded]]', { model: 'gemini-3.1-flash-image' }, 2);

    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await call({ body: { contents } })).status);

    expect(statuses).toEqual([503, 503, 200]);
  });

  it('takes rules, lists requests and forgets both over HTTP', async () => {
    const rule = { match: { promptIncludes: 'owl' }, behaviour: { error: '429_quota' } };
    await fetch(`${upstream.url}/__control`, { method: 'POST', body: JSON.stringify(rule) });
    const refused = await call({ prompt: 'an owl' });
    const listed = await (await fetch(`${upstream.url}/__requests?includes=owl`)).json();
    await fetch(`${upstream.url}/__reset`, { method: 'POST' });
    const taken = await call({ prompt: 'an owl [[size:tiny]]' });

    expect([refused.status, taken.status]).toEqual([429, 200]);
    expect(listed).toMatchObject([{ status: 429, method: 'POST', headers: { 'x-goog-api-key': FAKE_GOOGLE_KEY } }]);
  });

  it('answers 501 to a word it does not know', async () => {
    const answer = await call({ prompt: '[[eror:503]]' });

    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('[[eror:503]]');
  });

  it('tells of a caller who left', async () => {
    const gone = new AbortController();
    const request = fetch(`${upstream.url}/v1beta/models/gemini-3.1-flash-image:generateContent`, {
      method: 'POST',
      headers: { 'x-goog-api-key': FAKE_GOOGLE_KEY },
      body: JSON.stringify({ contents: [{ parts: [{ text: '[[hang]]' }] }] }),
      signal: gone.signal,
    });
    await expect.poll(() => upstream.requests.length).toBe(1);
    gone.abort();

    await expect(request).rejects.toThrow('abort');
    await expect.poll(() => upstream.requests[0]?.state).toBe('gone');
  });
});
