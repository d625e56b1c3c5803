/** Turns bytes into a file: inspects, digests and stores them as they arrive. A refused file leaves nothing in R2. */
import { createHash } from 'node:crypto';
import type { StoredFile, WholeImage } from '../files/file.ts';
import { createImageInspection } from '../files/image-inspection.ts';
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import type { UploadSession } from './file-record.ts';
import type { Files } from './files.ts';
import { fileBytesKey } from './keys.ts';
import type { PartBuffers } from './part-buffers.ts';
import { exactly, putStream, putUnmeasured } from './put-stream.ts';

export interface FileWriter {
  /**
   * Stores a file's bytes, then its record. Throws what `pieces` throw and R2's errors, after deleting the bytes.
   *
   * @param pieces A piece may be reused when the next one is requested.
   * @param length Bytes of all pieces together. `undefined`: known at their end. They then pass through a part buffer.
   * @returns Fails where the bytes are not one whole picture.
   */
  write(
    site: string,
    session: UploadSession,
    pieces: AsyncIterable<Uint8Array>,
    length: number | undefined,
  ): Promise<Result<StoredFile>>;
}

export interface FileWriterOptions {
  bucket: R2Bucket;
  buffers: PartBuffers;
  files: Files;
  /** 128 random bits as hex. */
  createId: () => string;
  /** Unix milliseconds. */
  now: () => number;
}

/** Carries a refusal out of the stream that the bytes pass through. */
class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

/** The field that refusals name. */
const FIELD = 'file';

export function createFileWriter({ bucket, buffers, files, createId, now }: FileWriterOptions): FileWriter {
  return {
    async write(site, { id, maker, displayName }, pieces, length) {
      const object = fileBytesKey(site, createId());
      const hash = createHash('sha256');
      const inspection = createImageInspection(FIELD);
      let image: WholeImage | undefined;

      /** Ends only when all checks have passed: R2 creates no object before the end. */
      async function* looked(): AsyncGenerator<Uint8Array> {
        for await (const piece of length === undefined ? pieces : exactly(pieces, length)) {
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
        if (length !== undefined) await putStream(bucket, object, looked(), length);
        const size = length ?? (await putUnmeasured(bucket, buffers, object, looked()));
        const sha256 = hash.digest('hex');
        const whole = { id, maker, object, size, sha256, image: image as unknown as WholeImage };
        return succeed(await files.add(site, { ...whole, createdAt: now(), ...(displayName && { displayName }) }));
      } catch (error) {
        // A refusal comes before the last byte, so R2 has no object. After other errors it may have one.
        if (error instanceof Refused) return fail(error.failure);
        await bucket.delete(object).catch(() => undefined);
        throw error;
      }
    },
  };
}
