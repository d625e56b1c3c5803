/** Searches and thoughts of the model: passed on unchanged, paid for, and never taken for the picture. */
import { describe, expect, inject, it } from 'vitest';
import { createTestWorker, type ErrorAnswer, newPrompt } from '../../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const TARGETS = {
  json: `${MODEL}:generateContent`,
  sse: `${MODEL}:streamGenerateContent?alt=sse`,
  array: `${MODEL}:streamGenerateContent`,
} as const;
type Form = keyof typeof TARGETS;
const FORMS = Object.keys(TARGETS) as Form[];
const LINK = { 'Peel-Images': 'link' };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SEARCH_PRICE = 14_000;

const worker = createTestWorker({ SITE_GROUNDING: 'on' });
const web = { googleSearch: {} };
const both = { googleSearch: { searchTypes: { webSearch: {}, imageSearch: {} } } };

const nameOf = (body: unknown): string => JSON.stringify(body).match(/[0-9a-f-]{36}/)?.[0] as string;
const sentUp = async (body: unknown): Promise<{ body: string }[]> =>
  (await fetch(`${inject('upstreamUrl')}/__requests?includes=${nameOf(body)}`)).json();

/** Upstream's answer to a prompt, verbatim. */
async function answerWith(prompt: unknown, form: Form, message: string): Promise<void> {
  const body = { json: message, sse: `data: ${message}\r\n\r\n`, array: `[${message}\n]` }[form];
  const rule = { match: { promptIncludes: nameOf(prompt) }, behaviour: { body } };
  await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rule) });
}

describe('a search', () => {
  it.each([
    { name: 'of the web', model: 'gemini-3-pro-image', tool: web, sent: { googleSearch: {} } },
    {
      name: 'of pictures',
      model: MODEL,
      tool: { google_search: { search_types: { image_search: {} } } },
      sent: { googleSearch: { searchTypes: { imageSearch: {} } } },
    },
    { name: 'of both', model: 'gemini-nano-banana-2.1', tool: both, sent: both },
  ])('$name goes up as Google documents it', async ({ model, tool, sent }) => {
    const body = { ...newPrompt('[[size:tiny]]'), tools: [tool] };

    const answer = await worker.ask(`${model}:generateContent`, body);

    expect(answer.status).toBe(200);
    const [request] = await sentUp(body);
    expect(JSON.parse(request?.body ?? '').tools).toEqual([sent]);
  });

  it.each([
    { name: 'of pictures is refused by a model that has none', model: 'gemini-3-pro-image', tool: both },
    { name: 'is refused by a model that does not search', model: 'gemini-3.1-flash-lite-image', tool: web },
  ])('$name, and nothing goes up', async ({ model, tool }) => {
    const body = { ...newPrompt(), tools: [tool] };

    expect((await worker.ask(`${model}:generateContent`, body)).status).toBe(400);
    expect(await sentUp(body)).toEqual([]);
  });

  it('is refused where the owner has not switched it on', async () => {
    const answer = await createTestWorker().ask(TARGETS.json, { ...newPrompt(), tools: [web] });

    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorAnswer).error.message).toContain('switched off');
  });

  it('costs what its different queries cost', async () => {
    const costOf = async (words: string) => {
      const body = { ...newPrompt(`[[size:tiny]] ${words}`), tools: [both] };
      return Number((await worker.ask(TARGETS.json, body)).headers.get('Peel-Cost'));
    };

    const searched = await costOf('[[answer:grounded]]');
    const plain = await costOf('[[answer:picture]] ');

    expect(Math.abs(searched - plain - 2 * SEARCH_PRICE)).toBeLessThan(10);
  });
});

/** JSON in a spelling that no serializer of Peel writes. */
const GROUNDING =
  '{ "webSearchQueries":["", "f\\u006fx"],"searchEntryPoint":{"renderedContent":"\\u003cstyle\\u003e{}\\u003c/style\\u003e"},"groundingSupports":[{"confidenceScores":[9.0e-1]}],"groundingChunks":[{"image":{"image_uri":"https:\\/\\/a.example\\/fox"}}] }';
const message = (grounding: string, n: string) =>
  `{"candidates":[{"content":{"parts":[{"text":"for ${n}"},{"inlineData":{"mimeType":"image/png","data":"${PNG}"}}],"role":"model"},"finishReason":"STOP","groundingMetadata":${grounding}}]}`;

describe('groundingMetadata', () => {
  it.each(FORMS)('that came as %s is byte for byte the same in every form, inline and by link', async (form) => {
    const body = { ...newPrompt(), tools: [both] };
    await answerWith(body, form, message(GROUNDING, nameOf(body)));

    const first = await worker.ask(TARGETS[form], body);
    const others = await Promise.all(
      FORMS.flatMap((other) => [worker.ask(TARGETS[other], body), worker.ask(TARGETS[other], body, LINK)]),
    );

    for (const answer of [first, ...others]) expect(await answer.text()).toContain(GROUNDING);
    expect(others.map(({ headers }) => headers.get('Cache-Status'))).toEqual(Array(6).fill('peel; hit'));
  });

  it('passes a live link stream and a call without a store the same way', async () => {
    const [live, direct] = [0, 1].map(() => ({ ...newPrompt(), tools: [both] })) as [object, object];
    for (const body of [live, direct]) await answerWith(body, 'sse', message(GROUNDING, nameOf(body)));

    const answers = [
      await worker.ask(TARGETS.sse, live, LINK),
      await worker.ask(TARGETS.sse, direct, { 'Cache-Control': 'no-store' }),
    ];

    for (const answer of answers) expect(await answer.text()).toContain(GROUNDING);
  });
});

describe('a draft', () => {
  const draft = `{"thought":true,"inlineData":{"mimeType":"image/png","data":"${PNG}"}}`;
  const answered = (parts: string) =>
    `{"candidates":[{"content":{"parts":[${parts}],"role":"model"},"finishReason":"STOP"}]}`;

  it.each(FORMS)('alone is the picture, and kept as one: %s', async (form) => {
    const body = newPrompt();
    await answerWith(body, form, answered(`{"thought":true,"text":"Hm."},${draft}`));

    const answers = [await worker.ask(TARGETS[form], body), await worker.ask(TARGETS[form], body)];

    for (const answer of answers) {
      const text = await answer.text();
      expect(text).toContain(`{"inlineData":{"mimeType":"image/png","data":"${PNG}"}}`);
      expect(text).not.toContain(draft);
    }
    expect(answers[1]!.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await sentUp(body)).toHaveLength(1);
  });

  it('passes beside the picture, which is kept', async () => {
    const body = newPrompt();
    await answerWith(body, 'json', answered(`${draft},{"inlineData":{"mimeType":"image/png","data":"${PNG}"}}`));

    await worker.ask(TARGETS.json, body);
    const hit = await worker.ask(TARGETS.json, body);

    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await hit.text()).toContain(draft);
  });
});
