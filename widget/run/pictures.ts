import { html, nothing } from 'lit';
import { PeelError, quietly } from '../api/peel-error.ts';
import { isPassing } from '../api/problem.ts';
import type { UploadOptions } from '../api/upload.ts';
import { fire } from '../events.ts';
import type { EngineHost } from '../host.ts';
import type { Region, Result, SentReference } from '../model.ts';
import { loadRest } from '../parts.ts';
import { type Incoming, offersCamera, pickFiles } from '../references/incoming.ts';
import type { Reference, ReferenceOptions, Via } from '../references/reference.ts';
import type { References } from '../references/references.ts';
import type { Trouble } from './trouble.ts';

export interface PicturesRooms {
  readonly trouble: Trouble;
  readonly mostPictures: number;
  token: UploadOptions['token'];
}

/** The pictures that a visitor adds. */
export class Pictures {
  readonly #host: EngineHost;
  readonly #rooms: PicturesRooms;
  #references: References | undefined;

  constructor(host: EngineHost, rooms: PicturesRooms) {
    this.#host = host;
    this.#rooms = rooms;
  }

  get items(): readonly Reference[] {
    return this.#references?.items ?? [];
  }

  /** Some are on their way. */
  get isBusy(): boolean {
    return this.items.some(({ state }) => state === 'preparing' || state === 'uploading');
  }

  isSameAs(sent: readonly SentReference[]): boolean {
    return sent.length === this.items.length && sent.every(({ uri }, at) => uri === this.items[at]?.uri);
  }

  async add(file: Blob | string, options?: ReferenceOptions): Promise<void> {
    const { references } = await this.#load();
    const ids =
      typeof file === 'string'
        ? await references.addUrl(file, 'script', options)
        : await references.add(file instanceof Blob ? [file] : [], 'script', options);
    if (ids.length === 0) throw new PeelError('INVALID', 'This picture cannot be added.');
  }

  async addIncoming({ files, url }: Incoming, via: Via): Promise<void> {
    if (files.length === 0 && !url) return;
    this.#clearNote();
    const { references } = await this.#load();
    if (files.length > 0) await references.add(files, via);
    else if (url) await references.addUrl(url, via);
  }

  remove(id: string) {
    this.#references?.remove(id);
  }

  move(id: string, index: number) {
    this.#references?.move(id, index);
  }

  clear() {
    this.#references?.clear();
  }

  use(sent: readonly SentReference[]) {
    if (this.#references || sent.length > 0) void this.#load().then(({ references }) => references.use(sent));
  }

  /** Says which picture can never be sent, if one cannot. @returns Why, for the page. */
  tellBroken(): string | undefined {
    const at = this.items.findIndex(({ problem }) => problem && !isPassing(problem));
    const broken = this.items[at];
    if (broken) this.#tell(broken, at + 1);
    return broken?.problem?.message;
  }

  async whenReady(signal: AbortSignal): Promise<readonly SentReference[]> {
    return this.#references ? this.#references.whenReady(signal) : [];
  }

  /** Uploads the picture once more, with the place marked on it. */
  async mark(result: Result, region: Region, signal: AbortSignal): Promise<readonly SentReference[]> {
    const { part } = await this.#load();
    const viewer = await this.#host.parts.load('viewer', loadRest);
    const blob = await viewer.markedPicture(result.url, region, this.#host.fetch);
    const sent = await part.upload(blob, this.#upload(), signal, () => undefined);
    // The words say the place as well, so a failed upload is no reason to stop.
    return 'problem' in sent ? [] : [{ ...sent, alt: '', at: Date.now() }];
  }

  render(text: string) {
    const { parts, words, isDisabled } = this.#host;
    const references = this.#references;
    if (!references || references.items.length === 0) return nothing;
    const part = parts.use('references', loadRest);
    return part?.renderReferences({
      words,
      references,
      text,
      isDisabled,
      announce: (spoken) => this.#host.say(spoken),
      onEmpty: () => this.#host.focusText(),
    });
  }

  /** "Take a photo" or "Choose a file", on phones and tablets. */
  renderAddMenu() {
    if (!offersCamera()) return undefined;
    const { parts, words } = this.#host;
    return parts.use('references', loadRest)?.renderAddMenu({ words, onPick: (capture) => this.#pick(capture) });
  }

  /** One tile and its button, for the photo of a template. */
  renderPhoto() {
    const { words } = this.#host;
    return html`
      ${this.render('')}
      <button type="button" class="tonal" @click=${() => this.#pick(false)}>${words.say(this.items.length > 0 ? 'anotherPhoto' : 'onePhoto')}</button>
    `;
  }

  #pick(capture: boolean) {
    const multiple = this.#rooms.mostPictures > 1 && !capture;
    const picked = pickFiles({ multiple, capture });
    void quietly(picked.then((files) => this.addIncoming({ files }, capture ? 'camera' : 'pick')));
  }

  readonly #upload = (): UploadOptions => {
    const { element, fetch } = this.#host;
    return { endpoint: element.endpoint, token: this.#rooms.token, fetch: element.fetch && fetch };
  };

  #tell({ name, problem }: Reference, n: number) {
    const reference = problem && isPassing(problem) ? 'upload' : 'broken';
    void this.#rooms.trouble.show({ reference, n, name });
  }

  /** A note about a picture says nothing of the next one. */
  #clearNote() {
    const { trouble } = this.#rooms;
    if (trouble.note?.icon === 'picture' && trouble.clear()) this.#host.update();
  }

  async #load() {
    const { element, parts } = this.#host;
    const { trouble } = this.#rooms;
    const part = await parts.load('references', loadRest);
    this.#references ??= new part.References(element, {
      upload: this.#upload,
      max: () => this.#rooms.mostPictures,
      isReplaced: () => this.#host.facts?.promptMode === 'template' && this.#rooms.mostPictures > 0,
      say: (key, values) => this.#host.say(this.#host.words.say(key, values)),
      onAdd: (file, _via, role) => fire(element, 'peel-reference-add', { file, role }),
      onRemove: ({ file = new Blob(), role }) => {
        this.#clearNote();
        fire(element, 'peel-reference-remove', { file, role });
      },
      onReject: (file, reason, role) => {
        fire(element, 'peel-reference-reject', { file, role, reason });
        const name = file instanceof File ? file.name : '';
        void trouble.show({ reference: reason, n: this.#rooms.mostPictures, name });
      },
      onFail: (reference, n) => this.#tell(reference, n),
      onChange: () => this.#host.update(),
    });
    return { part, references: this.#references };
  }
}
