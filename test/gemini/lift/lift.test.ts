import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../worker/gemini/forms/forms.ts';
import { lift } from '../../../worker/gemini/lift/lift.ts';
import { LiftError } from '../../../worker/gemini/lift/lift-error.ts';
import type { BlobSink, BlobWriter, Encoding } from '../../../worker/gemini/lift/skeleton.ts';
import type { Form } from '../../../worker/request/target.ts';
import { collect, memorySink, readAll, streamOf, utf8 } from '../streams.ts';

const PNG = Buffer.from('not really a picture, but bytes all the same>').toString('base64');
const message = (data: string, rest = '') =>
  `{"parts":[{"inlineData":{"mimeType":"image/png","data":"${data}"}${rest}}]}`;

async function liftText(text: string, form: Form = 'json', sizes = [7]) {
  const store = memorySink();
  const chunks = await collect(lift(streamOf(utf8(text), sizes, 'default'), { form, sink: store.sink }));
  return { chunks, blobs: store.blobs };
}

async function failureOf(text: string, form: Form = 'json', maxSkeletonBytes = 100_000) {
  const store = memorySink();
  const run = collect(lift(streamOf(utf8(text), [11], 'bytes'), { form, sink: store.sink, maxSkeletonBytes }));
  const error: unknown = await run.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof LiftError)) throw new Error(`expected a LiftError, got ${String(error)}`);
  return { error, states: [...store.blobs.values()].map(({ state }) => state) };
}

describe('lift', () => {
  it('hands a picture to the sink decoded, with its type, and leaves a note in the text', async () => {
    const { chunks, blobs } = await liftText(message(PNG));

    expect(chunks).toEqual([
      ['{"parts":[{"inlineData":{"mimeType":"image/png","data":"', { kind: 'image', n: 0, bytes: 45 }, '"}}]}'],
    ]);
    expect(blobs.get('image/0')).toEqual({
      mimeType: 'image/png',
      bytes: Buffer.from(PNG, 'base64'),
      state: 'closed',
    });
  });

  it('lifts signatures over 4 KiB of text and leaves shorter ones', async () => {
    const long = 'QUJD'.repeat(1025);
    const { chunks } = await liftText(
      `{"a":{"thoughtSignature":"${'QUJD'.repeat(1024)}"},"thought_signature":"${long}"}`,
    );

    expect(chunks.flat()).toContainEqual({ kind: 'signature', n: 0, bytes: 3075 });
    expect(chunks.flat()).toHaveLength(3);
  });

  it('counts pictures and signatures apart, over all units', async () => {
    const unit = `data: ${message(PNG, `,"thoughtSignature":"${'QUJD'.repeat(1025)}"`)}\r\n\r\n`;
    const { chunks } = await liftText(unit + unit, 'sse');

    expect(chunks.flat().filter((segment) => typeof segment === 'object')).toMatchObject([
      { kind: 'image', n: 0 },
      { kind: 'signature', n: 0 },
      { kind: 'image', n: 1 },
      { kind: 'signature', n: 1 },
    ]);
  });

  it.each([
    ['a key called data elsewhere', '{"functionCall":{"args":{"data":"QUJD"}}}'],
    ['an empty picture', message('')],
    ['a picture that is no base64', message('hello, world')],
    ['a list of data', '{"inlineData":{"data":["QUJD"]}}'],
    ['data deeper inside', '{"inlineData":{"more":{"data":"QUJD"}}}'],
    ['a value that looks like a key', '{"text":"inlineData","data":"QUJD"}'],
  ])('leaves %s in the text', async (_, text) => {
    expect((await liftText(text)).chunks).toEqual([[text]]);
  });

  it.each([
    ['snake_case', '{"inline_data":{"mime_type":"image/png","data":"QUJD"}}'],
    ['an escaped key', '{"inline\\u0044ata":{"mimeType":"image\\/png","data":"QUJD"}}'],
    ['white space', '{ "inlineData" :\n{ "mimeType" : "image/png" , "data"\t: "QUJD" } }'],
  ])('finds a picture in %s', async (_, text) => {
    expect((await liftText(text)).blobs.get('image/0')).toEqual({
      mimeType: 'image/png',
      bytes: Buffer.from('ABC'),
      state: 'closed',
    });
  });

  it.each<{ name: string; data: string; bytes: string; encoding?: Encoding }>([
    { name: 'canonical', data: '+/8QQQ==', bytes: 'fbff1041' },
    { name: 'URL-safe', data: '-_8QQQ==', bytes: 'fbff1041', encoding: { url: true } },
    { name: 'unpadded', data: '+/8QQQ', bytes: 'fbff1041', encoding: { unpadded: true } },
    { name: 'with escaped slashes', data: '+\\/8QQQ==', bytes: 'fbff1041', encoding: { escaped: 1 } },
    {
      name: 'with stray bits',
      data: '+/8QQR==',
      bytes: 'fbff1041',
      encoding: { patches: [{ at: 3, text: 'QR==', bytes: 1 }] },
    },
    {
      name: 'broken into lines',
      data: '+/8Q\\nQUJD',
      bytes: 'fbff10414243',
      encoding: { patches: [{ at: 3, text: '\\n', bytes: 0 }] },
    },
    {
      name: 'with an escaped sign',
      data: '+/8QQQ\\u003d=',
      bytes: 'fbff1041',
      encoding: { patches: [{ at: 3, text: 'QQ\\u003d=', bytes: 1 }] },
    },
  ])('keeps base64 $name faithfully', async ({ data, bytes, encoding }) => {
    const { chunks, blobs } = await liftText(message(data));

    expect(Buffer.from(blobs.get('image/0')!.bytes).toString('hex')).toBe(bytes);
    expect(chunks.flat()[1]).toEqual({ kind: 'image', n: 0, bytes: bytes.length / 2, ...(encoding && { encoding }) });
  });

  it('needs no notes for the spellings that providers use, however long the picture', async () => {
    const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => (at * at) >> 3);
    const plain = Buffer.from(bytes).toString('base64');
    const spellings = [plain, plain.replaceAll('/', '\\/'), Buffer.from(bytes).toString('base64url')];

    for (const data of spellings) {
      const { chunks, blobs } = await liftText(message(data), 'json', [65_537]);
      expect(Buffer.from(blobs.get('image/0')!.bytes).equals(bytes)).toBe(true);
      expect(chunks.flat()[1]).not.toHaveProperty('encoding.patches');
    }
  });

  it('of an answer keeps no count of very many line breaks, and loses no picture over them', async () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * at) >> 3);
    const broken = Buffer.from(bytes).toString('base64').replaceAll(/.{76}/g, '$&\\r\\n');
    const store = memorySink();

    const run = lift(streamOf(utf8(message(broken)), [70_001], 'default'), {
      ...{ form: 'json', sink: store.sink, isAnswer: true },
    });

    expect((await collect(run)).flat()[1]).toEqual({ kind: 'image', n: 0, bytes: bytes.length });
    expect(Buffer.from(store.blobs.get('image/0')!.bytes).equals(bytes)).toBe(true);
  });

  it.each([
    ['spaces in place of line breaks', (data: string) => data.replaceAll(/.{76}/g, '$& ')],
    ['white space before it', (data: string) => `\\n  ${data}`],
    ['white space after it', (data: string) => `${data} \\n`],
  ])('finds base64 with %s', async (_, spell) => {
    const bytes = Uint8Array.from({ length: 9000 }, (__, at) => (at * at) >> 3);
    const { blobs } = await liftText(message(spell(Buffer.from(bytes).toString('base64'))));

    expect(Buffer.from(blobs.get('image/0')!.bytes).equals(bytes)).toBe(true);
  });

  it('of an answer closes a picture that was cut off before its quote, for its sink to judge', async () => {
    const bytes = Uint8Array.from({ length: 9000 }, (__, at) => (at * at) >> 3);
    const text = message(Buffer.from(bytes).toString('base64'));
    const store = memorySink();
    const cut = streamOf(utf8(text.slice(0, text.lastIndexOf('"'))), [1001], 'default');

    await expect(collect(lift(cut, { form: 'json', sink: store.sink, isAnswer: true }))).rejects.toMatchObject({
      ...{ kind: 'truncated', closed: [{ kind: 'image', n: 0 }] },
    });
    expect(Buffer.from(store.blobs.get('image/0')!.bytes).equals(bytes)).toBe(true);
  });

  it('keeps what is not UTF-8 as raw bytes', async () => {
    const bytes = Buffer.concat([utf8('{"a":"'), Buffer.from([0xff, 0xfe]), utf8('"}')]);
    const chunks = await collect(lift(streamOf(bytes, [3], 'default'), { form: 'json', sink: memorySink().sink }));

    expect(chunks).toEqual([[{ raw: bytes.toString('base64') }]]);
  });
});

describe('what cannot be lifted', () => {
  it.each<{ name: string; text: string; form?: Form; kind: LiftError['kind'] }>([
    { name: 'nothing', text: '', kind: 'truncated' },
    { name: 'JSON cut in its structure', text: '{"a":[1,', kind: 'truncated' },
    { name: 'JSON cut in a picture', text: `{"inlineData":{"data":"${PNG.repeat(200)}`, kind: 'truncated' },
    { name: 'an array without its end', text: '[{"a":1}\n', form: 'array', kind: 'truncated' },
    { name: 'an event cut in its middle', text: 'data: {"a":1', form: 'sse', kind: 'truncated' },
    { name: 'an event cut in its name', text: 'data: {"a":1}\n\nda', form: 'sse', kind: 'truncated' },
    { name: 'a stream without an event', text: ': hello\n\n', form: 'sse', kind: 'truncated' },
    { name: 'a blank line inside an event', text: 'data: {"a":\n\n', form: 'sse', kind: 'malformed' },
    { name: 'HTML', text: '<html>', kind: 'malformed' },
    { name: 'HTML as events', text: '<html>\n\n', form: 'sse', kind: 'malformed' },
    { name: 'brackets that do not match', text: '{"a":[}]', kind: 'malformed' },
    { name: 'two objects', text: '{}{}', kind: 'malformed' },
    { name: 'a list with a hole', text: '[{},,{}]', form: 'array', kind: 'malformed' },
    { name: 'two values in an event', text: 'data: {}\ndata: {}\n\n', form: 'sse', kind: 'malformed' },
    { name: 'words that JSON does not know', text: '{"a":yes}', kind: 'malformed' },
    { name: 'a bad escape in a name', text: '{"\\q fox":1}', kind: 'malformed' },
    { name: 'a bad escape in a picture', text: message(`${PNG}\\x`), kind: 'malformed' },
    { name: 'a line break in a picture', text: message(`${PNG}\n${PNG}`), kind: 'malformed' },
    { name: 'nesting without end', text: '['.repeat(1000), kind: 'malformed' },
    { name: 'more text than allowed', text: `{"text":"${'a'.repeat(200_000)}"}`, kind: 'skeleton_too_large' },
    { name: 'a picture full of oddities', text: message('QUI\\n'.repeat(60_000)), kind: 'skeleton_too_large' },
    { name: 'a long picture that is no base64', text: message('%'.repeat(200_000)), kind: 'skeleton_too_large' },
  ])('is named: $name is $kind', async ({ text, form, kind }) => {
    const { error, states } = await failureOf(text, form);

    expect(error.kind).toBe(kind);
    // Its message is logged, and the text may repeat the prompt.
    expect(error.message).not.toContain('fox');
    expect(states).not.toContain('open');
  });

  it('leaves no blob half-stored, and names those that were closed', async () => {
    const first = message(PNG);
    const { error, states } = await failureOf(`[${first},${message(PNG.repeat(200)).slice(0, 9000)}`, 'array');

    expect(states).toEqual(['closed', 'aborted']);
    expect(error.closed).toEqual([{ kind: 'image', n: 0, bytes: 45 }]);
  });

  it.each<keyof BlobWriter | 'open'>(['open', 'write', 'close'])(
    'stops reading when the sink fails to %s',
    async (step) => {
      const broken = new Error('disk full');
      let cancelled: unknown;
      const source = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(utf8(message(PNG))),
        cancel: (reason) => {
          cancelled = reason;
        },
      });
      const refuse = () => Promise.reject(broken);
      const writer: BlobWriter = { write: () => undefined, close: () => undefined, abort: () => undefined };
      const sink: BlobSink = { open: () => (step === 'open' ? refuse() : { ...writer, [step]: refuse }) };

      const error = await collect(lift(source, { form: 'json', sink })).catch((reason: unknown) => reason);

      expect(error).toMatchObject({ name: 'LiftError', kind: 'sink_failed', cause: broken });
      expect(cancelled).toBe(error);
    },
  );

  it('tells what the source said when reading fails', async () => {
    const reset = new Error('connection reset');
    const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(reset) });

    const run = collect(lift(source, { form: 'json', sink: memorySink().sink }));

    await expect(run).rejects.toMatchObject({ kind: 'source_failed', cause: reset });
  });

  it('cancels the source and aborts an open blob when its reader leaves, even while it waits', async () => {
    let cancelled = false;
    const store = memorySink();
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(utf8(`[{},{"inlineData":{"data":"${'QUJD'.repeat(2000)}`)),
      cancel: () => {
        cancelled = true;
      },
    });
    const chunks = lift(source, { form: 'array', sink: store.sink });
    await chunks.next();

    const waiting = chunks.next();
    await scheduler.wait(0);
    await chunks.return?.();

    expect((await waiting).done).toBe(true);
    expect(cancelled).toBe(true);
    expect(store.blobs.get('image/0')?.state).toBe('aborted');
  });
});

it('reads streams of every make', async () => {
  const text = message(PNG.repeat(3000));
  for (const kind of ['default', 'bytes', 'native'] as const) {
    const store = memorySink();
    await collect(lift(streamOf(utf8(text), [10_000], kind), { form: 'json', sink: store.sink }));
    expect(await readAll(streamOf(store.blobs.get('image/0')!.bytes, [999], kind))).toHaveLength(
      Buffer.from(PNG.repeat(3000), 'base64').length,
    );
  }
});

describe('a text that is too long to keep', () => {
  const long = (unit: string) => unit.repeat(Math.ceil(3_000_000 / unit.length));
  const read = async (text: string, form: Form = 'json') => {
    const store = memorySink();
    const chunks = await collect(
      lift(streamOf(utf8(text), [70_001], 'default'), { form, sink: store.sink, isAnswer: true }),
    );
    return { values: chunks.flatMap((chunk) => messagesOf(chunk, form)), blobs: store.blobs };
  };
  const partsOf = (value: unknown) =>
    (value as { candidates: { content: { parts: Record<string, unknown>[] } }[] }).candidates[0]!.content.parts;

  it.each([
    { name: 'words', unit: 'so it is. ' },
    { name: 'letters of several bytes', unit: 'é ü 漢 😀 ' },
    { name: 'escapes', unit: '\\u00e9\\n\\" and so on ' },
    { name: 'hardly anything but escapes', unit: 'a\\"\\\\é' },
    { name: 'nothing but escapes', unit: '\\u6f22' },
  ])('is cut, and costs no picture after it: $name', async ({ unit }) => {
    const data = PNG.repeat(100);
    const { values, blobs } = await read(
      `{"candidates":[{"content":{"parts":[{"text":"${long(unit)}"},{"inlineData":{"data":"${data}"}},{"text":"${unit}"}]},"finishReason":"STOP"}]}`,
    );

    const [first, , last] = partsOf(values[0]);
    const { length } = first!.text as string;
    expect(length).toBeLessThan(1_200_000);
    expect(first!.text).toMatch(/ \[the rest of the text was left out\]$/);
    expect((last!.text as string).length).toBeLessThanOrEqual(unit.length);
    expect(values[0]).toMatchObject({ candidates: [{ finishReason: 'STOP' }] });
    expect(blobs.get('image/0')!.bytes).toHaveLength(Buffer.from(data, 'base64').length);
  });

  it('is cut over all events of a stream', async () => {
    const event = `data: {"candidates":[{"content":{"parts":[{"text":"${'so it is. '.repeat(10_000)}"}]}}]}\n\n`;
    const picture = `data: {"candidates":[{"content":{"parts":[{"inlineData":{"data":"${PNG}"}}]}}]}\n\n`;

    const { values, blobs } = await read(event.repeat(30) + picture, 'sse');

    expect(values).toHaveLength(31);
    expect(
      values
        .slice(0, 30)
        .flatMap(partsOf)
        .reduce((sum, { text }) => sum + (text as string).length, 0),
    ).toBeLessThan(1_100_000);
    expect(blobs.size).toBe(1);
  });

  it('of a request is no such thing', async () => {
    const run = collect(
      lift(streamOf(utf8(`{"parts":[{"text":"${long('x')}"}]}`), [70_001], 'default'), {
        form: 'json',
        sink: memorySink().sink,
      }),
    );

    await expect(run).rejects.toMatchObject({ kind: 'skeleton_too_large' });
  });
});
