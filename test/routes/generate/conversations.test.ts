/** A conversation returns to the key that began it, or continues from its last picture and says so. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Variables } from '../../../worker/config/variables.ts';
import { eventually } from '../../eventually.ts';
import { createTestWorker, newHold, newPrompt, reasonOf, type TestWorker, watchAsks } from '../../support.ts';
import { FAKE_GOOGLE_KEYS } from '../../upstream/keys.ts';
import { moneyOf } from './money.ts';

const [FIRST, SECOND] = FAKE_GOOGLE_KEYS;
const JSON_FORM = 'gemini-3.1-flash-image:generateContent';
const SSE = 'gemini-3.1-flash-image:streamGenerateContent?alt=sse';
const LINK = { 'Peel-Images': 'link' };
const NO_STORE = { 'Cache-Control': 'no-store' };

interface Part {
  text?: string;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}
interface Turn {
  role: string;
  parts: Part[];
}
interface Sent {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const withKeys = (...keys: string[]): TestWorker => createTestWorker({ GOOGLE_API_KEYS: keys.join() } as Variables);
const partsOf = async (answer: Response): Promise<Part[]> =>
  ((await answer.json()) as { candidates: { content: Turn }[] }).candidates[0]!.content.parts;
const isPicture = ({ inlineData, fileData }: Part) => inlineData !== undefined || fileData !== undefined;

/** The turns of a picture that one key made. */
async function drawnBy(key: string, words = '', headers: Record<string, string> = {}): Promise<Turn[]> {
  const asked = newPrompt(`[[size:tiny]] ${words}`);
  const parts = await partsOf(await withKeys(key).ask(JSON_FORM, asked, headers));
  return [...(asked.contents as Turn[]), { role: 'model', parts }];
}

/** A request that continues the turns, and the name by which upstream knows it. */
function goingOn(turns: Turn[], words = '') {
  const next = newPrompt(`[[size:tiny]] ${words}`);
  const name = JSON.stringify(next).match(/[0-9a-f-]{36}/)?.[0] as string;
  const sent = async (): Promise<Sent[]> =>
    (await fetch(`${inject('upstreamUrl')}/__requests?includes=${name}`)).json();
  return { body: { contents: [...turns, ...next.contents] }, name, sent };
}

const keysOf = (sent: Sent[]) => sent.map(({ headers }) => headers['x-goog-api-key']);
const withSignature = (turns: Turn[], change: (text: string) => string): Turn[] =>
  turns.map(({ role, parts }) => ({
    role,
    parts: parts.map((part) =>
      isPicture(part) && part.thoughtSignature ? { ...part, thoughtSignature: change(part.thoughtSignature) } : part,
    ),
  }));
const corrupted = (turns: Turn[]) => withSignature(turns, (text) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`);

async function script(name: string, ...behaviours: (string | { body: string })[]): Promise<void> {
  const rules = behaviours.map((behaviour) => ({ match: { promptIncludes: name }, behaviour, times: 1 }));
  await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rules) });
}

describe('signatures that come back', () => {
  it.each([
    { name: 'raw and short', words: '', headers: {} },
    { name: 'raw and large', words: '[[signature:9KB]]', headers: {} },
    { name: 'by reference', words: '[[signature:9KB]]', headers: LINK },
    { name: 'of words alone', words: '[[answer:text]]', headers: {} },
  ])('$name, are sent to the key that made them', async ({ words, headers }) => {
    const { body, sent } = goingOn(await drawnBy(SECOND, words, headers));

    const answer = await withKeys(FIRST, SECOND).ask(JSON_FORM, body);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Peel-Fallback')).toBeNull();
    expect(keysOf(await sent())).toEqual([SECOND]);
  });

  it('without a store are sent there as well', async () => {
    const { body, sent } = goingOn(await drawnBy(SECOND));

    const answer = await withKeys(FIRST, SECOND).ask(JSON_FORM, body, NO_STORE);

    expect(answer.headers.get('Peel-Fallback')).toBeNull();
    expect(keysOf(await sent())).toEqual([SECOND]);
  });

  it('of unknown origin are sent with the first key, which accepts its own', async () => {
    const answered = await fetch(`${inject('upstreamUrl')}/v1beta/models/${JSON_FORM}`, {
      method: 'POST',
      headers: { 'x-goog-api-key': FIRST },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'a fox [[size:tiny]]' }] }] }),
    });
    const turns = [
      { role: 'user', parts: [{ text: 'a fox' }] },
      { role: 'model', parts: (await partsOf(answered)).filter(isPicture) },
    ];
    const { body, sent } = goingOn(turns);

    const answer = await withKeys(FIRST, SECOND).ask(JSON_FORM, body);

    expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, null]);
    expect(keysOf(await sent())).toEqual([FIRST]);
  });
});

it('of ten edits by link is a few KiB on the wire, and goes back to its maker whole', async () => {
  const worker = withKeys(FIRST, SECOND);
  const turns = await drawnBy(SECOND, '[[signature:9KB]] [[answer:thoughts]]', LINK);
  const sizes: number[] = [];
  for (let edit = 2; edit <= 10; edit += 1) {
    const { body, sent } = goingOn(turns, '[[signature:9KB]]');
    const answer = await worker.ask(JSON_FORM, body, LINK);
    expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, null]);
    expect((await sent()).length).toBeLessThanOrEqual(1);
    sizes.push(JSON.stringify(body).length);
    turns.push(...(body.contents.slice(-1) as Turn[]), { role: 'model', parts: await partsOf(answer) });
  }

  expect(sizes.at(-1)).toBeLessThan(8 * 1024);
});

it('with a picture that its provider has mislabelled is told by its bytes and taken back so, by link and inline', async () => {
  // The fake upstream writes the declared type of a picture beside it. The real type is in the bytes.
  for (const headers of [LINK, {}]) {
    const asked = newPrompt();
    const name = JSON.stringify(asked).match(/[0-9a-f-]{36}/)?.[0] as string;
    const turns = await drawnBy(FIRST);
    const [{ inlineData, thoughtSignature } = {}] = turns[1]!.parts.filter(isPicture);
    const part = { inlineData: { mimeType: 'image/png', data: inlineData?.data }, thoughtSignature };
    await script(name, { body: JSON.stringify({ candidates: [{ content: { role: 'model', parts: [part] } }] }) });
    const answered = await partsOf(await withKeys(FIRST).ask(JSON_FORM, asked, headers));
    const { body, sent } = goingOn([...(asked.contents as Turn[]), { role: 'model', parts: answered }]);

    const answer = await withKeys(FIRST).ask(JSON_FORM, body);

    expect(answered[0]?.inlineData?.mimeType ?? answered[0]?.fileData?.mimeType).toBe('image/jpeg');
    expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, null]);
    expect((await sent())[0]?.body).toContain('"mimeType":"image/jpeg"');
  }
});

describe('a conversation whose key is gone', () => {
  let turns: Turn[];
  let linked: Turn[];
  beforeAll(async () => {
    turns = await drawnBy(SECOND, '[[signature:9KB]]');
    linked = await drawnBy(SECOND, '[[signature:9KB]]', LINK);
  });

  it('goes on from its last picture, which goes up as the user’s with the new words', async () => {
    const { body, sent, name } = goingOn(turns);

    const answer = await withKeys(FIRST).ask(JSON_FORM, body);

    expect(answer.status).toBe(200);
    const [only, ...others] = await sent();
    expect(others).toEqual([]);
    const picture = turns[1]?.parts.find(isPicture);
    expect(JSON.parse(only?.body ?? '').contents).toEqual([
      { role: 'user', parts: [{ inlineData: picture?.inlineData }, { text: expect.stringContaining(name) }] },
    ]);
  });

  it.each([
    { name: 'as JSON', target: JSON_FORM, headers: {} },
    { name: 'as events', target: SSE, headers: {} },
    { name: 'as links', target: JSON_FORM, headers: LINK },
    { name: 'as events with links', target: SSE, headers: LINK },
  ])('says so $name, and says it again of the kept answer', async ({ target, headers }) => {
    const { body, sent } = goingOn(linked);
    const worker = withKeys(FIRST);

    const first = await worker.ask(target, body, headers);
    const second = await worker.ask(target, body, headers);

    expect(first.headers.get('Peel-Fallback')).toBe('last-picture');
    expect([second.headers.get('Cache-Status'), second.headers.get('Peel-Fallback')]).toEqual([
      'peel; hit',
      'last-picture',
    ]);
    expect(await sent()).toHaveLength(1);
  });

  it('says so to who joins, and where nothing is kept', async () => {
    const hold = newHold();
    const { body, sent } = goingOn(turns, hold.words);
    const { asked, change } = watchAsks();
    const worker = createTestWorker({ GOOGLE_API_KEYS: FIRST }, change);

    const asking = [worker.ask(JSON_FORM, body), worker.ask(SSE, body)];
    await eventually(() => asked.times).toBe(2);
    await hold.release();
    const both = await Promise.all(asking);
    const direct = await worker.ask(JSON_FORM, body, NO_STORE);

    expect(both.map(({ headers }) => headers.get('Cache-Status')).sort()).toEqual([
      'peel; fwd=uri-miss; collapsed',
      'peel; fwd=uri-miss; stored',
    ]);
    for (const { headers } of [...both, direct]) expect(headers.get('Peel-Fallback')).toBe('last-picture');
    expect(await sent()).toHaveLength(2);
  });

  it('says so before a slow provider has answered', async () => {
    const { body } = goingOn(turns, '[[delay:2000]]');
    // Headers wait a tenth of the usual time.
    const hasty = createTestWorker({ GOOGLE_API_KEYS: FIRST }, (services) => ({
      ...services,
      pause: (ms) => services.pause(ms / 10),
    }));

    const answer = await hasty.ask(SSE, body);

    expect(answer.headers.get('Peel-Provider')).toBeNull();
    expect(answer.headers.get('Peel-Fallback')).toBe('last-picture');
  });

  it('may be read by a page', async () => {
    const answer = await withKeys(FIRST).fetch('/peel/health', { headers: { Origin: 'https://shop.example' } });

    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Peel-Fallback');
  });
});

it('signatures of two keys go up nowhere', async () => {
  const { body, sent } = goingOn([...(await drawnBy(FIRST)), ...(await drawnBy(SECOND))]);

  const answer = await withKeys(FIRST, SECOND).ask(JSON_FORM, body);

  expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, 'last-picture']);
  const [only, ...others] = await sent();
  expect(others).toEqual([]);
  expect(only?.body).not.toContain('thoughtSignature');
});

describe('a refused signature', () => {
  it.each([
    { name: 'kept', headers: {} },
    { name: 'not kept', headers: NO_STORE },
  ])('is asked once more without, and paid once ($name)', async ({ headers }) => {
    const { body, sent } = goingOn(corrupted(await drawnBy(FIRST)));
    const worker = withKeys(FIRST);
    const { settled: before } = await moneyOf(worker, 'deployment');

    const answer = await worker.ask(JSON_FORM, body, headers);

    expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, 'last-picture']);
    expect((await sent()).map(({ status }) => status)).toEqual([400, 200]);
    await eventually(() => moneyOf(worker, 'deployment')).toMatchObject({ held: 0 });
    const cost = (await moneyOf(worker, 'deployment')).settled - before;
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThan(100_000);
  });

  it('that is missing altogether is made good the same way', async () => {
    const turns = (await drawnBy(FIRST)).map(({ role, parts }) => ({
      role,
      parts: parts.map(({ thoughtSignature: _, ...part }) => part),
    }));
    const { body, sent } = goingOn(turns);

    const answer = await withKeys(FIRST).ask(JSON_FORM, body);

    expect([answer.status, answer.headers.get('Peel-Fallback')]).toEqual([200, 'last-picture']);
    expect((await sent()).map(({ status }) => status)).toEqual([400, 200]);
  });

  it('is told where it is refused even so: once, not for ever', async () => {
    const { body, sent, name } = goingOn(await drawnBy(FIRST));
    await script(name, ...Array(4).fill('[[error:400_signature_corrupt]]'));

    const answer = await withKeys(FIRST).ask(JSON_FORM, body);

    expect(await reasonOf(answer)).toEqual([400, 'INVALID_FIELD']);
    expect(await sent()).toHaveLength(2);
  });

  it('whose second try may have run is told as that, and not tried a third time', async () => {
    const { body, sent, name } = goingOn(await drawnBy(FIRST));
    await script(name, '[[error:400_signature_corrupt]]', '[[error:500_internal]]');
    const worker = withKeys(FIRST);

    const answers = [await worker.ask(JSON_FORM, body), await worker.ask(JSON_FORM, body)];

    for (const answer of answers) expect(await reasonOf(answer)).toEqual([502, 'OUTCOME_UNKNOWN']);
    expect(await sent()).toHaveLength(2);
  });
});
