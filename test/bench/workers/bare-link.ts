/**
 * Makes only the binding calls of a link hit: reads and parses one small manifest, and calls `head` for its picture.
 * The first call stores both.
 */
import type { BenchEnv } from './env.ts';

const MANIFEST = 'manifest';
const PICTURE = 'picture';
let isStored = false;

export default {
  async fetch(request, env) {
    await request.arrayBuffer();
    if (!isStored) {
      await env.BUCKET.put(PICTURE, new Uint8Array(1024));
      await env.BUCKET.put(MANIFEST, JSON.stringify({ id: PICTURE, text: 'x'.repeat(1200) }));
      isStored = true;
    }
    const manifest = await (await env.BUCKET.get(MANIFEST))?.json();
    const picture = await env.BUCKET.head(PICTURE);
    return Response.json({ manifest, picture: picture?.size });
  },
} satisfies ExportedHandler<BenchEnv>;
