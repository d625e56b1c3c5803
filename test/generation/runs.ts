/** One run on an object's real SQLite and the real R2, with a scripted provider. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import { type RunDependencies, type RunOrder, runGeneration, StillPending } from '../../worker/generation/run.ts';
import type { PoolAnswer, ProviderCall } from '../../worker/providers/provider.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { createManifests } from '../../worker/storage/manifests.ts';
import { createPartBuffers } from '../../worker/storage/part-buffers.ts';
import { createPendingParts } from '../../worker/storage/pending.ts';
import { modelOf, request } from '../request/requests.ts';
import { failingBucket } from '../storage/pictures.ts';

export const NOW = 1_790_000_000_000;
export const ID = `b${'5'.repeat(32)}`;
const KEY = `${'0'.repeat(7)}7${'a'.repeat(56)}`;
const site = { id: 'default', retention: '30d' } as const;

export interface Change {
  order?: Partial<RunOrder>;
  deps?: Partial<RunDependencies>;
  /** Methods of R2 that fail. */
  refused?: (step: string) => boolean;
  stored?: 'in time' | 'never';
}

/** Runs one order on an object's real SQLite and the real R2. */
export function run(answer: (call: ProviderCall) => Promise<PoolAnswer> | PoolAnswer, change: Change = {}) {
  const events: GenerationEvent[] = [];
  const checkpoints: Chunk[][] = [];
  const waits: number[] = [];
  const { bucket } = failingBucket((step) => (change.refused?.(step) ? 'refuse' : undefined));
  const buffers = createPartBuffers({ now: () => NOW, pause: () => scheduler.wait(1) });
  const manifests = createManifests(env.BUCKET);

  const inObject = async (storage: DurableObjectStorage) => {
    const pendingParts = createPendingParts(storage.sql);
    const deps: RunDependencies = {
      providers: { generate: async (call) => answer(call) },
      pricing: { worst: () => 100_000, cost: () => 67_000, table: () => undefined },
      images: createImageStore(bucket, buffers),
      manifests,
      signatureOrigins: { find: async () => [], remember: async () => undefined },
      redact: (chunk) => chunk,
      log: () => undefined,
      now: () => NOW,
      ...change.deps,
    };
    const order: RunOrder = {
      key: KEY,
      site,
      origin: 'https://peel.example',
      request: request(),
      model: modelOf('nano-banana-2'),
      inputs: [],
      form: 'json',
      id: ID,
      worstMicros: 100_000,
      signal: new AbortController().signal,
      permit: async () => undefined,
      pendingParts,
      async storePending() {
        waits.push(events.length);
        if (change.stored === 'never') throw new StillPending('not yet');
        // R2 works again by now.
        await pendingParts.flush(env.BUCKET, buffers);
      },
      note: () => undefined,
      checkpoint: (chunks) => void checkpoints.push([...chunks]),
      ...change.order,
    };
    const end = await runGeneration(order, deps, (event) => events.push(event));
    return { end, isPending: !pendingParts.isEmpty };
  };
  const kept = () => manifests.get(site, KEY, NOW);
  const stub = env.GENERATION.getByName(crypto.randomUUID());
  return {
    ...{ events, checkpoints, waits, kept },
    ended: runInDurableObject(stub, (_generation, { storage }) => inObject(storage)),
  };
}
