/** What is in the R2 simulator of a storage folder, read from its files. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a lock of somebody else is waited for. */
const LOCK_MS = 1000;

/**
 * @param since Unix milliseconds.
 * @returns Keys of the objects that are whole: a put that committed, a multipart upload that was completed.
 */
export function storedObjects(storage: string, folder: 'images' | 'manifests', since: number): string[] {
  const files = globSync(join(storage, 'r2/miniflare-R2BucketObject/*.sqlite'));
  return files.filter((file) => !file.endsWith('metadata.sqlite')).flatMap((file) => keysOf(file, folder, since));
}

function keysOf(file: string, folder: string, since: number): string[] {
  // A process that runs is not disturbed: it writes ahead in a log, and readers see what it has committed.
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
