/** A picture is streamed at its reader's pace from every source, and is never whole in memory. */
import { describe, expect, it } from 'vitest';
import { createFal } from '../../../worker/providers/fal/provider.ts';
import type { Provider } from '../../../worker/providers/provider.ts';
import { callWith, dependencies, textOf } from './providers.ts';

const MIB = 1024 * 1024;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** An endless PNG that counts the bytes read from it. */
function endless(chunkBytes: number, first: Uint8Array, chunk: Uint8Array = new Uint8Array(chunkBytes).fill(65)) {
  const taken = { bytes: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = taken.bytes === 0 ? first : chunk;
        taken.bytes += piece.length;
        controller.enqueue(new Uint8Array(piece));
      },
      cancel() {
        taken.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken };
}

/** fal without its queue, and with the picture in a media answer. */
function falWith(output: BodyInit, media?: Response): Provider {
  const fetch = async (_: string, init: RequestInit) => {
    if (!init.body) return media!;
    await new Response(init.body).arrayBuffer();
    return new Response(output, { headers: { 'Content-Type': 'application/json' } });
  };
  return createFal('https://fal.example', { mediaHosts: ['media.example'] }, 'k', { ...dependencies, fetch });
}

const OUTPUT = JSON.stringify({ images: [{ url: 'https://media.example/x.png' }], description: '' });

const sources = {
  'a media host': (chunkBytes = 64 * 1024) => {
    const { stream, taken } = endless(chunkBytes, Uint8Array.from(PNG));
    return { provider: falWith(OUTPUT, new Response(stream)), taken };
  },
  'the answer itself': (chunkBytes = 64 * 1024) => {
    const head = `{"images":[{"url":"data:image/png;base64,iVBORw0KGgoA`;
    const { stream, taken } = endless(chunkBytes, new TextEncoder().encode(head));
    return { provider: falWith(stream), taken };
  },
};

describe.each(Object.entries(sources))('from %s', (_, open) => {
  it('is taken no faster than it is read', async () => {
    const { provider, taken } = open();
    const { call } = callWith('');

    const outcome = await provider.generate(call);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    const reader = outcome.body.getReader();
    const before = taken.bytes;
    await scheduler.wait(20);
    const unread = taken.bytes - before;
    let read = 0;
    while (read < 4 * MIB) read += (await reader.read()).value!.length;
    await scheduler.wait(20);

    expect(unread).toBeLessThan(MIB);
    expect(taken.bytes).toBeLessThan(5 * MIB);
    await reader.cancel();
    await expect.poll(() => taken.isCancelled).toBe(true);
  });

  it('is given up where it does not end', async () => {
    const { provider, taken } = open(4 * MIB);
    const { call } = callWith('');

    const outcome = await provider.generate(call);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    const read = outcome.body.pipeTo(new WritableStream());

    await expect(read).rejects.toThrow('the picture is l');
    expect(taken.bytes).toBeLessThan(94 * MIB);
    await expect.poll(() => taken.isCancelled).toBe(true);
    // 85 MB of base64 take seconds on a busy machine.
  }, 30_000);

  it('is released if it is never read', async () => {
    const { provider, taken } = open();
    const { call } = callWith('');

    const outcome = await provider.generate(call);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.verdict));
    await outcome.body.cancel();

    await expect.poll(() => taken.isCancelled).toBe(true);
  });
});

it.each([
  ['no JSON', '<html>'],
  ['no picture', '{"images":[]}'],
  ['a list', '[1]'],
  ['a long text', JSON.stringify({ description: 'x'.repeat(100_000) })],
  ['escapes in the picture', `{"images":[{"url":"data:image/png;base64,iVBOR\\/${'A'.repeat(100_000)}"}]}`],
  ['no picture where one should be', `{"images":[{"url":"data:image/png;base64,${'A'.repeat(100_000)}"}]}`],
])('an answer with %s cannot be used', async (_, output) => {
  const { call } = callWith('');

  const outcome = await falWith(output).generate(call);

  const whole = outcome.ok ? await textOf(outcome).catch((error) => String(error)) : outcome.verdict.failure.reason;
  expect(whole).toMatch(/^UPSTREAM_BROKEN$|^OUTCOME_UNKNOWN$|^Error:/);
});

it('a picture that says it is too large is not begun', async () => {
  const { call } = callWith('');
  const media = new Response(null, { headers: { 'Content-Length': String(65 * MIB) } });
  Object.defineProperty(media, 'body', { value: endless(1024, Uint8Array.from(PNG)).stream });

  expect(await falWith(OUTPUT, media).generate(call)).toMatchObject({
    verdict: { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' } },
  });
});
