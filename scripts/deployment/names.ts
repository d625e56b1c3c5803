/** What a deployment is called on Cloudflare, and where this machine keeps what is not secret about it. */
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** `name` in `wrangler.toml`. */
export const WORKER = 'peel';
/** Wrangler makes the names of storage from those of the worker and its bindings. */
export const KV_NAMESPACE = `${WORKER}-kv`;
export const BUCKET = `${WORKER}-bucket`;

/** The worker as `scripts/build/worker.ts` makes it, and the configuration by which it is deployed. */
export const BUILT_WORKER = join(ROOT, 'dist/worker');
export const BUILT_CONFIG = join(BUILT_WORKER, 'wrangler.json');
