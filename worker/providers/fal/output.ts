/**
 * Reads the output of a fal model: the picture's address, and the model's words. The output is small, unless it holds
 * the picture as a data URI. Then only the part before the picture is read here, and the rest is streamed.
 */
import { fieldOf, listOf, textOf } from '../../gemini/forms/names.ts';
import type { Value } from '../../gemini/forms/value.ts';
import { type ByteSource, createByteSource } from '../../gemini/lift/byte-source.ts';
import { parseJson } from '../../shared/json.ts';

export type Output =
  | { url: string; description: string }
  /** The picture's base64, and the description, which is known when the base64 has ended. */
  | { base64: AsyncGenerator<Uint8Array, void, undefined>; description: () => string }
  /** `isCut`: it may be another one when it is read again. */
  | { unusable: string; isCut?: true };

/** Everything except a picture is far smaller. */
const MAX_TEXT_BYTES = 64 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A 4K PNG has about 25 MB. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;
const MAX_LETTERS = Math.ceil(MAX_PICTURE_BYTES / 3) * 4;

/** @throws If the connection breaks before the picture's address or first letters. */
export async function readOutput(body: ReadableStream<Uint8Array> | null): Promise<Output> {
  if (!body) return { unusable: '200 without a body' };
  const source = createByteSource(body);
  const { bytes: head, isWhole } = await readHead(source);
  if (isWhole) {
    const output = parseJson(new TextDecoder().decode(head)) as Value | undefined;
    return output === undefined ? { unusable: '200 without JSON', isCut: true } : describe(output);
  }

  const begin = /"url"\s*:\s*"data:image\/[a-z.+-]{1,40};base64,/.exec(Buffer.from(head).toString('latin1'));
  if (!begin) {
    await source.cancel(undefined);
    return { unusable: `more than ${MAX_TEXT_BYTES} bytes and no picture among them` };
  }
  const from = begin.index + begin[0].length;
  const rest: Uint8Array[] = [];
  return {
    base64: readString(head.subarray(from), source, rest, MAX_LETTERS),
    description() {
      const json = `${new TextDecoder().decode(head.subarray(0, from))}${new TextDecoder().decode(Buffer.concat(rest))}`;
      return descriptionOf(parseJson(json) as Value | undefined);
    },
  };
}

function describe(output: Value): Output {
  const url = textOf(fieldOf(listOf(fieldOf(output, 'images'))[0], 'url'));
  return url === undefined ? { unusable: '200 without a picture' } : { url, description: descriptionOf(output) };
}

const descriptionOf = (output: Value | undefined): string => textOf(fieldOf(output, 'description'))?.trim() ?? '';

async function readHead(source: ByteSource): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < MAX_TEXT_BYTES) {
    const piece = await source.read(false);
    if (!piece) return { bytes: Buffer.concat(pieces), isWhole: true };
    pieces.push(new Uint8Array(piece));
    length += piece.length;
  }
  return { bytes: Buffer.concat(pieces), isWhole: false };
}

/** Yields the letters before the closing quote. The quote and all bytes after it go into `rest`. */
async function* readString(first: Uint8Array, source: ByteSource, rest: Uint8Array[], maxChars: number) {
  let isEnded = false;
  try {
    let left = maxChars;
    for (let piece: Uint8Array | undefined = first; piece; piece = await source.read(true)) {
      const quote = piece.indexOf(QUOTE);
      const letters = quote < 0 ? piece : piece.subarray(0, quote);
      left -= letters.length;
      if (left < 0) throw new Error(`the picture is longer than ${maxChars} letters of base64`);
      // Base64 needs no escapes, and an escape would break the base64 of our own answer.
      if (letters.includes(BACKSLASH)) throw new Error('the picture is spelled with escapes');
      if (letters.length > 0) yield letters;
      if (quote < 0) continue;
      rest.push(new Uint8Array(piece.subarray(quote)));
      await readRest(source, rest);
      isEnded = true;
      return;
    }
    throw new Error('the answer ends inside its picture');
  } finally {
    if (!isEnded) await source.cancel(undefined).catch(() => undefined);
  }
}

async function readRest(source: ByteSource, rest: Uint8Array[]): Promise<void> {
  let left = MAX_TEXT_BYTES - rest[0]!.length;
  for (let piece = await source.read(false); piece && left > 0; piece = await source.read(false)) {
    rest.push(new Uint8Array(piece));
    left -= piece.length;
  }
  if (left <= 0) await source.cancel(undefined);
}
