import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Client } from './api/client.ts';
import type { Picture } from './api/model.ts';
import { PeelError, type Problem } from './api/problem.ts';
import { meaningOf } from './api/reasons.ts';
import {
  type Generation,
  isWorking,
  type Note,
  type Order,
  type Phase,
  type Result,
  waitsUntil,
} from './generation.ts';

export interface GenerationOptions {
  /** The client for the page's present endpoint and site. */
  client: () => Client;
  /** Loads a picture and says its size in pixels. */
  openPicture: (url: string, signal: AbortSignal) => Promise<{ width: number; height: number }>;
  /** Unix milliseconds. */
  now: () => number;
  /** Called after every change. */
  onChange: (from: Generation, to: Generation) => void;
  /** Called once a second while a generation runs or a limit lasts. */
  onTick: (state: Generation) => void;
}

/** Runs one generation at a time, and ticks every second while one runs or a limit lasts. */
export class GenerationController implements ReactiveController {
  /** The state to render. */
  current: Generation = { status: 'idle' };
  /** The last picture that arrived. It stays while the next one is generated, is refused or fails. */
  result: Result | undefined;
  /** The last order, for `retry`. */
  order: Order | undefined;

  readonly #host: ReactiveControllerHost & Element;
  readonly #options: GenerationOptions;
  #abort: AbortController | undefined;
  #ticking = 0;

  constructor(host: ReactiveControllerHost & Element, options: GenerationOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected() {
    addEventListener('online', this.#onOnline);
    this.#keepTime();
  }

  hostDisconnected() {
    removeEventListener('online', this.#onOnline);
    clearInterval(this.#ticking);
    this.#ticking = 0;
    // A page that moves the element removes and inserts it in one task. That must not cancel a running generation.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.cancel();
    });
  }

  /**
   * @param order A promise while the facts of the site are still loading.
   * @throws PeelError when there is no picture.
   */
  async run(order: Order | Promise<Order>): Promise<Result> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const startedAt = this.#options.now();
    try {
      this.#set({
        status: 'generating',
        phase: 'connecting',
        startedAt,
        ...(!(order instanceof Promise) && { order }),
      });
      const settled = await order;
      abort.signal.throwIfAborted();
      this.order = settled;
      this.#set({ status: 'generating', phase: 'connecting', startedAt, order: settled });
      return await this.#follow(settled, startedAt, abort.signal);
    } catch (cause) {
      // A late answer must not replace a newer state: the code that aborted this run has already set one.
      if (abort.signal.aborted) throw new PeelError('CANCELLED', 'The generation was cancelled.');
      if (isWorking(this.current)) this.#rest();
      throw cause;
    }
  }

  /** Ends the running generation. @returns Whether it may have been charged; undefined if none ran. */
  cancel(): 'no' | 'maybe' | undefined {
    const state = this.current;
    if (!isWorking(state)) return undefined;
    this.#abort?.abort();
    const unsent = state.phase === 'connecting';
    this.#rest(unsent ? 'stoppedUnsent' : 'stopped');
    return unsent ? 'no' : 'maybe';
  }

  /** Shows a problem from before or during a run. */
  fail(problem: Problem): PeelError {
    const { status } = meaningOf(problem.reason);
    const until = this.#options.now() + (problem.retryAfterMs ?? 0);
    if (status === 'limited') this.#set({ status, problem, until });
    else if (status === 'exhausted') {
      this.#set({ status, problem, ...(problem.retryAfterMs !== undefined && { until }) });
    } else this.#set({ status, problem });
    return new PeelError(problem.reason, problem.message, problem.requestId);
  }

  /** Returns to rest: the last picture, or the empty stage. */
  clear() {
    if (!isWorking(this.current)) this.#rest();
  }

  reset() {
    this.cancel();
    this.result = undefined;
    this.order = undefined;
    this.#rest();
  }

  async #follow(order: Order, startedAt: number, signal: AbortSignal): Promise<Result> {
    for await (const event of this.#options.client().generate(order.take, signal)) {
      signal.throwIfAborted();
      switch (event.type) {
        case 'sent':
          this.#work('drawing');
          break;
        case 'thought':
          this.#think(event.thought);
          break;
        case 'refused':
          this.#set({ status: 'refused', refusal: event.refusal });
          throw new PeelError('REFUSED', event.refusal.words || `Refused: ${event.refusal.reason}.`);
        case 'failed':
          throw this.fail(event.problem);
        case 'picture':
          return await this.#open(event.picture, order, startedAt, signal);
      }
    }
    throw this.fail({ reason: 'CONNECTION_LOST', message: 'The answer had no end.' });
  }

  async #open(picture: Picture, order: Order, startedAt: number, signal: AbortSignal): Promise<Result> {
    this.#work('opening');
    const size = await this.#options.openPicture(picture.url, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (!size) throw this.fail({ reason: 'PICTURE_UNREACHABLE', message: 'The picture did not load.' });
    this.result = { ...picture, ...size, order, elapsedMs: this.#options.now() - startedAt };
    this.#set({ status: 'done' });
    return this.result;
  }

  #work(phase: Phase) {
    if (isWorking(this.current)) this.#set({ ...this.current, phase });
  }

  #think(thought: string) {
    if (isWorking(this.current)) this.#set({ ...this.current, status: 'previewing', thought });
  }

  #rest(note?: Note) {
    this.#set({ status: this.result ? 'done' : 'idle', ...(note !== undefined && { note }) });
  }

  #set(next: Generation) {
    const from = this.current;
    this.current = next;
    this.#keepTime();
    this.#host.requestUpdate();
    this.#options.onChange(from, next);
  }

  #keepTime() {
    const needed = this.#host.isConnected && (isWorking(this.current) || waitsUntil(this.current) !== undefined);
    if (needed && this.#ticking === 0) this.#ticking = setInterval(this.#onSecond, 1000);
    if (needed || this.#ticking === 0) return;
    clearInterval(this.#ticking);
    this.#ticking = 0;
  }

  readonly #onSecond = () => {
    const until = waitsUntil(this.current);
    if (until !== undefined && this.#options.now() >= until) this.#rest('limitOver');
    else this.#options.onTick(this.current);
    this.#host.requestUpdate();
  };

  readonly #onOnline = () => {
    if (this.current.status === 'offline') this.#rest('backOnline');
  };
}
