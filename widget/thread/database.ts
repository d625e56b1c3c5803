/** IndexedDB with promises: as much as two stores need, in a quarter of the bytes of a package for it. */

/** Steps from one version to the next. A step that has been released is never changed. */
export type Upgrade = (database: IDBDatabase) => void;

/**
 * Rejects where storage is forbidden, or a newer version is in use.
 *
 * @param onLost It was closed, by a tab with a newer version or by the browser.
 */
export function openDatabase(name: string, upgrades: readonly Upgrade[], onLost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // Throws at once in a frame without an origin.
    const request = indexedDB.open(name, upgrades.length);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const upgrade of upgrades.slice(oldVersion)) upgrade(request.result);
    };
    request.onsuccess = () => {
      const database = request.result;
      // A tab with a newer version waits until this one lets go.
      database.onversionchange = () => {
        database.close();
        onLost();
      };
      database.onclose = onLost;
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  });
}

export const outcomeOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Waits only for requests to the stores. */
export type Work<Value> = (store: (name: string) => IDBObjectStore) => Promise<Value>;

/**
 * Runs work in one transaction over all stores. Either all of it is kept or nothing.
 */
export async function transact<Value>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  work: Work<Value>,
): Promise<Value> {
  const transaction = database.transaction(database.objectStoreNames, mode);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A full disk shows only here.
    transaction.onabort = () => reject(transaction.error ?? new DOMException('Aborted.', 'AbortError'));
  });
  try {
    const value = await work((name) => transaction.objectStore(name));
    await done;
    return value;
  } catch (cause) {
    done.catch(() => undefined);
    try {
      transaction.abort();
    } catch {
      // It has ended already.
    }
    throw cause;
  }
}
