import { nothing } from 'lit';
import { PeelError, quietly } from '../api/peel-error.ts';
import type { EngineHost } from '../host.ts';
import type { Order, Turn } from '../model.ts';
import { runningKey } from '../running-key.ts';
import { clearRunning, readRunning, saveRunning } from '../thread/running.ts';
import type { ThreadStore } from '../thread/store.ts';
import { createTakes } from '../thread/takes.ts';
import { EMPTY_THREAD, merge, picturesOf, resultOf, type Thread } from '../thread/thread.ts';
import { thumbnailUrl } from '../thread/thumbnails.ts';
import { readItem, writeItem } from '../thread/web-storage.ts';
import type { Naming } from './orders.ts';

export interface KeeperOptions {
  read: () => Thread;
  restore: (thread: Thread) => void;
  resume: (orders: readonly Order[], startedAt: number) => void;
}

const loadSession = () => import('../thread/session.ts');

/**
 * What outlives the page: the running request until its end, and with `persist` the pictures. The code for the latter is
 * fetched only where the page asks for it.
 */
export class Keeper {
  /** Turns whose picture does not open any more. */
  readonly gone: Set<string> = new Set();
  readonly takes: Naming;

  readonly #host: EngineHost;
  readonly #options: KeeperOptions;
  #store: ThreadStore | undefined;
  /** Where the running request is written. It stays when elements before this one come and go, or this one is moved. */
  #key = '';
  /** Kept pictures of earlier visits, which the visitor has not opened. */
  #earlier: Thread = EMPTY_THREAD;
  #isAsking = false;
  #isAll = false;
  /** Addresses of small pictures, by turn and index. */
  readonly #thumbnails = new Map<string, string>();

  constructor(host: EngineHost, options: KeeperOptions) {
    this.#host = host;
    this.#options = options;
    const counted = createTakes(`peel:takes:${host.element.endpoint}:${host.element.site}`);
    this.takes = { next: (take) => counted.next(take), draw: () => `x${crypto.randomUUID().replaceAll('-', '')}` };
  }

  /** Finds what was running and what is kept. */
  async start(): Promise<void> {
    const { element } = this.#host;
    this.#key = runningKey(element);
    const isShared = element.persist === 'local';
    const running = readRunning(this.#key, Date.now(), isShared);
    if (element.persist !== 'none') await quietly(this.#open(element.persist));
    if (running) this.#options.resume(running.orders, running.startedAt);
  }

  began(orders: readonly Order[], startedAt: number) {
    const { element } = this.#host;
    if (element.isConnected) this.#key = runningKey(element);
    saveRunning(this.#key, { orders, startedAt }, element.persist === 'local');
  }

  ended() {
    clearRunning(this.#key);
  }

  /** Goes on with what this element had begun. */
  resume() {
    const running = readRunning(this.#key, Date.now());
    if (running) this.#options.resume(running.orders, running.startedAt);
  }

  save() {
    void this.#store?.save(this.#options.read());
  }

  hasRead(notice: string): boolean {
    return (
      readItem('localStorage', this.#noticeKey) === notice || readItem('sessionStorage', this.#noticeKey) === notice
    );
  }

  markRead(notice: string) {
    // A browser without storage asks again at the next visit.
    if (!writeItem('localStorage', this.#noticeKey, notice)) writeItem('sessionStorage', this.#noticeKey, notice);
  }

  async exportSession(): Promise<unknown> {
    const { exportSession } = await this.#host.parts.load('session', loadSession);
    return exportSession(this.#options.read());
  }

  /** @throws PeelError */
  async importSession(data: unknown): Promise<void> {
    const { importSession } = await this.#host.parts.load('session', loadSession);
    const read = importSession(data, this.#host.element.endpoint);
    if ('problem' in read) throw new PeelError('INVALID', read.problem.message);
    this.#options.restore(merge(this.#options.read(), read.thread));
    this.save();
  }

  /** Address of a small picture of a turn: the kept copy where there is one; undefined while it is looked for. */
  imageOf(turn: Turn): string | undefined {
    const key = `${turn.id} ${turn.index}`;
    const known = this.#thumbnails.get(key);
    if (known !== undefined || !this.#store) return known ?? thumbnailUrl(resultOf(turn).url);
    this.#thumbnails.set(key, thumbnailUrl(resultOf(turn).url));
    void this.#store.thumbnail(turn).then((blob) => {
      if (!blob) return;
      this.#thumbnails.set(key, URL.createObjectURL(blob));
      this.#host.update();
    });
    return this.#thumbnails.get(key);
  }

  /** The worker does not have the picture any more. */
  onMissing(turn: Turn) {
    this.gone.add(turn.id);
    this.#host.update();
  }

  /** "Your pictures", above the examples. */
  render() {
    if (this.#earlier.turns.length === 0) return nothing;
    const { parts, words } = this.#host;
    return parts
      .use('kept', () => import('../thread/kept.ts'))
      ?.renderKept({
        words,
        pictures: picturesOf(this.#earlier),
        imageOf: (turn) => this.imageOf(turn),
        isAll: this.#isAll,
        isAsking: this.#isAsking,
        onOpen: (thread) => this.#options.restore(thread),
        onAll: () => {
          this.#isAll = true;
          this.#host.update();
        },
        onAsk: (isAsking) => {
          this.#isAsking = isAsking;
          this.#host.update();
        },
        onClear: () => void this.#clear(),
      });
  }

  async #clear() {
    await this.#store?.clear();
    this.#earlier = EMPTY_THREAD;
    this.#isAsking = false;
    this.#host.focusText();
    this.#host.update();
  }

  async #open(persist: 'session' | 'local'): Promise<void> {
    const { element, fetch } = this.#host;
    const { createStore } = await this.#host.parts.load('store', () => import('../thread/store.ts'));
    this.#store = createStore({
      persist,
      endpoint: element.endpoint,
      site: element.site,
      fetch,
      onChange: () => void this.#reload(),
    });
    await this.#reload();
  }

  async #reload(): Promise<void> {
    const kept = (await this.#store?.load()) ?? EMPTY_THREAD;
    // A tab goes on where it was; a new visit begins with what may be opened.
    if (this.#host.element.persist === 'session' && kept.turns.length > 0 && this.#options.read().turns.length === 0) {
      this.#options.restore({ ...kept, ...(kept.selected === undefined && { selected: kept.turns.at(-1)?.id ?? '' }) });
    } else this.#earlier = kept;
    this.#host.update();
  }

  get #noticeKey(): string {
    return `peel:notice:${this.#host.element.endpoint}:${this.#host.element.site}`;
  }
}
