/**
 * Uploaded files in R2. A file exists from the moment its record does, which is written once, after the bytes. What the
 * record says about the bytes stays true, because their key is never written again.
 */
import { isFilePast, type StoredFile } from '../files/file.ts';
import { isFileId } from '../request/file-url.ts';
import { readFile, toFileMetadata } from './file-record.ts';
import { fileKey, ownerEntry, ownerFolder } from './keys.ts';
import { withRetries } from './retry.ts';

interface FilePage {
  files: StoredFile[];
  /** Continues after the last of them. Absent: there are no more. */
  nextPageToken?: string;
}

export interface Files {
  /** @returns undefined for an unknown or expired file. */
  find(site: string, id: string): Promise<StoredFile | undefined>;
  /**
   * Writes the record of an id once, and at the same time its entry in the owner's list.
   *
   * @returns The file under this id. Where it is an earlier one, the bytes of `file` are deleted.
   */
  add(site: string, file: StoredFile): Promise<StoredFile>;
  /** Lists the files of one owner, newest first. */
  list(site: string, maker: string, page: { size: number; token?: string }): Promise<FilePage>;
  delete(site: string, file: StoredFile): Promise<void>;
}

/** Whether a text has the form of a page token: the last entry of the previous page. */
export const isPageToken = (text: string): boolean => /^[0-9a-f]{14}-[0-9a-f]{32}$/.test(text);

/** @param now Unix milliseconds. */
export function createFiles(bucket: R2Bucket, now: () => number): Files {
  const entryKey = (site: string, { maker, createdAt, id }: StoredFile) =>
    ownerFolder(site, maker) + ownerEntry(createdAt, id);

  async function find(site: string, id: string): Promise<StoredFile | undefined> {
    const record = isFileId(id) ? await withRetries(() => bucket.head(fileKey(site, id))) : null;
    const file = record && readFile(record);
    return file && !isFilePast(file.createdAt, now()) ? file : undefined;
  }

  /** Two requests may finish the same upload: the record of the first one stays. */
  async function putRecord(site: string, file: StoredFile): Promise<StoredFile> {
    const options = { customMetadata: toFileMetadata(file), onlyIf: { etagDoesNotMatch: '*' } };
    const put = () => bucket.put(fileKey(site, file.id), '', options);
    const failure = await withRetries(put).then(
      (record) => (record ? undefined : new Error('a file went away while it was written')),
      (error: unknown) => error,
    );
    // The stored record may be this one: a write can succeed and its acknowledgement be lost.
    const first = failure === undefined ? file : await find(site, file.id);
    if (!first) throw failure;
    return first;
  }

  async function putEntry(site: string, file: StoredFile): Promise<void> {
    const customMetadata = toFileMetadata(file);
    await withRetries(() => bucket.put(entryKey(site, file), '', { customMetadata }));
  }

  /** Removes what is stored of a file that came second. */
  async function giveWay(site: string, second: StoredFile, first: StoredFile): Promise<void> {
    const isSameEntry = entryKey(site, second) === entryKey(site, first);
    await bucket.delete(isSameEntry ? second.object : [second.object, entryKey(site, second)]);
    // Both ended in the same millisecond, and the second may have overwritten the entry of the first.
    if (isSameEntry) await putEntry(site, first);
  }

  return {
    find,
    async add(site, file) {
      const [record, entry] = await Promise.allSettled([putRecord(site, file), putEntry(site, file)]);
      if (record.status === 'rejected' || (entry.status === 'rejected' && record.value.object === file.object)) {
        const half =
          record.status === 'rejected' ? entryKey(site, file) : [fileKey(site, file.id), entryKey(site, file)];
        await bucket.delete(half).catch(() => undefined);
        throw record.status === 'rejected' ? record.reason : (entry as PromiseRejectedResult).reason;
      }
      const first = record.value;
      if (first.object !== file.object) await giveWay(site, file, first);
      return first;
    },
    async list(site, maker, { size, token }) {
      const prefix = ownerFolder(site, maker);
      const startAfter = token && prefix + token;
      const options = { prefix, limit: size, include: ['customMetadata' as const], ...(startAfter && { startAfter }) };
      const page = await withRetries(() => bucket.list(options));
      const files = page.objects.map(readFile).filter((file): file is StoredFile => file !== undefined);
      const living = files.filter(({ createdAt }) => !isFilePast(createdAt, now()));
      // Files are sorted by age, so after an expired one there is no live one.
      const last = living.length === files.length && page.truncated ? files.at(-1) : undefined;
      return { files: living, ...(last && { nextPageToken: ownerEntry(last.createdAt, last.id) }) };
    },
    async delete(site, file) {
      await withRetries(() => bucket.delete([fileKey(site, file.id), entryKey(site, file), file.object]));
    },
  };
}
