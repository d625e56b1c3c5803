/**
 * Peel without its objects: a miss runs in the isolate of its request, holds no money, and other requests cannot join.
 * The extra time of a miss in Peel is the cost of paying once and never losing a picture.
 */
import { createApp } from '../../../worker/app.ts';
import { findModel } from '../../../worker/catalog/model.ts';
import { createEventLog } from '../../../worker/generation/event-log.ts';
import type { GenerationJob, Generations } from '../../../worker/generation/job.ts';
import { runGeneration } from '../../../worker/generation/run.ts';
import { createPictureId } from '../../../worker/storage/keys.ts';
import type { PendingParts } from '../../../worker/storage/pending.ts';
import { objectServicesOf } from '../../../worker/wiring/objects.ts';
import { providersOf } from '../../../worker/wiring/providers.ts';
import { createServices, type Env } from '../../../worker/wiring.ts';

export { Generation } from '../../../worker/objects/generation.ts';
export { Ledger } from '../../../worker/objects/ledger.ts';
export { Proofs } from '../../../worker/objects/proofs.ts';

/** Empty, because R2 does not fail in a measurement. */
const NO_PENDING_PARTS: PendingParts = {
  isEmpty: true,
  defer: () => {
    throw new Error('R2 refused');
  },
  flush: async () => [],
  discard: async () => undefined,
  discardOf: async () => undefined,
};

function createInWorkerGenerations(env: Env): Generations {
  const services = objectServicesOf(env);

  async function run(job: GenerationJob, emit: ReturnType<typeof createEventLog>['emit']): Promise<void> {
    const model = findModel(services.config.catalog, job.request.model);
    if (!model) throw new Error(`no model ${job.request.model}`);
    const end = await runGeneration(
      {
        ...{
          key: job.key,
          ...{ site: job.site, origin: job.origin },
          request: job.request,
          form: job.form,
          model,
          pendingParts: NO_PENDING_PARTS,
        },
        inputs: [],
        id: createPictureId(job.site.retention, services.random),
        worstMicros: job.worstMicros,
        signal: AbortSignal.timeout(300_000),
        permit: async () => undefined,
        storePending: async () => undefined,
        note: () => undefined,
        checkpoint: () => undefined,
      },
      { ...services, providers: providersOf(services) },
      emit,
    );
    emit(
      'failure' in end
        ? { type: 'failed', failure: end.failure }
        : { type: 'done', manifest: end.manifest, kept: end.kept },
    );
  }

  return {
    ask(job) {
      const log = createEventLog();
      void run(job, log.emit).finally(log.end);
      return log.listen();
    },
  };
}

let app: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request, env, ctx) {
    app ??= createApp({ ...createServices(env), generations: createInWorkerGenerations(env) });
    return app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
