import type { Announcer } from './announcer.ts';
import type { StudioAttributes } from './attributes.ts';
import { PeelCopyEvent, PeelDownloadEvent } from './events.ts';
import type { Result } from './generation.ts';
import type { Message, Words } from './words.ts';

/** Saves and copies the picture. The page may cancel it first; a failure is shown beside the picture, which stays. */
export class PictureActions {
  /** The last failure. */
  mishap: Message | undefined;

  readonly #host: StudioAttributes;
  readonly #announcer: Announcer;
  readonly #words: Words;
  readonly #fetch: typeof fetch;

  constructor(host: StudioAttributes, announcer: Announcer, words: Words, fetcher: typeof fetch) {
    this.#host = host;
    this.#announcer = announcer;
    this.#words = words;
    this.#fetch = fetcher;
  }

  async download(result: Result): Promise<void> {
    if (!this.#host.dispatchEvent(new PeelDownloadEvent(result))) return;
    await this.#attempt(this.#words.downloadFailed, async () => {
      const { fileName, savePicture } = await import('./save.ts');
      await savePicture(result.url, fileName(result.order.prompt, result.mimeType), this.#fetch);
    });
  }

  async copy(result: Result): Promise<void> {
    if (!this.#host.dispatchEvent(new PeelCopyEvent(result))) return;
    const copied = await this.#attempt(this.#words.copyFailed, async () => {
      const { copyPicture } = await import('./save.ts');
      await copyPicture(result.url, this.#fetch);
    });
    if (copied) this.#announcer.say(this.#words.copied);
  }

  forget() {
    this.mishap = undefined;
    this.#host.requestUpdate();
  }

  /** @returns Whether it worked. */
  async #attempt(failure: Message, action: () => Promise<void>): Promise<boolean> {
    this.forget();
    try {
      await action();
      return true;
    } catch {
      // Network, permission or policy: the cause makes no difference to the visitor.
      this.mishap = failure;
      this.#announcer.say(`${failure.title}. ${failure.text}`, true);
      return false;
    }
  }
}
