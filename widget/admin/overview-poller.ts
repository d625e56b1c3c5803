/** Keeps the figures of the whole deployment fresh by one request, which is repeated while the page is visible. */
import type { DeskOverview } from '../../worker/desk-protocol.ts';
import type { DeskApi } from './api.ts';
import { problemOf } from './parts/problem.ts';

/** With the answer's own way it is on the desk within five seconds. */
const EVERY_MS = 4000;
const IDLE_EVERY_MS = 30_000;
const IDLE_AFTER_MS = 600_000;
/** Without an answer for this long, figures are said to be old. */
const STALE_AFTER_MS = 15_000;

/** @param idleMs Since the last input. @returns Milliseconds until the next request. */
const nextAskMs = (idleMs: number): number => (idleMs < IDLE_AFTER_MS ? EVERY_MS : IDLE_EVERY_MS);

export interface OverviewPollerOptions {
  api: DeskApi;
  /** Figures came, or how they stand has changed. */
  onChange: () => void;
  /** Unix milliseconds. */
  now: () => number;
}

export class OverviewPoller {
  overview: DeskOverview | undefined;
  /** When the last answer came. */
  answeredAt: number | undefined;
  readonly #options: OverviewPollerOptions;
  /** Why the last request was not answered. Empty: it was. */
  problem = '';
  /** Since when there has been no answer. */
  #unansweredSince: number | undefined;
  /** Since when the page is seen, Unix milliseconds. */
  #shownAt: number;
  #lastInputAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #isOn = false;

  constructor(options: OverviewPollerOptions) {
    this.#options = options;
    this.#lastInputAt = options.now();
    this.#shownAt = options.now();
  }

  /**
   * Whether the owner must be told that the figures are old: what is asked now is not answered, and the last answer, or
   * the owner's return to the page, is long ago. Between two requests of an idle page nothing is wrong.
   */
  get isStale(): boolean {
    if (this.#unansweredSince === undefined) return false;
    const now = this.#options.now();
    const isFailing = this.problem !== '' || now - this.#unansweredSince > EVERY_MS;
    return isFailing && now - Math.max(this.answeredAt ?? 0, this.#shownAt) > STALE_AFTER_MS;
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#shownAt = this.#options.now();
    document.addEventListener('visibilitychange', this.#onVisibility);
    for (const name of INPUTS) addEventListener(name, this.#onInput, { passive: true, capture: true });
    for (const name of LINE) addEventListener(name, this.#onLine);
    this.ask();
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    for (const name of INPUTS) removeEventListener(name, this.#onInput, { capture: true });
    for (const name of LINE) removeEventListener(name, this.#onLine);
  }

  /** Asks at once. What is on its way may be of before an action, so it counts no more. */
  ask(): void {
    if (!this.#isOn) return;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { api, now, onChange } = this.#options;
    const asking = new AbortController();
    this.#asking = asking;
    this.#unansweredSince ??= now();
    try {
      const changed = await api.getChanged<DeskOverview>('/overview', asking.signal);
      if (asking.signal.aborted) return;
      if (changed) this.overview = changed;
      this.answeredAt = now();
      this.#unansweredSince = undefined;
      this.problem = '';
      onChange();
    } catch (error) {
      // Another request took its place, or the figures of before stay and `isStale` tells.
      if (asking.signal.aborted) return;
      this.problem = problemOf(error);
      onChange();
    }
    this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (!this.#isOn || document.hidden) return;
    this.#timer = setTimeout(() => void this.#ask(), nextAskMs(this.#options.now() - this.#lastInputAt));
  }

  readonly #onVisibility = (): void => {
    if (document.hidden) {
      clearTimeout(this.#timer);
      // The time for which the page was hidden is no wait for an answer.
      this.#unansweredSince = undefined;
    } else {
      this.#lastInputAt = this.#options.now();
      this.#shownAt = this.#options.now();
      this.ask();
    }
  };

  /** The browser knows of its own connection before an idle page asks. */
  readonly #onLine = (): void => {
    if (!document.hidden) this.ask();
  };

  readonly #onInput = (): void => {
    const wasIdle = nextAskMs(this.#options.now() - this.#lastInputAt) === IDLE_EVERY_MS;
    this.#lastInputAt = this.#options.now();
    if (wasIdle) this.ask();
  };
}

const LINE = ['offline', 'online'] as const;
const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
