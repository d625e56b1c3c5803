/**
 * Reads an answer in one of three ways, to measure their CPU: `/lift` into a sink that discards, `/parse` with `json()`
 * and decode. `/drain` only reads, which is the network's share of both.
 */
import { lift } from '../../../worker/gemini/lift/lift.ts';
import type { BlobSink } from '../../../worker/gemini/lift/skeleton.ts';
import { type BenchEnv, toUpstream } from './env.ts';

interface Answer {
  candidates: { content: { parts: { inlineData?: { data: string } }[] } }[];
}

async function liftAndDiscard(body: ReadableStream<Uint8Array>): Promise<number> {
  let bytes = 0;
  const sink: BlobSink = {
    open: () => ({
      write(piece) {
        bytes += piece.length;
      },
      close: () => undefined,
      abort: () => undefined,
    }),
  };
  for await (const chunk of lift(body, { form: 'json', sink, isAnswer: true }))
    if (chunk.length === 0) throw new Error('an empty chunk');
  return bytes;
}

async function parseAndDecode(response: Response): Promise<number> {
  const answer = await response.json<Answer>();
  const parts = answer.candidates.flatMap(({ content }) => content.parts);
  return parts.reduce(
    (sum, { inlineData }) => sum + (inlineData ? Buffer.from(inlineData.data, 'base64').length : 0),
    0,
  );
}

async function drain(body: ReadableStream<Uint8Array>): Promise<number> {
  const reader = body.getReader({ mode: 'byob' });
  let bytes = 0;
  let buffer = new ArrayBuffer(256 * 1024);
  for (;;) {
    const { done, value } = await reader.readAtLeast(buffer.byteLength, new Uint8Array(buffer));
    bytes += value?.byteLength ?? 0;
    if (done || value === undefined) return bytes;
    buffer = value.buffer as ArrayBuffer;
  }
}

export default {
  async fetch(request, env) {
    const response = await fetch(toUpstream(request, env));
    const way = request.headers.get('Bench-Way');
    const body = response.body as ReadableStream<Uint8Array>;
    const bytes =
      way === 'lift'
        ? await liftAndDiscard(body)
        : way === 'parse'
          ? await parseAndDecode(response)
          : await drain(body);
    return Response.json({ bytes });
  },
} satisfies ExportedHandler<BenchEnv>;
