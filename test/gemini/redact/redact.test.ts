import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED } from '../../../worker/gemini/redact/redact.ts';
import { type StreamKind, streamOf, utf8 } from '../streams.ts';

const KEY = 'AIzaSyD-1234567890_abcdefghijklmnopqrst';
const ODD_KEY = 'key/with+odd=signs?&~0123';
const redactor = createRedactor([KEY, ODD_KEY, 'x']);

const escaped = (text: string, backslash = '\\') =>
  [...text].map((letter) => `${backslash}u00${letter.charCodeAt(0).toString(16)}`).join('');

const encodings: [string, (key: string) => string][] = [
  ['plain', (key) => key],
  ['all letters percent-encoded', (key) => Buffer.from(key).toString('hex').replace(/../g, '%$&')],
  ['hex', (key) => Buffer.from(key).toString('hex')],
  ['hex in upper case', (key) => Buffer.from(key).toString('hex').toUpperCase()],
  ['reversed', (key) => [...key].reverse().join('')],
  ['the first letter escaped', (key) => escaped(key[0]!) + key.slice(1)],
  ['all letters escaped', (key) => escaped(key)],
  ['all letters escaped twice', (key) => escaped(key, '\\\\')],
  ['some letters escaped', (key) => [...key].map((letter, n) => (n % 5 === 1 ? escaped(letter) : letter)).join('')],
  ['a window', (key) => key.slice(3, 15)],
  ['percent-encoded', (key) => encodeURIComponent(key)],
  ['percent-encoded in lower case', (key) => encodeURIComponent(key).replace(/%../g, (code) => code.toLowerCase())],
  ...[0, 1, 2].flatMap((before): [string, (key: string) => string][] => [
    [`base64 behind ${before} bytes`, (key) => Buffer.from(`${'>'.repeat(before)}${key}~~~`).toString('base64')],
    [`base64url behind ${before} bytes`, (key) => Buffer.from(`${'>'.repeat(before)}${key}~~~`).toString('base64url')],
    [
      `base64 with escaped slashes behind ${before} bytes`,
      (key) =>
        Buffer.from(`${'>'.repeat(before)}${key}`)
          .toString('base64')
          .replaceAll('/', '\\/'),
    ],
  ]),
];

/** Whether a text still contains the key, in any of the encodings. */
const tells = (text: string, key: string): boolean =>
  text.includes(key) ||
  text.includes(key.slice(3, 15)) ||
  text.includes([...key].reverse().join('')) ||
  text.toLowerCase().includes(Buffer.from(key).toString('hex')) ||
  text.replace(/\\+u00(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))).includes(key) ||
  text.includes(encodeURIComponent(key)) ||
  [0, 1, 2].some((skip) => Buffer.from(text.slice(skip), 'base64').includes(key));

const bytesOf = async (body: ReturnType<ReturnType<typeof createRedactor>['stream']>) =>
  new Uint8Array(await new Response(await body).arrayBuffer());

describe('redacting texts', () => {
  it.each(encodings)('hides configured keys: %s', (_, encode) => {
    for (const key of [KEY, ODD_KEY]) {
      const clean = redactor.text(`before ${encode(key)} after`);

      expect(clean).toContain(REDACTED);
      expect(clean).toMatch(/^before .* after$/);
      expect(tells(clean, key)).toBe(false);
    }
  });

  it.each([
    'key=AIzaSyB1234567890abcdefghijklmnopqrstuv.',
    'Bearer sk-proj-abcdefghij0123456789KLMNOP',
    '"AQ.Ab8RN6Kx0123456789abcdefghij"',
    'Key 0f0e0d0c-fa15-4bad-8bad-00000000fa01:fa1efa1efa1efa1efa1efa1efa1efa01',
  ])('hides what looks like a key: %s', (text) => {
    expect(redactor.text(text)).toContain(REDACTED);
  });

  it.each(['key: AIza', '\nAIza', '"AIza', '=AIza', '\\nAIza', '\\tAIza'])(
    'sees a key of Google’s behind %j',
    (before) => {
      expect(redactor.text(`${before}${'0123456789'.repeat(4).slice(0, 35)} `)).toContain(REDACTED);
    },
  );

  it.each(['A', '7', '+', '/', '_', '-'])('takes %s and AIza for base64', (before) => {
    const text = `{"thoughtSignature":"Ev${before}AIza${'0123456789'.repeat(4).slice(0, 35)}=="}`;

    expect(redactor.text(text)).toBe(text);
    expect(redactor.text(`"AIza${'0123456789'.repeat(4)}"`)).not.toContain(REDACTED);
  });

  it.each([
    'a task-oriented-and-very-long-hyphenated-word',
    'sk-ating and sk-iing',
    'a risk-management-consideration-of-2026',
    'AIza is a prefix',
    'FAQ.md, IRAQ.2003zyxwvuabcabcdecbazyxwv',
    'x marks the spot',
  ])('leaves words alone: %s', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('leaves a stretch of one letter alone that a key has too', () => {
    const zeros = createRedactor(['sk-abc0000000000000000000000001']);

    expect(zeros.text('width 0000000000000000000')).toBe('width 0000000000000000000');
    expect(zeros.text('sk-abc0000000000000000000000001')).toBe(REDACTED);
  });

  it('leaves other escapes as they are', () => {
    const text = '{"html":"\\u003cb\\u003e \\u2028 \\ud83e\\udd8a \\n \\"","path":"C:\\\\u0041"}';

    expect(redactor.text(text)).toBe(text);
  });

  it('takes keys out of the names and values of what was parsed', () => {
    expect(redactor.value({ [KEY]: [`a ${KEY}`, 7, null, { b: true }] })).toEqual({
      [REDACTED]: [`a ${REDACTED}`, 7, null, { b: true }],
    });
  });

  it('takes time in proportion to the text', () => {
    const hostile = ['AIza', 'AQ.', 'sk-', KEY.slice(0, 11), '\\/', '\\u0041', '\\']
      .map((piece) => piece.repeat(200_000))
      .join('');
    const started = performance.now();

    redactor.text(hostile);

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a key that is cut over two events', () => {
  it.each(encodings)('is not whole where a client joins them: %s', (_, encode) => {
    for (const key of [KEY, ODD_KEY]) {
      const text = encode(key);
      for (let cut = 1; cut < text.length; cut++) {
        const joined = redactor.text(text.slice(0, cut)) + redactor.text(text.slice(cut));

        // The halves of a shorter text are shorter than a window.
        expect(text.length >= 24 && tells(joined, key)).toBe(false);
      }
    }
  });
});

describe('redacting chunks', () => {
  const picture = { kind: 'image', n: 0, bytes: 3 } as const;

  it('gives the same chunk back where there is nothing to hide', () => {
    const chunk = ['{"text":"a fox', picture, '"}'];

    expect(redactor.chunk(chunk)).toBe(chunk);
  });

  it('catches a key that two texts share, and one among bytes that are no UTF-8', () => {
    const raw = Buffer.concat([Buffer.from([0xff]), Buffer.from(KEY), Buffer.from([0xfe])]);

    expect(redactor.chunk(['a', KEY.slice(0, 9), KEY.slice(9), picture, { raw: raw.toString('base64') }])).toEqual([
      `a${REDACTED}`,
      picture,
      { raw: Buffer.concat([Buffer.from([0xff]), Buffer.from(REDACTED), Buffer.from([0xfe])]).toString('base64') },
    ]);
  });
});

describe('redacting streams', () => {
  const kinds = fc.constantFrom<StreamKind>('default', 'bytes', 'native');
  const texts = fc.array(
    fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(...encodings.map(([, encode]) => encode(KEY))),
      fc.constantFrom(
        KEY.slice(0, 20),
        KEY.slice(1),
        'AIzaAIza',
        ODD_KEY,
        '\\',
        '\\u',
        '\\u00',
        '\\u0041',
        KEY.slice(-15),
      ),
    ),
    { maxLength: 8 },
  );
  const expected = (text: string) => {
    const known = createRedactor([KEY, ODD_KEY]);
    return known.text(text);
  };

  it('hides the same as in texts, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        kinds,
        fc.boolean(),
        async (pieces, sizes, kind, mayWait) => {
          const text = pieces.join('|');
          const source = streamOf(utf8(text), sizes, kind);

          const clean = Buffer.from(await bytesOf(redactor.stream(source, mayWait ? 'json' : 'sse'))).toString();

          expect(clean).toBe(expected(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: 'in large arrivals', sizes: [300_000, 65_536] },
    { name: 'in small arrivals', sizes: [16_384] },
    { name: 'in arrivals of all sizes', sizes: [100_000, 7, 65_536, 1, 200_000, 4096] },
  ])('hides keys in long bodies, across the borders of pieces: $name', async ({ sizes }) => {
    // Pieces end at 64 KiB and then depend on the arrivals, so keys stand everywhere: 17 bytes apart.
    const long = `${KEY}${'~'.repeat(17)}`.repeat(15_000);

    for (const form of ['json', 'sse'] as const) {
      const clean = Buffer.from(await bytesOf(redactor.stream(streamOf(utf8(long), sizes, 'native'), form))).toString();
      expect(clean).toBe(`${REDACTED}${'~'.repeat(17)}`.repeat(15_000));
    }
  });

  it('lets long bodies pass unchanged', async () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * at) >> 5);

    for (const form of ['json', 'sse'] as const) {
      const passed = await bytesOf(redactor.stream(streamOf(bytes, [100_000], 'native'), form));
      expect(Buffer.from(passed).equals(bytes)).toBe(true);
    }
  });

  it('holds an event back only where its end may begin a key', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    const reader = ((await redactor.stream(readable)) as ReadableStream<Uint8Array>).getReader();
    const next = async () => Buffer.from((await reader.read()).value ?? []).toString();

    void writer.write(utf8('data: {"text":"thinking"}\r\n\r\n'));
    expect(await next()).toBe('data: {"text":"thinking"}\r\n\r\n');

    void writer.write(utf8('the end AIzaSy'));
    expect(await next()).toBe('the end ');

    void writer.write(utf8('mphony!'));
    expect(await next()).toBe('AIzaSymphony!');
    await reader.cancel();
  });

  it('cancels its source when its reader leaves', async () => {
    let isCancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8('more and more ')),
      cancel: () => {
        isCancelled = true;
      },
    });
    const reader = ((await redactor.stream(source)) as ReadableStream<Uint8Array>).getReader();
    await reader.read();

    await reader.cancel();

    expect(isCancelled).toBe(true);
  });

  it('reads a short body that may wait at once, and a long one piece by piece', async () => {
    const source = (size: number) => streamOf(new Uint8Array(size).fill(97), [50_000], 'native');

    expect(await redactor.stream(source(60_000), 'json')).toBeInstanceOf(Uint8Array);
    expect(await redactor.stream(source(70_000), 'json')).toBeInstanceOf(ReadableStream);
    expect(await redactor.stream(source(10), 'sse')).toBeInstanceOf(ReadableStream);
  });

  describe('that upstream breaks off', () => {
    /** Filler that begins no key: an end that may begin a key is kept back, and dropped if the stream breaks off. */
    const NO_KEYS_LETTER = '~'.charCodeAt(0);

    /** Reads up to the failure. Returns the bytes before it, and whether there was one. */
    async function readBroken(
      size: number,
      form: 'json' | 'sse',
      lastWord?: (error?: unknown) => readonly Uint8Array[],
    ) {
      const { readable, writable } = new IdentityTransformStream();
      const writer = writable.getWriter();
      const write = async () => {
        for (let left = size; left > 0; left -= 50_000)
          await writer.write(new Uint8Array(Math.min(left, 50_000)).fill(NO_KEYS_LETTER));
        await writer.abort(new Error('reset'));
      };
      write().catch(() => undefined);
      const ends: string[] = [];
      const watch = { piece: () => undefined, end: (how: string) => void ends.push(how) };
      const body = (await redactor.stream(readable, form, watch, lastWord)) as ReadableStream<Uint8Array>;
      let text = '';
      try {
        for await (const piece of body) text += Buffer.from(piece).toString();
      } catch (error) {
        return { length: text.length, failure: String(error), ends, end: text.slice(-8) };
      }
      return { length: text.length, ends, end: text.slice(-8) };
    }

    it.each([70_000, 600_000, 1_100_000])(
      'give all that came of %i bytes before the failure is heard',
      async (size) => {
        expect(await readBroken(size, 'json')).toMatchObject({ length: size, failure: 'Error: reset', ends: ['cut'] });
      },
    );

    it('say so in a last word where there is one', async () => {
      const heard = await readBroken(200_000, 'sse', (error) => (error ? [utf8('the end.')] : []));

      expect(heard).toEqual({ length: 200_008, end: 'the end.', ends: ['cut'] });
    });
  });

  it('gives the very stream back where no key is configured', async () => {
    const source = streamOf(utf8('text'), [4], 'native');

    expect(await createRedactor([]).stream(source)).toBe(source);
  });
});
