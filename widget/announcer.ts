import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** After this an announcement is gone, so that it is not met again by reading through the page. */
const KEPT_MS = 10_000;

/**
 * What a screen reader hears. Both regions are in the page from the first render on; only their text changes, and
 * never with the seconds.
 */
export class Announcer implements ReactiveController {
  status = '';
  alert = '';

  readonly #host: ReactiveControllerHost;
  #timer = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected() {
    this.#forget();
  }

  /** @param urgent Interrupts what is being read. */
  say(text: string, urgent = false) {
    this.#forget();
    if (urgent) this.alert = text;
    else this.status = text;
    this.#timer = setTimeout(() => this.#forget(), KEPT_MS);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.status = '';
    this.alert = '';
    this.#host.requestUpdate();
  }
}
