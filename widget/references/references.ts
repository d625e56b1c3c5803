import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { errorOf, isPassing, type Problem } from '../api/problem.ts';
import { upload } from '../api/upload.ts';
import type { SentReference } from '../model.ts';
import { fetchFile } from './fetch-file.ts';
import { judge, type Prepared, prepare } from './prepare.ts';
import type { Reference, ReferenceOptions, ReferencesOptions, Via } from './reference.ts';

type Item = { -readonly [Name in keyof Reference]: Reference[Name] } & {
  /** The picture behind `previewUrl`. */
  preview?: Blob;
  /** Its `file` is what is sent. */
  isPrepared?: boolean;
  /** When it was uploaded, in Unix milliseconds. */
  at?: number;
  /** Ends its work. */
  abort?: AbortController;
};

const MAX_UPLOADS = 3;

/** An hour less than the worker keeps a file (`FILE_LIFE_MS` in `worker/files/file.ts`): a picture takes time to make. */
const LIFE_MS = 47 * 3_600_000;

/** The added pictures: prepares them, uploads them, and holds them in their order. */
export class References implements ReactiveController {
  items: readonly Reference[] = [];
  /** Place of the picture that the Tab key stops at. */
  current = 0;

  readonly #host: ReactiveControllerHost;
  readonly #options: ReferencesOptions;
  /** Uploaded pictures by their address, those that were removed too: an earlier request may be used again. */
  readonly #kept = new Map<string, Item>();
  #isConnected = false;
  #uploads = 0;
  #lastId = 0;
  /** Resolves with the next change. */
  #change = Promise.withResolvers<void>();
  /** Large photos take much memory, so one is prepared at a time. */
  #preparation: Promise<unknown> = Promise.resolve();

  constructor(host: ReactiveControllerHost, options: ReferencesOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected() {
    this.#isConnected = true;
    for (const item of this.#items) this.#show(item);
    this.update();
    this.#work();
  }

  hostDisconnected() {
    this.#isConnected = false;
    // An element that a page moves is connected again before the microtask. After a longer absence the work goes on.
    queueMicrotask(() => {
      if (this.#isConnected) return;
      for (const item of this.#items) this.#rest(item);
    });
  }

  /**
   * Adds pictures behind the others, in their order. Each is judged by its bytes first.
   *
   * @returns Ids of those that were added.
   */
  async add(files: Iterable<Blob>, via: Via, { role = '', alt = '' }: ReferenceOptions = {}): Promise<string[]> {
    const { max, isReplaced, onAdd, onReject, say } = this.#options;
    const judged = await Promise.all(Array.from(files, async (file) => ({ file, trouble: await judge(file) })));
    const ids: string[] = [];
    for (const { file, trouble } of judged) {
      const before = isReplaced?.() ? this.items[0] : undefined;
      const reason = trouble ?? (before || this.items.length < max() ? undefined : 'count');
      if (reason) onReject(file, reason, role);
      else if (onAdd(file, via, role)) {
        if (before) this.remove(before.id);
        const item = this.#create({ name: file instanceof File ? file.name : '', alt, role, file });
        this.items = [...this.items, item];
        ids.push(item.id);
      }
    }
    if (ids.length > 0) say('referencesAdded', { n: ids.length, last: this.items.length });
    this.#changed();
    this.#work();
    return ids;
  }

  /** Adds a picture from the web: the page's own, or one whose site allows it (CORS). */
  async addUrl(url: string, via: Via, options: ReferenceOptions = {}): Promise<string[]> {
    const { upload, onReject } = this.#options;
    const file = await fetchFile(url, upload().fetch ?? fetch);
    if (file) return this.add([file], via, options);
    onReject(new Blob(), 'address', options.role ?? '');
    return [];
  }

  remove(id: string): void {
    const item = this.#find(id);
    if (!item) return;
    this.items = this.items.filter((other) => other !== item);
    this.#rest(item);
    this.#options.onRemove(item);
    this.#changed();
  }

  /** @param index Its place afterwards. */
  move(id: string, index: number): void {
    const item = this.#find(id);
    if (!item) return;
    const others = this.items.filter((other) => other !== item);
    this.items = others.toSpliced(Math.max(0, index), 0, item);
    this.#changed();
  }

  /** Uploads a picture again. */
  retry(id: string): void {
    const item = this.#find(id);
    if (item) this.#restart(item);
    this.#work();
  }

  /** Removes all without a word. */
  clear(): void {
    this.use([]);
  }

  /**
   * Takes the pictures of an earlier request in place of those that are there. Of an address from before a reload there
   * is no picture to show.
   */
  use(references: readonly SentReference[]): void {
    const before = this.#items;
    const items = references.map((sent) => this.#kept.get(sent.uri) ?? this.#restore(sent));
    this.items = items;
    for (const item of before) if (!items.includes(item)) this.#rest(item);
    if (this.#isConnected) for (const item of items) this.#show(item);
    this.#changed();
    this.#work();
  }

  /**
   * Waits until every picture has an address. Pictures that the worker is about to delete go up again, and so do those
   * that failed for a passing reason.
   *
   * @throws PeelError with the first problem; the signal's reason after an abort.
   */
  async whenReady(signal: AbortSignal): Promise<SentReference[]> {
    for (const item of this.#items) {
      if ((item.problem && isPassing(item.problem)) || this.#isExpired(item)) this.#restart(item);
    }
    this.#work();
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!signal.aborted && this.items.some(isPending)) await Promise.race([this.#change.promise, aborted]);
    signal.throwIfAborted();
    return this.#items.map(({ problem, uri = '', mimeType = '', alt, at }) => {
      if (problem) throw errorOf(problem);
      return { uri, mimeType, alt, ...(at !== undefined && { at }) };
    });
  }

  /** Renders the host again. */
  update(): void {
    this.#host.requestUpdate();
  }

  get #items(): readonly Item[] {
    return this.items as readonly Item[];
  }

  #find(id: string): Item | undefined {
    return this.#items.find((item) => item.id === id);
  }

  #create(facts: Pick<Item, 'name' | 'alt' | 'role' | 'file'>): Item {
    return { ...facts, id: String(++this.#lastId), state: 'preparing', progress: 0 };
  }

  #restore({ uri, mimeType, alt, at }: SentReference): Item {
    const item = this.#create({ name: '', alt, role: '' });
    return { ...item, uri, mimeType, state: 'ready', ...(at !== undefined && { at }) };
  }

  #isExpired({ at }: Item): boolean {
    const { now = Date.now } = this.#options;
    return at !== undefined && now() - at > LIFE_MS;
  }

  #changed() {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
    this.#options.onChange();
    this.update();
  }

  #restart(item: Item) {
    if (item.abort) return;
    delete item.problem;
    item.progress = 0;
    if (item.file) item.state = item.isPrepared ? 'uploading' : 'preparing';
    else this.#giveUp(item, { reason: 'NOT_FOUND', message: 'The worker has deleted the picture.' });
    this.#changed();
  }

  #fail(item: Item, problem: Problem) {
    item.state = 'failed';
    // Uploads cost nothing.
    item.problem = { ...problem, unsent: true };
  }

  /** It fails, and the visitor reads why. */
  #giveUp(item: Item, problem: Problem) {
    this.#fail(item, problem);
    this.#options.onFail(item, this.items.indexOf(item) + 1);
  }

  /** Starts what waits, as much as may run at once. */
  #work() {
    for (const item of this.#items) {
      if (this.#isConnected && this.#uploads < MAX_UPLOADS && isPending(item) && !item.abort) void this.#run(item);
    }
  }

  async #run(item: Item) {
    const abort = new AbortController();
    item.abort = abort;
    this.#uploads += 1;
    try {
      await this.#prepare(item, abort.signal);
      if (item.state === 'uploading') await this.#upload(item, abort.signal);
    } catch (cause) {
      // After an abort the picture is gone, or waits until the element is in the page again.
      if (!abort.signal.aborted) {
        this.#fail(item, { reason: 'UNREACHABLE', message: String(cause) });
        throw cause;
      }
    } finally {
      this.#uploads -= 1;
      if (item.abort === abort) delete item.abort;
      this.#changed();
      this.#work();
    }
  }

  async #prepare(item: Item, signal: AbortSignal) {
    const { file } = item;
    if (item.isPrepared || !file) return;
    const prepared = this.#preparation.then(() => {
      signal.throwIfAborted();
      return prepare(file, signal);
    });
    this.#preparation = prepared.catch(() => undefined);
    this.#onPrepared(item, file, await prepared);
  }

  #onPrepared(item: Item, file: Blob, prepared: Prepared | undefined) {
    if (prepared) {
      item.file = prepared.blob;
      item.isPrepared = true;
      item.state = 'uploading';
      if (prepared.preview) item.preview = prepared.preview;
      this.#show(item);
    } else {
      this.#options.onReject(file, 'kind', item.role);
      this.#giveUp(item, { reason: 'TYPE_NOT_ALLOWED', message: 'The picture cannot be drawn.' });
    }
    this.#changed();
  }

  async #upload(item: Item, signal: AbortSignal) {
    const { upload: options, now = Date.now } = this.#options;
    const onProgress = (share: number) => {
      item.progress = share;
      this.update();
    };
    const outcome = await upload(item.file as Blob, options(), signal, onProgress);
    if ('problem' in outcome) {
      this.#giveUp(item, outcome.problem);
    } else {
      Object.assign(item, outcome, { state: 'ready', progress: 1, at: now() });
      this.#kept.set(outcome.uri, item);
    }
  }

  /** Object URLs keep their pictures in memory, so they live as long as they are shown. */
  #show(item: Item) {
    if (item.preview) item.previewUrl ??= URL.createObjectURL(item.preview);
  }

  #rest(item: Item) {
    item.abort?.abort(new DOMException('The picture is not needed now.', 'AbortError'));
    delete item.abort;
    if (item.previewUrl) URL.revokeObjectURL(item.previewUrl);
    delete item.previewUrl;
  }
}

const isPending = ({ state }: Reference): boolean => state === 'preparing' || state === 'uploading';
