/** Thumbnails that did not come: each is asked for again, a few times and later each time. */

/** A site's day of smaller pictures, or a crowded moment, refuses one for seconds. */
const WAITS_MS = [11_000, 30_000, 60_000] as const;

export class Thumbnails {
  readonly #onChange: () => void;
  readonly #failures = new Map<string, number>();
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #missing = new Set<string>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether a picture's thumbnail is not there, for now or for good. */
  isMissing(id: string): boolean {
    return this.#missing.has(id);
  }

  /** The thumbnail of a picture did not come. */
  fail(id: string): void {
    const failures = this.#failures.get(id) ?? 0;
    const wait = WAITS_MS[failures];
    this.#failures.set(id, failures + 1);
    this.#missing.add(id);
    if (wait !== undefined)
      this.#waiting.set(
        id,
        setTimeout(() => this.#tryAgain(id), wait),
      );
    this.#onChange();
  }

  /** Another list begins, or the page is left. */
  forget(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#failures.clear();
    this.#missing.clear();
  }

  #tryAgain(id: string): void {
    this.#waiting.delete(id);
    this.#missing.delete(id);
    this.#onChange();
  }
}
