/** One step of an upload that goes on: bytes that come, and the file that is made of them. */
import { type Failure, succeed } from '../domain/failure.ts';
import { MAX_FILE_BYTES, type StoredFile } from '../domain/file.ts';
import { COMMAND, OFFSET, readCount, type UploadCommand } from '../domain/upload-command.ts';
import { BodyLate } from '../gemini/timely-source.ts';
import type { Services } from '../services.ts';
import { BodyBroken, BodyTooLong, readBounded } from '../storage/bounded-body.ts';
import type { UploadSession } from '../storage/file-record.ts';
import { OtherLength } from '../storage/put-stream.ts';
import { type Chunk, MAX_CHUNKS } from '../storage/uploads.ts';

/** What has become of an upload. After a failure it goes on where it is `active`, else nothing of it is left. */
export interface Step {
  status: 'active' | 'final';
  /** Bytes; while it is active. */
  received?: number;
  file?: StoredFile;
  failure?: Failure;
}

type UploadServices = Pick<Services, 'uploads' | 'files' | 'fileWriter'>;
type Send = Extract<UploadCommand, { kind: 'send' }>;

export async function sendUpload(
  site: string,
  session: UploadSession,
  { offset, isLast }: Pick<Send, 'offset' | 'isLast'>,
  request: Request,
  services: UploadServices,
): Promise<Step> {
  const { uploads } = services;
  const chunks = await uploads.received(site, session.id);
  const received = endOf(chunks);
  const refuse = (failure: Failure): Step => ({ status: 'active', received, failure });

  let body = offset === undefined ? null : request.body;
  if (offset !== undefined && offset !== received) {
    // A client whose answer was lost sends again what is here already.
    const known = chunks.find((chunk) => chunk.offset === offset);
    if (!known || !(await hasLength(body, known.length))) return refuse(wrongOffset(received));
    body = null;
  }
  const room = (session.size ?? MAX_FILE_BYTES) - received;
  const measured = body ? readCount(request.headers.get('Content-Length')) : 0;
  const incoming = { body, room, measured };
  try {
    if (measured !== undefined && measured > room) throw new BodyTooLong();
    if (isLast) return await finish(site, session, chunks, incoming, services);
    if (measured === 0) return { status: 'active', received };
    if (chunks.length >= MAX_CHUNKS) return refuse(TOO_MANY_CHUNKS);
    const chunk = await uploads.receive({ ...session, site }, received, readBounded(body, room), measured);
    return { status: 'active', received: received + chunk.length };
  } catch (error) {
    if (error instanceof BodyTooLong) {
      await uploads.end(site, session.id);
      return { status: 'final', failure: { reason: 'BODY_TOO_LARGE', maxBytes: room } };
    }
    if (error instanceof OtherLength) return refuse(isLast && session.size ? incomplete(error) : NOT_AS_LONG);
    if (error instanceof BodyLate) return refuse({ reason: 'BODY_TIMEOUT', afterSeconds: error.seconds });
    if (error instanceof BodyBroken) return refuse(BROKEN);
    throw error;
  }
}

interface Incoming {
  body: ReadableStream<Uint8Array> | null;
  /** Bytes that may still come. */
  room: number;
  /** Bytes that are said to come, where it is said. */
  measured: number | undefined;
}

/** All of it is here, or comes now. */
async function finish(
  site: string,
  session: UploadSession,
  chunks: readonly Chunk[],
  { body, room, measured }: Incoming,
  { uploads, files, fileWriter }: UploadServices,
): Promise<Step> {
  const received = endOf(chunks);
  let kept = chunks;
  let rest = body;
  let length = session.size ?? (measured === undefined ? undefined : received + measured);
  if (length === undefined) {
    // R2 asks for the length of an object before its first byte, so what nobody has measured is kept first.
    const last = await uploads.receive({ ...session, site }, received, readBounded(rest, room), undefined);
    kept = [...chunks, last];
    rest = null;
    length = received + last.length;
  }
  const pieces = async function* () {
    for (const chunk of kept) yield* readBounded(await uploads.open(chunk), chunk.length);
    yield* readBounded(rest, room);
  };
  const written = await fileWriter.write(site, session, pieces(), length).catch(async (error: unknown) => {
    // Sent twice at once, it may have been finished by the other one, with whose end the chunks go.
    const file = await files.find(site, session.id);
    if (file) return succeed(file);
    throw error;
  });
  await uploads.end(site, session.id);
  return written.ok ? { status: 'final', file: written.value } : { status: 'final', failure: written.failure };
}

const endOf = (chunks: readonly Chunk[]): number => chunks.reduce((end, { length }) => end + length, 0);

async function hasLength(body: ReadableStream<Uint8Array> | null, length: number): Promise<boolean> {
  let counted = 0;
  try {
    for await (const piece of readBounded(body, length)) counted += piece.length;
  } catch (error) {
    if (error instanceof BodyTooLong || error instanceof BodyBroken || error instanceof BodyLate) return false;
    throw error;
  }
  return counted === length;
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
const BROKEN: Failure = { reason: 'INVALID_FIELD', field: 'body', rule: 'must arrive whole.' };
