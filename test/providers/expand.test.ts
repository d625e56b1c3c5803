/** Reference pictures are streamed from R2 to the provider as base64. */
import { env } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { splicedLength } from '../../worker/gemini/lift/splice.ts';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { toGeminiBody } from '../../worker/gemini/request-body.ts';
import { createGoogle } from '../../worker/providers/google.ts';
import type { KeptInput, OpenInput } from '../../worker/request/inputs.ts';
import type { GenerateRequest, Part } from '../../worker/request/request.ts';
import { createInputs } from '../../worker/storage/inputs.ts';
import { emptyBucket, hexOf, picture } from '../storage/pictures.ts';
import { watchBucket } from '../storage/watched-bucket.ts';
import { callOf, model, request } from './fake-provider.ts';

const MIB = 1024 * 1024;
const ANSWER = { candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] };

const withPictures = (count: number, input = (at: number) => at): GenerateRequest => ({
  ...request,
  turns: [
    {
      role: 'user',
      parts: Array.from(
        { length: count },
        (_, at): Part => ({ kind: 'image', mimeType: 'image/png', input: input(at) }),
      ),
    },
  ],
});

async function keep(bytes: Uint8Array, object: string): Promise<KeptInput> {
  await env.BUCKET.put(object, bytes);
  return { kind: 'image', size: bytes.length, sha256: hexOf(bytes), object };
}

const google = (send: (body: ReadableStream<Uint8Array>) => Promise<Response>) =>
  createGoogle('https://google.example', 'AIzaTest', {
    fetch: (_url, { body }) => send(body as ReadableStream<Uint8Array>),
    pause: async () => undefined,
    redactor: createRedactor([]),
    deadlineSeconds: 300,
  });

afterEach(emptyBucket);

describe('references on their way up', () => {
  it('are the same bytes as inline ones, of exactly the length that was told', async () => {
    const bytes = [picture(3 * MIB + 1), picture(100)];
    const kept = await Promise.all(bytes.map((each, at) => keep(each, `files/shop/${at}`)));
    const inputs = createInputs(env.BUCKET, Date.now);
    const inMemory = bytes.map(
      (each): OpenInput => ({ kind: 'image', size: each.length, sha256: '', open: () => each }),
    );
    const seen: string[] = [];
    const provider = google(async (body) => {
      const sent = await new Response(body).bytes();
      seen.push(`${sent.length} ${hexOf(sent)}`);
      return Response.json(ANSWER);
    });
    const asked = withPictures(2);

    await provider.generate(callOf({ request: asked, inputs: inMemory }));
    await provider.generate(callOf({ request: asked, inputs: kept.map(inputs.open) }));

    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]).toMatch(new RegExp(`^${splicedLength(toGeminiBody(asked, model, kept))} `));
  });

  it('fourteen of 5 MiB are read one after the other, no faster than they are taken', async () => {
    const kept = await keep(picture(5 * MIB), 'files/shop/0');
    const { bucket, asked } = watchBucket();
    const inputs = [createInputs(bucket, Date.now).open(kept)];
    const hash = createHash('sha256');
    const ahead: number[] = [];
    const provider = google(async (body) => {
      const encoded = Math.ceil(kept.size / 3) * 4;
      let taken = 0;
      for await (const piece of body) {
        hash.update(piece);
        taken += piece.length;
        // Pictures requested from R2, less those that the provider has begun to read.
        ahead.push(asked.length - Math.ceil(taken / encoded));
      }
      return Response.json(ANSWER);
    });

    const answer = await provider.generate(callOf({ request: withPictures(14, () => 0), inputs }));

    expect(answer.ok).toBe(true);
    expect(asked).toHaveLength(14);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(1);
  });

  it('are not read further when the provider stops reading', async () => {
    const kept = await keep(picture(5 * MIB), 'files/shop/0');
    let read = 0;
    const input = createInputs(env.BUCKET, Date.now).open(kept);
    const counted: OpenInput = {
      ...input,
      open: async () => {
        const body = (await input.open()) as ReadableStream<Uint8Array>;
        return body.pipeThrough(
          new TransformStream({
            transform(piece, controller) {
              read += piece.length;
              controller.enqueue(piece);
            },
          }),
        );
      },
    };
    const provider = google(async (body) => {
      const reader = body.getReader();
      await reader.read();
      await scheduler.wait(50);
      return Response.json({ error: { code: 400, status: 'INVALID_ARGUMENT', message: 'no' } }, { status: 400 });
    });

    await provider.generate(callOf({ request: withPictures(1), inputs: [counted] }));

    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(MIB);
  });

  it('are opened anew for every attempt', async () => {
    const kept = await keep(picture(100), 'files/shop/0');
    const { bucket, asked } = watchBucket();
    const inputs = [createInputs(bucket, Date.now).open(kept)];
    const provider = google(async (body) => {
      await new Response(body).bytes();
      return Response.json(ANSWER);
    });

    for (let attempt = 0; attempt < 2; attempt += 1) {
      await provider.generate(callOf({ request: withPictures(1), inputs }));
    }

    expect(asked).toHaveLength(2);
  });

  it.each([
    ['is gone', (kept: KeptInput) => ({ ...kept, object: 'files/shop/none' })],
    ['is shorter than it was', (kept: KeptInput) => ({ ...kept, size: kept.size + 1 })],
    ['is longer than it was', (kept: KeptInput) => ({ ...kept, size: kept.size - 1 })],
  ])('end the request where one %s, and it provably did not run', async (_name, change) => {
    const kept = await keep(picture(MIB), 'files/shop/0');
    const inputs = [createInputs(env.BUCKET, Date.now).open(change(kept))];
    const provider = google(async (body) => {
      await new Response(body).bytes();
      return Response.json(ANSWER);
    });

    expect(await provider.generate(callOf({ request: withPictures(1), inputs }))).toMatchObject({
      ok: false,
      verdict: { failure: { ran: 'no' } },
    });
  });

  it('end with the deadline, though R2 never answers', async () => {
    const aborting = new AbortController();
    const never: OpenInput = { kind: 'image', size: 100, sha256: '', open: () => new Promise(() => undefined) };
    const provider = google(
      () =>
        new Promise((_, reject) => {
          aborting.signal.addEventListener('abort', () => reject(aborting.signal.reason));
        }),
    );

    const answer = provider.generate(callOf({ request: withPictures(1), inputs: [never], signal: aborting.signal }));
    aborting.abort();

    expect(await answer).toMatchObject({ ok: false, verdict: { failure: { reason: 'DEADLINE' } } });
  });
});
