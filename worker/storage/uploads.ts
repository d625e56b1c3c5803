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

export interface Uploads {
  begin(site: string, session: UploadSession): Promise<void>;
  /** @returns undefined where there is none (any more). */
  find(site: string, id: string): Promise<UploadSession | undefined>;
  /** The chunks received without a gap, from the first byte on. */
  received(site: string, id: string): Promise<UploadChunk[]>;
  /**
   * Stores a chunk. Throws what its pieces throw, and stores nothing then.
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
  /** Deletes the upload and all its chunks. Idempotent. */
  end(site: string, id: string): Promise<void>;
}

const sessionKey = (site: string, id: string): string => `${uploadFolder(site, id)}session`;
const chunkFolder = (site: string, id: string): string => `${uploadFolder(site, id)}chunks/`;
/** Padded, so that R2 lists chunks in the order of their bytes. */
const chunkKey = (site: string, id: string, offset: number): string =>
  chunkFolder(site, id) + String(offset).padStart(10, '0');

/** @param now Unix milliseconds. */
export function createUploads(bucket: R2Bucket, buffers: PartBuffers, now: () => number): Uploads {
  async function find(site: string, id: string): Promise<UploadSession | undefined> {
    const stored = await withRetries(() => bucket.head(sessionKey(site, id)));
    const session = stored && readSession(stored);
    return session && now() - session.createdAt < UPLOAD_LIFE_MS ? session : undefined;
  }

  return {
    find,
    async begin(site, session) {
      const customMetadata = toSessionMetadata(session);
      await withRetries(() => bucket.put(sessionKey(site, session.id), '', { customMetadata }));
    },
    async received(site, id) {
      const prefix = chunkFolder(site, id);
      const { objects } = await withRetries(() => bucket.list({ prefix }));
      const chunks: UploadChunk[] = [];
      let end = 0;
      for (const { key, size } of objects) {
        const offset = Number(key.slice(prefix.length));
        if (offset !== end) break;
        chunks.push({ offset, length: size, object: key });
        end += size;
      }
      return chunks;
    },
    async receive({ site, id }, offset, pieces, measured) {
      const object = chunkKey(site, id, offset);
      const length = measured ?? (await putUnmeasured(bucket, buffers, object, pieces));
      if (measured !== undefined) await putStream(bucket, object, exactly(pieces, measured), measured);
      // If the upload has ended meanwhile, this chunk was not deleted with the others.
      if (!(await find(site, id))) await bucket.delete(object);
      return { offset, length, object };
    },
    async open({ object }) {
      const stored = await withRetries(() => bucket.get(object));
      // The log gets this message, so it omits the key: an upload's id is a secret.
      if (!stored) throw new Error('a chunk went away while a file was put together');
      return stored.body;
    },
    async end(site, id) {
      const { objects } = await withRetries(() => bucket.list({ prefix: uploadFolder(site, id) }));
      // The session comes first: a chunk could otherwise be accepted in between.
      const keys = [sessionKey(site, id), ...objects.map(({ key }) => key)];
      await withRetries(() => bucket.delete([...new Set(keys)]));
    },
  };
}
