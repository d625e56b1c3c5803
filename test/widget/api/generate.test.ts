import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SILENCE_MS } from '../../../widget/api/generate.ts';
import { failure, openStream, pictureChunk, streamOf, thoughtChunk } from '../support.ts';
import { all, last, never, setUp, TAKE } from './client.ts';

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
