import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { runLoad, send, sendAndRead } from './load.ts';
import { bodyOf, MODEL, newPrompt } from './payloads.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());

const request = (words: string) => ({
  url: `${upstream.url}/v1beta/models/${MODEL}:generateContent`,
  headers: { 'x-goog-api-key': FAKE_GOOGLE_KEY },
  body: bodyOf(newPrompt(words)),
});

it('tells first and last byte apart', async () => {
  const timing = await send(request('[[size:30KB]] [[drip:100000]]'));

  expect(timing.lastByteMs - timing.firstByteMs).toBeGreaterThan(150);
  expect(Math.abs(timing.bytes - 30_000)).toBeLessThan(1500);
});

it('makes no figure of an error', async () => {
  await expect(send(request('[[error:503_overloaded]]'))).rejects.toThrow('answered 503');
});

it('keeps as many in flight as told, and stops at its bounds', async () => {
  upstream.reset();
  const options = { inFlight: 4, forMs: 0, atLeast: 8, atMost: 8 };

  const running = runLoad(() => request('[[size:tiny]] [[hold:load]]'), options);
  await expect.poll(() => upstream.requests.length).toBe(4);
  // What is sent beside them would come at once.
  await sendAndRead(request('[[size:tiny]]'));
  expect(upstream.requests).toHaveLength(5);
  upstream.release('load');

  expect((await running).timings).toHaveLength(8);
  expect(upstream.requests).toHaveLength(9);
});

it('asks for something new each time', async () => {
  const [first, second] = [await sendAndRead(request('[[size:tiny]]')), await sendAndRead(request('[[size:tiny]]'))];

  expect(first.text).not.toBe(second.text);
});
