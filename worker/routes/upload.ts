import { type Context, Hono } from 'hono';
import type { Failure } from '../domain/failure.ts';
import { MAX_FILE_BYTES, makerOf, toFile } from '../domain/file.ts';
import { isFileId } from '../domain/file-address.ts';
import { toDisplayName } from '../domain/parse-file.ts';
import { COMMAND, type Declared, parseUploadCommand, readCount, type UploadCommand } from '../domain/upload-command.ts';
import { type App, NO_STORE, sendFailure } from '../http.ts';
import type { Services } from '../services.ts';
import { beginUpload, type Owner, readFileWords } from './upload-begin.ts';
import { type Step, sendUpload } from './upload-send.ts';

/** What Google answers and its SDKs send; any other size is taken as well. */
const CHUNK_GRANULARITY = String(8 * 1024 * 1024);
const GRANULARITY = 'X-Goog-Upload-Chunk-Granularity';
const RECEIVED = 'X-Goog-Upload-Size-Received';
const STATUS = 'X-Goog-Upload-Status';

/** Nothing is left to cancel. */
const IS_FINISHED: Failure = {
  reason: 'INVALID_FIELD',
  field: COMMAND,
  rule: 'must not be cancel: the file is whole.',
};

/**
 * `POST /upload/v1beta/files`: Gemini's Files API in our own R2, so that a file works with every supplier and key. The
 * SDK's resumable protocol, and a whole picture in one request.
 */
export const uploadRoutes = (services: Services) =>
  new Hono<App>().post('/upload/:version{v1beta|v1}/files', async (c) => {
    const caller = await services.gate.admit(c.req.raw, c.get('origin'));
    if (!caller.ok) return sendFailure(c, caller.failure);
    const command = parseUploadCommand(c.req.raw.headers, c.req.query('upload_id'));
    if (!command.ok) return sendFailure(c, command.failure);
    try {
      return await obey(c, command.value, { ...caller.value, maker: makerOf(caller.value) }, services);
    } catch (error) {
      services.log('upload_failed', { id: c.get('requestId'), error: String(error) });
      return sendFailure(c, { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'R2 did not take an upload' });
    }
  });

async function obey(c: Context<App>, command: UploadCommand, owner: Owner, services: Services): Promise<Response> {
  switch (command.kind) {
    case 'start':
      return start(c, command, owner, services);
    case 'whole':
      return takeWhole(c, command, owner, services);
    default:
      return goOn(c, command, owner, services);
  }
}

async function start(c: Context<App>, command: Declared, owner: Owner, services: Services): Promise<Response> {
  const said = await readFileWords(c.req.raw, command);
  if (!said.ok) return sendFailure(c, said.failure);
  const begun = await beginUpload(c, said.value, said.value.size, owner, services);
  if (!begun.ok) return sendFailure(c, begun.failure);
  const { origin, pathname } = new URL(c.req.url);
  c.header('X-Goog-Upload-URL', `${origin}${pathname}?upload_id=${begun.value.id}&upload_protocol=resumable`);
  c.header(GRANULARITY, CHUNK_GRANULARITY);
  return respond(c, { status: 'active', received: 0 });
}

async function takeWhole(
  c: Context<App>,
  { fileName, size, mimeType }: Extract<UploadCommand, { kind: 'whole' }>,
  owner: Owner,
  services: Services,
): Promise<Response> {
  const length = size ?? readCount(c.req.header('Content-Length') ?? null);
  if (length !== undefined && length > MAX_FILE_BYTES) {
    return sendFailure(c, { reason: 'BODY_TOO_LARGE', maxBytes: MAX_FILE_BYTES });
  }
  const displayName = toDisplayName(fileName);
  const words = { ...(size && { size }), ...(mimeType && { mimeType }), ...(displayName && { displayName }) };
  const begun = await beginUpload(c, words, length, owner, services);
  if (!begun.ok) return sendFailure(c, begun.failure);
  const site = owner.site.id;
  try {
    const step = await sendUpload(site, begun.value, { offset: 0, isLast: true }, c.req.raw, services);
    // There is nobody who could go on with it.
    if (step.status === 'active') await services.uploads.end(site, begun.value.id);
    return respond(c, { ...step, status: 'final' });
  } catch (error) {
    await services.uploads.end(site, begun.value.id).catch(() => undefined);
    throw error;
  }
}

/** Others' uploads are as unknown as those that never were. */
async function goOn(
  c: Context<App>,
  command: Exclude<UploadCommand, { kind: 'start' | 'whole' }>,
  { site: { id: site }, maker }: Owner,
  services: Services,
): Promise<Response> {
  const { uploads, files } = services;
  const unknown = () => sendFailure(c, { reason: 'NOT_FOUND', what: 'This upload' });
  if (!isFileId(command.id)) return unknown();
  const session = await uploads.find(site, command.id);
  if (!session) {
    const file = await files.find(site, command.id);
    if (file?.maker !== maker) return unknown();
    return command.kind === 'cancel' ? sendFailure(c, IS_FINISHED) : respond(c, { status: 'final', file });
  }
  if (session.maker !== maker) return unknown();
  switch (command.kind) {
    case 'send':
      return respond(c, await sendUpload(site, session, command, c.req.raw, services));
    case 'query': {
      const chunks = await uploads.received(site, command.id);
      return respond(c, { status: 'active', received: chunks.reduce((sum, { length }) => sum + length, 0) });
    }
    case 'cancel':
      await uploads.end(site, command.id);
      return c.body(null, 200, { ...NO_STORE, [STATUS]: 'cancelled' });
  }
}

function respond(c: Context<App>, { status, received, file, failure }: Step): Response {
  c.header(STATUS, status);
  if (received !== undefined && status === 'active') c.header(RECEIVED, String(received));
  if (failure) return sendFailure(c, failure);
  if (!file) return c.body(null, 200, NO_STORE);
  return c.json({ file: toFile(file, new URL(c.req.url).origin) }, 200, NO_STORE);
}
