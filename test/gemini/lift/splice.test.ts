import { describe, expect, it } from 'vitest';
import type { Encoding, Lifted, Segment } from '../../../worker/gemini/lift/skeleton.ts';
import { splice, splicedLength } from '../../../worker/gemini/lift/splice.ts';
import { eventually } from '../../eventually.ts';
import { readAll, streamOf } from '../streams.ts';

const image = (bytes: number, encoding?: Encoding): Lifted => ({
  kind: 'image',
  n: 0,
  bytes,
  ...(encoding && { encoding }),
});
const written = async (segments: Segment[], bytes: Uint8Array) =>
  Buffer.from(await readAll(splice(segments, () => bytes))).toString('latin1');

describe('splice', () => {
  it.each<{ name: string; hex: string; encoding?: Encoding; text: string }>([
    { name: 'canonical base64', hex: 'fbff10', text: '+/8Q' },
    { name: 'padding', hex: 'fbff1041', text: '+/8QQQ==' },
    { name: 'no padding', hex: 'fbff1041', encoding: { unpadded: true }, text: '+/8QQQ' },
    { name: 'URL-safe letters', hex: 'fbff10', encoding: { url: true }, text: '-_8Q' },
    { name: 'escaped slashes', hex: 'fbff10', encoding: { escaped: 1 }, text: '+\\/8Q' },
    {
      name: 'patches at the beginning, between and at the end',
      hex: 'fbff10414243',
      encoding: {
        patches: [
          { at: 0, text: '\\n', bytes: 0 },
          { at: 3, text: 'QU JD', bytes: 3 },
          { at: 6, text: '%é', bytes: 0 },
        ],
      },
      text: '\\n+/8QQU JD%é',
    },
  ])('writes $name, and knows its length', async ({ hex, encoding, text }) => {
    const bytes = Buffer.from(hex, 'hex');
    const segments = ['"', image(bytes.length, encoding), '"'];

    expect(await written(segments, bytes)).toBe(`"${text}"`);
    expect(splicedLength(segments)).toBe(text.length + 2);
  });

  it('writes text as UTF-8 and raw bytes as they are', async () => {
    const segments: Segment[] = ['é\u2028', { raw: '//4=' }];

    expect(Buffer.from(await readAll(splice(segments, () => new Uint8Array(0)))).toString('hex')).toBe(
      'c3a9e280a8fffe',
    );
    expect(splicedLength(segments)).toBe(7);
  });

  it.each([
    { name: 'shorter', bytes: 3, problem: 'image 0 is 1 bytes shorter than its 4' },
    { name: 'longer', bytes: 5, problem: 'image 0 is longer than its 4 bytes' },
  ])('fails where a blob is $name than it was', async ({ bytes, problem }) => {
    await expect(readAll(splice([image(4)], () => new Uint8Array(bytes)))).rejects.toThrow(problem);
  });

  it('fails where a blob cannot be opened', async () => {
    const gone = splice([image(4)], () => Promise.reject(new Error('gone')));

    await expect(readAll(gone)).rejects.toThrow('gone');
  });

  it('opens a blob only when its turn comes, and reads no faster than its reader', async () => {
    const opened: number[] = [];
    let pulled = 0;
    const segments = [image(10_000_000), '|', { ...image(1), n: 1 }];
    const spliced = splice(segments, ({ n }) => {
      opened.push(n);
      return new ReadableStream<Uint8Array>({
        pull: (controller) => {
          pulled += 1;
          controller.enqueue(new Uint8Array(100_000));
        },
      });
    });
    const reader = spliced.getReader();

    await reader.read();

    expect(opened).toEqual([0]);
    expect(pulled).toBeLessThan(10);
    await reader.cancel();
  });

  it('cancels the blob when its reader leaves', async () => {
    let isCancelled = false;
    const blob = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(300_000)),
      cancel: () => {
        isCancelled = true;
      },
    });
    const reader = splice([image(10_000_000)], () => blob).getReader();
    await reader.read();

    await reader.cancel();

    await eventually(() => isCancelled).toBe(true);
  });

  it.each(['default', 'bytes', 'native'] as const)('reads %s streams of blobs', async (kind) => {
    const bytes = Uint8Array.from({ length: 500_000 }, (_, at) => at * 7);

    const text = Buffer.from(
      await readAll(splice([image(bytes.length)], () => streamOf(bytes, [70_001], kind))),
    ).toString();

    expect(text === Buffer.from(bytes).toString('base64')).toBe(true);
  });
});
