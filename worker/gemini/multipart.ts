/**
 * Reads Google's `multipart/related` upload: a JSON part that describes a file, then a part with the file. The file's
 * bytes pass through as they arrive; only the text around them is held.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2387
 * @see https://developers.google.com/drive/api/guides/manage-uploads#multipart
 */

/** Bound in bytes of the text before the file: boundaries, headers, JSON. Larger than any real one. */
export const MAX_MULTIPART_TEXT_BYTES = 16_384;

/** The body is not such an upload, or was cut off. The message is the rule that it breaks. */
export class MultipartBroken extends Error {
  override name = 'MultipartBroken';
}

export interface MultipartUpload {
  /** The text of the first part; '' if it is empty. */
  description: string;
  /** Headers of the file's part, names in lower case. */
  headers: ReadonlyMap<string, string>;
  /** The file. A piece is valid until the next is requested. Throws {@link MultipartBroken} if the body is cut off. */
  bytes: AsyncGenerator<Uint8Array>;
}

const FORM = 'must be two parts, each after a line of its boundary: JSON, then the file.';
const CUT = 'must end with a line of its boundary.';
const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * Reads up to the first byte of the file. Throws {@link MultipartBroken}.
 *
 * @param pieces The body. Each piece's buffer may be reused for the next.
 */
export async function openMultipart(
  pieces: AsyncIterator<Uint8Array, unknown>,
  boundary: string,
): Promise<MultipartUpload> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter may be the first line, which has no line end before it.
  const text = createTextReader(pieces, Buffer.from('\r\n'));
  await text.upTo(delimiter);
  await text.upTo(HEADERS_END);
  const description = await text.upTo(delimiter);
  const headers = parseHeaders(await text.upTo(HEADERS_END));
  return { description, headers, bytes: readFile(pieces, text.rest(), delimiter) };
}

function createTextReader(pieces: AsyncIterator<Uint8Array, unknown>, start: Buffer) {
  let held = start;
  let read = 0;
  return {
    /** Reads the text before the next `mark`, and skips the mark. */
    async upTo(mark: Buffer): Promise<string> {
      for (;;) {
        const at = held.indexOf(mark);
        if (at >= 0) {
          const found = held.toString('utf8', 0, at);
          held = held.subarray(at + mark.length);
          read += at + mark.length;
          if (read > MAX_MULTIPART_TEXT_BYTES) throw new MultipartBroken(FORM);
          return found;
        }
        if (read + held.length > MAX_MULTIPART_TEXT_BYTES) throw new MultipartBroken(FORM);
        const { done, value } = await pieces.next();
        if (done) throw new MultipartBroken(FORM);
        held = Buffer.concat([held, value]);
      }
    },
    /** The bytes that were read past the last mark. */
    rest: () => held,
  };
}

function parseHeaders(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
}

/** Holds back bytes that may be the beginning of the delimiter. */
async function* readFile(
  pieces: AsyncIterator<Uint8Array, unknown>,
  first: Buffer,
  delimiter: Buffer,
): AsyncGenerator<Uint8Array> {
  try {
    let held = first;
    for (;;) {
      const end = held.indexOf(delimiter);
      if (end >= 0) {
        yield held.subarray(0, end);
        await readTail(pieces, held.subarray(end + delimiter.length));
        return;
      }
      const safe = Math.max(0, held.length - delimiter.length + 1);
      if (safe > 0) yield held.subarray(0, safe);
      const { done, value } = await pieces.next();
      if (done) throw new MultipartBroken(CUT);
      held = Buffer.concat([held.subarray(safe), value]);
    }
  } finally {
    await pieces.return?.();
  }
}

/** Checks that two hyphens follow the delimiter, so that it is the last: the upload has no third part. */
async function readTail(pieces: AsyncIterator<Uint8Array, unknown>, first: Buffer): Promise<void> {
  let tail = first;
  while (tail.length < 2) {
    const { done, value } = await pieces.next();
    if (done) throw new MultipartBroken(CUT);
    tail = Buffer.concat([tail, value]);
  }
  if (tail.toString('latin1', 0, 2) !== '--') throw new MultipartBroken(FORM);
}
