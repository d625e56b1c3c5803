/** Reads `multipart/related` bodies that are cut into pieces anywhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MULTIPART_TEXT_BYTES, MultipartBroken, openMultipart } from '../../worker/gemini/multipart.ts';

const JSON_TYPE = 'Content-Type: application/json; charset=utf-8';
const FILE = new TextEncoder().encode('picture --b\r\n--c \r\n-- \r\n');

function bodyOf(
  file: Uint8Array = FILE,
  {
    before = '',
    description = '{"file":{}}',
    headers = ['Content-Type: image/png', 'X-Other:1'],
    end = '\r\n--b--\r\n',
  } = {},
): Uint8Array {
  const head = `${before}--b\r\n${JSON_TYPE}\r\n\r\n${description}\r\n--b\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), file, Buffer.from(end)]);
}

async function* cut(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): AsyncGenerator<Uint8Array> {
  const reused = new Uint8Array(bytes.length);
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const piece = bytes.subarray(at, at + (sizes[n % sizes.length] as number));
    reused.set(piece);
    yield reused.subarray(0, piece.length);
    at += piece.length;
  }
}

async function read(bytes: Uint8Array, sizes?: readonly number[]) {
  const { description, headers, bytes: pieces } = await openMultipart(cut(bytes, sizes), 'b');
  const file: Uint8Array[] = [];
  for await (const piece of pieces) file.push(piece.slice());
  return { description, headers: Object.fromEntries(headers), file: new Uint8Array(Buffer.concat(file)) };
}

describe('a body of two parts', () => {
  it('is its description and its file, wherever it is cut', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    const letters = fc.array(fc.constantFrom(...Buffer.from('\r\n-bx')), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(letters, sizes, async (values, pieces) => {
        const file = Uint8Array.from(values);
        // A file that contains the delimiter cannot be sent with this boundary.
        fc.pre(!Buffer.from(file).includes('\r\n--b'));

        expect(await read(bodyOf(file), pieces)).toEqual({
          description: '{"file":{}}',
          headers: { 'content-type': 'image/png', 'x-other': '1' },
          file,
        });
      }),
    );
  });

  it.each([
    ['a preamble', { before: 'This is a message.\r\n' }],
    ['an epilogue', { end: '\r\n--b-- and more' }],
    ['no headers of the file', { headers: [] }],
    ['no description', { description: '' }],
  ])('may have %s', async (_name, changes) => {
    expect((await read(bodyOf(FILE, changes), [7])).file).toEqual(FILE);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another boundary', Buffer.from(Buffer.from(bodyOf()).toString().replaceAll('--b', '--x'))],
    ['one part', Buffer.from(`--b\r\n${JSON_TYPE}\r\n\r\n{}\r\n--b--\r\n`)],
    ['three parts', bodyOf(FILE, { end: '\r\n--b\r\n\r\nmore\r\n--b--' })],
    ['no end', bodyOf(FILE, { end: '' })],
    ['half an end', bodyOf(FILE, { end: '\r\n--b-' })],
    ['a description that is too long', bodyOf(FILE, { description: 'x'.repeat(MAX_MULTIPART_TEXT_BYTES) })],
  ])('is refused with %s', async (_name, bytes) => {
    for (const sizes of [[bytes.length || 1], [5]]) await expect(read(bytes, sizes)).rejects.toThrow(MultipartBroken);
  });

  it('stops its sender where the reader of its file stops', async () => {
    let isStopped = false;
    const sender = async function* () {
      try {
        yield* cut(bodyOf(new Uint8Array(1000)), [200]);
      } finally {
        isStopped = true;
      }
    };

    const { bytes } = await openMultipart(sender(), 'b');
    await bytes.next();
    await bytes.return(undefined);

    expect(isStopped).toBe(true);
  });
});
