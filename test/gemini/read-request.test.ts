import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { type ByteBudget, createByteBudget, type Room } from '../../worker/gemini/byte-budget.ts';
import { MAX_BODY_BYTES, readRequestBody } from '../../worker/gemini/read-request.ts';
import { startBodyTime } from '../../worker/gemini/timely-source.ts';
import { jpeg, png } from '../request/images.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const SIGNATURE = new Uint8Array(5000).fill(7);

async function read(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json' };
  return readRequestBody(new Request('https://peel.example', { method: 'POST', headers, body: text }), {
    budget: createByteBudget(() => 0),
    time: startBodyTime(),
  });
}

const withParts = (...parts: unknown[]) => ({ contents: [{ parts }] });

describe('a body', () => {
  it('is read into its JSON and what was lifted out of it, each with length, digest and what it is', async () => {
    const result = await read(
      withParts(
        { inlineData: { mimeType: 'image/png', data: base64(png(8, 6)) }, thoughtSignature: base64(SIGNATURE) },
        { inlineData: { mimeType: 'image/png', data: base64(jpeg(20, 10)) } },
        { inlineData: { mimeType: 'image/png', data: base64(Uint8Array.of(1, 2, 3)) } },
      ),
    );
    if (!result.ok) throw new Error(JSON.stringify(result.failure));

    expect(result.value.value).toEqual(
      withParts(
        { inlineData: { mimeType: 'image/png', data: 'input:0' }, thoughtSignature: 'input:1' },
        { inlineData: { mimeType: 'image/png', data: 'input:2' } },
        { inlineData: { mimeType: 'image/png', data: 'input:3' } },
      ),
    );
    const known = result.value.inputs.map(({ bytes, ...facts }) => ({
      ...facts,
      isWhole: bytes.length === facts.size,
    }));
    expect(known).toEqual([
      {
        kind: 'image',
        size: png(8, 6).length,
        sha256: hashOf(png(8, 6)),
        image: { mimeType: 'image/png', width: 8, height: 6 },
        isWhole: true,
      },
      { kind: 'signature', size: 5000, sha256: hashOf(SIGNATURE), isWhole: true },
      {
        kind: 'image',
        size: jpeg(20, 10).length,
        sha256: hashOf(jpeg(20, 10)),
        image: { mimeType: 'image/jpeg', width: 20, height: 10 },
        isWhole: true,
      },
      { kind: 'image', size: 3, sha256: hashOf(Uint8Array.of(1, 2, 3)), isWhole: true },
    ]);
  });

  it.each([
    ['with more than 512 lifted strings', withParts(...Array(513).fill({ inlineData: { data: 'AAAA' } })), 'contents'],
    ['that is cut short', '{"contents":[', 'body'],
    ['that is no JSON', '<html>', 'body'],
  ])('%s is refused by name', async (_name, body, field) => {
    expect(await read(body)).toMatchObject({ ok: false, failure: { reason: 'INVALID_FIELD', field } });
  });

  it('with more text than a prompt can have is refused by that, though it is not too long', async () => {
    expect(await read(withParts({ text: 'x'.repeat(3 * 1024 * 1024) }))).toEqual({
      ok: false,
      failure: {
        reason: 'INVALID_FIELD',
        field: 'body',
        rule: 'must have at most 2097152 bytes beside its pictures and signatures',
      },
    });
  });

  it('over 32 MiB is too large, whatever its length was said to be', async () => {
    const data = 'A'.repeat(MAX_BODY_BYTES + 4);
    const result = await read(withParts({ inlineData: { mimeType: 'image/png', data } }));

    // The result itself is not compared: a difference would print 24 MiB.
    expect(result.ok ? 'read' : result.failure).toEqual({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_BODY_BYTES });
  });
});

/** A sender that sends `text` and then stays silent. */
function silent(text: string) {
  const state = { isCancelled: false };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel() {
      state.isCancelled = true;
    },
  });
  return { body, state };
}

/** Whether the budget has room. The room is not kept. */
function roomFor(bytes: number, budget: ByteBudget): Room {
  const holding = budget.open();
  const room = holding.take(bytes);
  holding.release();
  return room;
}
const requestOf = (body: ReadableStream<Uint8Array>) =>
  new Request('https://peel.example', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

describe('a body that does not come whole in its time', () => {
  it('is cut off, and its memory is free at that moment', async () => {
    const budget = createByteBudget(() => 0, 3_000_000);
    const { body, state } = silent(`{"contents":[{"parts":[{"inlineData":{"data":"${'AAAA'.repeat(500_000)}`);
    const late = new AbortController();

    const reading = readRequestBody(requestOf(body), { budget, time: { seconds: 60, signal: late.signal } });
    await vi.waitFor(() => expect(roomFor(2_000_000, budget)).toBe('full'));
    late.abort();

    expect(await reading).toEqual({ ok: false, failure: { reason: 'BODY_TIMEOUT', afterSeconds: 60 } });
    expect(state.isCancelled).toBe(true);
    expect(budget.open().take(3_000_000)).toBe('taken');
  });

  it('is refused at once where its time is over before it is looked at', async () => {
    const { body } = silent('');
    const time = { seconds: 60, signal: AbortSignal.abort() };

    const result = await readRequestBody(requestOf(body), { budget: createByteBudget(() => 0), time });

    expect(result).toMatchObject({ failure: { reason: 'BODY_TIMEOUT' } });
  });
});

describe('memory for bodies', () => {
  const picture = (bytes: number) =>
    withParts({ inlineData: { mimeType: 'image/png', data: base64(new Uint8Array(bytes)) } });
  const readFor = (owner: string | undefined, budget: ByteBudget, bytes: number) => {
    const body = JSON.stringify(picture(bytes));
    const request = new Request('https://peel.example', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    return readRequestBody(request, { budget, time: startBodyTime(), owner });
  };

  it('is counted as what is held of them: pictures decoded, text as it came', async () => {
    const budget = createByteBudget(() => 0, 10_000_000);

    await readFor('a', budget, 3_000_000);
    await readRequestBody(requestOf(new Response(JSON.stringify(withParts({ text: 'x'.repeat(1_000_000) }))).body!), {
      ...{ budget, time: startBodyTime() },
    });

    expect(budget.open().take(6_010_000)).toBe('full');
    expect(budget.open().take(5_990_000)).toBe('taken');
  });

  it('that is not there just now is no fault of the caller’s, who hears when to ask again', async () => {
    const budget = createByteBudget(() => 0, 1_000_000);

    expect(await readFor(undefined, budget, 2_000_000)).toEqual({
      ok: false,
      failure: { reason: 'BUSY', retryAfterSeconds: 5 },
    });
    expect(budget.open().take(1_000_000)).toBe('taken');
  });

  it('has room for another visitor where one has as much as one may', async () => {
    const budget = createByteBudget(() => 0, 12_000_000);
    const mine = [await readFor('a', budget, 2_000_000), await readFor('a', budget, 2_000_000)];

    const third = await readFor('a', budget, 2_000_000);
    const small = await readFor('a', budget, 1000);
    const other = await readFor('b', budget, 5_000_000);

    expect(third).toEqual({ ok: false, failure: { reason: 'BURST', retryAfterSeconds: 5 } });
    expect([...mine, small, other].every(({ ok }) => ok)).toBe(true);
  });
});
