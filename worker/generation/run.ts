/**
 * One run of a generation, from the supplier's call to the kept manifest. It knows nothing of who waits for it nor of
 * money: it emits small events, goes on to the end whether anybody listens or not, and returns what it came to.
 */
import type { CatalogModel } from '../domain/catalog.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Failure } from '../domain/failure.ts';
import type { Fallback } from '../domain/last-picture.ts';
import type { GenerateRequest } from '../domain/request.ts';
import { mayHaveRun, type RunRecord } from '../domain/run-record.ts';
import type { Site } from '../domain/site.ts';
import { LiftError, lift } from '../gemini/lift.ts';
import { rescue } from '../gemini/rescue.ts';
import { type Chunk, type Form, isLifted } from '../gemini/skeleton.ts';
import { errorOf, isGoodEnd, summarize } from '../gemini/summary.ts';
import type { GenerationEvent, Manifest, OpenInput, ProviderAnswer, ProviderCall } from '../ports.ts';
import type { Pricing } from '../pricing.ts';
import type { ImageStore, PictureSink } from '../storage/images.ts';
import type { Manifests } from '../storage/manifests.ts';
import type { ParkingLot } from '../storage/parked.ts';
import { askInConversation, type ConversationDependencies, rememberMaker } from './conversation.ts';
import { countPictures } from './count-pictures.ts';

export interface RunDependencies extends ConversationDependencies {
  pricing: Pricing;
  images: ImageStore;
  manifests: Manifests;
  /** Takes keys out of what a supplier said. */
  redact: (chunk: Chunk) => Chunk;
  /** Unix milliseconds. */
  now: () => number;
}

export interface RunOrder {
  key: string;
  site: Pick<Site, 'id' | 'retention'>;
  request: GenerateRequest;
  model: CatalogModel;
  inputs: readonly OpenInput[];
  form: Form;
  /** The pictures'. */
  id: string;
  /** What it costs where the answer does not say. */
  worstMicros: number;
  /** Aborted when the supplier has had its time. */
  signal: AbortSignal;
  permit: ProviderCall['permit'];
  /** Takes what R2 refuses. */
  lot: ParkingLot;
  /** Waits until what was parked is stored. @throws Where that takes too long. */
  storeParked: () => Promise<void>;
  /** Writes down what a crash must not take along. */
  note: (facts: Pick<RunRecord, 'maker' | 'fallback'>) => void;
  /** Writes down what of the answer has been read, before its pictures are waited for. */
  checkpoint: (chunks: readonly Chunk[]) => void;
}

export type RunEnd =
  /** `kept`: its manifest is in R2. */
  | { outcome: 'picture' | 'refused'; manifest: Manifest; kept: boolean }
  | { outcome: 'unknown' | 'none'; failure: Failure };

type Good = Extract<ProviderAnswer, { ok: true }> & { fallback?: Fallback };

/** Runs an order to its end. Never throws but where what is parked cannot be stored: {@link StillParked}. */
export async function runGeneration(
  order: RunOrder,
  deps: RunDependencies,
  emit: (event: GenerationEvent) => void,
): Promise<RunEnd> {
  const { request, model, inputs, form, signal, permit, id, site } = order;
  const take = Number.parseInt(order.key.slice(0, 8), 16);
  let fallback: Fallback | undefined;
  const fallsBack = (how: Fallback) => {
    fallback = how;
    order.note({ fallback });
    emit({ type: 'fallback', fallback });
  };
  let answer: ProviderAnswer;
  try {
    const call = { request, model, inputs, form, take, signal, permit };
    answer = await askInConversation(call, { retention: site.retention, fallsBack, id }, deps);
  } catch (error) {
    const failure = toFailure(error, signal);
    deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
    return { outcome: 'unknown', failure };
  }
  if (!answer.ok) return { outcome: mayHaveRun(answer.failure) ? 'unknown' : 'none', failure: answer.failure };
  order.note({ maker: answer.maker });
  emit({ type: 'started', provider: answer.provider, id, form: answer.form, ...(fallback && { fallback }) });
  return new AnswerReader(order, deps, emit, { ...answer, ...(fallback && { fallback }) }).read();
}

/** What R2 refuses is safe in the object, but not yet a picture. */
export class StillParked extends Error {
  override name = 'StillParked';
}

/** A supplier that fails in the middle of a 200. */
class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

class AnswerReader {
  readonly #order: RunOrder;
  readonly #deps: RunDependencies;
  readonly #emit: (event: GenerationEvent) => void;
  readonly #answer: Good;
  readonly #sink: PictureSink;
  readonly #chunks: Chunk[] = [];
  #told = 0;
  #lost: unknown;

  constructor(order: RunOrder, deps: RunDependencies, emit: (event: GenerationEvent) => void, answer: Good) {
    this.#order = order;
    this.#deps = deps;
    this.#emit = emit;
    this.#answer = answer;
    this.#sink = deps.images.sink(order.id, order.lot);
  }

  async read(): Promise<RunEnd> {
    try {
      await this.#readChunks();
      return await this.#keep(this.#chunks);
    } catch (error) {
      if (error instanceof StillParked) throw error;
      const { id, signal } = this.#order;
      const failure = toFailure(error, signal);
      this.#deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
      return (await this.#rescue()) ?? { outcome: 'unknown', failure };
    }
  }

  async #readChunks(): Promise<void> {
    const { form, body } = this.#answer;
    for await (const lifted of lift(body, { form, sink: this.#sink })) {
      const chunk = this.#deps.redact(lifted);
      const failure = errorOf(chunk, form);
      if (failure) throw new BrokenAnswer(failure);
      this.#chunks.push(chunk);
      if (chunk.some(isLifted)) this.#order.checkpoint(this.#chunks);
      // One JSON object is all there is to tell, so it is told with its end.
      if (form !== 'json') await this.#tell(this.#chunks);
    }
    this.#order.checkpoint(this.#chunks);
  }

  /** Tells what has not been told, once every picture of it is stored. */
  async #tell(chunks: readonly Chunk[]): Promise<void> {
    await this.#stored();
    this.#sink.announce();
    for (; this.#told < chunks.length; this.#told += 1) {
      this.#emit({ type: 'chunk', chunk: chunks[this.#told]!, images: [...this.#sink.images] });
    }
  }

  /** Once a picture is lost it stays lost, however empty the lot is afterwards. */
  async #stored(): Promise<void> {
    if (this.#lost) throw this.#lost;
    if ((await this.#sink.settled()) !== 'parked') return;
    try {
      await this.#order.storeParked();
    } catch (error) {
      if (!(error instanceof StillParked)) this.#lost = error;
      throw error;
    }
  }

  /** Picture and manifest are put side by side; a manifest whose picture did not arrive is taken back. */
  async #keep(chunks: Chunk[]): Promise<RunEnd> {
    const { site, key } = this.#order;
    const { form, provider: answeredBy, maker, fallback } = this.#answer;
    const manifest = manifestOf(this.#order, this.#deps, {
      ...{ chunks, form, provider: answeredBy, maker, ...(fallback && { fallback }) },
      images: this.#sink.images,
      signatures: this.#sink.signatures,
    });
    const { finalImage, finishReason } = summarize(chunks, manifest.form);
    // A refusal is Gemini's own 200: told to who asked, never kept, so that a better prompt is not answered by it.
    const isPicture = finalImage !== undefined && isGoodEnd(finishReason);
    const [put, stored] = await Promise.allSettled([
      isPicture ? putManifest(this.#order, this.#deps, manifest) : false,
      this.#stored(),
      // Words are gone on from as well as pictures.
      rememberMaker(manifest, site.retention, this.#deps.makers),
    ]);
    if (stored.status === 'rejected') {
      await this.#deps.manifests.delete(site, key);
      throw stored.reason;
    }
    if (put.status === 'rejected') throw put.reason;
    await this.#tell(chunks);
    const { id, provider, model } = manifest;
    this.#deps.log('generation_done', { id, kept: put.value, provider, model, finishReason });
    return { outcome: isPicture ? 'picture' : 'refused', manifest, kept: put.value };
  }

  /** A picture whose bytes arrived is never lost, however its answer ended. */
  async #rescue(): Promise<RunEnd | undefined> {
    const { id, request } = this.#order;
    try {
      await this.#stored();
      const thoughts = request.includeThoughts === true;
      const { images, signatures } = this.#sink;
      const chunks = rescue({ form: this.#answer.form, chunks: this.#chunks, images, signatures, thoughts });
      if (!chunks) {
        await this.#sink.discard();
        return undefined;
      }
      this.#order.checkpoint(chunks);
      const end = await this.#keep(chunks);
      this.#deps.log('generation_rescued', { id });
      return end;
    } catch (error) {
      if (error instanceof StillParked) throw error;
      this.#deps.log('rescue_failed', { id, error: String(error) });
      await this.#sink.discard().catch((cause) => this.#deps.log('discard_failed', { id, error: String(cause) }));
      return undefined;
    }
  }
}

type Found = Pick<Manifest, 'chunks' | 'form' | 'provider' | 'maker' | 'fallback' | 'images' | 'signatures'>;

export function manifestOf(
  order: Pick<RunOrder, 'id' | 'model' | 'worstMicros'> & { request: Pick<GenerateRequest, 'size'> },
  deps: Pick<RunDependencies, 'pricing' | 'log' | 'now'>,
  found: Found,
): Manifest {
  const summary = summarize(found.chunks, found.form);
  const { usage } = summary;
  const { id, model, worstMicros, request } = order;
  const pictures = countPictures(summary, found.images);
  const cost = deps.pricing.cost(found.provider, { priced: request, model, usage, pictures });
  if (cost === undefined) deps.log('usage_odd', { id, provider: found.provider, model: model.id, worstMicros });
  return {
    version: 1,
    id,
    ...found,
    model: model.id,
    ...(usage && { usage }),
    costMicros: cost ?? worstMicros,
    createdAt: deps.now(),
  };
}

/** @returns Whether it is kept. Where R2 refuses, the picture is there and is told; only the next caller pays again. */
async function putManifest({ site, key }: RunOrder, deps: RunDependencies, manifest: Manifest): Promise<boolean> {
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
