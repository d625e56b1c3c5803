/** Answers as providers really write them: what the caller gets, what is stored, what is paid. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.ts';
import { picture } from '../../storage/pictures.ts';
import { createTestWorker, reasonOf, upstreamCalls } from '../../support.ts';
import { GENERATE, moneyOf, nameOf, SSE } from './money.ts';
import {
  FORM_NAMES,
  type FormName,
  LABELS,
  messageOf,
  messagesIn,
  partsIn,
  picturesIn,
  scripted,
  settledOf,
  spell,
  TARGETS,
  USAGE,
} from './odd-answers.ts';

const PRICE = 68_000;
/** Over what is held: the charge of an answer that broke off before its usage. */
const HELD = 191_000;
const LINK = { 'Peel-Images': 'link' };
const BYTES = picture(300_000);
const DATA = BYTES.toBase64();
const inlineData = { mimeType: 'image/png', data: DATA };

beforeEach(reset);

const pathOf = (address: string): string => new URL(address).pathname;

/** Sends a request twice, and expects the picture both times, from one call at one price. */
async function expectKept(
  body: Awaited<ReturnType<typeof scripted>>,
  form: FormName,
  headers: Record<string, string>,
  most = PRICE,
) {
  const worker = createTestWorker();
  const before = await settledOf(worker);

  for (const cache of [/stored/, /hit/]) {
    const answer = await worker.ask(TARGETS[form], body, headers);
    expect(answer.status).toBe(200);
    // Nothing is stored yet when the headers of a live stream are sent.
    if (form === 'json' || cache.test('hit')) expect(answer.headers.get('Cache-Status')).toMatch(cache);
    const text = await answer.text();
    const [shown, ...others] = picturesIn(messagesIn(text, form));
    expect(others).toEqual([]);
    const bytes = headers === LINK ? (await (await worker.fetch(pathOf(shown!))).bytes()).toBase64() : shown;
    expect(bytes === DATA, `${form}: the picture`).toBe(true);
    for (const { text: words = '' } of partsIn(messagesIn(text, form))) expect(words).not.toContain('base64');
    const settled = await settledOf(worker);
    expect(settled - before).toBeGreaterThan(60_000);
    expect(settled - before).toBeLessThan(most);
  }
  expect(await upstreamCalls(nameOf(body))).toBe(1);
}

describe('a picture is shown, kept and paid once', () => {
  it.each<{ name: string; messages: unknown[] }>([
    { name: 'in a part', messages: [messageOf([{ inlineData }], 'STOP', USAGE)] },
    { name: 'among the thoughts alone', messages: [messageOf([{ inlineData, thought: true }], 'STOP', USAGE)] },
    {
      name: 'behind a prefix',
      messages: [
        messageOf([{ inlineData: { mimeType: 'image/png', data: `data:image/png;base64,${DATA}` } }], 'STOP', USAGE),
      ],
    },
    {
      name: 'in Markdown',
      messages: [messageOf([{ text: `Here:\n\n![fox](data:image/png;base64,${DATA})\n` }], 'STOP', USAGE)],
    },
    {
      name: 'in an address',
      messages: [
        messageOf([{ fileData: { mimeType: 'image/png', fileUri: `data:image/png;base64,${DATA}` } }], 'STOP', USAGE),
      ],
    },
    {
      name: 'in the second candidate',
      messages: [
        {
          candidates: [
            { content: { parts: [{ text: 'x' }] } },
            { content: { parts: [{ inlineData }] }, finishReason: 'STOP' },
          ],
          ...USAGE,
        },
      ],
    },
    { name: 'at the end of the tokens', messages: [messageOf([{ inlineData }], 'MAX_TOKENS', USAGE)] },
    { name: 'with an unknown reason', messages: [messageOf([{ inlineData }], 'NOT_YET_KNOWN', USAGE)] },
    {
      name: 'of another label',
      messages: [messageOf([{ inlineData: { mimeType: 'text/html', data: DATA } }], 'STOP', USAGE)],
    },
    {
      name: 'beside three megabytes of text',
      messages: [
        messageOf([{ text: 'so it is. '.repeat(300_000) }, { inlineData }, { text: 'x'.repeat(99) }], 'STOP', USAGE),
      ],
    },
  ])('$name', async ({ messages }) => {
    for (const form of FORM_NAMES) {
      for (const headers of [{}, LINK])
        await expectKept(await scripted({ body: spell(messages, form) }), form, headers);
    }
  });

  it('among thoughts of a stream, whose end comes by itself', async () => {
    const units = [
      messageOf([{ inlineData, thought: true }]),
      messageOf([{ text: 'x', thought: true }]),
      messageOf([], 'STOP', USAGE),
    ];
    for (const form of ['sse', 'array'] as const) {
      for (const headers of [{}, LINK]) await expectKept(await scripted({ body: spell(units, form) }), form, headers);
    }
  });
});

describe('a picture in another container is shown, kept and paid once', () => {
  const part = { inlineData };
  const url = `data:image/png;base64,${DATA}`;
  const candidate = { content: { role: 'model', parts: [part] }, finishReason: 'STOP' };

  it.each<[name: string, message: object]>([
    ['candidates that are an object', { candidates: candidate, ...USAGE }],
    ['parts that are an object', { candidates: [{ ...candidate, content: { parts: part } }], ...USAGE }],
    ['content that is a list', { candidates: [{ ...candidate, content: [candidate.content] }], ...USAGE }],
    ['a message in `response`', { response: { candidates: [candidate], ...USAGE } }],
    ['a message in `data`', { code: 0, message: 'success', data: { candidates: [candidate], ...USAGE } }],
    ['the result of a function', messageOf([{ functionResponse: { name: 'draw', parts: [part] } }], 'STOP', USAGE)],
    ['`b64_json`', { ...messageOf([{ text: 'ok' }], 'STOP', USAGE), data: [{ b64_json: DATA }] }],
    [
      '`message.images`',
      { candidates: [{ message: { images: [{ type: 'image_url', image_url: { url } }] } }], ...USAGE },
    ],
    ['an answer of OpenAI’s', { choices: [{ message: { content: `![fox](${url})` } }], ...USAGE }],
    ['an error that is null', { error: null, ...messageOf([part], 'STOP', USAGE) }],
    ['an error that is empty', { ...messageOf([part], 'STOP', USAGE), error: {} }],
    ['a thought by a text', messageOf([{ ...part, thought: 'true' }], 'STOP', USAGE)],
    ['a thought by a number', messageOf([{ ...part, thought: 1 }], 'STOP', USAGE)],
  ])('%s', async (_name, message) => {
    for (const form of FORM_NAMES) {
      await expectKept(await scripted({ body: spell([message], form) }), form, {});
    }
  });

  it('so that Google’s clients find nothing that stops them in front of it', async () => {
    const body = await scripted({ body: spell([{ error: null, ...messageOf([part], 'STOP', USAGE) }], 'sse') });
    const worker = createTestWorker();

    expect((await (await worker.ask(SSE, body)).text()).slice(0, 30)).toMatch(/^data: \s*\{"candidates":/);
  });
});

describe('a picture in a text that comes in pieces is shown, kept and paid once', () => {
  const markdown = `Here: ![fox](data:image/png;base64,${DATA}) and on.`;
  const pieces = (text: string, size: number) => text.match(new RegExp(`.{1,${size}}`, 'gs'))!;

  it.each([
    ['in Markdown', markdown, 200_001],
    ['in Markdown, in many pieces', markdown, 20_000],
    ['in base64 alone', DATA, 200_001],
    ['in base64 alone, in one piece', DATA, 1_000_000],
  ])('%s', async (_name, text, size) => {
    const parts = pieces(text, size).map((piece) => ({ text: piece }));
    for (const form of FORM_NAMES) {
      const streamed = parts.map((part, n) => messageOf([part], n === parts.length - 1 ? 'STOP' : undefined, USAGE));
      const messages = form === 'json' ? [messageOf(parts, 'STOP', USAGE)] : streamed;
      const body = await scripted({ body: spell(messages, form) });
      const worker = createTestWorker();

      for (const _ask of ['made', 'kept']) {
        const told = messagesIn(await (await worker.ask(TARGETS[form], body)).text(), form);
        expect(picturesIn(told).map((shown) => shown === DATA)).toEqual([true]);
        const words = partsIn(told).map((part) => part.text ?? '');
        expect(words.join('').replace(/\s+/g, ' ').trim()).toBe(text === DATA ? '' : 'Here: and on.');
      }
      expect(await upstreamCalls(nameOf(body))).toBe(1);
    }
  });
});

describe('a picture’s part says what its bytes are', () => {
  it.each<[name: string, part: object]>([
    ['without a type', { inlineData: { data: DATA } }],
    ['of no known type', { inlineData: { mimeType: 'application/octet-stream', data: DATA } }],
    ['of another type', { inlineData: { mimeType: 'image/jpg', data: DATA } }],
    ['in snake_case', { inline_data: { mime_type: 'IMAGE/PNG', data: DATA } }],
    [
      'in the other alphabet, without padding',
      { inlineData: { ...inlineData, data: BYTES.toBase64({ alphabet: 'base64url', omitPadding: true }) } },
    ],
    ['in lines', { inlineData: { ...inlineData, data: DATA.replaceAll(/.{76}/g, '$&\r\n') } }],
  ])('%s', async (_name, part) => {
    for (const form of FORM_NAMES) {
      const worker = createTestWorker();
      const body = await scripted({ body: spell([messageOf([part], 'STOP', USAGE)], form) });

      for (const _ask of ['made', 'kept']) {
        const [told] = partsIn(messagesIn(await (await worker.ask(TARGETS[form], body)).text(), form));
        expect(told?.inlineData?.mimeType).toBe('image/png');
        expect(told?.inlineData?.data === DATA).toBe(true);
      }
    }
  });
});

describe('the form of an answer is what was asked for', () => {
  const units = [messageOf([{ text: 'Here.' }]), messageOf([{ inlineData }], 'STOP', USAGE)];
  const written: Record<FormName, string> = {
    json: spell([messageOf([{ text: 'Here.' }, { inlineData }], 'STOP', USAGE)], 'json'),
    sse: spell(units, 'sse'),
    array: spell(units, 'array'),
  };

  it.each(FORM_NAMES.flatMap((asked) => LABELS.map((label) => ({ asked, label }))))(
    'as $asked, when it is called $label',
    async ({ asked, label }) => {
      for (const form of FORM_NAMES) {
        await expectKept(await scripted({ body: written[form], contentType: label }), asked, {});
      }
    },
  );

  const [words, drawn] = units.map((unit) => JSON.stringify(unit)) as [string, string];

  it.each([
    { name: 'a list in one event', said: `data: [${words},${drawn}]\n\n` },
    { name: 'a list in a later event', said: `data: ${words}\n\ndata: [ ${drawn} ]\n\ndata: [DONE]\n\n` },
    { name: 'a list with nothing between', said: `[null,${words},null\n,${drawn},null]` },
    { name: 'a list without its commas', said: `[${words}\n${drawn}\n]` },
    { name: 'a list with a comma too many', said: `[${words},,${drawn},]` },
    { name: 'an object, then events', said: `${words}\ndata: ${drawn}\n\ndata: [DONE]\n\n` },
    { name: 'objects on lines', said: `${words}\n${drawn}\n` },
    { name: 'objects on lines, the picture first', said: `${drawn}\n${words}` },
  ])('though it was $name', async ({ said }) => {
    for (const asked of FORM_NAMES) await expectKept(await scripted({ body: said }), asked, {});
  });

  it.each(FORM_NAMES)('in slices of one byte, as %s', async (asked) => {
    const tiny = spell(
      [messageOf([{ inlineData: { mimeType: 'image/png', data: picture(300).toBase64() } }], 'STOP', USAGE)],
      'json',
    );
    const body = await scripted({ body: tiny, contentType: 'text/plain', slice: 1 });
    const worker = createTestWorker();

    const answer = await worker.ask(TARGETS[asked], body);

    expect(picturesIn(messagesIn(await answer.text(), asked))).toHaveLength(1);
  });

  it.each(FORM_NAMES)('or no answer at all, where nothing is kept: %s', async (asked) => {
    for (const form of FORM_NAMES) {
      const body = await scripted({ body: written[form], contentType: 'text/plain' });
      const worker = createTestWorker();

      const answer = await worker.ask(TARGETS[asked], body, { 'Cache-Control': 'no-store' });

      if (form === asked) expect(picturesIn(messagesIn(await answer.text(), asked))).toEqual([DATA]);
      else expect(await reasonOf(answer)).toEqual([502, 'UPSTREAM_BROKEN']);
    }
  });
});

describe('a picture that is none', () => {
  it.each([
    { name: 'a web page', bytes: new TextEncoder().encode(`<html>${'x'.repeat(900)}</html>`) },
    { name: 'a picture that is cut short', bytes: BYTES.subarray(0, 200_000) },
  ])('is not kept, and the next ask is a new attempt: $name', async ({ bytes }) => {
    for (const form of FORM_NAMES) {
      for (const headers of [{}, LINK]) {
        const worker = createTestWorker();
        const data = bytes.toBase64();
        const body = await scripted({
          body: spell([messageOf([{ inlineData: { mimeType: 'image/png', data } }], 'STOP', USAGE)], form),
        });

        const first = await worker.ask(TARGETS[form], body, headers);
        const text = await first.text();
        await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
        expect((await env.BUCKET.list()).objects).toEqual([]);
        const second = await worker.ask(GENERATE, body);

        expect(text).toContain('UPSTREAM_BROKEN');
        expect(text).toContain('may have been charged');
        expect(picturesIn(messagesIn(await second.text(), 'json'))).toHaveLength(1);
        expect(await upstreamCalls(nameOf(body))).toBe(2);
        await reset();
      }
    }
  });

  it.each(['The picture is on its way.', 'https://images.example/1.png', ''])(
    'and no base64 either is not kept, alone or beside one: %j',
    async (data) => {
      const none = { inlineData: { mimeType: 'image/png', data } };
      for (const form of FORM_NAMES) {
        const worker = createTestWorker();
        const alone = await scripted({ body: spell([messageOf([none], 'STOP', USAGE)], form) });

        const answer = await worker.ask(TARGETS[form], alone);

        expect(await answer.text()).toContain('UPSTREAM_BROKEN');
        expect(await settledOf(worker)).toBeGreaterThan(60_000);
        await expectKept(
          await scripted({ body: spell([messageOf([none, { inlineData }, none], 'STOP', USAGE)], form) }),
          form,
          {},
        );
        await reset();
      }
    },
  );

  it('and one that was billed and never came is no refusal', async () => {
    const worker = createTestWorker();
    const body = await scripted({
      body: spell([messageOf([{ text: 'https://images.example/1.png' }], 'STOP', USAGE)], 'json'),
    });

    const answer = await worker.ask(GENERATE, body);

    expect(await reasonOf(answer)).toEqual([502, 'UPSTREAM_BROKEN']);
    const settled = await settledOf(worker);
    expect(settled).toBeGreaterThan(60_000);
    expect(settled).toBeLessThan(PRICE);
    expect((await worker.ask(GENERATE, body)).status).toBe(200);
  });
});

describe('a picture that the provider takes back', () => {
  const units = [messageOf([{ text: 'Here.' }]), messageOf([{ inlineData }]), messageOf([], 'IMAGE_SAFETY', USAGE)];

  it('goes to the caller that asked with the verdict, and is not found any more', async () => {
    for (const form of FORM_NAMES) {
      for (const headers of [{}, LINK]) {
        await reset();
        const worker = createTestWorker();
        const messages = form === 'json' ? [messageOf([{ inlineData }], 'IMAGE_SAFETY', USAGE)] : units;
        const body = await scripted({ body: spell(messages, form) });

        const answer = await worker.ask(TARGETS[form], body, headers);
        const told = messagesIn(await answer.text(), form);

        const [shown] = picturesIn(told);
        expect(JSON.stringify(told)).toContain('IMAGE_SAFETY');
        if (headers === LINK) expect((await worker.fetch(pathOf(shown!))).status).toBe(404);
        else expect(shown === DATA).toBe(true);
        await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
        const names = (await env.BUCKET.list()).objects.map(({ key }) => key);
        expect(names.filter((name) => !name.includes('/makers/'))).toEqual([]);
        expect((await worker.ask(GENERATE, body)).headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
      }
    }
  });

  it('is told again without it after three refusals', async () => {
    const worker = createTestWorker();
    const once = { body: spell(units, 'sse') };
    const body = await scripted(once, once, once, once);

    for (let n = 0; n < 3; n += 1) {
      await worker.ask(SSE, body);
      await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    }
    const again = messagesIn(await (await worker.ask(SSE, body)).text(), 'sse');

    expect(await upstreamCalls(nameOf(body))).toBe(3);
    expect(JSON.stringify(again)).toContain('IMAGE_SAFETY');
    expect(picturesIn(again)).toEqual([]);
  });
});

describe('a verdict in a unit that breaks off', () => {
  const part = JSON.stringify({ inlineData });
  const drawn = JSON.stringify(messageOf([{ inlineData }]));
  const begin: Record<FormName, (unit: string) => string> = {
    json: (unit) => unit,
    sse: (unit) => `data: ${unit}`,
    array: (unit) => `[${unit}`,
  };
  const streamed: Record<FormName, string[]> = {
    json: [],
    sse: [`data: ${drawn}\r\n\r\ndata: {"candidates":[{"finishReason":"IMAGE_SAFETY","index":0`],
    array: [`[${drawn},\r\n{"usageMetadata":{},"candidates":[{"index":0,"finishReason":"IMAGE_SAFETY"`],
  };
  const units = [
    `{"candidates":[{"finishReason":"IMAGE_SAFETY","content":{"role":"model","parts":[${part}]`,
    `{"candidates":[{"finish_reason":"image-safety","content":{"role":"model","parts":[${part}`,
    `{"candidates":[{"content":{"parts":[${part}]},"finishReason":"PROHIBITED_CONTENT"`,
    `{"promptFeedback":{"blockReason":"OTHER"},"candidates":[{"content":{"parts":[${part}]}`,
  ];

  it.each(FORM_NAMES)('is told, and the picture is not kept: %s', async (form) => {
    for (const cut of [...units.map(begin[form]), ...streamed[form]]) {
      await reset();
      const worker = createTestWorker();
      const body = await scripted({ body: cut });

      const answer = await worker.ask(TARGETS[form], body);
      const told = JSON.stringify(messagesIn(await answer.text(), form));

      expect(told).toMatch(/IMAGE_SAFETY|image-safety|PROHIBITED_CONTENT|"blockReason":"OTHER"/);
      expect(told).not.toContain('STOP');
      await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
      const names = (await env.BUCKET.list()).objects.map(({ key }) => key);
      expect(names.filter((name) => !name.includes('/makers/'))).toEqual([]);
      expect((await worker.ask(GENERATE, body)).headers.get('Cache-Status')).toBe('peel; fwd=uri-miss; stored');
    }
  });

  it('says nothing against the picture of another candidate', async () => {
    const refused = '{"finishReason":"IMAGE_SAFETY","index":0,"content":{}}';
    const cut = `{"candidates":[${refused},{"index":1,"content":{"parts":[${part}]}`;

    await expectKept(await scripted({ body: cut }), 'json', {}, HELD);
  });

  it('is no verdict where the model only repeats the words', async () => {
    const words = JSON.stringify({ text: '"finishReason":"IMAGE_SAFETY"' });
    const cut = `{"candidates":[{"finishReason":"STOP","content":{"parts":[${words},${part}]}`;

    await expectKept(await scripted({ body: cut }), 'json', {}, HELD);
  });
});

describe('more pictures than are kept', () => {
  it.each(FORM_NAMES)('are left out, and the answer says so: %s', async (form) => {
    const worker = createTestWorker();
    const parts = Array.from({ length: 71 }, (_, n) => ({
      inlineData: { mimeType: 'image/png', data: picture(200 + n).toBase64() },
    }));
    const messages =
      form === 'json'
        ? [messageOf(parts, 'STOP', USAGE)]
        : [...parts.map((part) => messageOf([part])), messageOf([], 'STOP', USAGE)];
    const body = await scripted({ body: spell(messages, form) });

    for (const target of [TARGETS[form], GENERATE]) {
      const told = messagesIn(await (await worker.ask(target, body)).text(), target === GENERATE ? 'json' : form);
      expect(picturesIn(told)).toHaveLength(64);
      expect(told.flatMap(({ peelNotes }) => peelNotes ?? [])).toContain('PICTURES_LEFT_OUT');
      expect(JSON.stringify(told)).toContain('"finishReason":"STOP"');
    }
  });
});
