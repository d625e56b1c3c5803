/** The worker with a shorter time limit for bodies, so that a test does not wait for a minute. */
import { createApp } from '../../../worker/app.ts';
import { createServices, type Env } from '../../../worker/wiring.ts';

export { Generation } from '../../../worker/objects/generation.ts';
export { Ledger } from '../../../worker/objects/ledger.ts';
export { Proofs } from '../../../worker/objects/proofs.ts';

const SECONDS = 2;
let app: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request, env, ctx) {
    const startBodyTime = () => ({ seconds: SECONDS, signal: AbortSignal.timeout(SECONDS * 1000) });
    app ??= createApp({ ...createServices(env), startBodyTime });
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
