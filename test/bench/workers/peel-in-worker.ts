/**
 * Peel without its objects: the same app, but each generation is held by the worker that was asked, as in the project's
 * first version. Nobody joins, nothing is reserved, a crash is not remembered. What `Generation` and `Ledger` add to a
 * miss is the difference.
 */
import type { Hono } from 'hono';
import { createApp } from '../../../worker/app.ts';
import { findModel } from '../../../worker/domain/catalog.ts';
import type { Env } from '../../../worker/env.ts';
import { createEventLog } from '../../../worker/generation/event-log.ts';
import { runGeneration } from '../../../worker/generation/run.ts';
import type { App } from '../../../worker/http.ts';
import type { Generations } from '../../../worker/ports.ts';
import type { Services } from '../../../worker/services.ts';
import { createImageStore } from '../../../worker/storage/images.ts';
import { createPictureId } from '../../../worker/storage/keys.ts';
import type { ParkingLot } from '../../../worker/storage/parked.ts';
import { createPartBuffers } from '../../../worker/storage/part-buffers.ts';
import { createServices } from '../../../worker/wiring.ts';

// The admission asks the ledger for what the dashboard counts, so they are here all the same.
export { Generation } from '../../../worker/objects/generation.ts';
export { Ledger } from '../../../worker/objects/ledger.ts';

const refuse = (): never => {
  throw new Error('The simulator of R2 refused.');
};

/** There is no object to park in. */
const NO_LOT: ParkingLot = { isEmpty: true, park: refuse, unpark: async () => [], discard: async () => undefined };

function createInWorkerGenerations(services: Services, bucket: R2Bucket): Generations {
  const { config, providers, pricing, manifests, delivery, log, now, pause, deadline, waitUntil } = services;
  const images = createImageStore(bucket, createPartBuffers({ now, pause }));
  const deps = { providers, pricing, images, manifests, redact: delivery.redact, log, now };
  return {
    async *ask(job) {
      const model = findModel(config.catalog, job.request.model);
      if (!model) throw new Error(`no model ${job.request.model}`);
      const events = createEventLog();
      const order = {
        ...{ key: job.key, site: job.site, request: job.request, form: job.form, worstMicros: job.worstMicros, model },
        inputs: [],
        id: createPictureId(job.site.retention, (bytes) => crypto.getRandomValues(bytes)),
        signal: deadline(),
        permit: async () => undefined,
        lot: NO_LOT,
        storeParked: async () => refuse(),
        checkpoint: () => undefined,
      };
      const run = runGeneration(order, deps, events.emit).then((end) => {
        events.emit(
          'manifest' in end
            ? { type: 'done', manifest: end.manifest, kept: end.kept }
            : { type: 'failed', failure: end.failure },
        );
        events.end();
      });
      waitUntil(run);
      yield { type: 'admitted', joined: false };
      yield* events.listen();
    },
  };
}

let app: Hono<App> | undefined;

export default {
  fetch(request, env, ctx) {
    if (!app) {
      const services = createServices(env);
      app = createApp({ ...services, generations: createInWorkerGenerations(services, env.BUCKET) });
    }
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
