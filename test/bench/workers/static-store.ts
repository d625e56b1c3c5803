/**
 * Measures the simulator itself. It puts the same objects to R2 as Peel does (a plain put up to 5 MiB, multipart in
 * parts of 5 MiB above it, then a manifest), but the bytes come from one static buffer. `inline` reads them back and
 * sends as many bytes as base64 has, so that the response is measured too.
 */
import type { BenchEnv } from './env.ts';

const PART_BYTES = 5 * 1024 * 1024;
const buffer = new Uint8Array(PART_BYTES);
// Bytes that are not all zeros. Workers cannot create random values in the global scope.
for (let at = 0; at < PART_BYTES; at += 1) buffer[at] = (at * 2_654_435_761) >>> 24;

async function store(bucket: R2Bucket, key: string, bytes: number): Promise<void> {
  const httpMetadata = { contentType: 'image/jpeg' };
  if (bytes <= PART_BYTES) {
    await bucket.put(key, buffer.subarray(0, bytes), { httpMetadata });
  } else {
    const upload = await bucket.createMultipartUpload(key, { httpMetadata });
    const parts: R2UploadedPart[] = [];
    for (let at = 0; at < bytes; at += PART_BYTES) {
      parts.push(await upload.uploadPart(parts.length + 1, buffer.subarray(0, Math.min(PART_BYTES, bytes - at))));
    }
    await upload.complete(parts);
  }
  await bucket.put(`manifests/${key}`, JSON.stringify({ id: key, text: 'x'.repeat(1200) }), {
    httpMetadata: { contentType: 'application/json' },
  });
}

export default {
  async fetch(request, env) {
    // The fake upstream's frame around a picture; base64 is four thirds.
    const bytes = Math.max(64, Math.floor(((Number(request.headers.get('Bench-Answer-Bytes')) - 1200) * 3) / 4));
    const key = crypto.randomUUID();
    await store(env.BUCKET, key, bytes);
    if (request.headers.get('Peel-Images') === 'link') return Response.json({ key });
    const object = await env.BUCKET.get(key);
    return new Response(object?.body ?? null, { headers: { 'Content-Type': 'application/octet-stream' } });
  },
} satisfies ExportedHandler<BenchEnv>;
