import type { Context } from 'hono';
import { issueUploadToken } from '../../auth/upload-token.ts';
import { MAX_FILE_BYTES, toFile } from '../../files/file.ts';
import { type FileWords, toDisplayName } from '../../files/parse-file.ts';
import {
  COMMAND,
  type Declared,
  parseUploadCommand,
  readCount,
  type UploadCommand,
} from '../../files/upload-command.ts';
import { type App, NO_STORE, sendFailure } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { isFileId } from '../../request/file-url.ts';
import type { Services } from '../../services.ts';
import { type Failure, invalidField } from '../../shared/failure.ts';
import { beginUpload, type Owner, readFileWords } from './begin.ts';
import { STATUS } from './final.ts';
import { readMultipart } from './multipart.ts';
import { admitUpload, TOKEN, type UploadOwner } from './owner.ts';
import { bodyOf, endOf, inOneRequest, type Step, sendUpload, type UploadBody } from './send.ts';

/** Google's value, which its SDKs send as the chunk size. Peel accepts any other size too. */
const CHUNK_GRANULARITY = String(8 * 1024 * 1024);
const GRANULARITY = 'X-Goog-Upload-Chunk-Granularity';
const RECEIVED = 'X-Goog-Upload-Size-Received';
/** In lower case, as in HTTP/2. Google's curl sample looks only for this spelling, even on HTTP/1.1. */
const ADDRESS = 'x-goog-upload-url';

/** A finished upload cannot be cancelled. */
const IS_FINISHED: Failure = invalidField(COMMAND, 'must not be cancel: the file is whole.');

/**
 * `POST /upload/v1beta/files`: Gemini's Files API on the owner's R2, so that a file works with every provider and key.
 * Supports the SDK's resumable protocol, and a whole file in one request, alone or after its description.
 */
export const uploadRoutes = (services: Services) =>
  new Hono<App>().post('/upload/:version{v1beta|v1}/files', async (c) => {
    const owner = await admitUpload(c.req.raw, c.get('origin'), services);
    if (!owner.ok) return sendFailure(c, owner.failure);
    const command = parseUploadCommand(c.req.raw.headers, new URL(c.req.url).searchParams);
    if (!command.ok) return sendFailure(c, command.failure);
    try {
      return await obey(c, command.value, owner.value, services);
    } catch (error) {
      services.log('upload_failed', { id: c.get('requestId'), error: String(error) });
      return sendFailure(c, { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'R2 did not take an upload' });
    }
  });

async function obey(
  c: Context<App>,
  command: UploadCommand,
  owner: UploadOwner,
  services: Services,
): Promise<Response> {
  if ('id' in command) return goOn(c, command, owner, services);
  if (!owner.caller) return sendFailure(c, { reason: 'TICKET_MISSING' });
  const caller = { ...owner.caller, maker: owner.maker };
  switch (command.kind) {
    case 'start':
      return start(c, command, caller, services);
    case 'whole':
      return takeWhole(c, command, caller, services);
    case 'multipart':
      return takeMultipart(c, command, caller, services);
  }
}

async function start(c: Context<App>, command: Declared, owner: Owner, services: Services): Promise<Response> {
  const said = await readFileWords(c.req.raw, command);
  if (!said.ok) return sendFailure(c, said.failure);
  const begun = await beginUpload(c, said.value, said.value.size, owner, services);
  if (!begun.ok) return sendFailure(c, begun.failure);
  await services.uploads.begin(owner.site.id, begun.value);
  const { id, maker } = begun.value;
  const pass = { site: owner.site.id, maker, id };
  const token = await issueUploadToken(services.config.secrets, pass, Math.floor(services.now() / 1000));
  const { origin, pathname } = new URL(c.req.url);
  c.header(ADDRESS, `${origin}${pathname}?upload_id=${id}&upload_protocol=resumable&${TOKEN}=${token}`);
  c.header(GRANULARITY, CHUNK_GRANULARITY);
  return respond(c, { status: 'active', received: 0 });
}

async function takeWhole(
  c: Context<App>,
  { fileName, size }: Extract<UploadCommand, { kind: 'whole' }>,
  owner: Owner,
  services: Services,
): Promise<Response> {
  const body = bodyOf(c.req.raw);
  const length = size ?? body.measured;
  if (length !== undefined && length > MAX_FILE_BYTES) {
    return sendFailure(c, { reason: 'BODY_TOO_LARGE', maxBytes: MAX_FILE_BYTES });
  }
  const displayName = toDisplayName(fileName);
  const words = { ...(size && { size }), ...(displayName && { displayName }) };
  return takeAll(c, words, length, body, owner, services);
}

async function takeMultipart(
  c: Context<App>,
  { boundary }: Extract<UploadCommand, { kind: 'multipart' }>,
  owner: Owner,
  services: Services,
): Promise<Response> {
  const form = await readMultipart(c.req.raw, boundary);
  if (!form.ok) return sendFailure(c, form.failure);
  const { words, body } = form.value;
  return takeAll(c, words, words.size ?? readCount(c.req.header('Content-Length') ?? null), body, owner, services);
}

/** @param length Bytes to count against the limits. Absent: the most a file may have. */
async function takeAll(
  c: Context<App>,
  words: FileWords,
  length: number | undefined,
  body: UploadBody,
  owner: Owner,
  services: Services,
): Promise<Response> {
  const begun = await beginUpload(c, words, length, owner, services);
  if (!begun.ok) return sendFailure(c, begun.failure);
  const command = { offset: 0, isLast: true };
  const step = await sendUpload(owner.site.id, inOneRequest(begun.value), command, body, services);
  // The caller never received an address of this upload, so it cannot continue.
  return respond(c, { ...step, status: 'final' });
}

/** Continues an upload. An upload of another owner is answered like one that does not exist. */
async function goOn(
  c: Context<App>,
  command: Extract<UploadCommand, { id: string }>,
  { site, maker }: UploadOwner,
  services: Services,
): Promise<Response> {
  const { uploads, files } = services;
  const unknown = () => sendFailure(c, { reason: 'NOT_FOUND', what: 'This upload' });
  if (!isFileId(command.id)) return unknown();
  const upload = await uploads.find(site, command.id);
  if (!upload) {
    const file = await files.find(site, command.id);
    if (file?.maker !== maker) return unknown();
    return command.kind === 'cancel' ? sendFailure(c, IS_FINISHED) : respond(c, { status: 'final', file });
  }
  if (upload.session.maker !== maker) return unknown();
  switch (command.kind) {
    case 'send':
      return respond(c, await sendUpload(site, upload, command, bodyOf(c.req.raw), services));
    case 'query':
      return respond(c, { status: 'active', received: endOf(upload.chunks) });
    case 'cancel':
      await uploads.end(upload);
      return c.body(null, 200, { ...NO_STORE, [STATUS]: 'cancelled' });
  }
}

function respond(c: Context<App>, { status, received, file, failure }: Step): Response {
  if (received !== undefined && status === 'active') c.header(RECEIVED, String(received));
  // A refusal stays `final` even if the upload may go on: Google's Python client reads `active` as "piece received".
  if (failure) return sendFailure(c, failure);
  c.header(STATUS, status);
  if (!file) return c.body(null, 200, NO_STORE);
  return c.json({ file: toFile(file, new URL(c.req.url).origin) }, 200, NO_STORE);
}
