import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Turn } from '../../../widget/model.ts';
import { createStore, MAX_KEPT, type StoreOptions, type ThreadStore } from '../../../widget/thread/store.ts';
import { addTurn, EMPTY_THREAD, select, type Thread } from '../../../widget/thread/thread.ts';
import { createThumbnails, findGone, thumbnailUrl } from '../../../widget/thread/thumbnails.ts';
import { addressOf, ENDPOINT, orderOf, pictureOf, threadOf, turn } from './turns.ts';

const open: ThreadStore[] = [];
let asked: string[];

async function paint(width: number, height: number, noisy = false): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#c60';
  context.fillRect(0, 0, width, height);
  if (noisy) context.putImageData(new ImageData(noise(width * height * 4), width, height), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
function noise(length: number): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

const worker: typeof fetch = async (input) => {
  asked.push(String(input));
  return new Response(await paint(32, 18));
};

function storeOf(own: Partial<StoreOptions> = {}): ThreadStore {
  const store = createStore({
    persist: 'local',
    endpoint: ENDPOINT,
    site: 'default',
    fetch: worker,
    onChange: () => undefined,
    ...own,
  });
  open.push(store);
  return store;
}

/** Closes every store, as a reload does. */
function reload() {
  for (const store of open.splice(0)) store.close();
}

const deleteDatabase = () =>
  new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase('peel');
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });

const idsOf = (thread: Thread) => thread.turns.map(({ id }) => id).join(' ');
const first = (thread: Thread) => thread.turns[0] as Turn;

beforeEach(async () => {
  asked = [];
  sessionStorage.clear();
  await deleteDatabase();
});
afterEach(() => {
  vi.restoreAllMocks();
  reload();
});

describe.each(['session', 'local'] as const)('pictures that are kept: %s', (persist) => {
  it('are there after a reload', async () => {
    const thread = threadOf('noon', 'dawn<noon', 'fox');
    expect(await storeOf({ persist }).save(thread)).toBe(true);
    reload();

    const kept = await storeOf({ persist }).load();

    expect(kept.turns).toEqual(thread.turns);
  });

  it('are those of the endpoint and the site', async () => {
    await storeOf({ persist }).save(threadOf('noon'));

    expect(await storeOf({ persist, site: 'other' }).load()).toEqual(EMPTY_THREAD);
    expect(await storeOf({ persist, endpoint: 'https://other.example' }).load()).toEqual(EMPTY_THREAD);
  });

  it('are together from two elements of one page', async () => {
    const [one, other] = [storeOf({ persist }), storeOf({ persist })];

    await one.save(threadOf('noon'));
    await other.save(threadOf('fox'));
    await one.save(addTurn(threadOf('noon'), turn('dawn', 'noon')));

    expect(
      idsOf(await other.load())
        .split(' ')
        .toSorted()
        .join(' '),
    ).toBe('dawn fox noon');
  });

  it('are at most 40 turns: whole pictures leave, the one changed longest ago first', async () => {
    const old = ['old', 'older<old'];
    const names = Array.from({ length: MAX_KEPT - 1 }, (_, at) => `v${at}${at > 0 ? `<v${at - 1}` : ''}`);
    const store = storeOf({ persist });

    const isKept = await store.save(threadOf(...old, ...names));
    const kept = await store.load();

    expect(isKept).toBe(false);
    expect(kept.turns).toHaveLength(MAX_KEPT - 1);
    expect(idsOf(kept)).not.toContain('old');
  });

  it('are gone when they are cleared, and what is on the page does not come back by itself', async () => {
    const store = storeOf({ persist });
    const thread = threadOf('noon');
    await store.save(thread);

    expect(await store.clear()).toBe(true);
    expect(await store.load()).toEqual(EMPTY_THREAD);
    await store.save(addTurn(select(thread, 'noon'), turn('dawn', 'noon')));

    expect(idsOf(await store.load())).toBe('dawn');
  });

  it('are without those whose picture has no address', async () => {
    const order = orderOf('data');
    const data = turn('data', undefined, { order, results: [pictureOf('data', order, { url: 'blob:x' })] });
    const store = storeOf({ persist });

    await store.save(addTurn(threadOf('noon'), data));

    expect(idsOf(await store.load())).toBe('noon');
  });

  it('remember which picture of a turn was chosen', async () => {
    const order = orderOf('two foxes');
    const results = [pictureOf('first', order), pictureOf('second', order)];
    const thread = addTurn(EMPTY_THREAD, turn('foxes', undefined, { order, results }));
    const store = storeOf({ persist });
    await store.save(thread);

    await store.save(select(thread, 'foxes', 1));

    expect((await store.load()).turns[0]?.index).toBe(1);
  });
});

describe('session', () => {
  it('shows the version that was shown', async () => {
    await storeOf({ persist: 'session' }).save(select(threadOf('noon', 'dawn<noon'), 'noon'));

    expect((await storeOf({ persist: 'session' }).load()).selected).toBe('noon');
  });

  it('makes room where the store is full, and says when nothing fits', async () => {
    const put = Storage.prototype.setItem;
    let most = 4000;
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, key, value) {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
      put.call(this, key, value);
    });
    const store = storeOf({ persist: 'session' });

    expect(await store.save(threadOf('noon', 'fox', 'crow', 'owl'))).toBe(false);
    expect((await store.load()).turns.at(-1)?.id).toBe('owl');
    most = 10;
    expect(await store.save(threadOf('snow'))).toBe(false);
  });

  it('works without where storage is forbidden, or holds something else', async () => {
    sessionStorage.setItem(`peel:thread:${ENDPOINT} default`, '{"version":1,"turns":[{"id":"x"}]}');
    const store = storeOf({ persist: 'session' });
    expect(await store.load()).toEqual(EMPTY_THREAD);

    vi.spyOn(window, 'sessionStorage', 'get').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    expect(await store.save(threadOf('noon'))).toBe(false);
    expect(await store.load()).toEqual(EMPTY_THREAD);
    expect(await store.clear()).toBe(false);
  });
});

describe('local', () => {
  const thumbnailOf = (store: ThreadStore, { turns: [noon] }: Thread) =>
    vi.waitUntil(() => store.thumbnail(noon as Turn));

  it('keeps a thumbnail of each picture, as bytes and from the small address', async () => {
    const thread = threadOf('noon');
    const store = storeOf();
    await store.save(thread);

    const thumbnail = await thumbnailOf(store, thread);

    expect(thumbnail).toBeInstanceOf(Blob);
    expect(thumbnail?.type).toBe('image/png');
    expect(asked).toEqual([`${addressOf('noon')}?w=320`]);
  });

  it('makes a large picture small itself, and keeps enough of a long one', async () => {
    const large = await paint(1600, 200, true);
    const store = storeOf({ fetch: async () => new Response(large) });
    const thread = threadOf('noon');
    await store.save(thread);

    const thumbnail = (await thumbnailOf(store, thread)) as Blob;
    const { width, height } = await createImageBitmap(thumbnail);

    expect(thumbnail.size).toBeLessThan(large.size / 2);
    expect([width, height]).toEqual([1280, 160]);
  });

  it('asks for each thumbnail once', async () => {
    const store = storeOf();
    const thread = threadOf('noon');
    await Promise.all([store.save(thread), store.save(thread)]);
    await thumbnailOf(store, thread);

    expect(asked).toHaveLength(1);
  });

  it.each([
    ['does not open', async () => new Response('', { status: 404 })],
    ['is none', async () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } })],
    ['has broken bytes', async () => new Response(new Blob([noise(200_000)], { type: 'image/png' }))],
    ['cannot be fetched', () => Promise.reject(new TypeError('network'))],
  ] as [string, typeof fetch][])('keeps a turn whose small picture %s', async (_, fetch) => {
    const store = storeOf({ fetch });
    const thread = threadOf('noon');

    expect(await store.save(thread)).toBe(true);
    expect(await store.load()).toEqual({ turns: thread.turns });
    expect(await store.thumbnail(first(thread))).toBeUndefined();
  });

  it('deletes thumbnails with their turns, and keeps none that comes later', async () => {
    let answer: (blob: Blob) => void = () => undefined;
    const late = new Promise<Blob>((resolve) => {
      answer = resolve;
    });
    const heard = vi.fn();
    storeOf({ onChange: heard });
    const store = storeOf({ fetch: async () => new Response(await late) });
    const thread = threadOf('noon');
    await store.save(thread);

    await store.clear();
    answer(await paint(32, 18));
    // Saved, cleared, and the end of the thumbnails.
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3));

    expect(await store.thumbnail(first(thread))).toBeUndefined();
  });

  it('tells another tab what is new and what is gone', async () => {
    const heard = vi.fn();
    const other = storeOf({ onChange: heard });
    const store = storeOf();

    await store.save(threadOf('noon'));
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    expect(idsOf(await other.load())).toBe('noon');

    heard.mockClear();
    await store.clear();
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    expect(await other.load()).toEqual(EMPTY_THREAD);
  });

  it('says nothing to itself, to another site, and after it was closed', async () => {
    const [self, elsewhere, closed] = [vi.fn(), vi.fn(), vi.fn()];
    storeOf({ site: 'other', onChange: elsewhere });
    storeOf({ onChange: closed }).close();
    const reference = vi.fn();
    storeOf({ onChange: reference });

    await storeOf({ onChange: self }).save(threadOf('noon'));
    await vi.waitFor(() => expect(reference).toHaveBeenCalled());

    expect([self, elsewhere, closed].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
  });

  it('lets go of the database for a newer version, and then works without', async () => {
    const store = storeOf();
    await store.save(threadOf('noon'));
    const newer = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('peel', 99);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('The old version holds on.'));
    });

    expect(await store.save(addTurn(threadOf('noon'), turn('fox')))).toBe(false);
    expect(await store.load()).toEqual(EMPTY_THREAD);
    expect(await store.clear()).toBe(false);
    newer.close();
  });

  it('goes on after the browser’s data were deleted', async () => {
    const store = storeOf();
    await store.save(threadOf('noon'));
    await deleteDatabase();

    expect(await store.save(addTurn(threadOf('noon'), turn('fox')))).toBe(true);
    expect(idsOf(await store.load())).toContain('fox');
  });

  it('leaves out a turn that an older version has written in another way', async () => {
    const store = storeOf();
    await store.save(threadOf('noon'));
    reload();
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('peel');
      request.onsuccess = () => resolve(request.result);
    });
    const turns = database.transaction('turns', 'readwrite').objectStore('turns');
    turns.put({ id: 'old', prompt: 'a fox' }, [`${ENDPOINT} default`, 'old']);
    await new Promise((resolve) => {
      turns.transaction.oncomplete = resolve;
    });
    database.close();

    expect(idsOf(await storeOf().load())).toBe('noon');
  });

  it('makes room where the disk is full: older pictures leave', async () => {
    const put = IDBObjectStore.prototype.put;
    const room = 20;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'turns' && held >= room) throw new DOMException('full', 'QuotaExceededError');
      held += 1;
      return put.apply(this, args);
    });
    const remove = IDBObjectStore.prototype.delete;
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === 'turns') held -= 1;
      return remove.apply(this, args);
    });
    let held = 0;
    const store = storeOf({ fetch: () => Promise.reject(new TypeError('network')) });
    let thread: Thread = EMPTY_THREAD;
    for (let at = 0; at < room; at++) {
      thread = addTurn(thread, turn(`v${at}`));
      await store.save(thread);
    }

    thread = addTurn(thread, turn('newest'));

    expect(await store.save(thread)).toBe(true);
    const kept = idsOf(await store.load());
    expect(kept).toContain('newest');
    expect(kept).not.toContain('v0 ');
  });

  it('says so where not even one fits', async () => {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });

    expect(await storeOf().save(threadOf('noon'))).toBe(false);
  });

  it('works without where storage is forbidden', async () => {
    vi.spyOn(window, 'indexedDB', 'get').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    vi.spyOn(window, 'BroadcastChannel').mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    const store = storeOf();

    expect(await store.save(threadOf('noon'))).toBe(false);
    expect(await store.load()).toEqual(EMPTY_THREAD);
    expect(await store.thumbnail(first(threadOf('noon')))).toBeUndefined();
    expect(await store.clear()).toBe(false);
    expect(() => store.close()).not.toThrow();
  });
});

describe('thumbnails', () => {
  it('have the worker’s address, also beside a signature', () => {
    expect(thumbnailUrl('https://w.example/images/b0/0.png?e=1&s=x')).toBe(
      'https://w.example/images/b0/0.png?e=1&s=x&w=320',
    );
    expect(thumbnailUrl('blob:https://w.example/1')).toBe('blob:https://w.example/1');
  });

  it('are the kept ones where there are some, and the worker’s else', async () => {
    const [noon, fox] = threadOf('noon', 'fox').turns as [Turn, Turn];
    const changed = vi.fn();
    const thumbnails = createThumbnails(async ({ id }) => (id === 'noon' ? paint(32, 18) : undefined), changed);

    expect([thumbnails.of(noon), thumbnails.of(fox)]).toEqual([undefined, undefined]);
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2));

    const address = thumbnails.of(noon) as string;
    expect(address).toMatch(/^blob:/);
    expect(thumbnails.of(fox)).toBe(`${addressOf('fox')}?w=320`);
    expect((await fetch(address)).ok).toBe(true);
    thumbnails.release();
    await expect(fetch(address)).rejects.toThrow();
  });

  it('are the worker’s where nothing is kept', () => {
    const [noon] = threadOf('noon').turns as [Turn];

    expect(createThumbnails(undefined, () => undefined).of(noon)).toBe(`${addressOf('noon')}?w=320`);
  });
});

it('knows a picture that is gone from one that could not be asked for', async () => {
  const { turns } = threadOf('noon', 'fox', 'crow', 'owl');
  const answers: Record<string, () => Promise<Response>> = {
    noon: async () => new Response(),
    fox: async () => new Response(null, { status: 404 }),
    crow: async () => new Response(null, { status: 500 }),
    owl: () => Promise.reject(new TypeError('network')),
  };
  const gone = await findGone(turns, async (input, init) => {
    expect(init?.method).toBe('HEAD');
    const [name] = Object.keys(answers).filter((each) => addressOf(each) === String(input)) as [string];
    return (answers[name] as () => Promise<Response>)();
  });

  expect([...gone]).toEqual(['fox']);
});
