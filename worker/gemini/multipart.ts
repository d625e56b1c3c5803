/**
 * Google's `multipart/related` upload (RFC 2387): a part of JSON that describes a file, then a part that is the file.
 * The file's bytes pass through as they come; only the text around them is ever held.
 *
 * @see https://developers.google.com/drive/api/guides/manage-uploads#multipart
 */

/** Larger than any description: boundaries, headers, JSON. */
export const MAX_MULTIPART_TEXT_BYTES = 16_384;

/** It is no such body, or it was cut short. The message is the rule that it breaks. */
export class MultipartBroken extends Error {
  override name = 'MultipartBroken';
}

export interface MultipartUpload {
  /** The text of the first part; '' where it is empty. */
  description: string;
  /** Headers of the file's part, names in lower case. */
  headers: ReadonlyMap<string, string>;
  /** The file. Valid until the next piece is asked for; throws {@link MultipartBroken} where its end does not come. */
  bytes: AsyncGenerator<Uint8Array>;
}

const FORM = 'must be two parts, each after a line of its boundary: JSON, then the file.';
const CUT = 'must end with a line of its boundary.';
const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * Reads up to the first byte of the file.
 *
 * @param pieces May be reused when the next is asked for.
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
    /** The text before the next such bytes, which are skipped. */
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
    /** What has been read past the last mark. */
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

/** Holds back what may be the beginning of the delimiter. */
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

/** Behind the last delimiter stand two hyphens; a third part is more than this upload has. */
async function readTail(pieces: AsyncIterator<Uint8Array, unknown>, first: Buffer): Promise<void> {
  let tail = first;
  while (tail.length < 2) {
    const { done, value } = await pieces.next();
    if (done) throw new MultipartBroken(CUT);
    tail = Buffer.concat([tail, value]);
  }
  if (tail.toString('latin1', 0, 2) !== '--') throw new MultipartBroken(FORM);
}
