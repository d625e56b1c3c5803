import { fire, placeOf } from '../events.ts';
import type { EngineHost } from '../host.ts';
import type { Result } from '../model.ts';
import type { SaveTrouble } from '../notes/note.ts';
import { loadRest } from '../parts.ts';
import { resultOf } from '../thread/thread.ts';
import type { Trouble } from './trouble.ts';
import type { Versions } from './versions.ts';

/** How long "Saved" stands in place of "Download". */
const DONE_MS = 2000;

export interface ResultRooms {
  versions: Versions;
  trouble: Trouble;
}

const loadReport = () => import('../report/report.ts');

type Act = (save: Awaited<ReturnType<typeof loadRest>>, result: Result) => Promise<void>;

/** What can be done with the shown picture: save, copy, share; and what is open around it. */
export class ResultView {
  isMenuOpen = false;
  isDetailsOpen = false;
  isCaptionOpen = false;
  /** What was just done, for the button that did it. */
  done: 'saved' | 'copied' | 'linkCopied' | undefined;

  readonly #host: EngineHost;
  readonly #rooms: ResultRooms;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #savedAs: 'original' | 'webp' | 'jpeg' | undefined;

  constructor(host: EngineHost, rooms: ResultRooms) {
    this.#host = host;
    this.#rooms = rooms;
  }

  /** Another picture is shown. */
  close() {
    this.isMenuOpen = false;
    this.isCaptionOpen = false;
    this.#finish(undefined);
  }

  closeMenu() {
    this.isMenuOpen = false;
    this.#host.update();
  }

  toggle(what: 'isMenuOpen' | 'isDetailsOpen' | 'isCaptionOpen') {
    this[what] = !this[what];
    this.#host.update();
    if (!this[what] || what === 'isCaptionOpen') return;
    // What does not come is not open.
    this.#host.parts.load(what === 'isMenuOpen' ? 'save' : 'details', loadRest).catch(() => {
      this[what] = false;
      this.#host.update();
    });
  }

  download(type: 'original' | 'webp' | 'jpeg' = 'original'): Promise<void> {
    return this.#attempt('download', 'saved', async ({ saveAs }, result) => {
      await saveAs(result, { type }, this.#host.fetch);
      this.#savedAs = type;
    });
  }

  copy(): Promise<void> {
    return this.#attempt('copy', 'copied', ({ copyPicture }, result) => copyPicture(result, this.#host.fetch));
  }

  copyLink(): Promise<void> {
    return this.#attempt('link', 'linkCopied', ({ copyLink }, result) => copyLink(result));
  }

  share(): Promise<void> {
    return this.#attempt('share', undefined, ({ share }, result) => share(result, this.#host.fetch));
  }

  async toBlob(): Promise<Blob | null> {
    const turn = this.#rooms.versions.turn;
    if (!turn) return null;
    const { toBlob } = await this.#save();
    return toBlob(resultOf(turn), this.#host.fetch);
  }

  renderMenu() {
    const turn = this.#rooms.versions.turn;
    if (!this.isMenuOpen || !turn) return undefined;
    const { element, facts, parts, words } = this.#host;
    return parts.use('save', loadRest)?.renderMenu({
      words,
      result: resultOf(turn),
      done: this.done,
      savedAs: this.#savedAs,
      showCopy: !element.withoutCopy,
      showShare: !element.withoutShare,
      showDownload: !element.withoutDownload,
      onCopy: () => this.copy(),
      onShare: () => this.share(),
      onLink: () => this.copyLink(),
      onDownload: (type) => this.download(type),
      onDetails: () => {
        this.isMenuOpen = false;
        this.toggle('isDetailsOpen');
      },
      onReport: facts?.reports
        ? () => parts.load('report', loadReport).then(({ report }) => report(this.#host, resultOf(turn)))
        : undefined,
      onClose: () => this.closeMenu(),
    });
  }

  #save() {
    return this.#host.parts.load('save', loadRest);
  }

  /** The page may do it itself. A failure is told; the picture stays. */
  async #attempt(trouble: SaveTrouble, done: ResultView['done'], action: Act): Promise<void> {
    const turn = this.#rooms.versions.turn;
    if (!turn) return;
    const type = trouble === 'link' ? undefined : (`peel-${trouble}` as const);
    if (type && !fire(this.#host.element, type, placeOf(turn))) return;
    try {
      await action(await this.#save(), resultOf(turn));
    } catch (cause) {
      // The visitor has closed the share sheet.
      if (cause instanceof DOMException && cause.name === 'AbortError') return;
      // Network, permission or policy: the cause makes no difference to the visitor.
      void this.#rooms.trouble.show({ trouble });
      return;
    }
    if (done) {
      this.#finish(done);
      this.#host.say(this.#host.words.say(done));
    }
  }

  #finish(done: ResultView['done']) {
    clearTimeout(this.#timer);
    this.done = done;
    if (done) this.#timer = setTimeout(() => this.#finish(undefined), DONE_MS);
    this.#host.update();
  }
}
