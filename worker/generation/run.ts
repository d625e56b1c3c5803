/**
 * One run of a generation, from the supplier's call to the kept manifest. It knows nothing of who waits for it: it
 * emits small events, and goes on to the end whether anybody listens or not.
 */
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Failure } from '../domain/failure.ts';
import { LiftError, lift } from '../gemini/lift.ts';
import type { Chunk } from '../gemini/skeleton.ts';
import { errorOf, summarize } from '../gemini/summary.ts';
import type { Log } from '../log.ts';
import type { GenerationEvent, GenerationJob, Manifest, ProviderAnswer, ProviderCall } from '../ports.ts';
import type { Pricing } from '../pricing.ts';
import type { ImageStore, PictureSink } from '../storage/images.ts';
import { createPictureId } from '../storage/keys.ts';
import type { Manifests } from '../storage/manifests.ts';

export interface RunDependencies {
  providers: { generate(call: ProviderCall): Promise<ProviderAnswer> };
  pricing: Pricing;
  images: ImageStore;
  manifests: Manifests;
  /** Takes keys out of what a supplier said. */
  redact: (chunk: Chunk) => Chunk;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  random: (bytes: Uint8Array) => Uint8Array;
  /** Aborts when the supplier has had its time. */
  deadline: () => AbortSignal;
}

/** Runs a job to its end. Never throws: whatever happens is the last event, `done` or `failed`. */
export async function runGeneration(
  job: GenerationJob,
  deps: RunDependencies,
  emit: (event: GenerationEvent) => void,
): Promise<void> {
  const signal = deps.deadline();
  const id = createPictureId(job.site.retention, deps.random);
  const sink = deps.images.sink(id);
  try {
    const { request, model, inputs, form } = job;
    const answer = await deps.providers
      .generate({ request, model, inputs, form, take: Number.parseInt(job.key.slice(0, 8), 16), signal })
      .finally(job.releaseInputs);
    if (!answer.ok) return emit({ type: 'failed', failure: answer.failure });

    emit({ type: 'started', provider: answer.provider, id, form: answer.form });
    const chunks: Chunk[] = [];
    const tell = async (chunk: Chunk): Promise<void> => {
      await sink.settled();
      sink.announce();
      emit({ type: 'chunk', chunk, images: [...sink.images] });
    };
    for await (const lifted of lift(answer.body, { form: answer.form, sink })) {
      const chunk = deps.redact(lifted);
      const failure = errorOf(chunk, answer.form);
      if (failure) throw new BrokenAnswer(failure);
      chunks.push(chunk);
      // One JSON object is all there is to tell, so it is told with its end.
      if (answer.form !== 'json') await tell(chunk);
    }
    const [end, stored] = await Promise.allSettled([keep(job, deps, { id, sink, chunks, answer }), sink.settled()]);
    if (stored.status === 'rejected') {
      // A manifest whose picture did not arrive is a miss for whoever reads it; better is none.
      await deps.manifests.delete(job.site, job.key);
      throw stored.reason;
    }
    if (end.status === 'rejected') throw end.reason;
    if (answer.form === 'json') for (const chunk of chunks) await tell(chunk);
    emit(end.value);
  } catch (error) {
    await sink.discard().catch((cause) => deps.log('discard_failed', { id, error: String(cause) }));
    const failure = toFailure(error, signal);
    deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
    emit({ type: 'failed', failure });
  }
}

/** A supplier that fails in the middle of a 200. */
class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

interface Finished {
  id: string;
  sink: PictureSink;
  chunks: Chunk[];
  answer: Extract<ProviderAnswer, { ok: true }>;
}

async function keep(
  job: GenerationJob,
  deps: RunDependencies,
  { id, sink, chunks, answer }: Finished,
): Promise<GenerationEvent> {
  const { usage, finalImage, finishReason } = summarize(chunks, answer.form);
  const manifest: Manifest = {
    version: 1,
    id,
    form: answer.form,
    chunks,
    images: sink.images,
    signatures: sink.signatures,
    model: job.model.id,
    provider: answer.provider,
    ...(usage && { usage }),
    costMicros: deps.pricing.cost(answer.provider, job.request, job.model, usage),
    createdAt: deps.now(),
  };
  // A refusal is Gemini's own 200: told to who asked, never kept, so that a better prompt is not answered by it.
  const kept = finalImage !== undefined && isGood(finishReason) && (await putManifest(job, deps, manifest));
  deps.log('generation_done', { id, kept, provider: answer.provider, model: job.model.id, finishReason });
  return { type: 'done', manifest, kept };
}

/** A stream that ended without its last words has brought its picture all the same. */
const isGood = (finishReason: string | undefined): boolean =>
  finishReason === undefined || finishReason === 'STOP' || finishReason === 'FINISH_REASON_UNSPECIFIED';

/** @returns Whether it is kept. Where R2 refuses, the picture is there and is told; only the next caller pays again. */
async function putManifest({ site, key }: GenerationJob, deps: RunDependencies, manifest: Manifest): Promise<boolean> {
  try {
    await deps.manifests.put(site, key, manifest);
    return true;
  } catch (error) {
    deps.log('manifest_failed', { id: manifest.id, error: String(error) });
    return false;
  }
}

function toFailure(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof BrokenAnswer) return error.failure;
  if (signal.aborted) return { reason: 'DEADLINE', afterSeconds: DEADLINE_SECONDS };
  // What our own storage refused is no fault of the supplier's answer.
  if (error instanceof LiftError && error.kind !== 'sink_failed') {
    return { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: error.message };
  }
  return { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) };
}
