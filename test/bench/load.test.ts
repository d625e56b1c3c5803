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

  const { timings } = await runLoad(() => request('[[size:tiny]] [[delay:50]]'), options);

  expect(timings).toHaveLength(8);
  const starts = upstream.requests.map(({ at }) => at).toSorted((a, b) => a - b);
  expect((starts[3] as number) - (starts[0] as number)).toBeLessThan(40);
  expect((starts[4] as number) - (starts[0] as number)).toBeGreaterThan(45);
});

it('asks for something new each time', async () => {
  const [first, second] = [await sendAndRead(request('[[size:tiny]]')), await sendAndRead(request('[[size:tiny]]'))];

  expect(first.text).not.toBe(second.text);
});
