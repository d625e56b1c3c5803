import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClient, SILENCE_MS } from '../../../widget/api/generate.ts';
import type { StreamEvent, Take } from '../../../widget/api/model.ts';
import { downloadAddress } from '../../../widget/run/picture.ts';
import { type Settings, settle, toBody } from '../../../widget/settings/settings.ts';
import type { SessionAnswer } from '../../../worker/protocol.ts';
import {
  ENDPOINT,
  FACTS,
  failure,
  fakeWorker,
  openStream,
  PICTURE_URL,
  pictureAddress,
  pictureChunk,
  STOP,
  streamOf,
  textChunk,
  thoughtChunk,
} from '../support.ts';

const settings = settle(FACTS, {
  model: '',
  models: '',
  aspectRatio: '16:9',
  resolution: '',
  thinking: '',
  grounding: 'none',
  count: 1,
}) as Settings;
const TAKE: Take = {
  model: 'gemini-nano-banana-2.1',
  body: toBody([{ role: 'user', parts: [{ text: 'a fox' }] }], settings),
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('gets a ticket, then asks Gemini’s way for links', async () => {
  const { worker, client } = setUp();

  await all(client.generate(TAKE, never()));

  expect(worker.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /peel/session',
    'POST /v1beta/models/gemini-nano-banana-2.1:streamGenerateContent?alt=sse',
  ]);
  expect(worker.asked[0]?.body).toEqual({ site: 'default' });
  expect(worker.asked[1]?.body).toEqual(TAKE.body);
  const headers = worker.asked[1]?.headers;
  expect(headers?.get('Authorization')).toBe('Bearer ticket-1');
  expect(headers?.get('Peel-Images')).toBe('link');
  expect(headers?.has('Peel-Variant')).toBe(false);
});

it('names the variant of another take', async () => {
  const { worker, client } = setUp();

  await all(client.generate({ ...TAKE, variant: 'take-2' }, never()));

  expect(worker.asked[1]?.headers.get('Peel-Variant')).toBe('take-2');
});

it('tells in order: sent, thoughts as they grow, the picture', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    streamOf([thoughtChunk('Hm.'), thoughtChunk(' Yes.'), pictureChunk(), textChunk(' A fox. '), STOP]);

  expect(await all(client.generate(TAKE, never()))).toEqual([
    { type: 'sent' },
    { type: 'thought', thought: 'Hm.' },
    { type: 'thought', thought: 'Hm. Yes.' },
    {
      type: 'picture',
      picture: {
        url: PICTURE_URL,
        mimeType: 'image/png',
        text: 'A fox.',
        thoughts: 'Hm. Yes.',
        cached: false,
        content: {
          role: 'model',
          parts: [{ fileData: { mimeType: 'image/png', fileUri: PICTURE_URL } }, { text: ' A fox. ' }],
        },
        sources: [],
        queries: [],
      },
    },
  ]);
});

it('tells of drafts, each once, and not of their thoughts alone', async () => {
  const { worker, client } = setUp();
  const draft = (n: number) => ({
    candidates: [{ content: { parts: [{ ...partOf(pictureAddress(n)), thought: true }] } }],
  });
  worker.generate = () => streamOf([draft(1), thoughtChunk('Hm.'), draft(2), pictureChunk(pictureAddress(3)), STOP]);

  const events = await all(client.generate(TAKE, never()));

  expect(events.map((event) => ('url' in event ? event.url : event.type))).toEqual([
    'sent',
    pictureAddress(1),
    'thought',
    pictureAddress(2),
    'picture',
  ]);
});

it('keeps the signatures of the answer for the next request, each on its own part', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    streamOf([
      thoughtChunk('Never sent back.'),
      textChunk('Here '),
      textChunk('it is.'),
      chunkOf({ text: 'Signed.', thoughtSignature: 'c2ln' }),
      chunkOf({ ...partOf(PICTURE_URL), thoughtSignature: 'cGlj' }),
      chunkOf({ text: '', thoughtSignature: 'ZW5k' }),
      STOP,
    ]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({
    picture: {
      content: {
        role: 'model',
        parts: [
          { text: 'Here it is.' },
          { text: 'Signed.', thoughtSignature: 'c2ln' },
          { ...partOf(PICTURE_URL), thoughtSignature: 'cGlj' },
          { text: '', thoughtSignature: 'ZW5k' },
        ],
      },
    },
  });
});

it('keeps the query of a private picture, and asks the endpoint for it', async () => {
  const { worker, client } = setUp();
  const path = `/images/d${'1'.repeat(48)}/0.png?until=1800000000&signature=a_b-c`;
  worker.generate = () => streamOf([pictureChunk(`https://inside.example${path}`), STOP]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ picture: { url: ENDPOINT + path } });
});

it('gives the sources of a grounded answer, web pages only, and where Google’s suggestion is', async () => {
  const { worker, client } = setUp();
  const picture = `${ENDPOINT}/images/d${'1'.repeat(48)}/0.png?signature=abc`;
  const groundingMetadata = {
    webSearchQueries: ['fox colours'],
    imageSearchQueries: ['fox photo'],
    groundingChunks: [
      { web: { uri: 'https://foxes.example/red', title: 'Red foxes' } },
      { web: { uri: 'https://foxes.example/red', title: 'Red foxes' } },
      { image: { sourceUri: 'https://photos.example/fox' } },
      { web: { uri: 'javascript:alert(1)', title: 'No page' } },
      { web: { title: 'No address' } },
      null,
    ],
    searchEntryPoint: { renderedContent: '<style>*{}</style>' },
  };
  worker.generate = () =>
    streamOf([pictureChunk(picture), { candidates: [{ groundingMetadata, finishReason: 'STOP' }] }]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({
    picture: {
      sources: [
        { url: 'https://foxes.example/red', title: 'Red foxes' },
        { url: 'https://photos.example/fox', title: 'photos.example' },
      ],
      queries: ['fox colours', 'fox photo'],
      suggestionUrl: `${ENDPOINT}/images/d${'1'.repeat(48)}/suggestion.html?signature=abc`,
    },
  });
});

it('waits through spaces for the event that they open', async () => {
  const { worker, client } = setUp();
  worker.generate = () =>
    new Response(`data:    \r\n\r\ndata: ${' '.repeat(40)}${JSON.stringify(pictureChunk())}\r\n\r\n`);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture' });
});

it('reads an answer that is one bare object', async () => {
  const { worker, client } = setUp();
  worker.generate = () => Response.json(pictureChunk());

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ picture: { url: PICTURE_URL } });
});

it('shows bytes from memory, where no link came', async () => {
  const { worker, client } = setUp();
  const bytes = new Uint8Array(await (await fetch(PICTURE_URL)).arrayBuffer());
  const data = btoa(String.fromCharCode(...bytes));
  worker.generate = () =>
    streamOf([{ candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data } }] } }] }, STOP]);

  const event = last(await all(client.generate(TAKE, never())));

  if (event?.type !== 'picture') throw new Error('There is no picture.');
  expect(event.picture.url).toMatch(/^blob:/);
  expect(new Uint8Array(await (await fetch(event.picture.url)).arrayBuffer())).toEqual(bytes);
  expect(downloadAddress(event.picture.url)).toBe(event.picture.url);
});

it('says of a hit that the picture was there already', async () => {
  const { worker, client } = setUp();
  worker.generate = () => streamOf([pictureChunk(), STOP], { 'Cache-Status': 'peel; hit' });

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture', picture: { cached: true } });
});

it('uses a ticket again until shortly before its end', async () => {
  const { worker, client } = setUp();

  await all(client.generate(TAKE, never()));
  vi.setSystemTime(Date.now() + 560_000);
  await all(client.generate(TAKE, never()));
  vi.setSystemTime(Date.now() + 20_000);
  await all(client.generate(TAKE, never()));

  const [first, second, more] = worker.askedFor('/peel/session');
  expect(first?.headers.has('Authorization')).toBe(false);
  expect(second?.headers.get('Authorization')).toBe('Bearer ticket-1');
  expect(more).toBeUndefined();
});

it.each(['TICKET_EXPIRED', 'TICKET_MISMATCH'])('renews the ticket once on %s, as the same visitor', async (reason) => {
  const { worker, client } = setUp();
  worker.generate = ({ headers }) =>
    headers.get('Authorization') === 'Bearer ticket-2' ? streamOf([pictureChunk(), STOP]) : failure(401, reason);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture' });
  expect(worker.askedFor('/peel/session')[1]?.headers.get('Authorization')).toBe('Bearer ticket-1');
});

it('gives up where the renewed ticket is not taken either', async () => {
  const { worker, client } = setUp();
  worker.generate = () => failure(401, 'TICKET_MISMATCH');

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ problem: { reason: 'TICKET_MISMATCH' } });
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(2);
});

it('says of a refused ticket that nothing was sent', async () => {
  const { worker, client } = setUp();
  worker.session = () => failure(429, 'BURST', '4s');

  expect(await all(client.generate(TAKE, never()))).toMatchObject([
    { type: 'failed', problem: { reason: 'BURST', retryAfterMs: 4000, unsent: true } },
  ]);
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(0);
});

it.each([
  { name: 'an error before the stream', answer: () => failure(429, 'VISITOR_DAY', '90s'), reason: 'VISITOR_DAY' },
  {
    name: 'an error inside the stream',
    answer: async () => streamOf([thoughtChunk('Hm.'), await failure(504, 'DEADLINE').json(), pictureChunk()]),
    reason: 'DEADLINE',
  },
  {
    name: 'an error that is said twice, the second time bare',
    answer: async () => {
      const error = JSON.stringify(await failure(504, 'DEADLINE').json());
      return new Response(`data:   ${error}\r\n\r\n${error}`);
    },
    reason: 'DEADLINE',
  },
  {
    name: 'an error that is only said bare',
    answer: async () => new Response(`data: {}\r\n\r\n${JSON.stringify(await failure(504, 'DEADLINE').json())}`),
    reason: 'DEADLINE',
  },
  {
    name: 'bytes that are not base64',
    answer: () => streamOf([{ candidates: [{ content: { parts: [{ inlineData: { data: '<html>' } }] } }] }]),
    reason: 'ANSWER_UNREADABLE',
  },
  { name: 'a stream without a last word', answer: () => streamOf([thoughtChunk('Hm.')]), reason: 'ANSWER_UNREADABLE' },
  { name: 'an empty stream', answer: () => streamOf([]), reason: 'ANSWER_UNREADABLE' },
  { name: 'an event that is not JSON', answer: () => new Response('data: {"a"\n\n'), reason: 'ANSWER_UNREADABLE' },
  { name: 'an event that is no object', answer: () => new Response('data: null\n\n'), reason: 'ANSWER_UNREADABLE' },
  { name: 'no answer', answer: () => Promise.reject(new TypeError('Failed to fetch')), reason: 'CONNECTION_LOST' },
])('fails by value on $name', async ({ answer, reason }) => {
  const { worker, client } = setUp();
  worker.generate = answer;

  const events = await all(client.generate(TAKE, never()));

  expect(last(events)).toMatchObject({ type: 'failed', problem: { reason } });
  expect(events.filter(({ type }) => type === 'failed')).toHaveLength(1);
});

it('keeps the request id of what failed', async () => {
  const { worker, client } = setUp();
  worker.generate = () => streamOf([thoughtChunk('Hm.')]);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ problem: { requestId: 'req-1' } });
});

it('sends nothing offline, and says so', async () => {
  const { worker, client } = setUp({ online: false });

  expect(await all(client.generate(TAKE, never()))).toMatchObject([
    { type: 'failed', problem: { reason: 'OFFLINE', unsent: true } },
  ]);
  expect(worker.asked).toEqual([]);
});

it('says of a network that went after the request that something may have been made', async () => {
  const { worker, client, network } = setUp();
  worker.generate = () => {
    network.isOnline = false;
    return Promise.reject(new TypeError('Failed to fetch'));
  };

  const event = last(await all(client.generate(TAKE, never())));

  expect(event).toMatchObject({ type: 'failed', problem: { reason: 'OFFLINE' } });
  expect(event).not.toHaveProperty('problem.unsent');
});

it('gives every ticket on, which says how many pictures are left', async () => {
  const { client, tickets } = setUp();

  await all(client.generate(TAKE, never()));

  expect(tickets.map(({ remaining }) => remaining.day)).toEqual([20]);
});

it('gives up a stream that has fallen silent', async () => {
  const { worker, client } = setUp();
  worker.generate = (asked) => openStream(asked).response;
  const iterator = client.generate(TAKE, never())[Symbol.asyncIterator]();
  await iterator.next();

  const event = iterator.next();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  await vi.advanceTimersByTimeAsync(SILENCE_MS);

  expect((await event).value).toMatchObject({ type: 'failed', problem: { reason: 'CONNECTION_LOST' } });
});

it('throws where it is aborted, and aborts the request', async () => {
  const { worker, client } = setUp();
  const abort = new AbortController();
  worker.generate = (asked) => openStream(asked).response;
  const iterator = client.generate(TAKE, abort.signal)[Symbol.asyncIterator]();
  await iterator.next();

  const event = iterator.next();
  await vi.waitFor(() => expect(worker.askedFor(':streamGenerateContent')).toHaveLength(1));
  abort.abort();

  await expect(event).rejects.toThrow('aborted');
  expect(worker.askedFor(':streamGenerateContent')[0]?.signal?.aborted).toBe(true);
});

it('takes an endpoint with a path and a slash at its end', async () => {
  const { worker, client } = setUp({ endpoint: 'https://shop.example/api/' });

  await all(client.generate(TAKE, never()));

  expect(worker.asked[0]?.path).toBe('/api/peel/session');
});

function setUp({ site = 'default', endpoint = ENDPOINT, online = true } = {}) {
  const worker = fakeWorker();
  const network = { isOnline: online };
  const tickets: SessionAnswer[] = [];
  const options = { endpoint, site, fetch: worker.fetch, now: Date.now, isOnline: () => network.isOnline };
  const client = createClient(options, (answer) => void tickets.push(answer));
  return { worker, client, network, tickets };
}

const chunkOf = (part: object) => ({ candidates: [{ content: { role: 'model', parts: [part] } }] });
const partOf = (fileUri: string) => ({ fileData: { mimeType: 'image/png', fileUri } });
const never = () => new AbortController().signal;
const last = (events: StreamEvent[]) => events.at(-1);

async function all(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const found: StreamEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}
