/**
 * Uploads in progress, in R2: a session, written at the beginning and never changed, and the received chunks, each
 * under the offset of its first byte. The received length is computed from the stored chunks. So requests cannot
 * disagree on it, and a chunk that was lost on the way does not count.
 */
import { UPLOAD_SECONDS } from '../auth/upload-token.ts';
import { readSession, toSessionMetadata, type UploadSession } from './file-record.ts';
import { uploadFolder } from './keys.ts';
import type { PartBuffers } from './part-buffers.ts';
import { exactly, putStream, putUnmeasured } from './put-stream.ts';
import { withRetries } from './retry.ts';

/** An upload lives as long as its token. R2 deletes what is left of it after 48 h, as with files. */
export const UPLOAD_LIFE_MS = UPLOAD_SECONDS * 1000;
/** A file of 20 MiB has 80 chunks of 256 KiB, the smallest that Google's clients send. */
export const MAX_CHUNKS = 100;

export interface UploadChunk {
  /** Of its first byte. */
  offset: number;
  length: number;
  /** R2 key. */
  object: string;
}

/** An upload as a listing found it. */
export interface Upload {
  session: UploadSession;
  /** Received without a gap, from the first byte on. */
  chunks: readonly UploadChunk[];
  /** R2 keys of all that is stored of it, and so of all that its end deletes. */
  objects: readonly string[];
}

export interface Uploads {
  begin(site: string, session: UploadSession): Promise<void>;
  /** @returns undefined where there is none (any more). */
  find(site: string, id: string): Promise<Upload | undefined>;
  /**
   * Stores a chunk. Throws what its pieces throw, and stores nothing then. A chunk that arrives after the end of its
   * upload is deleted again.
   *
   * @param length In bytes. `undefined`: not declared.
   */
  receive(
    upload: { site: string; id: string },
    offset: number,
    pieces: AsyncIterable<Uint8Array>,
    length: number | undefined,
  ): Promise<UploadChunk>;
  /** A chunk's bytes. */
  open(chunk: UploadChunk): Promise<ReadableStream<Uint8Array>>;
  /** Deletes the upload and its chunks. Idempotent. */
  end(upload: Pick<Upload, 'objects'>): Promise<void>;
}

const sessionKey = (site: string, id: string): string => `${uploadFolder(site, id)}session`;
const chunkFolder = (site: string, id: string): string => `${uploadFolder(site, id)}chunks/`;
/** Padded, so that R2 lists chunks in the order of their bytes. */
const chunkKey = (site: string, id: string, offset: number): string =>
  chunkFolder(site, id) + String(offset).padStart(10, '0');

function chunksOf(objects: readonly R2Object[], prefix: string): UploadChunk[] {
  const chunks: UploadChunk[] = [];
  let end = 0;
  for (const { key, size } of objects) {
    if (!key.startsWith(prefix)) continue;
    const offset = Number(key.slice(prefix.length));
    if (offset !== end) break;
    chunks.push({ offset, length: size, object: key });
    end += size;
  }
  return chunks;
}

/** @param now Unix milliseconds. */
export function createUploads(bucket: R2Bucket, buffers: PartBuffers, now: () => number): Uploads {
  /** R2 may return fewer objects at once where it returns their metadata. */
  async function listAll(prefix: string): Promise<R2Object[]> {
    const objects: R2Object[] = [];
    let cursor: string | undefined;
    do {
      const options = { prefix, include: ['customMetadata' as const], ...(cursor && { cursor }) };
      const page = await withRetries(() => bucket.list(options));
      objects.push(...page.objects);
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor);
    return objects;
  }

  return {
    /** One listing has the session, in its metadata, and the chunks. */
    async find(site, id) {
      const objects = await listAll(uploadFolder(site, id));
      const record = objects.find(({ key }) => key === sessionKey(site, id));
      const session = record && readSession(record);
      if (!session || now() - session.createdAt >= UPLOAD_LIFE_MS) return undefined;
      const chunks = chunksOf(objects, chunkFolder(site, id));
      return { session, chunks, objects: objects.map(({ key }) => key) };
    },
    async begin(site, session) {
      const customMetadata = toSessionMetadata(session);
      await withRetries(() => bucket.put(sessionKey(site, session.id), '', { customMetadata }));
    },
    async receive({ site, id }, offset, pieces, measured) {
      const object = chunkKey(site, id, offset);
      const length = measured ?? (await putUnmeasured(bucket, buffers, object, pieces));
      if (measured !== undefined) await putStream(bucket, object, exactly(pieces, measured), measured);
      // If the upload has ended meanwhile, this chunk was not deleted with the others.
      if (!(await withRetries(() => bucket.head(sessionKey(site, id))))) await bucket.delete(object);
      return { offset, length, object };
    },
    async open({ object }) {
      const stored = await withRetries(() => bucket.get(object));
      // The log gets this message, so it omits the key: an upload's id is a secret.
      if (!stored) throw new Error('a chunk went away while a file was put together');
      return stored.body;
    },
    async end({ objects }) {
      await withRetries(() => bucket.delete([...objects]));
    },
  };
}
