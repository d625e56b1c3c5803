/** From bytes to a file: looked through, digested and stored as they come. What is refused leaves nothing. */
import { createHash } from 'node:crypto';
import type { StoredFile, WholeImage } from '../files/file.ts';
import { createImageInspection } from '../files/image-inspection.ts';
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import type { UploadSession } from './file-record.ts';
import type { Files } from './files.ts';
import { fileBytesKey } from './keys.ts';
import { exactly, putStream } from './put-stream.ts';

export interface FileWriter {
  /**
   * Throws what the pieces throw, or where R2 fails.
   *
   * @param pieces May be reused when the next is asked for.
   * @param length Of all of them together, in bytes.
   */
  write(
    site: string,
    session: UploadSession,
    pieces: AsyncIterable<Uint8Array>,
    length: number,
  ): Promise<Result<StoredFile>>;
}

export interface FileWriterOptions {
  bucket: R2Bucket;
  files: Files;
  /** 128 random bits as hex. */
  createId: () => string;
  /** Unix milliseconds. */
  now: () => number;
}

/** What is wrong with the bytes, thrown through the stream that they pass. */
class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

/** As refusals name the bytes of a file. */
const FIELD = 'file';

export function createFileWriter({ bucket, files, createId, now }: FileWriterOptions): FileWriter {
  return {
    async write(site, { id, maker, displayName }, pieces, length) {
      const object = fileBytesKey(site, createId());
      const hash = createHash('sha256');
      const inspection = createImageInspection(FIELD);
      let image: WholeImage | undefined;

      /** Ends only where all is well: before that, R2 has no object. */
      async function* looked(): AsyncGenerator<Uint8Array> {
        for await (const piece of exactly(pieces, length)) {
          const refusal = inspection.add(piece);
          if (refusal) throw new Refused(refusal);
          hash.update(piece);
          yield piece;
        }
        const whole = inspection.end();
        if (!whole.ok) throw new Refused(whole.failure);
        image = whole.value;
      }

      try {
        await putStream(bucket, object, looked(), length);
        const sha256 = hash.digest('hex');
        const whole = { id, maker, object, size: length, sha256, image: image as unknown as WholeImage };
        return succeed(await files.add(site, { ...whole, createdAt: now(), ...(displayName && { displayName }) }));
      } catch (error) {
        // A refusal comes before the last byte; R2 may fail behind it.
        if (error instanceof Refused) return fail(error.failure);
        await bucket.delete(object).catch(() => undefined);
        throw error;
      }
    },
  };
}
