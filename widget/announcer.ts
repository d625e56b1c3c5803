import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** An announcement is removed after this time, so that a screen reader does not find it again in the page. */
const KEPT_MS = 10_000;

/**
 * Announces changes to screen readers. Both live regions are in the page from the first render; only their text
 * changes, and never for a countdown.
 */
export class Announcer implements ReactiveController {
  status = '';
  alert = '';

  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected() {
    this.#forget();
  }

  /** @param urgent Interrupts the screen reader. */
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
