/** Reads a description and a whole file in one request, as the legacy SDK's `GoogleAIFileManager` sends them. */
import { MAX_FILE_BYTES } from '../../files/file.ts';
import type { FileWords } from '../../files/parse-file.ts';
import { readCount } from '../../files/upload-command.ts';
import { MAX_MULTIPART_TEXT_BYTES, type MultipartUpload, openMultipart } from '../../gemini/multipart.ts';
import { Problems } from '../../request/fields.ts';
import { readLabel } from '../../request/parse-inputs.ts';
import { type Failure, fail, type Result, succeed } from '../../shared/failure.ts';
import { parseLooseJson } from '../../shared/loose-json.ts';
import { BodyTooLong, readBounded } from '../../storage/bounded-body.ts';
import { mergeFileWords } from './begin.ts';
import { failureOfBody, type UploadBody } from './send.ts';

/** The file, its description and the boundaries. */
const MAX_BODY_BYTES = MAX_FILE_BYTES + MAX_MULTIPART_TEXT_BYTES;
const TOO_LARGE: Failure = { reason: 'BODY_TOO_LARGE', maxBytes: MAX_FILE_BYTES };

const ENCODING = 'Content-Transfer-Encoding';
/** Encodings that leave the bytes unchanged (RFC 2045 §6). */
const PLAIN_ENCODINGS = ['binary', '8bit', '7bit'];

/** Reads up to the first byte of the file. The returned body yields the rest. */
export async function readMultipart(
  { body, headers }: Request,
  boundary: string,
): Promise<Result<{ words: FileWords; body: UploadBody }>> {
  if ((readCount(headers.get('Content-Length')) ?? 0) > MAX_BODY_BYTES) return fail(TOO_LARGE);
  const form = await open(body, boundary);
  if (!form.ok) return form;
  const words = readWords(form.value);
  if (!words.ok) {
    await form.value.bytes.return(undefined);
    return words;
  }
  // The length of the file is known only at its end.
  const pieces = (maxBytes: number) => atMost(form.value.bytes, maxBytes);
  return succeed({ words: words.value, body: { pieces, measured: undefined } });
}

async function open(body: ReadableStream<Uint8Array> | null, boundary: string): Promise<Result<MultipartUpload>> {
  try {
    return succeed(await openMultipart(readBounded(body, MAX_BODY_BYTES), boundary));
  } catch (error) {
    const failure = failureOfBody(error);
    if (failure) return fail(failure);
    throw error;
  }
}

function readWords({ description, headers }: MultipartUpload): Result<FileWords> {
  const encoding = headers.get(ENCODING.toLowerCase())?.toLowerCase();
  if (encoding !== undefined && !PLAIN_ENCODINGS.includes(encoding)) {
    const value = encoding.slice(0, 64);
    return fail({ reason: 'UNSUPPORTED_VALUE', field: ENCODING, value, accepted: PLAIN_ENCODINGS });
  }
  const problems = new Problems();
  const type = headers.get('content-type');
  const mimeType = type === undefined ? undefined : readLabel('Content-Type', type, problems);
  if (problems.first) return fail(problems.first);
  const json = description.trim() === '' ? undefined : (parseLooseJson(description) ?? description);
  return mergeFileWords(json, mimeType ? { mimeType } : {});
}

async function* atMost(pieces: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of pieces) {
    total += piece.length;
    if (total > maxBytes) throw new BodyTooLong(`more than ${maxBytes} bytes`);
    yield piece;
  }
}
