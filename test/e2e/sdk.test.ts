/** Google's own SDK, both versions, against a whole deployment by changing `baseUrl` and nothing else. */
import { ApiError as ApiErrorV2, GoogleGenAI as GoogleGenAIV2 } from '@google/genai';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY } from '../client-keys.ts';
import { FAKE_GOOGLE_KEYS } from '../upstream/keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';

const MODEL = 'gemini-3.1-flash-image-preview';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let upstream: FakeUpstream;
let peel: Deployment;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  peel = await startDeployment(inFrontOfGoogle(upstream.url));
});
afterAll(async () => {
  const output = peel.output();
  await peel.close();
  await upstream.close();
  for (const key of FAKE_GOOGLE_KEYS) {
    for (const spelling of [key, btoa(key).slice(0, -4), encodeURIComponent(key)])
      expect(output).not.toContain(spelling);
  }
});

describe.each([
  { version: '2.18', GoogleGenAI: GoogleGenAIV2 },
  { version: '3.1', GoogleGenAI: GoogleGenAIV3 as unknown as typeof GoogleGenAIV2 },
])('@google/genai $version', ({ version, GoogleGenAI }) => {
  const client = () => new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: peel.url } });

  it('generates a picture', async () => {
    const answer = await client().models.generateContent({ model: MODEL, contents: `a fox for ${version}` });

    const picture = answer.candidates?.[0]?.content?.parts?.find((part) => part.inlineData)?.inlineData;
    expect(picture?.mimeType).toMatch(/^image\//);
    expect(picture?.data?.length).toBeGreaterThan(100_000);
    expect(answer.usageMetadata?.totalTokenCount).toBeGreaterThan(1000);
  });

  it('streams, thoughts first and the picture at the end', async () => {
    const stream = await client().models.generateContentStream({
      model: MODEL,
      contents: `a streaming fox for ${version} [[answer:thoughts]]`,
      config: { thinkingConfig: { includeThoughts: true }, imageConfig: { imageSize: '512', aspectRatio: '16:9' } },
    });

    const parts = [];
    for await (const chunk of stream) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
    expect(parts[0]?.thought).toBe(true);
    expect(parts.findLast((part) => part.inlineData && !part.thought)).toBeDefined();
    const sent = upstream.requests.findLast(({ body }) => body?.includes(`streaming fox for ${version}`));
    expect(sent?.path).toContain('/v1beta/models/gemini-3.1-flash-image:streamGenerateContent');
    expect(JSON.parse(sent?.body?.toString() ?? '{}')).toMatchObject({
      generationConfig: { imageConfig: { imageSize: '512', aspectRatio: '16:9' } },
    });
  });

  it('edits an inline picture', async () => {
    const answer = await client().models.generateContent({
      model: MODEL,
      contents: [
        {
          role: 'user',
          parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }, { text: `bluer, for ${version}` }],
        },
      ],
    });

    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    const sent = upstream.requests.findLast(({ body }) => body?.includes(`bluer, for ${version}`));
    expect(sent?.body?.toString()).toContain(PNG);
    expect(Number(sent?.headers['content-length'])).toBe(sent?.body?.length);
  });

  it('counts tokens', async () => {
    const counted = await client().models.countTokens({ model: MODEL, contents: 'how many tokens is a fox' });

    expect(counted.totalTokens).toBeGreaterThan(3);
  });

  it('lists models, and gets one by its old name', async () => {
    const names: (string | undefined)[] = [];
    for await (const model of await client().models.list()) names.push(model.name);
    const one = await client().models.get({ model: MODEL });

    expect(names).toContain('models/gemini-nano-banana-2.1');
    expect(one.name).toBe('models/gemini-3.1-flash-image');
  });

  it('raises an ApiError with our reason in it', async () => {
    const asked = client().models.generateContent({
      model: MODEL,
      contents: 'a fox',
      config: { imageConfig: { imageSize: '8K' } },
    });

    await expect(asked).rejects.toMatchObject({ status: 400, message: expect.stringContaining('UNSUPPORTED_VALUE') });
    if (version === '2.18') await expect(asked).rejects.toBeInstanceOf(ApiErrorV2);
  });

  it('raises an ApiError for what goes wrong after the headers', async () => {
    const stream = await client().models.generateContentStream({
      model: MODEL,
      contents: `a broken fox for ${version} [[answer:thoughts]] [[truncate:0.6]]`,
    });

    const read = async () => {
      for await (const chunk of stream) expect(chunk).toBeDefined();
    };
    await expect(read()).rejects.toThrow('UPSTREAM_BROKEN');
  });
});

describe('the deployment', () => {
  it('serves the page and the widget', async () => {
    const page = await fetch(peel.url);
    const widget = await fetch(`${peel.url}/widget.js`);

    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('<peel-studio');
    expect(widget.headers.get('content-type')).toContain('javascript');
    expect(widget.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('answers a preflight of the SDK before it knows who asks', async () => {
    const answer = await fetch(`${peel.url}/v1beta/models/${MODEL}:generateContent`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-goog-api-client,x-goog-api-key',
      },
    });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const allowed = answer.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['content-type', 'x-goog-api-client', 'x-goog-api-key', 'x-server-timeout']),
    );
  });
});
