import { describe, expect, it } from 'vitest';
import { readErrorWords } from '../../../worker/gemini/errors/error-words.ts';
import { streamOf, utf8 } from '../streams.ts';

describe('the words of an error', () => {
  it('are what came, up to a bound', async () => {
    expect(await readErrorWords(streamOf(utf8('{"error":{}}'), [5], 'native'), 100)).toBe('{"error":{}}');
    expect(await readErrorWords(streamOf(utf8('x'.repeat(1000)), [7], 'native'), 100)).toBe('x'.repeat(100));
    expect(await readErrorWords(null, 100)).toBe('');
  });

  it.each([
    { name: 'a body that never ends', words: 'Overloaded' },
    { name: 'a body that never begins', words: '' },
  ])('do not hold a status up: $name', async ({ words }) => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    if (words) writer.write(utf8(words)).catch(() => undefined);

    expect(await readErrorWords(readable, 1000, 20)).toBe(words);
    // The stream is cancelled, so that its writer stops.
    await expect(writer.write(utf8('more'))).rejects.toThrow();
  });

  it('are missing where the body breaks off', async () => {
    const { readable, writable } = new IdentityTransformStream();
    void writable.abort(new Error('reset')).catch(() => undefined);

    expect(await readErrorWords(readable, 1000)).toBe('');
  });
});
