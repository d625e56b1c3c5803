/** Types of the environment of tests in workerd: the bindings of `wrangler.toml`, and the fake upstream's address. */
import type { Env as WorkerEnv } from '../worker/wiring.ts';

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {}
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Without a trailing slash. */
    upstreamUrl: string;
  }
}
