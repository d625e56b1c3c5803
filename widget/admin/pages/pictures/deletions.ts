/** Deletions that can still be undone. After six seconds, or when the page is left, they are carried out. */
import type { Desk } from '../../page.ts';
import { problemOf } from '../../parts/problem.ts';
import { DELETING } from '../../words/pictures.ts';

const UNDO_MS = 6000;

export interface DeletionsOptions {
  desk: () => Desk;
  /** A picture is about to be deleted, or is so no more, or was deleted. */
  onChange: () => void;
  onDeleted: (id: string) => void;
}

export class Deletions {
  readonly #options: DeletionsOptions;
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Deletes a picture in a while. */
  begin(id: string): void {
    if (this.has(id)) return;
    this.#waiting.set(
      id,
      setTimeout(() => void this.#carryOut(id), UNDO_MS),
    );
    const { desk, onChange } = this.#options;
    desk().toast(
      DELETING.toast,
      { label: DELETING.undo, act: () => this.#undo(id) },
      { label: DELETING.now, act: () => void this.#carryOut(id) },
    );
    onChange();
  }

  /** Deletes them at once, one after the other. @returns How many were deleted. */
  async now(ids: readonly string[]): Promise<number> {
    let deleted = 0;
    for (const id of ids) if (await this.#delete(id)) deleted++;
    return deleted;
  }

  /** The page is left: what waits goes through. */
  flush(): void {
    for (const id of [...this.#waiting.keys()]) void this.#carryOut(id);
  }

  /** The document goes away: requests outlive it. */
  flushAndGo(): void {
    for (const [id, timer] of this.#waiting) {
      clearTimeout(timer);
      const init = { method: 'DELETE', keepalive: true, credentials: 'same-origin' } as const;
      // The page is closing and can show no failure. A picture that was not deleted is still in the list.
      fetch(`/peel/admin/api/pictures/${id}`, init).catch(() => undefined);
    }
    this.#waiting.clear();
  }

  #undo(id: string): void {
    const { desk, onChange } = this.#options;
    if (!this.has(id)) {
      desk().toast(DELETING.tooLate);
      return;
    }
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    onChange();
  }

  async #carryOut(id: string): Promise<void> {
    if (!this.has(id)) return;
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    await this.#delete(id);
  }

  async #delete(id: string): Promise<boolean> {
    const { desk, onChange, onDeleted } = this.#options;
    try {
      await desk().api.send('DELETE', `/pictures/${id}`);
    } catch (error) {
      desk().warn(DELETING.failed(problemOf(error)));
      onChange();
      return false;
    }
    onDeleted(id);
    onChange();
    return true;
  }
}
