/**
 * A picture edited turn by turn with Google's own SDK. The fake upstream accepts a signature only if it is unaltered,
 * with its own picture, and under its own key.
 */
import { GoogleGenAI as GoogleGenAIV2 } from '@google/genai';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY } from '../client-keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type ByteCounter, countBytesTo } from './byte-counter.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';

const MODEL = 'gemini-3.1-flash-image';
/** Sizes of recorded answers: 2 MB for a 1K picture, half of it the signature. */
const REAL = '[[signature:700KB]]';
const EDITS = ['a fox', 'in snow', 'at night', 'with a hat', 'smiling'];

let upstream: FakeUpstream;
let peel: Deployment;
let wire: ByteCounter;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  peel = await startDeployment(inFrontOfGoogle(upstream.url));
  wire = await countBytesTo(peel.url);
});
afterAll(async () => {
  await wire.close();
  await peel.close();
  await upstream.close();
});

/** Statuses of upstream answers since the last call. */
function takeStatuses() {
  const statuses = upstream.requests.map(({ status }) => status);
  upstream.reset();
  return statuses;
}
const ANSWERED = EDITS.map(() => 200);

describe.each([
  { version: '2.18', GoogleGenAI: GoogleGenAIV2 },
  { version: '3.1', GoogleGenAI: GoogleGenAIV3 as unknown as typeof GoogleGenAIV2 },
])('five edits with @google/genai $version', ({ version, GoogleGenAI }) => {
  const chatOf = (headers: Record<string, string> = {}, config = {}) =>
    new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: wire.url, headers } }).chats.create({
      model: MODEL,
      config,
    });

  async function edit(name: string, headers: Record<string, string>): Promise<number> {
    const chat = chatOf(headers);
    wire.take();
    for (const words of EDITS) {
      const answer = await chat.sendMessage({ message: `${words}, ${name} ${REAL}` });
      expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    }
    expect(chat.getHistory()).toHaveLength(2 * EDITS.length);
    return wire.take();
  }

  it('go up unchanged, inline and by link, and by link cost a hundredth of the wire', async () => {
    takeStatuses();
    const inline = await edit(`inline for ${version}`, {});
    const linked = await edit(`linked for ${version}`, { 'Peel-Images': 'link' });

    // A refused signature would show as a 400 and one more call.
    expect(takeStatuses()).toEqual([...ANSWERED, ...ANSWERED]);
    expect(inline).toBeGreaterThan(20e6);
    expect(linked).toBeLessThan(inline / 100);
    console.log(
      `five edits, ${version}: ${(linked / 1024).toFixed(1)} KiB by link, ${(inline / 1e6).toFixed(1)} MB inline`,
    );
  });

  it.each([
    { how: 'inline', headers: {} },
    { how: 'by link', headers: { 'Peel-Images': 'link' } },
  ])('streamed go up unchanged $how', async ({ how, headers }) => {
    const chat = chatOf(headers, { thinkingConfig: { includeThoughts: true } });
    takeStatuses();

    for (const words of EDITS) {
      const message = `${words}, streamed ${how} for ${version} [[answer:thoughts]] [[size:60KB]] [[signature:9KB]]`;
      for await (const chunk of await chat.sendMessageStream({ message })) expect(chunk.candidates).toBeDefined();
    }

    expect(takeStatuses()).toEqual(ANSWERED);
    // The history has an entry for each chunk.
    const parts = chat.getHistory().flatMap((entry) => entry.parts ?? []);
    expect(parts.filter((part) => (part.inlineData ?? part.fileData) && !part.thought)).toHaveLength(EDITS.length);
  });
});
