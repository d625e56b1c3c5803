import { describe, expect, it } from 'vitest';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import type { BlobSink } from '../../../worker/gemini/lift/skeleton.ts';
import type { Form } from '../../../worker/request/target.ts';
import { collect, memorySink, streamOf, utf8 } from '../streams.ts';

const PNG = Buffer.from('a picture').toString('base64');
const message = (data: string) => `{"parts":[{"inlineData":{"mimeType":"image/png","data":"${data}"}}]}`;

/** One byte at a time. */
const liftText = (text: string, form: Form) =>
  collect(lift(streamOf(utf8(text), [1], 'default'), { form, sink: memorySink().sink }));

describe('units', () => {
  it('of an answer may be events that end with their line', async () => {
    const units = ['data: {"n":1}\n', 'data: {"n":2}\r\n', 'data: [DONE]\n\n'];
    const stream = streamOf(utf8(units.join('')), [1], 'default');

    const chunks = await collect(lift(stream, { form: 'sse', sink: memorySink().sink, isAnswer: true }));

    expect(chunks).toEqual(units.map((unit) => [unit]));
  });

  it.each<{ name: string; form: Form; units: string[] }>([
    { name: 'a list in one event', form: 'sse', units: ['data: [ {"n":1},{"n":2}]\n\n', 'data: [DONE]\n\n'] },
    { name: 'elements without commas', form: 'array', units: ['[{"n":1}', '\n{"n":2}', ']'] },
    { name: 'elements and nulls', form: 'array', units: ['[null,{"n":1}', ',null,{"n":2}', ',null]'] },
    { name: 'objects on lines', form: 'json', units: ['{"n":1}', '\n{"n":2}', '\n'] },
    { name: 'an object, then events', form: 'json', units: ['{"n":1}', '\ndata: {"n":2}', '\n\ndata: [DONE]'] },
  ])('of an answer may be $name, and of nothing else', async ({ form, units }) => {
    const stream = () => streamOf(utf8(units.join('')), [1], 'default');
    const { sink } = memorySink();

    expect(await collect(lift(stream(), { form, sink, isAnswer: true }))).toEqual(units.map((unit) => [unit]));
    if (form !== 'sse') await expect(collect(lift(stream(), { form, sink }))).rejects.toThrow();
  });

  const event = (end: string) => `data: {"n":1}${end}${end}`;

  it.each<{ name: string; form: Form; units: string[] }>([
    { name: 'events with CRLF', form: 'sse', units: [event('\r\n'), event('\r\n')] },
    { name: 'events with LF', form: 'sse', units: [event('\n'), event('\n')] },
    { name: 'events with CR', form: 'sse', units: [event('\r'), event('\r')] },
    { name: 'comments', form: 'sse', units: [': wait\n\n', event('\n'), ': bye\n\n'] },
    { name: 'an event over several lines', form: 'sse', units: ['data: {\ndata: "n":1\ndata: }\n\n'] },
    { name: 'other fields', form: 'sse', units: ['id: 1\nevent: message\ndata:{"n":1}\n\n'] },
    { name: 'line separators inside JSON', form: 'sse', units: ['data: {"text":"a\u2028b\u0085c"}\n\n'] },
    {
      name: 'a bare error after events',
      form: 'sse',
      units: [event('\n'), '{\n  "error": {\n    "code": 503\n  }\n}', '\n'],
    },
    { name: 'an error body instead of events', form: 'sse', units: ['[{\n"error":{"code":404}}\n]'] },
    { name: 'a byte order mark', form: 'sse', units: [`\ufeff${event('\n')}`] },
    { name: 'an end marker', form: 'sse', units: [event('\n'), 'data: [DONE]\n\n'] },
    { name: 'a last event without its blank line', form: 'sse', units: [event('\n'), 'data: {"n":2}'] },
    { name: 'elements of an array', form: 'array', units: ['[{"n":1}', '\n,\n{"n":2}', '\n]', '\n'] },
    { name: 'an empty array', form: 'array', units: ['[]'] },
    { name: 'a plain error instead of an array', form: 'array', units: ['{"error":{"code":500}}'] },
    { name: 'one object', form: 'json', units: ['\ufeff {"n":[{"m":1}]}', '\n'] },
    { name: 'a list of errors instead of an object', form: 'json', units: ['[{"error":{"code":400}}]'] },
  ])('are $name', async ({ form, units }) => {
    expect(await liftText(units.join(''), form)).toEqual(units.map((unit) => [unit]));
  });

  it.each<{ form: Form; whole: string; more: string }>([
    { form: 'sse', whole: 'data: {"text":"thinking"}\r\n\r\n', more: 'da' },
    { form: 'sse', whole: `data: ${message(PNG)}\r\n\r\n`, more: '' },
    { form: 'array', whole: `[${message(PNG)}`, more: '' },
    { form: 'json', whole: message(PNG), more: '' },
  ])('of $form come as soon as their last byte is in', async ({ form, whole, more }) => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const chunks = lift(readable, { form, sink: memorySink().sink });

    void writer.write(utf8(whole + more));
    // The stream stays open and silent: the unit must not wait for more bytes.
    const first = form === 'json' ? chunks.next() : await chunks.next();
    if (form === 'json') await writer.close();

    expect((await first).done).toBe(false);
    await chunks.return?.();
  });

  it('come after their blobs are closed', async () => {
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const sink: BlobSink = {
      open: () => ({
        write: () => undefined,
        close: () => gate.promise.then(() => void log.push('closed')),
        abort: () => undefined,
      }),
    };

    const next = lift(streamOf(utf8(message(PNG)), [1000], 'default'), { form: 'json', sink }).next();
    const told = next.then(() => log.push('told'));
    gate.resolve();
    await told;

    expect(log).toEqual(['closed', 'told']);
  });
});
