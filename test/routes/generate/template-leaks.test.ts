/**
 * Nothing of a template, and none of the provider's words, in anything that a visitor can read. The owner's words, and
 * every field in which a provider can write a text, hold a canary. Every header and byte of every answer is searched
 * for it: forms × deliveries × hits, joiners, refusals, errors and broken answers.
 */
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { CLIENT_KEY } from '../../client-keys.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, newPrompt, ORIGIN, upstreamCalls } from '../../support.ts';
import { MODEL, visitorOf } from './money.ts';
import { FORM_NAMES, type FormName, messageOf, messagesIn, picturesIn, spell, TARGETS } from './odd-answers.ts';
import { form, GENERATE, LINK, putSite, SITE, someone, template, upload } from './template-site.ts';

const CANARY = 'Canary-9f31-of-the-owner';
/** How the canary may be written: also in base64 at each offset, and in hex. */
const SPELLINGS = [
  ...[CANARY, encodeURIComponent(CANARY), [...CANARY].reverse().join(''), Buffer.from(CANARY).toString('hex')],
  ...[0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + CANARY)
      .toString('base64')
      .slice(shift + 2, -6),
  ),
].map((text) => text.toLowerCase());

const OWN_PICTURE = wholePng(1234);
const DRAWN = wholePng(2345);
const picture = { inlineData: { mimeType: 'image/png', data: DRAWN.toBase64() } };
const signature = Buffer.from(`${CANARY} `.repeat(200)).toString('base64');

const USAGE = {
  usageMetadata: {
    ...{ promptTokenCount: 4711, thoughtsTokenCount: 4712, candidatesTokenCount: 1133, totalTokenCount: 10_556 },
    candidatesTokensDetails: [
      { modality: 'IMAGE', tokenCount: 1120 },
      { modality: 'TEXT', tokenCount: 13 },
    ],
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 4711 }],
    note: CANARY,
  },
};
const FRAME = { modelVersion: CANARY, responseId: CANARY, [CANARY]: CANARY };
const GROUNDING = {
  webSearchQueries: [CANARY],
  searchEntryPoint: { renderedContent: `<div>${CANARY}</div>` },
  groundingChunks: [{ web: { uri: `https://a.example/${CANARY}`, title: CANARY } }],
};

/** What a provider answers, as the messages of a stream. */
const ANSWERS: Record<string, { messages: unknown[]; pictures: number }> = {
  'thoughts, words, a draft, a search and a picture': {
    pictures: 1,
    messages: [
      messageOf([{ text: `I think of ${CANARY}`, thought: true }], undefined, FRAME),
      messageOf([{ ...picture, thought: true }], undefined, FRAME),
      messageOf([{ text: `Here is ${CANARY}`, thoughtSignature: btoa(CANARY) }], undefined, { ...FRAME, ...USAGE }),
      messageOf([{ ...picture, thoughtSignature: signature }, { functionCall: { name: CANARY } }], undefined, FRAME),
      {
        candidates: [
          {
            ...{ content: { parts: [], role: CANARY }, finishReason: 'STOP', finishMessage: CANARY, index: 0 },
            ...{ groundingMetadata: GROUNDING, safetyRatings: [{ category: CANARY }], citationMetadata: CANARY },
          },
        ],
        ...{ ...FRAME, ...USAGE },
      },
    ],
  },
  'a picture in Markdown, between words': {
    pictures: 1,
    messages: [
      messageOf(
        [{ text: `${CANARY} ![${CANARY}](data:image/png;base64,${DRAWN.toBase64()}) ${CANARY}` }],
        'STOP',
        USAGE,
      ),
    ],
  },
  'a picture with a name and a false type': {
    pictures: 1,
    messages: [
      messageOf([{ inlineData: { ...picture.inlineData, mimeType: CANARY, displayName: CANARY } }], 'STOP', USAGE),
    ],
  },
  'a refusal in words': {
    pictures: 0,
    messages: [messageOf([{ text: `I cannot draw ${CANARY}` }], 'STOP', { usageMetadata: { promptTokenCount: 4711 } })],
  },
  'a reason that is a sentence': {
    pictures: 0,
    messages: [messageOf([], `BECAUSE OF ${CANARY}`, { usageMetadata: { promptTokenCount: 4711 } })],
  },
  'a blocked prompt': {
    pictures: 0,
    messages: [
      {
        promptFeedback: { blockReason: 'OTHER', blockReasonMessage: CANARY, safetyRatings: [{ category: CANARY }] },
        usageMetadata: { promptTokenCount: 4711 },
      },
    ],
  },
  'a picture that is withdrawn': {
    pictures: 1,
    messages: [
      {
        candidates: [
          {
            content: { parts: [{ text: CANARY }, picture] },
            finishReason: 'IMAGE_SAFETY',
            finishMessage: CANARY,
            index: 0,
          },
        ],
        ...USAGE,
      },
    ],
  },
};

const merged = (messages: unknown[]): unknown[] => {
  if (messages.length === 1) return messages;
  const all = messages as { candidates: { content: { parts: unknown[] } }[] }[];
  const last = all.at(-1)!;
  const parts = all.flatMap(({ candidates }) => candidates[0]!.content.parts);
  return [{ ...last, candidates: [{ ...last.candidates[0], content: { parts, role: CANARY } }] }];
};

const DELIVERIES = { inline: {}, link: LINK };
const WAYS = FORM_NAMES.flatMap((formName) =>
  (Object.keys(DELIVERIES) as (keyof typeof DELIVERIES)[]).map((delivery) => ({ formName, delivery })),
);

/** A visitor whose requests the provider refuses may make no more for a while, so each test has its own. */
let visitors = 0;

/** The template of all tests: its owner's words are the canary. */
async function open() {
  const worker = createTestWorker();
  const kept = await worker.services.templatePictures.keep(SITE, OWN_PICTURE);
  await putSite(
    template({
      prompt: `Draw ${CANARY} for {{who}}. {{wish}} ${CANARY}`,
      systemInstruction: `Never tell of ${CANARY}.`,
      pictures: kept.ok ? [kept.value.id] : [],
    }),
  );
  visitors += 1;
  return { worker, ask: await visitorOf(worker, `10.${visitors >> 8}.${visitors & 255}.7`) };
}

async function teach(who: string, behaviour: object): Promise<void> {
  const rule = { match: { promptIncludes: who }, behaviour };
  const told = await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rule) });
  if (!told.ok) throw new Error(await told.text());
}

const HIDDEN = [OWN_PICTURE.toBase64().slice(0, 200), 'promptTokenCount', 'Timing","gate'];
/** As numbers of their own: random ids have such digits too. */
const COUNTS = /\b(?:4711|4712|10556)\b/;

/** @returns The text of an answer, after a search of all of it. */
async function search(answer: Response): Promise<string> {
  const headers = JSON.stringify([...answer.headers]);
  const text = await answer.text();
  // As a reader could read it: as it is, and unescaped.
  const read = [
    headers,
    text,
    text.replace(/\\+u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
  ]
    .join('\n')
    .toLowerCase();
  expect(SPELLINGS.filter((spelling) => read.includes(spelling))).toEqual([]);
  expect(HIDDEN.filter((hidden) => text.includes(hidden) || headers.includes(hidden))).toEqual([]);
  expect(text).not.toMatch(COUNTS);
  expect(headers).not.toMatch(COUNTS);
  expect(answer.headers.get('Peel-Cost') ?? answer.headers.get('Peel-Cost-Reserved')).toBeNull();
  expect(answer.headers.get('Server-Timing')).toMatch(/^total;dur=\d+$/);
  return text;
}

afterEach(() => void vi.restoreAllMocks());

describe.each(WAYS)('as $formName with pictures as $delivery', ({ formName, delivery }) => {
  const ask = async (visitor: Awaited<ReturnType<typeof visitorOf>>, who: string) =>
    visitor(form({ who }), TARGETS[formName as FormName], DELIVERIES[delivery]);

  it.each(Object.entries(ANSWERS))('%s tells nothing, made, joined or kept', async (_, { messages, pictures }) => {
    const { ask: visitor } = await open();
    const who = someone();
    await teach(who, { body: spell(formName === 'json' ? merged(messages) : messages, formName), eventDelay: 30 });

    const both = await Promise.all([ask(visitor, who), ask(visitor, who)]);
    const again = await ask(visitor, who);

    for (const answer of [...both, again]) expect(answer.status).toBe(200);
    const texts = await Promise.all([...both, again].map(search));
    expect(picturesIn(messagesIn(texts[0]!, formName))).toHaveLength(pictures);
    expect(await upstreamCalls(who)).toBeGreaterThan(0);
    expect(await upstreamCalls(`Draw ${CANARY} for ${who}`)).toBeGreaterThan(0);
  });

  it.each([
    { name: 'an error about the request', code: 400, status: 'INVALID_ARGUMENT' },
    {
      name: 'an error about its length',
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: 'The input token count (4711) exceeds the maximum number of tokens allowed (32768).',
    },
    { name: 'an error about rights', code: 403, status: 'PERMISSION_DENIED' },
    { name: 'an unknown model', code: 404, status: 'NOT_FOUND' },
    { name: 'a broken service', code: 500, status: 'INTERNAL' },
  ])('$name tells nothing', async ({ code, status, message = `Bad ${CANARY}` }) => {
    const { ask: visitor } = await open();
    const who = someone();
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: CANARY, description: CANARY }],
      },
    ];
    await teach(who, { body: JSON.stringify({ error: { code, status, message, details } }), status: code });

    const answer = await ask(visitor, who);

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await search(answer)).toContain('"domain":"peel"');
  });

  it.each([
    { name: 'an error within a 200', body: JSON.stringify({ error: { code: 400, message: CANARY, status: CANARY } }) },
    { name: 'a web page', body: `<html>${CANARY}</html>` },
    {
      name: 'an error after words',
      body: `data: ${JSON.stringify(messageOf([{ text: CANARY }]))}\r\n\r\ndata: ${JSON.stringify({ error: { code: 500, message: CANARY } })}\r\n\r\n`,
    },
    {
      name: 'words that break off',
      body: `data: ${JSON.stringify(messageOf([{ text: CANARY }]))}\r\n\r\ndata: {"candi`,
    },
    {
      name: 'a picture that breaks off',
      body: `data: ${JSON.stringify(messageOf([{ text: CANARY }]))}\r\n\r\ndata: ${JSON.stringify(messageOf([picture])).slice(0, 900)}`,
    },
    {
      name: 'an answer that breaks off behind its picture',
      body: `data: ${JSON.stringify(messageOf([{ text: CANARY }, picture]))}\r\n\r\ndata: {"${CANARY}`,
    },
    { name: 'nothing', body: '{}' },
  ])('$name tells nothing', async ({ body }) => {
    const { ask: visitor } = await open();
    const who = someone();
    await teach(who, { body });

    const answer = await ask(visitor, who);

    await search(answer);
    expect(await upstreamCalls(who)).toBe(1);
  });
});

describe('without a call', () => {
  it('refusals tell nothing', async () => {
    const { worker, ask } = await open();
    const photo = await upload(worker, CLIENT_KEY);
    const wrong: [unknown, string?][] = [
      [newPrompt()],
      [{}],
      ['{'],
      [form({})],
      [form({ who: 'x'.repeat(61) })],
      [form({ who: '\u202e' })],
      [form({ who: 'Ada', prompt: 'tell me' })],
      [form({ who: 'Ada' }, { previous: 'https://evil.example/x.png' })],
      [form({ who: 'Ada' }, { previous: `https://peel.example/images/b${'0'.repeat(32)}/0.png` })],
      [form({ who: 'Ada' }, { previous: photo })],
      [form({ who: 'Ada' }, {}, { imageConfig: { imageSize: '9K' } })],
      [form({ who: 'Ada' }), `${MODEL}:countTokens`],
      [form({ who: 'Ada' }), 'no-such-model:generateContent'],
    ];

    for (const [body, target = GENERATE] of wrong) {
      const answer = await ask(body, target);

      expect(answer.status).toBeGreaterThanOrEqual(400);
      await search(answer);
    }
  });

  it('the facts of the site, its models and a visitor’s files tell nothing', async () => {
    const { worker, ask } = await open();
    const paths = ['/peel/site', '/peel/site?site=default', '/embed.html', '/v1beta/models', `/v1beta/models/${MODEL}`];

    for (const path of [...paths, '/v1beta/files', '/peel/health', `/templates/${SITE}/x`]) {
      const answer = await worker.fetch(path, { headers: { Origin: ORIGIN, 'x-goog-api-key': CLIENT_KEY } });
      const text = `${JSON.stringify([...answer.headers])}${await answer.text()}`;

      expect(text, path).not.toContain(CANARY);
    }
    expect(ask).toBeDefined();
  });
});

describe('the search', () => {
  it('finds the canary in the answers of an API client, which are whole', async () => {
    const { worker } = await open();
    const who = someone();
    const { messages } = ANSWERS['thoughts, words, a draft, a search and a picture']!;
    await teach(who, { body: spell(merged(messages), 'json') });

    const text = await (await worker.ask(GENERATE, form({ who }))).text();

    expect(SPELLINGS.filter((spelling) => text.toLowerCase().includes(spelling)).length).toBeGreaterThan(1);
    expect(text).toContain('promptTokenCount');
  });

  it('and what a visitor reads of the same is this and nothing else', async () => {
    const { ask } = await open();
    const who = someone();
    const { messages } = ANSWERS['thoughts, words, a draft, a search and a picture']!;
    await teach(who, { body: spell(merged(messages), 'json') });

    const text = await (await ask(form({ who }))).text();

    expect(JSON.parse(text)).toEqual({
      candidates: [{ content: { parts: [picture], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        ...{ candidatesTokenCount: 1120, totalTokenCount: 1120 },
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
      },
    });
  });
});
