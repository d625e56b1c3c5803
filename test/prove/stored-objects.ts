/** Lists the objects in the R2 simulator of a storage folder, from its files. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long to wait for another process's lock. */
const LOCK_MS = 10_000;

/**
 * @param since Unix milliseconds.
 * @returns Keys of complete objects: committed puts and completed multipart uploads.
 */
export function storedObjects(storage: string, folder: 'images' | 'manifests', since: number): string[] {
  const files = globSync(join(storage, 'r2/miniflare-R2BucketObject/*.sqlite'));
  return files.filter((file) => !file.endsWith('metadata.sqlite')).flatMap((file) => keysOf(file, folder, since));
}

function keysOf(file: string, folder: string, since: number): string[] {
  // Reading does not disturb a running process: SQLite is in WAL mode, and readers see committed data.
  const database = new DatabaseSync(file, { readOnly: true, timeout: LOCK_MS });
  try {
    const query = 'SELECT key FROM _mf_objects WHERE key LIKE ? AND uploaded >= ?';
    return database
      .prepare(query)
      .all(`%/${folder}/%`, since)
      .map(({ key }) => String(key));
  } finally {
    database.close();
  }
}
