/** The R2 of a world: pictures and manifests that outlive every object, and operations that sometimes fail. */
import { type Chunk, isLifted } from '../../../../worker/gemini/lift/skeleton.ts';
import type { GenerationDependencies } from '../../../../worker/generation/dependencies.ts';
import type { Manifest, StoredImage } from '../../../../worker/storage/manifest.ts';
import type { PendingParts } from '../../../../worker/storage/pending.ts';
import type { Faults } from '../simulator/network.ts';
import type { Chance } from '../simulator/random.ts';
import type { Room } from './node.ts';

export interface Store {
  readonly manifests: Map<string, Manifest>;
  readonly images: Map<string, StoredImage[]>;
  /** One operation of an object: it takes time, and may fail before or after it is carried out. */
  operate<T>(room: Pick<Room, 'wait' | 'commit'>, carryOut: () => T): Promise<T>;
}

export function createStore(chance: Chance, faults: Faults): Store {
  return {
    manifests: new Map(),
    images: new Map(),
    async operate(room, carryOut) {
      room.commit();
      await room.wait(chance.whole(0, 30));
      const fails = faults.isOn && chance.is(faults.storeFails);
      if (fails && chance.is(0.7)) throw new Error('R2 does not answer');
      const result = carryOut();
      await room.wait(chance.whole(0, 30));
      if (fails) throw new Error('R2 did not say that it has done it');
      return result;
    },
  };
}

type StoreRoom = Pick<GenerationDependencies, 'images' | 'manifests' | 'pendingParts' | 'flushPending'>;

/** A `Generation`'s view of R2, with rows for pictures that R2 did not take. */
export function createStoreRoom(store: Store, room: Room): StoreRoom {
  const { sql } = room;
  const open = () => sql.exec('CREATE TABLE IF NOT EXISTS parked (id TEXT, image TEXT)');
  const pending = () => {
    open();
    return sql.exec('SELECT rowid AS n, id, image FROM parked').toArray();
  };
  const keep = (id: string, image: StoredImage): void => {
    const others = (store.images.get(id) ?? []).filter(({ n }) => n !== image.n);
    store.images.set(id, [...others, image]);
  };
  const pendingParts = {
    get isEmpty() {
      return pending().length === 0;
    },
  } as PendingParts;

  async function put(id: string, image: StoredImage): Promise<'stored' | 'pending'> {
    try {
      await store.operate(room, () => keep(id, image));
      return 'stored';
    } catch {
      open();
      sql.exec('INSERT INTO parked VALUES (?, ?)', id, JSON.stringify(image));
      return 'pending';
    }
  }

  return {
    pendingParts,
    async flushPending() {
      for (const { n, id, image } of pending()) {
        try {
          await store.operate(room, () => keep(String(id), JSON.parse(String(image))));
        } catch {
          return false;
        }
        sql.exec('DELETE FROM parked WHERE rowid = ?', Number(n));
      }
      return true;
    },
    images: {
      sink: (id: string) => createSink(id, put, () => store.operate(room, () => store.images.delete(id))),
      find: (id: string) => store.operate(room, () => ({ images: store.images.get(id) ?? [], signatures: [] })),
      // No run of a world is a template's, so it has no drafts.
      removeDrafts: async () => undefined,
      hasAll: (id: string, chunks: readonly Chunk[]) =>
        store.operate(room, () => {
          const there = store.images.get(id) ?? [];
          return chunks.flat().every((segment) => !isLifted(segment) || there.some(({ n }) => n === segment.n));
        }),
    } as unknown as GenerationDependencies['images'],
    manifests: {
      get: (_site, key) => store.operate(room, () => store.manifests.get(key)),
      put: (_site, key, manifest) => store.operate(room, () => void store.manifests.set(key, manifest)),
      delete: (_site, key) => store.operate(room, () => void store.manifests.delete(key)),
    },
  };
}

function createSink(
  id: string,
  put: (id: string, image: StoredImage) => Promise<'stored' | 'pending'>,
  discard: () => Promise<unknown>,
) {
  const images: StoredImage[] = [];
  const storing: Promise<'stored' | 'pending'>[] = [];
  return {
    images,
    signatures: [],
    leftOut: new Map(),
    outcomeOf: (n: number) => images.find((image) => image.n === n),
    open({ n }: { n: number }) {
      let bytes = 0;
      return {
        write(piece: Uint8Array) {
          bytes += piece.length;
        },
        close() {
          const image = { n, mimeType: 'image/png', bytes, sha256: '' };
          images.push(image);
          storing.push(put(id, image));
        },
        abort: () => undefined,
      };
    },
    settled: async () => ((await Promise.all(storing)).includes('pending') ? 'pending' : 'stored'),
    announce: () => undefined,
    async discard() {
      await Promise.allSettled(storing);
      await discard();
    },
  };
}
