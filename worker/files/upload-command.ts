/**
 * Reads from an upload's headers what it asks for: a step of Google's resumable protocol, as its SDKs speak it, or a
 * whole file in one request, alone or after its description.
 *
 * @see https://ai.google.dev/gemini-api/docs/files
 */
import { Problems, present } from '../request/fields.ts';
import { IMAGE_MIME_TYPES, type ImageMimeType } from '../request/image-type.ts';
import { readLabel, saysNoType } from '../request/parse-inputs.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { MAX_FILE_BYTES } from './file.ts';

export type UploadCommand =
  | ({ kind: 'start' } & Declared)
  /** `offset`: of the first byte, absent where no bytes come. `isLast`: with these bytes the file is whole. */
  | { kind: 'send'; id: string; offset?: number; isLast: boolean }
  | { kind: 'query' | 'cancel'; id: string }
  | ({ kind: 'whole'; fileName?: string } & Declared)
  /** A body of two parts, separated by `boundary`: the description and the file. */
  | { kind: 'multipart'; boundary: string };

type Protocol = (typeof PROTOCOLS)[number];

/** What a caller declares about bytes that are still to come. */
export interface Declared {
  mimeType?: ImageMimeType;
  size?: number;
}

const PROTOCOLS = ['resumable', 'raw', 'multipart'] as const;
/** Older clients of Google's APIs name the protocol in the query. Their resumable one has other headers. */
const UPLOAD_TYPES: Readonly<Record<string, Protocol>> = { media: 'raw', multipart: 'multipart' };
const COMMANDS = ['start', 'upload', 'upload, finalize', 'finalize', 'query', 'cancel'] as const;

/** Names of headers, as refusals spell them. */
export const COMMAND = 'X-Goog-Upload-Command';
export const OFFSET = 'X-Goog-Upload-Offset';
const DECLARED_SIZE = 'X-Goog-Upload-Header-Content-Length';
const DECLARED_TYPE = 'X-Goog-Upload-Header-Content-Type';
const PROTOCOL = 'X-Goog-Upload-Protocol';
const FILE_NAME = 'X-Goog-Upload-File-Name';

/** @param query Of the address, as `X-Goog-Upload-URL` gave it. */
export function parseUploadCommand(headers: Headers, query: URLSearchParams): Result<UploadCommand> {
  const protocol = parseProtocol(headers, query);
  if (!protocol.ok) return protocol;
  const uploadId = query.get('upload_id') ?? undefined;
  const command = headers
    .get(COMMAND)
    ?.toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .join(', ');
  if (protocol.value === 'multipart') return parseMultipart(headers.get('Content-Type') ?? '');
  if (command === undefined) {
    if (protocol.value !== 'resumable' && uploadId === undefined) return parseWhole(headers);
    return fail(unsupported(COMMAND, '', COMMANDS));
  }
  if (command === 'start') return parseDeclared(headers, headers.get(DECLARED_TYPE), 'start');
  if (!COMMANDS.some((known) => known === command)) return fail(unsupported(COMMAND, command, COMMANDS));
  if (uploadId === undefined) {
    return fail(invalidField('upload_id', 'must be given, as X-Goog-Upload-URL has it.'));
  }
  if (command === 'query' || command === 'cancel') return succeed({ kind: command, id: uploadId });
  if (command === 'finalize') return succeed({ kind: 'send', id: uploadId, isLast: true });
  const offset = readCount(headers.get(OFFSET));
  if (offset === undefined) {
    return fail(invalidField(OFFSET, 'must be the number of the first byte.'));
  }
  return succeed({ kind: 'send', id: uploadId, offset, isLast: command !== 'upload' });
}

function parseProtocol(headers: Headers, query: URLSearchParams): Result<Protocol | undefined> {
  const named = headers.get(PROTOCOL)?.trim().toLowerCase();
  if (named !== undefined) {
    const protocol = PROTOCOLS.find((known) => known === named);
    return protocol ? succeed(protocol) : fail(unsupported(PROTOCOL, named, PROTOCOLS));
  }
  if (headers.has(COMMAND)) return succeed(undefined);
  const type = query.get('uploadType');
  if (type === null) return succeed(isMultipart(headers.get('Content-Type') ?? '') ? 'multipart' : undefined);
  const protocol = UPLOAD_TYPES[type];
  return protocol ? succeed(protocol) : fail(unsupported('uploadType', type, Object.keys(UPLOAD_TYPES)));
}

const isMultipart = (type: string): boolean => /^multipart\/related\s*(;|$)/i.test(type);

function parseMultipart(type: string): Result<UploadCommand> {
  if (!isMultipart(type)) return fail({ reason: 'TYPE_NOT_ALLOWED', type, accepted: ['multipart/related'] });
  const boundary = boundaryOf(type);
  if (boundary !== undefined) return succeed({ kind: 'multipart', boundary });
  return fail(invalidField('Content-Type', 'must name the boundary of its parts.'));
}

/** The boundary that a content type names (RFC 2046 §5.1.1). */
function boundaryOf(type: string): string | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))/i.exec(type) ?? [];
  return quoted ?? plain;
}

/** The type may stand in either header: that of the resumable protocol, or HTTP's. */
function parseWhole(headers: Headers): Result<UploadCommand> {
  const type = headers.get('Content-Type');
  if (type !== null && !/^image\//i.test(type) && !saysNoType(type)) {
    return fail({ reason: 'TYPE_NOT_ALLOWED', type, accepted: IMAGE_MIME_TYPES });
  }
  const command = parseDeclared(headers, headers.get(DECLARED_TYPE) ?? type, 'whole');
  const fileName = headers.get(FILE_NAME);
  return command.ok && fileName ? succeed({ ...command.value, kind: 'whole', fileName }) : command;
}

function parseDeclared(headers: Headers, type: string | null, kind: 'start' | 'whole'): Result<UploadCommand> {
  const text = headers.get(DECLARED_SIZE);
  const size = readCount(text);
  if (text !== null && !size) {
    return fail(invalidField(DECLARED_SIZE, 'must be a whole number of at least 1.'));
  }
  if (size !== undefined && size > MAX_FILE_BYTES) return fail({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_FILE_BYTES });
  const problems = new Problems();
  const mimeType = type === null ? undefined : readLabel(DECLARED_TYPE, type, problems);
  if (problems.first) return fail(problems.first);
  return succeed(present<UploadCommand>({ kind, mimeType, size } as UploadCommand));
}

/** At most 15 digits, so that the number is exact. */
export function readCount(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

const unsupported = (field: string, value: string, accepted: readonly string[]): Failure => ({
  reason: 'UNSUPPORTED_VALUE',
  field,
  value: value.slice(0, 64),
  accepted,
});
