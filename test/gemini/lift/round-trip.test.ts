import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import { splice, splicedLength } from '../../../worker/gemini/lift/splice.ts';
import type { Form } from '../../../worker/request/target.ts';
import { collect, memorySink, readAll, type StreamKind, streamOf, utf8 } from '../streams.ts';
import { messages, pieceSizes } from './arbitrary-messages.ts';

const kinds = fc.constantFrom<StreamKind>('default', 'bytes', 'native');
/** One byte at a time is slow, so long messages come in larger pieces. */
const fitting = (sizes: readonly number[], length: number) =>
  length > 6_000 ? sizes.map((size) => size * 997) : sizes;

describe.each<Form>(['json', 'array', 'sse'])('a message as %s', (form) => {
  it('comes back byte for byte from its skeleton and its blobs, however it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(messages[form], pieceSizes, kinds, fc.boolean(), async (text, sizes, kind, asStream) => {
        const bytes = utf8(text);
        const store = memorySink();

        const chunks = await collect(
          lift(streamOf(bytes, fitting(sizes, bytes.length), kind), { form, sink: store.sink, isAnswer: true }),
        );
        const segments = chunks.flat();
        const back = await readAll(
          splice(segments, async (blob) => {
            const found = (await store.open(blob)) as Uint8Array;
            return asStream ? streamOf(found, fitting(sizes, found.length), kind) : found;
          }),
        );

        expect(Buffer.from(back).equals(bytes)).toBe(true);
        expect(splicedLength(segments)).toBe(bytes.length);
        expect([...store.blobs.values()].every(({ state }) => state === 'closed')).toBe(true);
      }),
      { numRuns: 250 },
    );
  });

  it('is cut into the same units however it came', async () => {
    await fc.assert(
      fc.asyncProperty(messages[form], pieceSizes, async (text, sizes) => {
        const bytes = utf8(text);
        const liftWith = (cuts: readonly number[]) =>
          collect(lift(streamOf(bytes, cuts, 'default'), { form, sink: memorySink().sink, isAnswer: true }));

        expect(await liftWith(fitting(sizes, bytes.length))).toEqual(await liftWith([bytes.length]));
      }),
      { numRuns: 100 },
    );
  });
});
