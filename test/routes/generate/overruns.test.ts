/** Usage that providers report. The ledgers book all that is charged, and nothing that cannot be true. */
import { reset } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.ts';
import { createTestWorker, reasonOf, type TestWorker } from '../../support.ts';
import { dollars, GENERATE, newBody, reportOf, SSE, worstOf } from './money.ts';
import { messageOf, scripted, spell, USAGE } from './odd-answers.ts';

beforeEach(reset);

const NO_STORE = { 'Cache-Control': 'no-store' };
const WAYS = [
  { way: 'kept', target: GENERATE, headers: {} },
  { way: 'kept, as events', target: SSE, headers: {} },
  { way: 'passed through', target: GENERATE, headers: NO_STORE },
];

async function booksOf(worker: TestWorker, scope: 'site' | 'deployment' = 'site') {
  const { settledMicros: settled, heldMicros: held, overrunMicros: overrun } = await reportOf(worker, scope);
  return { settled, held, overrun };
}

/** Words of equal length, so that their prompts cost the same. */
const COUNTS = [
  { name: 'one image token for a picture', words: '[[image-tokens:1]]', overrun: 0 },
  { name: 'one less than the catalog', words: '[[image-tokens:1119]]', overrun: 0 },
  { name: 'the tokens of one for two pictures', words: '[[images:2]] [[image-tokens:1120]]', overrun: 0 },
  { name: 'nothing', words: '[[usage:none]]', overrun: 0 },
  { name: 'nonsense', words: '[[usage:odd]]', overrun: 0 },
  { name: 'more tokens than there are', words: '[[image-tokens:1000000000000]]', overrun: 0 },
  { name: 'four pictures', words: '[[images:4]]', overrun: (4 * 1120 - 3168) * 60 },
  { name: 'four pictures and long thoughts', words: '[[images:4]] [[thoughts:30000]]', overrun: 1312 * 60 + 90_000 },
  { name: 'far more than the model can write', words: '[[image-tokens:400000]]', overrun: (400_000 - 3168) * 60 },
];

describe.each(WAYS)('an answer that is $way', ({ target, headers }) => {
  it.each(COUNTS)('and counts $name settles at its hold, and the rest is its overrun', async ({ words, overrun }) => {
    const all = `[[size:tiny]] ${words}`;
    const worker = createTestWorker();

    expect((await worker.ask(target, newBody(all), headers)).status).toBe(200);

    await eventually(() => booksOf(worker)).toMatchObject({ settled: worstOf(all), held: 0 });
    const books = await booksOf(worker);
    // Text and thoughts beside the picture add a little. The prompt's cost is a little below its hold.
    if (overrun > 0) expect(Math.abs(books.overrun - overrun)).toBeLessThan(1000);
    else expect(books.overrun).toBe(0);
    expect(await booksOf(worker, 'deployment')).toEqual(books);
  });
});

describe('an answer in another form than was asked, where nothing is kept', () => {
  const billed = (tokens: number) =>
    spell(
      [messageOf([{ text: 'Here.' }]), messageOf([{ inlineData: { data: 'AAAA' } }], 'STOP', usageOf(tokens))],
      'sse',
    );
  const usageOf = (tokens: number) => ({
    usageMetadata: {
      ...{ promptTokenCount: 12, candidatesTokenCount: tokens },
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: tokens }],
    },
  });

  it.each([
    { bill: 'its bill', tokens: 1120, overrun: 0 },
    { bill: 'its hold, with the rest as its overrun', tokens: 4000, overrun: (4000 - 3168) * 60 },
  ])('settles at $bill', async ({ tokens, overrun }) => {
    const worker = createTestWorker();
    const body = await scripted({ body: billed(tokens) });

    expect(await reasonOf(await worker.ask(GENERATE, body, NO_STORE))).toEqual([502, 'UPSTREAM_BROKEN']);

    await eventually(() => booksOf(worker)).toMatchObject({ held: 0 });
    const books = await booksOf(worker);
    expect(Math.abs(books.overrun - overrun)).toBeLessThan(1000);
    if (overrun === 0) expect(books.settled).toBeLessThan(68_000);
  });

  it('settles at its hold where it breaks off', async () => {
    const worker = createTestWorker();
    const body = await scripted({ body: billed(1120).slice(0, -100) });

    await worker.ask(GENERATE, body, NO_STORE);

    await eventually(() => booksOf(worker)).toEqual({ settled: worstOf(), held: 0, overrun: 0 });
  });
});

describe('searches past those that were held', () => {
  const SEARCHES = 31;
  const HELD_SEARCHES = 2;
  /** Micro-dollars (docs/wire-facts.md). */
  const SEARCH_PRICE = 14_000;
  const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const grounding = {
    groundingMetadata: { webSearchQueries: Array.from({ length: SEARCHES }, (_, at) => `fox ${at}`) },
  };

  it.each(WAYS)('are an overrun of an answer that is $way', async ({ target, headers }) => {
    const worker = createTestWorker({ SITE_GROUNDING: 'on' });
    const message = messageOf([{ inlineData: { mimeType: 'image/png', data: PNG } }], 'STOP', USAGE);
    Object.assign(message.candidates[0] as object, grounding);
    const body = await scripted({ body: spell([message], target === SSE ? 'sse' : 'json') });

    const answer = await worker.ask(target, { ...body, tools: [{ googleSearch: {} }] }, headers);
    await answer.text();

    await eventually(() => booksOf(worker)).toMatchObject({ held: 0, overrun: expect.any(Number) });
    const { settled, overrun } = await booksOf(worker);
    const searches = (SEARCHES - HELD_SEARCHES) * SEARCH_PRICE;
    // What was held for a picture and not used pays for some of them.
    expect(settled + overrun).toBeGreaterThan(SEARCHES * SEARCH_PRICE);
    expect(overrun).toBeGreaterThan(0);
    expect(overrun).toBeLessThan(searches);
  });
});

it.each([
  { variable: 'SITE_DAILY_BUDGET_USD', reason: 'DAILY_BUDGET_SPENT' },
  { variable: 'SITE_MONTHLY_BUDGET_USD', reason: 'MONTHLY_BUDGET_SPENT' },
  { variable: 'DEPLOYMENT_DAILY_BUDGET_USD', reason: 'DEPLOYMENT_BUDGET_SPENT' },
  { variable: 'DEPLOYMENT_MONTHLY_BUDGET_USD', reason: 'DEPLOYMENT_BUDGET_SPENT' },
])('an overrun is spent at once: $variable', async ({ variable, reason }) => {
  const words = '[[size:tiny]] [[images:4]]';
  // Room for two holds, and for one bill with an overrun.
  const worker = createTestWorker({ [variable]: dollars(2 * worstOf(words)) });
  expect((await worker.ask(GENERATE, newBody(words))).status).toBe(200);
  await eventually(() => booksOf(worker)).toMatchObject({ held: 0 });

  expect(await reasonOf(await worker.ask(GENERATE, newBody(words)))).toEqual([429, reason]);
});
