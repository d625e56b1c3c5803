import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Asks again and again while its host is on the page and the tab can be seen. */
export class PollController implements ReactiveController {
  readonly #poll: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, poll: () => void, everyMs: number) {
    this.#poll = poll;
    this.#everyMs = everyMs;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(this.#onTime, this.#everyMs);
    document.addEventListener('visibilitychange', this.#onTime);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#onTime);
  }

  readonly #onTime = (): void => {
    if (document.visibilityState === 'visible') this.#poll();
  };
}
