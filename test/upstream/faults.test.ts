import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEY } from './keys.ts';
import { createFakeUpstream, type FakeUpstream } from './server.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await createFakeUpstream();
});
afterAll(() => upstream.close());

const call = (prompt: string) =>
  fetch(`${upstream.url}/v1beta/models/gemini-3.1-flash-image:streamGenerateContent?alt=sse`, {
    method: 'POST',
    headers: { 'x-goog-api-key': FAKE_GOOGLE_KEY },
    body: JSON.stringify({ contents: [{ parts: [{ text: prompt }] }] }),
    redirect: 'manual',
  });

/** Counts what arrives before the end, and tells whether the end was a failure. */
async function drain(answer: Response): Promise<{ bytes: number; chunks: number; broken: boolean }> {
  let bytes = 0;
  let chunks = 0;
  try {
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.length;
      chunks += 1;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { bytes, chunks, broken: true };
  }
  return { bytes, chunks, broken: false };
}

it('breaks the connection before the headers', async () => {
  await expect(call('[[reset:headers]]')).rejects.toThrow('fetch failed');
});

it.each([
  { words: '[[size:100KB]]', bytes: 100_000, broken: false },
  { words: '[[size:100KB]] [[truncate:50%]]', bytes: 50_000, broken: false },
  { words: '[[size:100KB]] [[truncate:1000]]', bytes: 1000, broken: false },
  { words: '[[size:100KB]] [[truncate:0.5]] [[length]]', bytes: 50_000, broken: true },
  { words: '[[size:100KB]] [[reset:0.5]]', bytes: 50_000, broken: true },
])('$words delivers about $bytes bytes', async ({ words, bytes, broken }) => {
  const received = await drain(await call(words));

  expect(received.broken).toBe(broken);
  // A reset may discard bytes in the receiver's buffer, but no bytes may be added.
  expect(received.bytes).toBeLessThan(bytes + 1500);
  if (!broken || words.includes('length')) expect(received.bytes).toBeGreaterThan(bytes * 0.97);
});

it('waits before headers and between events, and tells when each event left', async () => {
  const started = performance.now();
  await drain(await call('[[delay:60]] [[event-delay:40]] [[size:tiny]]'));

  const { unitsSentAt = [] } = upstream.requests.at(-1) ?? {};
  const gaps = unitsSentAt.slice(1).map((at, i) => at - (unitsSentAt[i] ?? 0));
  expect(performance.now() - started).toBeGreaterThan(60 + 3 * 40 - 5);
  expect(gaps).toHaveLength(3);
  expect(Math.min(...gaps)).toBeGreaterThan(38);
});

it('drips no faster than told', async () => {
  const started = performance.now();
  const { bytes } = await drain(await call('[[size:10KB]] [[drip:50000]]'));

  expect((bytes / (performance.now() - started)) * 1000).toBeLessThan(60_000);
});

it('redirects, compresses, declares a length and lies about the type on demand', async () => {
  const redirected = await call('[[redirect:http://127.0.0.1:1/elsewhere]]');
  const zipped = await call('[[gzip]] [[size:tiny]]');
  const measured = await call('[[length]] [[size:tiny]]');
  const chunked = await call('[[size:tiny]]');
  const lying = await call('[[content-type:text/plain]] [[size:tiny]]');

  expect([redirected.status, redirected.headers.get('location')]).toEqual([307, 'http://127.0.0.1:1/elsewhere']);
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(Number(measured.headers.get('content-length'))).toBe((await measured.arrayBuffer()).byteLength);
  expect(chunked.headers.get('content-length')).toBeNull();
  expect(lying.headers.get('content-type')).toBe('text/plain');
  await Promise.all([zipped, chunked, lying].map(drain));
});

it('answers garbage that no parser takes', async () => {
  for (const kind of ['json', 'html', 'binary']) {
    const text = await (await call(`[[garbage:${kind}]]`)).text();
    expect(() => JSON.parse(text)).toThrow();
  }
});

it('holds an answer until it is released, and those that come later not at all', async () => {
  let isAnswered = false;
  const held = call('[[hold:the crowd]] [[size:tiny]]').then((answer) => {
    isAnswered = true;
    return answer;
  });
  const other = await call('[[size:tiny]]');
  const before = isAnswered;

  upstream.release('the crowd');

  expect(before).toBe(false);
  expect(other.status).toBe(200);
  expect((await held).status).toBe(200);
  expect((await call('[[hold:the crowd]] [[size:tiny]]')).status).toBe(200);
});
