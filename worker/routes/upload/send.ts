/** One step of a begun upload: stores its bytes, and writes the file after the last step. */
import { MAX_FILE_BYTES, type StoredFile } from '../../files/file.ts';
import { COMMAND, OFFSET, readCount, type UploadCommand } from '../../files/upload-command.ts';
import { MultipartBroken } from '../../gemini/multipart.ts';
import { BodyLate } from '../../gemini/timely-source.ts';
import type { Services } from '../../services.ts';
import { type Failure, invalidField, succeed } from '../../shared/failure.ts';
import { BodyBroken, BodyTooLong, readBounded } from '../../storage/bounded-body.ts';
import { OtherLength } from '../../storage/put-stream.ts';
import { MAX_CHUNKS, type Upload, type UploadChunk } from '../../storage/uploads.ts';

/** An upload after a step. After a failure, `active` means that it can continue, `final` that nothing of it is left. */
export interface Step {
  status: 'active' | 'final';
  /** Bytes received so far, while the upload is active. */
  received?: number;
  file?: StoredFile;
  failure?: Failure;
}

/** The bytes of a step. */
export interface UploadBody {
  /**
   * Yields the bytes. Throws `BodyTooLong` after `maxBytes`, and `BodyBroken` if the sender stops. A piece is valid
   * only until the next one.
   */
  pieces(maxBytes: number): AsyncIterable<Uint8Array>;
  /** The declared length in bytes, if there is one. */
  measured: number | undefined;
}

export const bodyOf = ({ body, headers }: Request): UploadBody => ({
  pieces: (maxBytes) => readBounded(body, maxBytes),
  measured: body ? readCount(headers.get('Content-Length')) : 0,
});

const NO_BODY: UploadBody = { pieces: () => readBounded(null, 0), measured: 0 };

type UploadServices = Pick<Services, 'uploads' | 'files' | 'fileWriter'>;
type Send = Extract<UploadCommand, { kind: 'send' }>;

/** An upload of one request: nothing of it is stored before its file. */
export const inOneRequest = (session: Upload['session']): Upload => ({ session, chunks: [], objects: [] });

/**
 * Stores the bytes of one step, and writes the file if it is the last. A resent piece that is already stored is
 * accepted and not stored twice. Fails, inside the {@link Step}, for bytes that do not fit; throws if R2 fails.
 */
export async function sendUpload(
  site: string,
  upload: Upload,
  { offset, isLast }: Pick<Send, 'offset' | 'isLast'>,
  sent: UploadBody,
  services: UploadServices,
): Promise<Step> {
  const { session, chunks } = upload;
  const received = endOf(chunks);
  const refuse = (failure: Failure): Step => ({ status: 'active', received, failure });

  let body = offset === undefined ? NO_BODY : sent;
  if (offset !== undefined && offset !== received) {
    // A client that lost the answer resends a piece that is already stored.
    const known = chunks.find((chunk) => chunk.offset === offset);
    if (!known || !(await hasLength(body, known.length))) return refuse(wrongOffset(received));
    body = NO_BODY;
  }
  const room = (session.size ?? MAX_FILE_BYTES) - received;
  const { measured } = body;
  try {
    if (measured !== undefined && measured > room) throw new BodyTooLong();
    if (isLast) return await finish(site, upload, { ...body, room }, services);
    if (measured === 0) return { status: 'active', received };
    if (chunks.length >= MAX_CHUNKS) return refuse(TOO_MANY_CHUNKS);
    const chunk = await services.uploads.receive({ ...session, site }, received, body.pieces(room), measured);
    return { status: 'active', received: received + chunk.length };
  } catch (error) {
    if (error instanceof BodyTooLong) {
      await endUpload(upload, services);
      return { status: 'final', failure: { reason: 'BODY_TOO_LARGE', maxBytes: room } };
    }
    if (error instanceof OtherLength) return refuse(isLast && session.size ? incomplete(error) : NOT_AS_LONG);
    const failure = failureOfBody(error);
    if (failure) return refuse(failure);
    throw error;
  }
}

interface Incoming extends UploadBody {
  /** Bytes that may still come. */
  room: number;
}

/** Writes the file from the stored chunks and the bytes of the last step. */
async function finish(
  site: string,
  upload: Upload,
  { pieces, room, measured }: Incoming,
  services: UploadServices,
): Promise<Step> {
  const { uploads, files, fileWriter } = services;
  const { session, chunks } = upload;
  const length = session.size ?? (measured === undefined ? undefined : endOf(chunks) + measured);
  const whole = async function* () {
    for (const chunk of chunks) yield* readBounded(await uploads.open(chunk), chunk.length);
    yield* pieces(room);
  };
  const written = await fileWriter.write(site, session, whole(), length).catch(async (error: unknown) => {
    // If the last step was sent twice at once, the other one may have written the file and deleted the chunks.
    const file = await files.find(site, session.id);
    if (file) return succeed(file);
    throw error;
  });
  await endUpload(upload, services);
  return written.ok ? { status: 'final', file: written.value } : { status: 'final', failure: written.failure };
}

async function endUpload(upload: Upload, { uploads }: Pick<UploadServices, 'uploads'>): Promise<void> {
  if (upload.objects.length > 0) await uploads.end(upload);
}

/** Bytes received so far. */
export const endOf = (chunks: readonly UploadChunk[]): number => chunks.reduce((end, { length }) => end + length, 0);

async function hasLength({ pieces }: UploadBody, length: number): Promise<boolean> {
  let counted = 0;
  try {
    for await (const piece of pieces(length)) counted += piece.length;
  } catch (error) {
    if (error instanceof BodyTooLong || error instanceof BodyBroken || error instanceof BodyLate) return false;
    throw error;
  }
  return counted === length;
}

/** @returns The failure for a body that ended badly; undefined for any other error. */
export function failureOfBody(error: unknown): Failure | undefined {
  if (error instanceof BodyLate) return { reason: 'BODY_TIMEOUT', afterSeconds: error.seconds };
  if (error instanceof BodyBroken) return invalidField('body', 'must arrive whole.');
  if (error instanceof MultipartBroken) return invalidField('body', error.message);
  return undefined;
}

const wrongOffset = (received: number): Failure =>
  invalidField(OFFSET, `must be ${received}: that is how many bytes have been received.`);
const incomplete = ({ length, expected }: OtherLength): Failure =>
  invalidField(COMMAND, `cannot be finalize yet: ${length} of ${expected} bytes have come.`);
const TOO_MANY_CHUNKS: Failure = invalidField(
  COMMAND,
  `must finalize: a file may come in ${MAX_CHUNKS} pieces before its last.`,
);
const NOT_AS_LONG: Failure = invalidField('Content-Length', 'must be the length of the body.');
