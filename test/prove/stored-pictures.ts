/** What is in the R2 simulator of a storage folder, read while no process has it open. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * @param since Unix milliseconds.
 * @returns Keys of the pictures that are whole: a put that committed, a multipart upload that was completed.
 */
export function storedPictures(storage: string, since: number): string[] {
  const files = globSync(join(storage, 'r2/miniflare-R2BucketObject/*.sqlite'));
  return files.filter((file) => !file.endsWith('metadata.sqlite')).flatMap((file) => keysOf(file, since));
}

function keysOf(file: string, since: number): string[] {
  // Not read-only: what the killed process left in its log is brought in first.
  const database = new DatabaseSync(file);
  try {
    const rows = database
      .prepare("SELECT key FROM _mf_objects WHERE key LIKE '%/images/%' AND uploaded >= ?")
      .all(since);
    return rows.map(({ key }) => String(key));
  } finally {
    database.close();
  }
}
