/**
 * Streams over real sockets, read by the strictest of Google's clients. Some are silent for longer than the heartbeat,
 * as most real ones are; others fail after their headers.
 */
import { GoogleGenAI as GoogleGenAIV2 } from '@google/genai';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_KEY } from '../client-keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';
import { STREAM_READERS, type StreamedAnswer } from './stream-readers.ts';

const MODEL = 'gemini-3.1-flash-image';
const SMALL = '[[size:60KB]] [[signature:5KB]]';

let upstream: FakeUpstream;
let peel: Deployment;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  peel = await startDeployment({
    ...inFrontOfGoogle(upstream.url),
    STREAM_HEARTBEAT_MS: '50',
    // Failed runs are charged in full, so the budget must be large.
    SITE_DAILY_BUDGET_USD: '100',
    DEPLOYMENT_DAILY_BUDGET_USD: '100',
  });
});
afterAll(async () => {
  await peel.close();
  await upstream.close();
});

const ask = (prompt: string, { alt = '?alt=sse', headers = {} }: { alt?: string; headers?: object } = {}) =>
  fetch(`${peel.url}/v1beta/models/${MODEL}:streamGenerateContent${alt}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY, ...headers },
    body: JSON.stringify({
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    }),
  });

/** Reads an answer whose provider falls silent after its first event, until the silence has begun as it should. */
async function readHeld({ body }: Response, silence: RegExp): Promise<string> {
  let text = '';
  for await (const piece of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (silence.test(text)) upstream.release('wire');
  }
  return text;
}

const bodyOf = async (response: Promise<Response>) => (await response).body as ReadableStream<Uint8Array<ArrayBuffer>>;
const partsOf = (answers: StreamedAnswer[]) =>
  answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);

/** Streams by their words for the fake upstream. */
const STREAMS: [name: string, words: string][] = [
  ['at once', SMALL],
  ['with thoughts, and silences between the events', `[[answer:thoughts]] [[event-delay:400]] ${SMALL}`],
  ['after a silence', `[[body-delay:400]] ${SMALL}`],
  ['after a silence before its headers', `[[delay:400]] ${SMALL}`],
  ['with another line end', `[[lf]] [[event-delay:150]] ${SMALL}`],
];

// They mostly wait for silences.
describe.concurrent.each(Object.entries(STREAM_READERS))('read as %s', (reader, read) => {
  it.each(STREAMS)('a stream comes whole, %s', async (name, words) => {
    const answers: StreamedAnswer[] = [];

    for await (const answer of read(await bodyOf(ask(`${name}, for ${reader} ${words}`)))) answers.push(answer);

    expect(partsOf(answers).some((part) => part.inlineData && !part.thought)).toBe(true);
    expect(answers.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    // Python and Go keep a streamed turn of a chat only if no event is empty.
    for (const answer of answers) expect(partsOf([answer]).length).toBeGreaterThan(0);
  });

  it.each([
    ['in the middle of its picture', `[[truncate:0.4]] ${SMALL}`],
    ['after a silence', `[[body-delay:300]] [[truncate:0.4]] ${SMALL}`],
    ['between silences', `[[answer:thoughts]] [[event-delay:200]] [[truncate:0.5]] ${SMALL}`],
  ])('a stream that fails is never taken for a finished one: %s', async (name, words) => {
    const reading = async () => {
      for await (const _ of read(await bodyOf(ask(`failing ${name}, for ${reader} ${words}`))));
    };

    // The oldest reader does not pass the message on.
    await expect(reading()).rejects.toThrow(reader === 'legacy JavaScript' ? 'Failed to parse stream' : /^502 /);
  });
});

describe.concurrent.each([
  { version: '2.18', GoogleGenAI: GoogleGenAIV2 },
  { version: '3.1', GoogleGenAI: GoogleGenAIV3 as unknown as typeof GoogleGenAIV2 },
])('@google/genai $version', ({ version, GoogleGenAI }) => {
  const stream = (contents: string, headers: Record<string, string> = {}) =>
    new GoogleGenAI({ apiKey: CLIENT_KEY, httpOptions: { baseUrl: peel.url, headers } }).models.generateContentStream({
      model: MODEL,
      contents,
    });

  it.each(STREAMS)('reads a stream whole, %s', async (name, words) => {
    for (const headers of [{}, { 'Peel-Images': 'link' }] as Record<string, string>[]) {
      const answers: StreamedAnswer[] = [];
      const prompt = `${name}, for ${version}, ${Object.values(headers).join()} ${words}`;
      for await (const answer of await stream(prompt, headers)) answers.push(answer as StreamedAnswer);

      expect(partsOf(answers).some((part) => (part.inlineData ?? part.fileData) && !part.thought)).toBe(true);
      expect(answers.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    }
  });

  it('raises the error of a stream that fails', async () => {
    const reading = async () => {
      for await (const _ of await stream(`failing for ${version} [[truncate:0.4]] ${SMALL}`));
    };

    await expect(reading()).rejects.toMatchObject({ name: 'ApiError', status: 502 });
  });
});

describe.concurrent('on the wire', () => {
  it('there is nothing but data and blank lines, and silences are blanks before the JSON of an event', async () => {
    const prompt = `on the wire [[answer:thoughts]] [[event-hold:wire]] ${SMALL}`;

    const live = await readHeld(await ask(prompt), /\r\n\r\ndata: {2,}$/);
    const again = await ask(prompt);

    expect(live).toMatch(/^(?:data: +\{[^\r\n]*\}\r\n\r\n)+$/);
    // The first event is sent before the silence after it; the heartbeat has already begun the next event's line.
    const [, opened = ''] = live.match(/^data: +/gm) ?? [];
    expect(opened.length).toBeGreaterThan('data: '.length);
    expect(again.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await again.text()).toBe(live.replaceAll(/^data: +/gm, 'data: '));
  });

  it('a failure ends with its error twice, the second time bare', async () => {
    const text = await (await ask(`failing on the wire [[event-delay:200]] [[truncate:0.4]] ${SMALL}`)).text();

    const ending = /(?:^|\r\n)data: +(\{"error":.*\})\r\n\r\n(.*)$/.exec(text);
    expect(ending?.[2]).toBe(ending?.[1]);
    expect(JSON.parse(ending?.[2] ?? '')).toMatchObject({ error: { code: 502, status: 'INTERNAL' } });
  });

  it('an array is whole JSON, whether it fails or not', async () => {
    const slow = `[[event-delay:200]] ${SMALL}`;
    const good = JSON.parse(await (await ask(`an array ${slow}`, { alt: '' })).text()) as StreamedAnswer[];
    const bad = JSON.parse(
      await (await ask(`a failing array ${slow} [[truncate:0.4]]`, { alt: '' })).text(),
    ) as StreamedAnswer[];

    expect(good.length).toBeGreaterThan(2);
    expect(bad.at(-1)?.error?.code).toBe(502);
  });
});
