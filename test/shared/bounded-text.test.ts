import { describe, expect, it } from 'vitest';
import { readBoundedText } from '../../worker/shared/bounded-text.ts';
import { streamOf, utf8 } from '../gemini/streams.ts';

describe('a body as text', () => {
  it('is read to its end', async () => {
    expect(await readBoundedText(streamOf(utf8('hällo'), [2], 'default'), 100)).toBe('hällo');
    expect(await readBoundedText(null, 100)).toBe('');
  });

  it('is cut where it is longer, and read no further', async () => {
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8('abc')),
      cancel: () => {
        isCancelled = true;
      },
    });

    expect(await readBoundedText(endless, 7)).toBe('abcabca');
    expect(isCancelled).toBe(true);
  });
});
