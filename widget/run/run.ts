import type { Generate, Picture, Refusal } from '../api/model.ts';
import { PeelError } from '../api/peel-error.ts';
import { errorOf, type Problem } from '../api/problem.ts';
import { type Charged, meaningOf } from '../api/reasons.ts';
import type { Order, Result } from '../model.ts';
import { type Fact, type Generation, isWorking, type Phase, waitsUntil } from './generation.ts';

export interface RunOptions {
  generate: () => Generate;
  /** Loads a picture and gives its size in pixels. */
  openPicture: (url: string, signal: AbortSignal) => Promise<{ width: number; height: number }>;
  altOf: (order: Order) => string;
  /** Whether a picture is shown, to which the engine returns when it rests. */
  hasPicture: () => boolean;
  /** Unix milliseconds. */
  now: () => number;
  onChange: (from: Generation, to: Generation) => void;
  onTick: (current: Generation) => void;
  /** The model has declined, which counts as a try. */
  onRefused: () => void;
}

/**
 * Makes one request at a time, of one or several pictures. A new one stops the last. The worker finishes and keeps what
 * it has begun in any case.
 */
export class Run {
  /** Render from this. */
  current: Generation = { status: 'idle' };

  readonly #options: RunOptions;
  #abort: AbortController | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #isPaused = true;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  get problem(): Problem | undefined {
    return 'problem' in this.current ? this.current.problem : undefined;
  }

  get isWorking(): boolean {
    return isWorking(this.current);
  }

  /** In the page, seconds are counted. */
  resume() {
    this.#isPaused = false;
    this.#keepTime();
  }

  pause() {
    this.#isPaused = true;
    this.#keepTime();
  }

  /**
   * @param orders One for each picture. They may wait for uploads.
   * @param startedAt Unix milliseconds.
   * @returns The pictures that came, at least one.
   * @throws PeelError
   */
  start(
    orders: (signal: AbortSignal) => Promise<readonly Order[]>,
    startedAt: number,
    isUploading: boolean,
  ): Promise<Result[]> {
    return this.#follow(
      { status: isUploading ? 'uploading' : 'generating', phase: 'connecting', startedAt },
      async (signal) => {
        const asked = await orders(signal);
        signal.throwIfAborted();
        const [order] = asked;
        if (order) this.#set({ status: 'generating', phase: 'connecting', startedAt, order });
        return this.#all(asked, startedAt, signal);
      },
    );
  }

  /** Shows that work goes on before there is a request. */
  wait(work: (signal: AbortSignal) => Promise<void>, startedAt: number): Promise<void> {
    return this.#follow({ status: 'generating', phase: 'connecting', startedAt }, work);
  }

  async #follow<Value>(first: Generation, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#set(first);
    try {
      return await work(abort.signal);
    } catch (cause) {
      if (abort.signal.aborted) throw new PeelError('CANCELLED', 'The generation was stopped.');
      // A failure that has no state of its own.
      if (isWorking(this.current)) this.rest();
      throw cause;
    } finally {
      if (this.#abort === abort) this.#abort = undefined;
    }
  }

  /** @returns Whether the stopped request may have been paid; undefined if there was none. */
  cancel(): Charged | undefined {
    const { current } = this;
    if (!isWorking(current)) return undefined;
    this.#abort?.abort();
    this.#abort = undefined;
    const isUnsent = current.phase === 'connecting';
    this.rest(isUnsent ? 'stoppedUnsent' : 'stopped');
    return isUnsent ? 'no' : 'maybe';
  }

  /** Shows a problem. */
  fail(problem: Problem): PeelError {
    const { status } = meaningOf(problem.reason);
    const since = this.#options.now();
    const until = problem.retryAfterMs === undefined ? undefined : since + problem.retryAfterMs;
    if (status === 'limited') this.#set({ status, problem, since, until: until ?? since });
    else if (status === 'exhausted') this.#set({ status, problem, since, ...(until !== undefined && { until }) });
    else this.#set({ status, problem });
    return errorOf(problem);
  }

  /** Returns to the last picture, or to nothing. */
  rest(fact?: Fact) {
    this.#set({ status: this.#options.hasPicture() ? 'done' : 'idle', ...(fact && { fact }) });
  }

  /** Ends a wait that leads to no request. */
  settle() {
    if (isWorking(this.current)) this.rest();
  }

  /** The pictures of the request are shown. */
  finish(fact?: Fact) {
    this.#set({ status: 'done', ...(fact && { fact }) });
  }

  async #all(orders: readonly Order[], startedAt: number, signal: AbortSignal): Promise<Result[]> {
    const settled = await Promise.allSettled(orders.map((order) => this.#one(order, startedAt, signal)));
    signal.throwIfAborted();
    const results = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (results.length > 0) return results;
    const [first] = settled;
    const cause: unknown = first?.status === 'rejected' ? first.reason : undefined;
    if (cause instanceof Refused) {
      this.#set({ status: 'refused', refusal: cause.refusal });
      throw new PeelError('REFUSED', cause.refusal.words || `Refused: ${cause.refusal.reason}.`);
    }
    throw cause instanceof Failed ? this.fail(cause.problem) : cause;
  }

  async #one(order: Order, startedAt: number, signal: AbortSignal): Promise<Result> {
    const { now } = this.#options;
    const begunAt = now();
    for await (const event of this.#options.generate()(order.take, signal)) {
      signal.throwIfAborted();
      switch (event.type) {
        case 'sent':
          this.#draw(now() - begunAt);
          break;
        case 'thought':
          this.#preview({ thought: event.thought });
          break;
        case 'draft':
          this.#preview({ draftUrl: event.url });
          break;
        case 'refused':
          this.#options.onRefused();
          throw new Refused(event.refusal);
        case 'failed':
          throw new Failed(event.problem);
        case 'picture':
          return await this.#open(event.picture, order, startedAt, signal);
      }
    }
    throw new Failed({ reason: 'CONNECTION_LOST', message: 'The answer had no end.' });
  }

  async #open(picture: Picture, order: Order, startedAt: number, signal: AbortSignal): Promise<Result> {
    this.#work('opening');
    const { openPicture, altOf, now } = this.#options;
    const size = await openPicture(picture.url, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (!size) throw new Failed({ reason: 'PICTURE_UNREACHABLE', message: 'The picture did not load.' });
    return { ...picture, ...size, order, elapsedMs: now() - startedAt, alt: altOf(order) };
  }

  /** The first of several pictures begins. */
  #draw(waitedMs: number) {
    const { current } = this;
    if (isWorking(current) && current.phase === 'connecting') this.#set({ ...current, phase: 'drawing', waitedMs });
  }

  #work(phase: Phase) {
    if (isWorking(this.current)) this.#set({ ...this.current, phase });
  }

  #preview(seen: { thought: string } | { draftUrl: string }) {
    const { current } = this;
    if (!isWorking(current)) return;
    const before = current.status === 'previewing' ? current : { ...current, thought: '' };
    this.#set({ ...before, ...seen, status: 'previewing' });
  }

  #set(next: Generation) {
    const from = this.current;
    this.current = next;
    this.#keepTime();
    this.#options.onChange(from, next);
  }

  #keepTime() {
    const isNeeded = !this.#isPaused && (isWorking(this.current) || waitsUntil(this.current) !== undefined);
    if (isNeeded) this.#ticking ??= setInterval(this.#onSecond, 1000);
    if (isNeeded) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  readonly #onSecond = () => {
    const until = waitsUntil(this.current);
    if (until !== undefined && this.#options.now() >= until) this.rest('limitOver');
    else this.#options.onTick(this.current);
  };
}

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.refusal = refusal;
  }
}

class Failed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}
