import { describe, expect, it } from 'vitest';
import { startBodyTime } from '../../worker/gemini/timely-source.ts';
import { readJson } from '../../worker/http/json-body.ts';
import { BodyBroken, BodyTooLong, readBounded } from '../../worker/storage/bounded-body.ts';

const encode = (text: string) => new TextEncoder().encode(text);
/** Never ends. */
const silent = (text: string) =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(encode(text)) });
const broken = (text: string) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encode(text));
    },
    pull(controller) {
      controller.error(new Error('reset'));
    },
  });

async function lengthOf(...args: Parameters<typeof readBounded>): Promise<number> {
  let length = 0;
  for await (const piece of readBounded(...args)) length += piece.length;
  return length;
}

describe('a body with a bound', () => {
  it('is read to its end', async () => {
    expect(await lengthOf(new Response('twelve bytes').body, 12)).toBe(12);
    expect(await lengthOf(null, 12)).toBe(0);
  });

  it.each([
    ['is too long', () => new Response('thirteen bytes').body, BodyTooLong],
    ['breaks off', () => broken('half'), BodyBroken],
  ])('says that it %s', async (_, body, expected) => {
    await expect(lengthOf(body(), 12)).rejects.toBeInstanceOf(expected);
  });

  it('ends with its time', async () => {
    const late = new AbortController();

    const reading = lengthOf(silent('half'), 12, { seconds: 60, signal: late.signal });
    late.abort();

    await expect(reading).rejects.toMatchObject({ name: 'BodyLate', seconds: 60 });
  });

  it.each([
    [8192, 60],
    [3 * 1024 * 1024, 60],
    [20 * 1024 * 1024, 320],
  ])('of %d bytes has %d seconds', (bytes, seconds) => {
    expect(startBodyTime(bytes).seconds).toBe(seconds);
  });
});

describe('a small JSON body', () => {
  const requestOf = (body: ReadableStream<Uint8Array>) =>
    new Request('https://peel.example', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

  it('that does not come in its time is cut off, and says so', async () => {
    const late = new AbortController();

    const reading = readJson(requestOf(silent('{"site":')), {
      time: { seconds: 60, signal: late.signal },
    });
    late.abort();

    expect(await reading).toEqual({ ok: false, failure: { reason: 'BODY_TIMEOUT', afterSeconds: 60 } });
  });

  it.each([
    ['breaks off', () => broken('{"site":'), { reason: 'INVALID_FIELD', field: 'body' }],
    ['is too long', () => new Response(' '.repeat(9000)).body!, { reason: 'BODY_TOO_LARGE' }],
  ])('that %s is refused by that', async (_, body, failure) => {
    expect(await readJson(requestOf(body()))).toMatchObject({ ok: false, failure });
  });
});
