/** One step of an upload that goes on: bytes that come, and the file that is made of them. */
import { MAX_FILE_BYTES, type StoredFile } from '../../files/file.ts';
import { COMMAND, OFFSET, readCount, type UploadCommand } from '../../files/upload-command.ts';
import { MultipartBroken } from '../../gemini/multipart.ts';
import { BodyLate } from '../../gemini/timely-source.ts';
import type { Services } from '../../services.ts';
import { type Failure, succeed } from '../../shared/failure.ts';
import { BodyBroken, BodyTooLong, readBounded } from '../../storage/bounded-body.ts';
import type { UploadSession } from '../../storage/file-record.ts';
import { OtherLength } from '../../storage/put-stream.ts';
import { MAX_CHUNKS, type UploadChunk } from '../../storage/uploads.ts';

/** What has become of an upload. After a failure it goes on where it is `active`, else nothing of it is left. */
export interface Step {
  status: 'active' | 'final';
  /** Bytes; while it is active. */
  received?: number;
  file?: StoredFile;
  failure?: Failure;
}

/** Bytes that come with a step. */
export interface UploadBody {
  /**
   * Throws `BodyTooLong` where more come, `BodyBroken` where the sender stops. A piece is valid until the next.
   *
   * @param maxBytes That may still come.
   */
  pieces(maxBytes: number): AsyncIterable<Uint8Array>;
  /** Bytes that are said to come, where it is said. */
  measured: number | undefined;
}

export const bodyOf = ({ body, headers }: Request): UploadBody => ({
  pieces: (maxBytes) => readBounded(body, maxBytes),
  measured: body ? readCount(headers.get('Content-Length')) : 0,
});

const NO_BODY: UploadBody = { pieces: () => readBounded(null, 0), measured: 0 };

type UploadServices = Pick<Services, 'uploads' | 'files' | 'fileWriter'>;
type Send = Extract<UploadCommand, { kind: 'send' }>;

export async function sendUpload(
  site: string,
  session: UploadSession,
  { offset, isLast }: Pick<Send, 'offset' | 'isLast'>,
  sent: UploadBody,
  services: UploadServices,
): Promise<Step> {
  const { uploads } = services;
  const chunks = await uploads.received(site, session.id);
  const received = endOf(chunks);
  const refuse = (failure: Failure): Step => ({ status: 'active', received, failure });

  let body = offset === undefined ? NO_BODY : sent;
  if (offset !== undefined && offset !== received) {
    // A client whose answer was lost sends again what is here already.
    const known = chunks.find((chunk) => chunk.offset === offset);
    if (!known || !(await hasLength(body, known.length))) return refuse(wrongOffset(received));
    body = NO_BODY;
  }
  const room = (session.size ?? MAX_FILE_BYTES) - received;
  const { measured } = body;
  try {
    if (measured !== undefined && measured > room) throw new BodyTooLong();
    if (isLast) return await finish(site, session, chunks, { ...body, room }, services);
    if (measured === 0) return { status: 'active', received };
    if (chunks.length >= MAX_CHUNKS) return refuse(TOO_MANY_CHUNKS);
    const chunk = await uploads.receive({ ...session, site }, received, body.pieces(room), measured);
    return { status: 'active', received: received + chunk.length };
  } catch (error) {
    if (error instanceof BodyTooLong) {
      await uploads.end(site, session.id);
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

/** All of it is here, or comes now. */
async function finish(
  site: string,
  session: UploadSession,
  chunks: readonly UploadChunk[],
  { pieces, room, measured }: Incoming,
  { uploads, files, fileWriter }: UploadServices,
): Promise<Step> {
  const received = endOf(chunks);
  let kept = chunks;
  let rest: AsyncIterable<Uint8Array> | undefined;
  let length = session.size ?? (measured === undefined ? undefined : received + measured);
  if (length === undefined) {
    // R2 asks for the length of an object before its first byte, so what has no length is kept first.
    const last = await uploads.receive({ ...session, site }, received, pieces(room), undefined);
    kept = [...chunks, last];
    length = received + last.length;
  } else {
    rest = pieces(room);
  }
  const whole = async function* () {
    for (const chunk of kept) yield* readBounded(await uploads.open(chunk), chunk.length);
    if (rest) yield* rest;
  };
  const written = await fileWriter.write(site, session, whole(), length).catch(async (error: unknown) => {
    // Sent twice at once, it may have been finished by the other one, with whose end the chunks go.
    const file = await files.find(site, session.id);
    if (file) return succeed(file);
    throw error;
  });
  await uploads.end(site, session.id);
  return written.ok ? { status: 'final', file: written.value } : { status: 'final', failure: written.failure };
}

const endOf = (chunks: readonly UploadChunk[]): number => chunks.reduce((end, { length }) => end + length, 0);

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

/** What is told of a body that ended badly; undefined where that is not what went wrong. */
export function failureOfBody(error: unknown): Failure | undefined {
  if (error instanceof BodyLate) return { reason: 'BODY_TIMEOUT', afterSeconds: error.seconds };
  if (error instanceof BodyBroken) return { reason: 'INVALID_FIELD', field: 'body', rule: 'must arrive whole.' };
  if (error instanceof MultipartBroken) return { reason: 'INVALID_FIELD', field: 'body', rule: error.message };
  return undefined;
}

const wrongOffset = (received: number): Failure => ({
  reason: 'INVALID_FIELD',
  field: OFFSET,
  rule: `must be ${received}: that is how many bytes have been received.`,
});
const incomplete = ({ length, expected }: OtherLength): Failure => ({
  reason: 'INVALID_FIELD',
  field: COMMAND,
  rule: `cannot be finalize yet: ${length} of ${expected} bytes have come.`,
});
const TOO_MANY_CHUNKS: Failure = {
  reason: 'INVALID_FIELD',
  field: COMMAND,
  rule: `must finalize: a file may come in ${MAX_CHUNKS} pieces before its last.`,
};
const NOT_AS_LONG: Failure = {
  reason: 'INVALID_FIELD',
  field: 'Content-Length',
  rule: 'must be the length of the body.',
};
