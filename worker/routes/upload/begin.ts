/** The beginning of an upload: reads the file's description and applies the upload limits. */
import type { Context } from 'hono';
import type { Caller } from '../../auth/caller.ts';
import { MAX_FILE_BYTES } from '../../files/file.ts';
import { type FileWords, parseFileWords } from '../../files/parse-file.ts';
import type { Declared } from '../../files/upload-command.ts';
import type { App } from '../../http/failure-response.ts';
import { readLooseJson } from '../../http/json-body.ts';
import { uploadPoliciesOf } from '../../limits/policies.ts';
import { rateLimitFields } from '../../limits/rate-limit-headers.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../../shared/failure.ts';
import type { UploadSession } from '../../storage/file-record.ts';

export type Owner = Caller & { maker: string };

/** Reads a file's description from headers and body. Fields that an SDK sends in both must agree. */
export async function readFileWords(request: Request, declared: Declared): Promise<Result<FileWords>> {
  const body = await readLooseJson(request);
  return body.ok ? mergeFileWords(body.value, declared) : body;
}

/** @param body The parsed description of the file; undefined if there was none. */
export function mergeFileWords(body: unknown, declared: Declared): Result<FileWords> {
  const words = parseFileWords(body);
  if (!words.ok) return words;
  const { mimeType, size } = words.value;
  if (mimeType && declared.mimeType && mimeType !== declared.mimeType) return fail(saysOther('file.mimeType'));
  if (size && declared.size && size !== declared.size) return fail(saysOther('file.sizeBytes'));
  const said = { ...words.value, ...declared };
  if (said.size && said.size > MAX_FILE_BYTES) return fail({ reason: 'BODY_TOO_LARGE', maxBytes: MAX_FILE_BYTES });
  return succeed(said);
}

const saysOther = (field: string): Failure => invalidField(field, 'must be what the header of the upload says.');

/**
 * Counts an upload against the caller's limits. The declared type is not kept: the bytes decide what a file is.
 *
 * @param bytes Size to count. Absent: the most a file may have.
 */
export async function beginUpload(
  c: Context<App>,
  { size, displayName }: Omit<FileWords, 'mimeType'>,
  bytes: number | undefined,
  { maker, ...caller }: Owner,
  { gate, limits, createId, now, waitUntil }: Services,
): Promise<Result<UploadSession>> {
  const counted = await gate.count(caller as Caller);
  if (!counted.ok) return counted;
  const policies = uploadPoliciesOf(counted.value, bytes ?? MAX_FILE_BYTES);
  const states = await limits.read(policies);
  const spent = states.find(({ state }) => state.retryAfterSeconds > 0);
  if (spent) {
    for (const [name, value] of Object.entries(rateLimitFields(states))) c.header(name, value);
    const { policy, state } = spent;
    return fail({ reason: policy.reason, retryAfterSeconds: state.retryAfterSeconds, of: 'uploads' } as Failure);
  }
  // Counted at its beginning, because an unfinished upload takes space too.
  waitUntil(limits.count(policies));
  return succeed({
    id: createId(),
    maker,
    createdAt: now(),
    ...(size && { size }),
    ...(displayName && { displayName }),
  });
}
