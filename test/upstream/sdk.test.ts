import { ApiError, GoogleGenAI } from '@google/genai';
import { GoogleGenAI as GoogleGenAIv3 } from 'genai-v3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEY } from './keys.ts';
import { createFakeUpstream, type FakeUpstream } from './server.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => upstream.reset());

const MODEL = 'gemini-3-pro-image';

describe.each([
  { name: 'SDK 2.18', Client: GoogleGenAI, version: 'v1beta' },
  { name: 'SDK 3.1', Client: GoogleGenAIv3 as unknown as typeof GoogleGenAI, version: 'v1' },
])('$name', ({ Client, version }) => {
  const client = (apiKey = FAKE_GOOGLE_KEY) => new Client({ apiKey, httpOptions: { baseUrl: upstream.url } });

  it('generates a picture with text and a signature', async () => {
    const answer = await client().models.generateContent({ model: MODEL, contents: 'a fox [[size:tiny]]' });

    const parts = answer.candidates?.[0]?.content?.parts ?? [];
    expect(parts.map((part) => Object.keys(part).sort())).toEqual([
      ['text', 'thoughtSignature'],
      ['text'],
      ['inlineData', 'thoughtSignature'],
    ]);
    expect(answer.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1120 }]);
    expect(upstream.requests[0]?.path).toBe(`/${version}/models/${MODEL}:generateContent`);
  });

  it('streams thoughts before the picture', async () => {
    const contents = 'a fox [[answer:thoughts]] [[size:tiny]]';
    const kinds: string[] = [];

    for await (const chunk of await client().models.generateContentStream({ model: MODEL, contents })) {
      for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
        kinds.push(`${part.thought ? 'thought ' : ''}${part.inlineData ? 'picture' : 'text'}`);
      }
    }

    expect(kinds).toEqual([
      'thought text',
      'thought text',
      'thought picture',
      'thought picture',
      'text',
      'text',
      'picture',
    ]);
  });

  it('counts tokens and lists models', async () => {
    const counted = await client().models.countTokens({ model: MODEL, contents: 'four score' });
    const models = await Array.fromAsync(await client().models.list());

    expect(counted.totalTokens).toBe(3);
    expect(models.map((model) => model.name)).toContain('models/gemini-nano-banana-2.1');
  });

  it('continues a conversation whose signatures come back, and refuses one without them', async () => {
    const chat = client().chats.create({ model: MODEL });
    await chat.sendMessage({ message: 'a fox [[size:tiny]]' });
    const second = await chat.sendMessage({ message: 'now in snow [[size:tiny]]' });
    const bare = chat.getHistory().map(({ role, parts = [] }) => ({
      ...(role ? { role } : {}),
      parts: parts.map((part) => (part.inlineData ? { inlineData: part.inlineData } : part)),
    }));

    expect(second.candidates?.[0]?.finishReason).toBe('STOP');
    await expect(client().models.generateContent({ model: MODEL, contents: bare })).rejects.toThrow(
      'Image part is missing a thought_signature in content position 2, part position 3.',
    );
  });

  it('raises an ApiError with the status for a wrong key', async () => {
    const call = client('AIzaWrong').models.generateContent({ model: MODEL, contents: 'a fox' });

    await expect(call).rejects.toSatisfy(
      (error) => error instanceof Error && 'status' in error && error.status === 400,
    );
    await expect(call).rejects.toThrow('API_KEY_INVALID');
  });
});

it('is understood as an ApiError under alt=sse, though the type says event stream', async () => {
  const client = new GoogleGenAI({ apiKey: FAKE_GOOGLE_KEY, httpOptions: { baseUrl: upstream.url } });

  const call = client.models.generateContentStream({ model: MODEL, contents: 'a fox [[error:404_retired]]' });

  await expect(call).rejects.toBeInstanceOf(ApiError);
  await expect(call).rejects.toThrow('no longer available');
});
