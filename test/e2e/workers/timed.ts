/** The worker whose bodies have time until a test ends it: `POST /__end-time` is for all bodies that are under way. */
import { createApp } from '../../../worker/app.ts';
import type { BodyTime } from '../../../worker/gemini/timely-source.ts';
import { createServices, type Env } from '../../../worker/wiring.ts';

export { Generation } from '../../../worker/objects/generation.ts';
export { Ledger } from '../../../worker/objects/ledger.ts';
export { Proofs } from '../../../worker/objects/proofs.ts';

const LOOK_MS = 20;
let ended = 0;
let app: ReturnType<typeof createApp> | undefined;

function startBodyTime(): BodyTime {
  const controller = new AbortController();
  const before = ended;
  const watch = async () => {
    // A request may not abort a signal of another one.
    while (ended === before) await scheduler.wait(LOOK_MS);
    controller.abort();
  };
  void watch();
  return { seconds: 60, signal: controller.signal };
}

export default {
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname === '/__end-time') {
      ended += 1;
      return new Response();
    }
    app ??= createApp({ ...createServices(env), startBodyTime });
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
