import { inOrder } from '../gemini/forms/containers.ts';
import { asOneObject, frame } from '../gemini/forms/forms.ts';
import { createPictureParts, type PictureParts } from '../gemini/forms/picture-parts.ts';
import type { Value } from '../gemini/forms/value.ts';
import type { Reasons } from '../gemini/lift/json-scanner.ts';
import { lift } from '../gemini/lift/lift.ts';
import { LiftError } from '../gemini/lift/lift-error.ts';
import { type BlobSink, type Chunk, isLifted } from '../gemini/lift/skeleton.ts';
import { closed, rescue } from '../gemini/rescue.ts';
import { errorOf, isEmptyAnswer, type Summary, summarize } from '../gemini/summary.ts';
import { knownReason, verdictOf } from '../gemini/verdicts.ts';
import { withheld } from '../gemini/withheld.ts';
import type { PoolAnswer } from '../providers/provider.ts';
import type { Fallback } from '../request/last-picture.ts';
import { unquoted } from '../request/unquoted.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import type { Failure } from '../shared/failure.ts';
import type { PictureSink } from '../storage/images.ts';
import type { Manifest } from '../storage/manifest.ts';
import { rememberOrigin } from './conversation.ts';
import type { GenerationEvent } from './job.ts';
import { type Judgement, judge } from './judge.ts';
import { manifestOf, putManifest } from './manifest.ts';
import { type RunDependencies, type RunEnd, type RunOrder, StillPending } from './run-order.ts';
import { isShown } from './verdict.ts';

/** A provider's 200. `fallback`: the request went up without its conversation. */
export type GoodAnswer = Extract<PoolAnswer, { ok: true }> & { fallback?: Fallback };

/** The provider reported an error within a 200. */
class BrokenAnswer extends Error {
  override name = 'BrokenAnswer';
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

/**
 * Reads the answer of a run: stores its pictures, emits its chunks, and decides its outcome. Create one reader per
 * answer and call `read` once.
 */
export class AnswerReader {
  readonly #order: RunOrder;
  readonly #deps: RunDependencies;
  readonly #emit: (event: GenerationEvent) => void;
  readonly #answer: GoodAnswer;
  readonly #sink: PictureSink;
  readonly #parts: PictureParts;
  #chunks: Chunk[] = [];
  #told = 0;
  /** Of a template's run: its chunks no longer tell. */
  #hasDrafts = false;
  #lost: unknown;
  /** A verdict in the unit that is arriving. It counts where the unit breaks off. */
  #verdict: Value | undefined;
  /** Units whose delivery names the run's pictures, or their id, wait for the owner's check. */
  #isHeld: boolean;

  constructor(order: RunOrder, deps: RunDependencies, emit: (event: GenerationEvent) => void, answer: GoodAnswer) {
    this.#order = order;
    this.#deps = deps;
    this.#emit = emit;
    this.#answer = answer;
    this.#isHeld = deps.moderator !== undefined;
    const { id, key, site, templateVersion: template, pendingParts } = order;
    const labels = { site: site.id, key, ...(template !== undefined && { template }) };
    this.#sink = deps.images.sink(id, labels, pendingParts);
    this.#parts = createPictureParts(answer.form, this.#sink.outcomeOf, template === undefined);
  }

  /**
   * Reads to the end. A broken answer is rescued when a whole picture of it has arrived.
   *
   * @throws {@link StillPending} when pending picture parts cannot be stored before the deadline.
   */
  async read(): Promise<RunEnd> {
    try {
      await this.#readChunks();
      return await this.#conclude(this.#chunks);
    } catch (error) {
      if (error instanceof StillPending) throw error;
      const { id, signal } = this.#order;
      const failure = toFailure(error, signal);
      this.#deps.log('generation_failed', { id, reason: failure.reason, error: String(error) });
      return (await this.#rescue()) ?? { outcome: 'unknown', failure, ...this.#overrun() };
    }
  }

  /** The cost by usage, when it is over the money held. It counts even when the answer failed. */
  #overrun(): { micros?: number } {
    const { pricing } = this.#deps;
    const { model, request, worstMicros } = this.#order;
    const { usage } = summarize(this.#chunks, this.#answer.form);
    const micros = pricing.cost(this.#answer.provider, { priced: request, model, usage, pictures: 0 }) ?? 0;
    return micros > worstMicros ? { micros } : {};
  }

  async #readChunks(): Promise<void> {
    const { form, body } = this.#answer;
    const sink: BlobSink = {
      open: (blob) => {
        if (blob.kind === 'image') this.#noteVerdict();
        return this.#sink.open(blob);
      },
    };
    const onReasons = (reasons: Reasons) => {
      this.#verdict = verdictOf(reasons);
      if (this.#sink.images.length > 0) this.#noteVerdict();
    };
    for await (const lifted of lift(body, { form, sink, isAnswer: true, onReasons })) {
      this.#verdict = undefined;
      const chunk = inOrder(this.#deps.redact(lifted), form);
      const failure = errorOf(chunk, form);
      if (failure) throw new BrokenAnswer(await unquoted(failure, this.#order.request));
      await this.#take(this.#parts.push(chunk));
    }
    await this.#take(this.#parts.end());
    if (form === 'json') this.#chunks = asOneObject(this.#chunks);
    this.#order.checkpoint(this.#chunks);
  }

  /** Only a picture has to be kept from being found after a crash, so a plain refusal writes nothing. */
  #noteVerdict(): void {
    if (this.#verdict) this.#order.note({ hasVerdict: true });
  }

  async #take(chunks: readonly Chunk[]): Promise<void> {
    // Redacted again: pieces that are now joined may complete a key that was split between them.
    this.#chunks.push(...chunks.map(this.#deps.redact));
    await this.#dropDrafts(this.#chunks, this.#parts.waiting);
    if (chunks.some((chunk) => chunk.some(isLifted))) this.#order.checkpoint(this.#chunks);
    // A `json` answer is a single chunk, so `#conclude` emits it.
    if (this.#answer.form !== 'json') await this.#tell(this.#chunks);
  }

  /**
   * Of a template's run, deletes the pictures that its answer does not name: they are drafts, and whoever knows the
   * address of the answer's picture could find them beside it.
   *
   * @param waiting The picture that is the answer if no other comes.
   */
  async #dropDrafts(chunks: readonly Chunk[], waiting?: number): Promise<void> {
    const { id, templateVersion, note } = this.#order;
    if (templateVersion === undefined || this.#sink.images.length === 0) return;
    if (this.#parts.hasDrafts && !this.#hasDrafts) {
      this.#hasDrafts = true;
      note({ thoughts: true });
    }
    const named = picturesIn(chunks);
    if (waiting !== undefined) named.add(waiting);
    await this.#sink
      .keepOnly(named)
      .catch((error) => this.#deps.log('drafts_left', { id, error: String(error), alarm: true }));
  }

  /** Waits until every picture is stored, then emits the chunks that were not emitted yet. */
  async #tell(chunks: readonly Chunk[]): Promise<void> {
    await this.#stored();
    if (!this.#isHeld) this.#sink.announce(this.#order.templateVersion === undefined ? undefined : this.#parts.waiting);
    for (; this.#told < chunks.length; this.#told += 1) {
      const chunk = chunks[this.#told]!;
      // The reference of a signature names the id as well, and what is stored can be read by whoever knows it.
      if (this.#isHeld && chunk.some(isLifted)) return;
      this.#emit({ type: 'chunk', chunk, images: [...this.#sink.images] });
    }
  }

  /** Waits until every picture is stored. A lost picture stays lost, even when no part is pending afterwards. */
  async #stored(): Promise<void> {
    if (this.#lost) throw this.#lost;
    if ((await this.#sink.settled()) !== 'pending') return;
    try {
      await this.#order.storePending();
    } catch (error) {
      if (!(error instanceof StillPending)) this.#lost = error;
      throw error;
    }
  }

  async #conclude(chunks: Chunk[]): Promise<RunEnd> {
    const { form, provider, maker, fallback } = this.#answer;
    await this.#dropDrafts(chunks);
    const { images, signatures, leftOut } = this.#sink;
    const manifest = manifestOf(this.#order, this.#deps, {
      ...{ chunks, form, provider, maker, ...(fallback && { fallback }) },
      ...{ images, signatures },
    });
    const summary = summarize(chunks, form);
    const { hasNone } = this.#parts;
    const hasBroken = hasNone || [...leftOut.values()].includes('broken');
    if (leftOut.size > 0 || hasNone)
      this.#log('pictures_left_out', manifest, { broken: hasBroken, pictures: leftOut.size });
    const judgement = judge(summary, { hasBroken, isEmpty: isEmptyAnswer(chunks, form) });
    if (judgement === 'broken' || judgement === 'empty') return this.#giveUp(judgement, manifest, summary);
    const reason = await this.#refusalOf(manifest, judgement, summary);
    if (reason !== undefined) return this.#withhold(manifest, reason);
    const kept = judgement === 'picture' ? await this.#keep(manifest) : await this.#tellOnly(manifest);
    this.#log('generation_done', manifest, { kept, finishReason: knownReason(summary.finishReason) });
    if (judgement === 'picture') return { outcome: 'picture', manifest, kept };
    return { outcome: 'refused', manifest, kept, ...(judgement === 'withdrawn' && { isWithdrawn: true }) };
  }

  /**
   * Has the owner's moderation endpoint judge the pictures. Where there is one, those of any other answer than a picture
   * are not shown, and it is not asked about them.
   *
   * @returns The finish reason of an answer without them; undefined where they may be shown.
   */
  async #refusalOf(manifest: Manifest, judgement: Judgement, { finishReason }: Summary): Promise<string | undefined> {
    const { moderator } = this.#deps;
    if (!moderator) return undefined;
    if (this.#sink.images.length > 0) {
      if (judgement !== 'picture') return finishReason ?? 'NO_IMAGE';
      await this.#stored();
      const { site, origin } = this.#order;
      const verdict = await moderator.review({ site: site.id, origin, manifest });
      if (!isShown(verdict)) return 'IMAGE_SAFETY';
      if (verdict === 'allowed') manifest.isModerated = true;
    }
    this.#isHeld = false;
    return undefined;
  }

  /** Ends the run as a refusal of the model: its pictures are deleted in all sizes, its cost stays. */
  async #withhold(manifest: Manifest, finishReason: string): Promise<RunEnd> {
    const told = manifest.chunks.slice(0, this.#told);
    const chunks = withheld(told, manifest.chunks, manifest.form, finishReason);
    await this.#sink.keepOnly(new Set());
    const answer: Manifest = { ...manifest, chunks, images: [] };
    const kept = await this.#tellOnly(answer);
    this.#log('generation_done', manifest, { kept, finishReason: knownReason(finishReason), withheld: true });
    return { outcome: 'refused', manifest: answer, kept, isWithheld: true };
  }

  #log(event: string, { id, provider, model }: Manifest, facts: Record<string, unknown>): void {
    this.#deps.log(event, { id, provider, model, ...facts });
  }

  /** Logs with `alarm`, because the site owner has paid for this answer. */
  async #giveUp(why: 'broken' | 'empty', manifest: Manifest, { usage, finishReason }: Summary): Promise<RunEnd> {
    const imageTokens = usage?.imageTokens;
    this.#log('answer_unusable', manifest, { why, imageTokens, finishReason: knownReason(finishReason), alarm: true });
    await this.#discard();
    const cause = why === 'empty' ? 'an answer with nothing in it' : 'no whole picture in an answer that was charged';
    const failure = { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause } as const;
    return why === 'empty' ? { outcome: 'unknown', failure } : { outcome: 'broken', failure, manifest };
  }

  /** Stores pictures and manifest at the same time. When a picture does not arrive, its manifest is deleted. */
  async #keep(manifest: Manifest): Promise<boolean> {
    const { site, key } = this.#order;
    const [put, stored] = await Promise.allSettled([
      putManifest(this.#order, this.#deps, manifest),
      this.#stored(),
      rememberOrigin(manifest, site.retention, this.#deps.signatureOrigins),
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
   * Emits a refusal and does not keep it, so that the same request may be tried again. A conversation may continue from
   * the words of a refusal too, so its signature origin is remembered.
   */
  async #tellOnly(manifest: Manifest): Promise<false> {
    await Promise.all([
      this.#stored(),
      rememberOrigin(manifest, this.#order.site.retention, this.#deps.signatureOrigins),
    ]);
    await this.#tell(manifest.chunks);
    return false;
  }

  /** Keeps a picture whose bytes have all arrived, however the answer ended. @returns undefined when there is none. */
  async #rescue(): Promise<RunEnd | undefined> {
    const { id, request } = this.#order;
    try {
      await this.#stored();
      const chunks = this.#rescued(request.includeThoughts === true || this.#hasDrafts);
      if (!chunks) {
        await this.#sink.discard();
        return undefined;
      }
      // The picture of a unit that broke off behind a verdict is in none of the chunks.
      if (this.#verdict) await this.#sink.keepOnly(picturesIn(chunks));
      this.#order.checkpoint(chunks);
      const end = await this.#conclude(chunks);
      this.#deps.log('generation_rescued', { id });
      return end;
    } catch (error) {
      if (error instanceof StillPending) throw error;
      this.#deps.log('rescue_failed', { id, error: String(error) });
      await this.#discard();
      return undefined;
    }
  }

  #rescued(thoughts: boolean): Chunk[] | undefined {
    const { form } = this.#answer;
    const { images, signatures } = this.#sink;
    // A verdict that has arrived is final, even when the answer breaks off after it, or in its unit.
    const told = this.#verdict
      ? [...this.#chunks, frame(this.#verdict, form, this.#chunks.length === 0)]
      : this.#chunks;
    if (summarize(told, form).verdict !== undefined) return closed(told, form);
    return rescue({ form, chunks: this.#chunks, images, signatures, thoughts });
  }

  async #discard(): Promise<void> {
    const { id } = this.#order;
    await this.#sink.discard().catch((cause) => this.#deps.log('discard_failed', { id, error: String(cause) }));
  }
}

/** The numbers of the pictures that the chunks name. */
export const picturesIn = (chunks: readonly Chunk[]): Set<number> =>
  new Set(
    chunks
      .flat()
      .filter(isLifted)
      .flatMap(({ kind, n }) => (kind === 'image' ? [n] : [])),
  );

/** The failure that a caller gets for an exception of a run. @param signal The run's deadline. */
export function toFailure(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof BrokenAnswer) return error.failure;
  if (signal.aborted) return { reason: 'DEADLINE', afterSeconds: DEADLINE_SECONDS };
  // `sink_failed` is a fault of our own storage and not of the provider's answer.
  if (error instanceof LiftError && error.kind !== 'sink_failed') {
    return { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: error.message };
  }
  return { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: String(error) };
}
