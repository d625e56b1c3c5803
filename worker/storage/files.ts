/**
 * Uploaded files in R2. A file is there from the moment its record is, which is written last and once; what it says of
 * the bytes is true for ever, since these are under a name that nothing else is ever written to.
 */
import { isFilePast, type StoredFile } from '../files/file.ts';
import { isFileId } from '../request/file-url.ts';
import { readFile, toFileMetadata } from './file-record.ts';
import { fileKey, ownerEntry, ownerFolder } from './keys.ts';
import { withRetries } from './retry.ts';

interface FilePage {
  files: StoredFile[];
  /** Continues behind the last of them; absent: there are no more. */
  nextPageToken?: string;
}

export interface Files {
  /** @returns undefined where there is none (any more). */
  find(site: string, id: string): Promise<StoredFile | undefined>;
  /** @returns The file under this id: another, where one was there before. */
  add(site: string, file: StoredFile): Promise<StoredFile>;
  /** The maker's own, newest first. */
  list(site: string, maker: string, page: { size: number; token?: string }): Promise<FilePage>;
  delete(site: string, file: StoredFile): Promise<void>;
}

/** Whether a text can be a page token: the last entry of the page before. */
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

  /** Where two requests end the same upload, one of them is the first, and its record stays. */
  async function putRecord(site: string, file: StoredFile): Promise<StoredFile> {
    const options = { customMetadata: toFileMetadata(file), onlyIf: { etagDoesNotMatch: '*' } };
    const put = () => bucket.put(fileKey(site, file.id), '', options);
    const failure = await withRetries(put).then(
      (record) => (record ? undefined : new Error('a file went away while it was written')),
      (error: unknown) => error,
    );
    // Refused or not heard of, it may be this very one: a write whose acknowledgement was lost.
    const first = failure === undefined ? file : await find(site, file.id);
    if (!first) throw failure;
    return first;
  }

  return {
    find,
    async add(site, file) {
      const first = await putRecord(site, file);
      if (first.object !== file.object) {
        await bucket.delete(file.object);
        return first;
      }
      const customMetadata = toFileMetadata(file);
      try {
        await withRetries(() => bucket.put(entryKey(site, file), '', { customMetadata }));
      } catch (error) {
        await bucket.delete(fileKey(site, file.id)).catch(() => undefined);
        throw error;
      }
      return file;
    },
    async list(site, maker, { size, token }) {
      const prefix = ownerFolder(site, maker);
      const startAfter = token && prefix + token;
      const options = { prefix, limit: size, include: ['customMetadata' as const], ...(startAfter && { startAfter }) };
      const page = await withRetries(() => bucket.list(options));
      const files = page.objects.map(readFile).filter((file): file is StoredFile => file !== undefined);
      const living = files.filter(({ createdAt }) => !isFilePast(createdAt, now()));
      // They are in the order of their age: behind one that is past there is no other.
      const last = living.length === files.length && page.truncated ? files.at(-1) : undefined;
      return { files: living, ...(last && { nextPageToken: ownerEntry(last.createdAt, last.id) }) };
    },
    async delete(site, file) {
      await withRetries(() => bucket.delete([fileKey(site, file.id), entryKey(site, file), file.object]));
    },
  };
}
