import { nothing } from 'lit';
import { PeelError, quietly } from '../api/peel-error.ts';
import type { EngineHost } from '../host.ts';
import type { Order, Turn } from '../model.ts';
import { loadRest } from '../parts.ts';
import { randomId } from '../random-id.ts';
import { runningKey } from '../running-key.ts';
import { clearRunning, type Running, readRunning, saveRunning } from '../thread/running.ts';
import type { ThreadStore } from '../thread/store.ts';
import { createTakes } from '../thread/takes.ts';
import { EMPTY_THREAD, merge, picturesOf, type Thread } from '../thread/thread.ts';
import { createThumbnails, findGone, type Thumbnails } from '../thread/thumbnails.ts';
import { readItem, writeItem } from '../thread/web-storage.ts';
import type { Naming } from './orders.ts';
import type { Versions } from './versions.ts';

export interface KeeperRooms {
  readonly versions: Versions;
  readonly asking: { resume(orders: readonly Order[], startedAt: number): Promise<unknown> };
}

/** What outlives the page: the running request until its end, and with `persist` the pictures. */
export class Keeper {
  /** Turns whose picture does not open any more. */
  readonly gone: Set<string> = new Set();
  readonly takes: Naming;

  readonly #host: EngineHost;
  readonly #rooms: KeeperRooms;
  #store: ThreadStore | undefined;
  /** Where the running request is written. It stays when elements before this one come and go, or this one is moved. */
  #key = '';
  /** Kept pictures of earlier visits, which the visitor has not opened. */
  #earlier: Thread = EMPTY_THREAD;
  #isAsking = false;
  #isAll = false;
  /** Remembers the takes of pictures from before, so that the next one is another. */
  readonly #note: (thread: Thread) => void;
  #thumbnails: Thumbnails;

  constructor(host: EngineHost, rooms: KeeperRooms) {
    this.#host = host;
    this.#rooms = rooms;
    const counted = createTakes(`peel:takes:${host.element.endpoint}:${host.element.site}`);
    this.takes = { next: (take) => counted.next(take), draw: () => `x${randomId()}` };
    this.#note = (thread) => {
      for (const { results } of thread.turns) for (const { order } of results) counted.note(order.take);
    };
    this.#thumbnails = createThumbnails(undefined, () => host.update());
  }

  /** Finds what was running and what is kept. */
  async start(): Promise<void> {
    const { element } = this.#host;
    this.#key = runningKey(element);
    const isShared = element.persist === 'local';
    const running = readRunning(this.#key, Date.now(), isShared);
    if (element.persist !== 'none') await quietly(this.#open(element.persist));
    this.#resume(running);
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
    this.#resume(readRunning(this.#key, Date.now()));
  }

  save() {
    void this.#store?.save(this.#rooms.versions.thread);
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
    const { exportSession } = await this.#host.parts.load('session', loadRest);
    return exportSession(this.#rooms.versions.thread);
  }

  /** @throws PeelError */
  async importSession(data: unknown): Promise<void> {
    const { importSession } = await this.#host.parts.load('session', loadRest);
    const read = importSession(data, this.#host.element.endpoint);
    if ('problem' in read) throw new PeelError('INVALID', read.problem.message);
    this.#note(read.thread);
    this.#rooms.versions.restore(merge(this.#rooms.versions.thread, read.thread));
    this.save();
  }

  /** Address of a small picture of a turn: the kept copy where there is one; undefined while it is looked for. */
  imageOf(turn: Turn): string | undefined {
    return this.#thumbnails.of(turn);
  }

  /** The small picture did not load: perhaps the worker does not have the picture any more. */
  async onMissing(turn: Turn): Promise<void> {
    const gone = await findGone([turn], this.#host.fetch);
    for (const id of gone) this.gone.add(id);
    if (gone.size > 0) this.#host.update();
  }

  /** After a change of endpoint or site: what is kept belongs to another one. */
  reconnect() {
    this.#store?.close();
    this.#store = undefined;
    this.#thumbnails.release();
    this.#earlier = EMPTY_THREAD;
    void this.start();
  }

  /** "Your pictures", above the examples. */
  render() {
    if (this.#earlier.turns.length === 0) return nothing;
    const { parts, words } = this.#host;
    return parts.use('kept', loadRest)?.renderKept({
      words,
      pictures: picturesOf(this.#earlier),
      imageOf: (turn) => this.imageOf(turn),
      isAll: this.#isAll,
      isAsking: this.#isAsking,
      onOpen: (thread) => this.#rooms.versions.restore(thread),
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
    const { createStore } = await this.#host.parts.load('store', loadRest);
    this.#store = createStore({
      persist,
      endpoint: element.endpoint,
      site: element.site,
      fetch,
      onChange: () => void this.#reload(),
    });
    const store = this.#store;
    this.#thumbnails = createThumbnails(
      (turn) => store.thumbnail(turn),
      () => this.#host.update(),
    );
    await this.#reload();
    // A picture may have come before the store was open.
    if (this.#rooms.versions.thread.turns.length > 0) this.save();
  }

  async #reload(): Promise<void> {
    const kept = (await this.#store?.load()) ?? EMPTY_THREAD;
    this.#note(kept);
    // A tab goes on where it was; a new visit begins with what may be opened.
    if (
      this.#host.element.persist === 'session' &&
      kept.turns.length > 0 &&
      this.#rooms.versions.thread.turns.length === 0
    ) {
      this.#rooms.versions.restore({
        ...kept,
        ...(kept.selected === undefined && { selected: kept.turns.at(-1)?.id ?? '' }),
      });
    } else this.#earlier = kept;
    this.#host.update();
  }

  #resume(running: Running | undefined) {
    if (running) void quietly(this.#rooms.asking.resume(running.orders, running.startedAt));
  }

  get #noticeKey(): string {
    return `peel:notice:${this.#host.element.endpoint}:${this.#host.element.site}`;
  }
}
