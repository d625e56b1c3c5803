/**
 * What stays of a visitor's pictures after a reload. `session`: the conversation of this tab, in `sessionStorage`, as
 * addresses. `local`: the conversations of this browser with thumbnails, in IndexedDB. Storage may be forbidden or full:
 * then the element works without, and each function says so by what it returns.
 */

import type { Result, Turn } from '../model.ts';
import { openDatabase, outcomeOf, transact, type Upgrade, type Work } from './database.ts';
import { exportSession, importSession } from './session.ts';
import { baseOf, checkTurn, fromStored, isStorable, type StoredTurn, toStored } from './stored-turn.ts';
import { EMPTY_THREAD, keepNewest, merge, type Thread } from './thread.ts';
import { fetchThumbnail } from './thumbnails.ts';
import { readItem, removeItem, writeItem } from './web-storage.ts';

/** Turns of one site that are kept. Those of the picture that was changed longest ago leave first. */
export const MAX_KEPT = 40;

export interface ThreadStore {
  /** All kept turns; an empty thread where there are none. */
  load(): Promise<Thread>;
  /** Adds what is new in the thread, and what has changed. @returns Whether all of it is kept. */
  save(thread: Thread): Promise<boolean>;
  /** The thumbnail of the picture that a turn shows. */
  thumbnail(turn: Turn): Promise<Blob | undefined>;
  /** Deletes all kept turns of the site. What is still on the page is not saved again. @returns Whether they are gone. */
  clear(): Promise<boolean>;
  /** Ends the messages of other tabs. */
  close(): void;
}

export interface StoreOptions {
  persist: 'session' | 'local';
  endpoint: string;
  site: string;
  fetch: typeof fetch;
  /** Another tab, or another element of the page, has saved or cleared. */
  onChange: () => void;
}

export const createStore = (options: StoreOptions): ThreadStore =>
  options.persist === 'session' ? createSessionStore(options) : createLocalStore(options);

const scopeOf = ({ endpoint, site }: StoreOptions): string => `${baseOf(endpoint)} ${site}`;

function createSessionStore(options: StoreOptions): ThreadStore {
  const { endpoint } = options;
  const key = `peel:thread:${scopeOf(options)}`;
  const cleared = new Set<string>();
  const saved = new Set<string>();

  function read(): Thread {
    const stored = importSession(readItem('sessionStorage', key), endpoint);
    return 'thread' in stored ? stored.thread : EMPTY_THREAD;
  }

  return {
    load: async () => read(),
    async save(thread) {
      const turns = thread.turns.filter(({ id }) => !cleared.has(id));
      for (const { id } of turns) saved.add(id);
      // Another element of the page may have saved its own.
      let kept = keepNewest(merge(read(), { ...thread, turns }), MAX_KEPT);
      while (!writeItem('sessionStorage', key, exportSession(kept))) {
        if (kept.turns.length <= 1) return false;
        kept = keepNewest(kept, kept.turns.length - 1);
      }
      return turns.every((turn) => !isStorable(turn) || kept.turns.includes(turn));
    },
    thumbnail: async () => undefined,
    async clear() {
      for (const id of saved) cleared.add(id);
      return removeItem('sessionStorage', key);
    },
    close: () => undefined,
  };
}

const DATABASE = 'peel';
const UPGRADES: readonly Upgrade[] = [
  (database) => {
    database.createObjectStore('turns');
    database.createObjectStore('thumbnails');
  },
];

/** A turn's key is its site's scope and its id; a thumbnail's also has the place of its picture. */
const allOf = (...prefix: string[]) => IDBKeyRange.bound(prefix, [...prefix, []]);

function createLocalStore(options: StoreOptions): ThreadStore {
  const scope = scopeOf(options);
  const check = checkTurn(options.endpoint);
  const channel = openChannel(`peel:${scope}`, options.onChange);
  /** As they were last written, by id. */
  const saved = new Map<string, Turn>();
  const cleared = new Set<string>();
  /** Thumbnails that were asked for, by place. */
  const asked = new Set<string>();
  let opened: Promise<IDBDatabase> | undefined;
  let isClosed = false;

  /** Opened at first need, and again after it was closed. @throws Where storage is forbidden or full, and at the end. */
  async function inDatabase<Value>(mode: IDBTransactionMode, work: Work<Value>): Promise<Value> {
    if (isClosed) throw new DOMException('The store is closed.', 'AbortError');
    const forget = () => {
      opened = undefined;
    };
    opened ??= openDatabase(DATABASE, UPGRADES, forget);
    const database = await opened.catch((cause: unknown) => {
      forget();
      throw cause;
    });
    return transact(database, mode, work);
  }

  async function readTurns(turns: IDBObjectStore): Promise<Turn[]> {
    const stored: unknown[] = await outcomeOf(turns.getAll(allOf(scope)));
    const good = stored.filter((turn) => !check(turn, '')) as StoredTurn[];
    return good.map(fromStored).toSorted((one, other) => one.at - other.at);
  }

  /** Writes turns and drops what is too old. @returns Ids of those that stay. */
  const write = (changed: readonly Turn[], most: number): Promise<Set<string>> =>
    inDatabase('readwrite', async (store) => {
      const turns = store('turns');
      for (const turn of changed) await outcomeOf(turns.put(toStored(turn), [scope, turn.id]));
      const kept = new Set(keepNewest({ turns: await readTurns(turns) }, most).turns.map(({ id }) => id));
      for (const key of await outcomeOf(turns.getAllKeys(allOf(scope)))) {
        const [, id = ''] = key as string[];
        if (kept.has(id)) continue;
        await outcomeOf(turns.delete(key));
        await outcomeOf(store('thumbnails').delete(allOf(scope, id)));
      }
      return kept;
    });

  /** Where the disk is full, older pictures make room. */
  async function writeWithRoom(changed: readonly Turn[]): Promise<Set<string>> {
    for (let most = MAX_KEPT; ; most = Math.floor(most / 2)) {
      try {
        return await write(changed, most);
      } catch (cause) {
        if (!isFull(cause) || most <= 1) throw cause;
        await write([], Math.floor(most / 2));
      }
    }
  }

  /** Without them the worker's own serve, as long as the picture does. */
  async function keepThumbnails(turns: readonly Turn[]): Promise<void> {
    for (const { id, results } of turns) {
      for (let index = 0; index < results.length; index++) {
        const { url } = results[index] as Result;
        const key = [scope, id, String(index)];
        if (asked.has(key.join())) continue;
        asked.add(key.join());
        if (isClosed) return;
        const blob = await fetchThumbnail(options.fetch, url);
        if (!blob) continue;
        await inDatabase('readwrite', async (store) => {
          // Its turn may have been cleared meanwhile.
          if (await outcomeOf(store('turns').count([scope, id]))) await outcomeOf(store('thumbnails').put(blob, key));
        });
      }
    }
    channel?.postMessage('saved');
  }

  return {
    async load() {
      try {
        const turns = await inDatabase('readonly', (store) => readTurns(store('turns')));
        for (const turn of turns) saved.set(turn.id, turn);
        return { turns };
      } catch {
        return EMPTY_THREAD;
      }
    },

    async save({ turns }) {
      const changed = turns.filter((turn) => saved.get(turn.id) !== turn && !cleared.has(turn.id) && isStorable(turn));
      if (changed.length === 0) return true;
      try {
        const kept = await writeWithRoom(changed);
        for (const turn of changed) saved.set(turn.id, turn);
        channel?.postMessage('saved');
        void keepThumbnails(changed.filter(({ id }) => kept.has(id))).catch(() => undefined);
        return changed.every(({ id }) => kept.has(id));
      } catch {
        return false;
      }
    },

    thumbnail: ({ id, index }) =>
      inDatabase('readonly', (store) => outcomeOf(store('thumbnails').get([scope, id, String(index)]))).catch(
        () => undefined,
      ),

    async clear() {
      for (const id of saved.keys()) cleared.add(id);
      try {
        await inDatabase('readwrite', async (store) => {
          await outcomeOf(store('turns').delete(allOf(scope)));
          await outcomeOf(store('thumbnails').delete(allOf(scope)));
        });
        channel?.postMessage('cleared');
        return true;
      } catch {
        return false;
      }
    },

    close() {
      isClosed = true;
      channel?.close();
      void opened?.then((database) => database.close()).catch(() => undefined);
    },
  };
}

const isFull = (cause: unknown): boolean => cause instanceof DOMException && cause.name === 'QuotaExceededError';

/** @returns undefined where the browser has none, as in a frame without an origin. */
function openChannel(name: string, onMessage: () => void): BroadcastChannel | undefined {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = onMessage;
    return channel;
  } catch {
    return undefined;
  }
}
