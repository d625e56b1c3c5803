/** Reads the answer of a run: takes its pictures out, tells what comes, and concludes what it has come to. */
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Failure } from '../domain/failure.ts';
import type { Fallback } from '../domain/last-picture.ts';
import { asOneObject } from '../gemini/forms.ts';
import { LiftError, lift } from '../gemini/lift.ts';
import { createPictureParts } from '../gemini/picture-parts.ts';
import { closed, rescue } from '../gemini/rescue.ts';
import { type Chunk, isLifted } from '../gemini/skeleton.ts';
import { errorOf, isEmptyAnswer, type Summary, summarize } from '../gemini/summary.ts';
import type { GenerationEvent, Manifest, ProviderAnswer } from '../ports.ts';
import type { PictureSink } from '../storage/images.ts';
import { rememberMaker } from './conversation.ts';
import { judge } from './judge.ts';
import { manifestOf, putManifest } from './manifest.ts';
import { type RunDependencies, type RunEnd, type RunOrder, StillParked } from './run-order.ts';

export type GoodAnswer = Extract<ProviderAnswer, { ok: true }> & { fallback?: Fallback };

/** A provider that fails in the middle of a 200. */
class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

export class AnswerReader {
  readonly #order: RunOrder;
  readonly #deps: RunDependencies;
  readonly #emit: (event: GenerationEvent) => void;
  readonly #answer: GoodAnswer;
  readonly #sink: PictureSink;
  #chunks: Chunk[] = [];
  #told = 0;
  #hasNone = false;
  #lost: unknown;

  constructor(order: RunOrder, deps: RunDependencies, emit: (event: GenerationEvent) => void, answer: GoodAnswer) {
    this.#order = order;
    this.#deps = deps;
    this.#emit = emit;
    this.#answer = answer;
    this.#sink = deps.images.sink(order.id, order.lot);
  }

  async read(): Promise<RunEnd> {
    try {
      await this.#readChunks();
      return await this.#conclude(this.#chunks);
    } catch (error) {
      if (error instanceof StillParked) throw error;
      const { id, signal } = this.#order;
      const failure = toFailure(error, signal);
      this.#deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
      return (await this.#rescue()) ?? { outcome: 'unknown', failure, ...this.#overrun() };
    }
  }

  /** A bill over what was held counts, however its answer ended. */
  #overrun(): { micros?: number } {
    const { pricing } = this.#deps;
    const { model, request, worstMicros } = this.#order;
    const { usage } = summarize(this.#chunks, this.#answer.form);
    const micros = pricing.cost(this.#answer.provider, { priced: request, model, usage, pictures: 0 }) ?? 0;
    return micros > worstMicros ? { micros } : {};
  }

  async #readChunks(): Promise<void> {
    const { form, body } = this.#answer;
    const parts = createPictureParts(form, this.#sink.fateOf);
    for await (const lifted of lift(body, { form, sink: this.#sink, isAnswer: true })) {
      const chunk = this.#deps.redact(lifted);
      const failure = errorOf(chunk, form);
      if (failure) throw new BrokenAnswer(failure);
      await this.#take(parts.push(chunk));
      this.#hasNone = parts.hasNone;
    }
    await this.#take(parts.end());
    if (form === 'json') this.#chunks = asOneObject(this.#chunks);
    this.#order.checkpoint(this.#chunks);
  }

  async #take(chunks: readonly Chunk[]): Promise<void> {
    // What was put together from pieces is looked at again.
    this.#chunks.push(...chunks.map(this.#deps.redact));
    if (chunks.some((chunk) => chunk.some(isLifted))) this.#order.checkpoint(this.#chunks);
    // One JSON object is all there is to tell, so it is told with its end.
    if (this.#answer.form !== 'json') await this.#tell(this.#chunks);
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

  async #conclude(chunks: Chunk[]): Promise<RunEnd> {
    const { form, provider, maker, fallback } = this.#answer;
    const { images, signatures, leftOut } = this.#sink;
    const manifest = manifestOf(this.#order, this.#deps, {
      ...{ chunks, form, provider, maker, ...(fallback && { fallback }) },
      ...{ images, signatures },
    });
    const summary = summarize(chunks, form);
    const hasBroken = this.#hasNone || [...leftOut.values()].includes('broken');
    if (leftOut.size > 0 || this.#hasNone)
      this.#log('pictures_left_out', manifest, { broken: hasBroken, pictures: leftOut.size });
    const judgement = judge(summary, { hasBroken, isEmpty: isEmptyAnswer(chunks, form) });
    if (judgement === 'broken' || judgement === 'empty') return this.#giveUp(judgement, manifest, summary);
    const kept = judgement === 'picture' ? await this.#keep(manifest) : await this.#tellOnly(manifest);
    this.#log('generation_done', manifest, { kept, finishReason: summary.finishReason });
    if (judgement === 'picture') return { outcome: 'picture', manifest, kept };
    return { outcome: 'refused', manifest, kept, ...(judgement === 'withdrawn' && { isWithdrawn: true }) };
  }

  #log(event: string, { id, provider, model }: Manifest, facts: Record<string, unknown>): void {
    this.#deps.log(event, { id, provider, model, ...facts });
  }

  /** The owner hears of it, because it was paid for. */
  async #giveUp(why: 'broken' | 'empty', manifest: Manifest, { usage, finishReason }: Summary): Promise<RunEnd> {
    const imageTokens = usage?.imageTokens;
    this.#log('answer_unusable', manifest, { why, imageTokens, finishReason, alarm: true });
    await this.#discard();
    const cause = why === 'empty' ? 'an answer with nothing in it' : 'no whole picture in an answer that was charged';
    const failure = { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause } as const;
    return why === 'empty' ? { outcome: 'unknown', failure } : { outcome: 'broken', failure, manifest };
  }

  /** Picture and manifest are put side by side; a manifest whose picture did not arrive is taken back. */
  async #keep(manifest: Manifest): Promise<boolean> {
    const { site, key } = this.#order;
    const [put, stored] = await Promise.allSettled([
      putManifest(this.#order, this.#deps, manifest),
      this.#stored(),
      rememberMaker(manifest, site.retention, this.#deps.makers),
    ]);
    if (stored.status === 'rejected') {
      await this.#deps.manifests.delete(site, key);
      throw stored.reason;
    }
    if (put.status === 'rejected') throw put.reason;
    await this.#tell(manifest.chunks);
    return put.value;
  }

  /**
   * A refusal is Gemini's own 200: told to the caller that asked, never kept, so that a better prompt is not answered
   * by it. Words are gone on from as well as pictures, so its maker is remembered.
   */
  async #tellOnly(manifest: Manifest): Promise<false> {
    await Promise.all([this.#stored(), rememberMaker(manifest, this.#order.site.retention, this.#deps.makers)]);
    await this.#tell(manifest.chunks);
    return false;
  }

  /** A picture whose bytes arrived is never lost, however its answer ended. */
  async #rescue(): Promise<RunEnd | undefined> {
    const { id, request } = this.#order;
    try {
      await this.#stored();
      const chunks = this.#rescued(request.includeThoughts === true);
      if (!chunks) {
        await this.#sink.discard();
        return undefined;
      }
      this.#order.checkpoint(chunks);
      const end = await this.#conclude(chunks);
      this.#deps.log('generation_rescued', { id });
      return end;
    } catch (error) {
      if (error instanceof StillParked) throw error;
      this.#deps.log('rescue_failed', { id, error: String(error) });
      await this.#discard();
      return undefined;
    }
  }

  #rescued(thoughts: boolean): Chunk[] | undefined {
    const { form } = this.#answer;
    const { images, signatures } = this.#sink;
    // A verdict that has come is the provider's word, however the answer breaks off after it.
    if (summarize(this.#chunks, form).verdict !== undefined) return closed(this.#chunks, form);
    return rescue({ form, chunks: this.#chunks, images, signatures, thoughts });
  }

  async #discard(): Promise<void> {
    const { id } = this.#order;
    await this.#sink.discard().catch((cause) => this.#deps.log('discard_failed', { id, error: String(cause) }));
  }
}

export function toFailure(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof BrokenAnswer) return error.failure;
  if (signal.aborted) return { reason: 'DEADLINE', afterSeconds: DEADLINE_SECONDS };
  // What our own storage refused is no fault of the supplier's answer.
  if (error instanceof LiftError && error.kind !== 'sink_failed') {
    return { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: error.message };
  }
  return { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) };
}
