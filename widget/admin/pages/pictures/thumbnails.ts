/** Thumbnails that did not come: each is asked for again, a few times and later each time. */

/** A crowded moment refuses one for ten seconds. */
const FIRST_WAIT_MS = 11_000;
const MAX_TRIES = 3;

export class Thumbnails {
  readonly #onChange: () => void;
  readonly #failures = new Map<string, number>();
  readonly #missing = new Map<string, ReturnType<typeof setTimeout> | undefined>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether a picture's thumbnail is not there, for now or for good. */
  isMissing(id: string): boolean {
    return this.#missing.has(id);
  }

  /** The thumbnail of a picture did not come. */
  fail(id: string): void {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    const again = (): void => {
      this.#missing.delete(id);
      this.#onChange();
    };
    this.#missing.set(id, failures > MAX_TRIES ? undefined : setTimeout(again, FIRST_WAIT_MS * failures));
    this.#onChange();
  }

  /** Another list begins, or the page is left. */
  forget(): void {
    for (const timer of this.#missing.values()) clearTimeout(timer);
    this.#missing.clear();
    this.#failures.clear();
  }
}
