/**
 * Stores generated pictures as most workers do: parses the whole answer, decodes, puts, and serializes it again.
 * `?link` answers with addresses instead of the pictures.
 */
import { type BenchEnv, toUpstream } from './env.ts';

interface Answer {
  candidates: { content: { parts: NaivePart[] } }[];
}

interface NaivePart {
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const answer = await (await fetch(toUpstream(request, env))).json<Answer>();
    const parts = answer.candidates.flatMap(({ content }) => content.parts);
    for (const part of parts) {
      if (!part.inlineData) continue;
      const { mimeType, data } = part.inlineData;
      const key = crypto.randomUUID();
      await env.BUCKET.put(key, Buffer.from(data, 'base64'), { httpMetadata: { contentType: mimeType } });
      if (request.headers.get('Peel-Images') !== 'link') continue;
      part.fileData = { mimeType, fileUri: `${url.origin}/images/${key}` };
      delete part.inlineData;
    }
    return new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } });
  },
} satisfies ExportedHandler<BenchEnv>;
