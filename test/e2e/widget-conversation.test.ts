/**
 * Changes as the widget sends them, with a visitor's ticket against a whole deployment. The fake upstream accepts a
 * signature only if it is unaltered, with its own picture, and under its own key.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../widget/api/gemini.ts';
import type { Order, SentReference, Turn } from '../../widget/model.ts';
import { type ContentsOptions, type Question, toContents } from '../../widget/thread/contents.ts';
import { addTurn, EMPTY_THREAD, pathOf, type Thread } from '../../widget/thread/thread.ts';
import { wholePng } from '../files/whole-images.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from './deployment.ts';

declare global {
  /** A browser has it; the widget's types lead to a file that uses it. */
  function reportError(cause: unknown): void;
}

const ORIGIN = 'https://shop.example';
const MODEL = 'gemini-3.1-flash-image';
/** Above the size from which a signature is kept and a reference takes its place. */
const LARGE_SIGNATURE = '[[size:20KB]] [[signature:9KB]]';

let upstream: FakeUpstream;
let peel: Deployment;
let token: string;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  peel = await startDeployment({
    ...inFrontOfGoogle(upstream.url),
    SITE_ORIGINS: ORIGIN,
    VISITOR_PER_MINUTE: '100',
    SITE_DAILY_BUDGET_USD: '100',
    DEPLOYMENT_DAILY_BUDGET_USD: '100',
  });
  const session = await post('/peel/session', { site: 'default' });
  ({ token } = (await session.json()) as { token: string });
});
afterAll(async () => {
  await peel?.close();
  await upstream?.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(peel.url + path, {
    method: 'POST',
    headers: {
      Origin: ORIGIN,
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  });

/** Parts of the model's turn without thoughts, as the widget keeps them. */
async function generate(contents: Content[]): Promise<Content> {
  const response = await post(
    `/v1beta/models/${MODEL}:generateContent`,
    {
      contents,
      generationConfig: { responseModalities: ['TEXT', 'IMAGE'], thinkingConfig: { includeThoughts: true } },
    },
    { 'Peel-Images': 'link' },
  );
  const answer = (await response.json()) as {
    error?: { message: string };
    candidates?: { content: { parts: (Content['parts'][number] & { thought?: boolean })[] } }[];
  };
  expect(answer.error?.message).toBeUndefined();
  const parts = answer.candidates?.[0]?.content.parts.filter(({ thought }) => !thought) ?? [];
  return { role: 'model', parts };
}

/** Asks for a change of the shown version and adds the new one. */
async function change(thread: Thread, question: Question, options: ContentsOptions = { maxReferences: 14 }) {
  const made = toContents(pathOf(thread, thread.selected), question, options);
  if ('fault' in made) throw new Error(`The contents have a fault: ${made.fault}.`);
  const content = await generate(made.contents);
  const order = {
    prompt: question.words,
    references: question.references,
    take: { model: MODEL, body: { contents: made.contents } },
    ...(thread.selected !== undefined && { from: thread.selected }),
  } as unknown as Order;
  const url = content.parts.findLast((part) => 'fileData' in part)?.fileData.fileUri ?? '';
  const result = { url, mimeType: 'image/png', content, order } as Turn['results'][number];
  const id = `v${thread.turns.length + 1}`;
  const turn: Turn = { id, order, results: [result], index: 0, at: Date.now() };
  return addTurn(thread, thread.selected === undefined ? turn : { ...turn, parent: thread.selected });
}

async function upload(n: number): Promise<SentReference> {
  const bytes = wholePng(5000, n) as Uint8Array<ArrayBuffer>;
  const started = await post(
    '/upload/v1beta/files',
    { file: { displayName: 'a hat' } },
    {
      'X-Goog-Upload-Protocol': 'resumable',
      'X-Goog-Upload-Command': 'start',
      'X-Goog-Upload-Header-Content-Type': 'image/png',
      'X-Goog-Upload-Header-Content-Length': String(bytes.length),
    },
  );
  const finished = await fetch(started.headers.get('X-Goog-Upload-URL') as string, {
    method: 'POST',
    headers: {
      Origin: ORIGIN,
      Authorization: `Bearer ${token}`,
      'X-Goog-Upload-Command': 'upload, finalize',
      'X-Goog-Upload-Offset': '0',
    },
    body: bytes,
  });
  const { file } = (await finished.json()) as { file: { uri: string; mimeType: string } };
  return { uri: file.uri, mimeType: file.mimeType, alt: 'a hat' };
}

/** The contents that went up last, and the answers' statuses since the last look. */
function sentUp() {
  const statuses = upstream.requests.map(({ status }) => status);
  const body = upstream.requests.at(-1)?.body ?? '{}';
  upstream.reset();
  return { statuses, contents: (JSON.parse(body) as { contents: { role: string; parts: object[] }[] }).contents };
}
const ask = (words: string, ...references: SentReference[]): Question => ({
  words: `${words} ${LARGE_SIGNATURE}`,
  references,
});
const picturesOf = (contents: { parts: object[] }[]) =>
  contents.map(({ parts }) => parts.filter((part) => 'inlineData' in part).length);

describe('three changes in a row', () => {
  it('go up as one conversation, each picture with its own signature, with pictures of the visitor between', async () => {
    let thread = await change(EMPTY_THREAD, ask('a fox', await upload(1)));
    thread = await change(thread, ask('in snow'));
    thread = await change(thread, ask('with this hat', await upload(2), await upload(3)));
    thread = await change(thread, ask('smiling'));

    const { statuses, contents } = sentUp();
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user', 'model', 'user', 'model', 'user']);
    expect(picturesOf(contents)).toEqual([1, 1, 0, 1, 2, 1, 0]);
    // The worker has put a short reference in place of each, and the signature back.
    expect(thread.turns.map(({ results }) => JSON.stringify(results[0]?.content).length < 2000)).not.toContain(false);
  });

  it('go up from a branch: what was made beside it is not told', async () => {
    let thread = await change(EMPTY_THREAD, ask('a crow'));
    thread = await change(thread, ask('at night'));
    thread = await change({ ...thread, selected: 'v1' }, ask('in fog'));

    const { statuses, contents } = sentUp();
    expect(statuses).toEqual([200, 200, 200]);
    expect(JSON.stringify(contents)).not.toContain('at night');
    expect(pathOf(thread, thread.selected).map(({ id }) => id)).toEqual(['v1', 'v3']);
  });

  it('go up shortened where pictures of the visitor are too many, from a picture without its signature', async () => {
    const files = [await upload(4), await upload(5)];
    let thread = await change(EMPTY_THREAD, ask('an owl', ...files));
    thread = await change(thread, ask('on a roof', ...files));
    thread = await change(thread, ask('by day', ...files), { maxReferences: 5 });
    thread = await change(thread, ask('with a scarf', ...files), { maxReferences: 3 });

    const { statuses, contents } = sentUp();
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(picturesOf(contents)).toEqual([3]);
    expect(thread.turns[2]?.order.take.body.contents).toHaveLength(3);
  });

  it('go up with a marked place in words', async () => {
    const region = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
    let thread = await change(EMPTY_THREAD, ask('a pond'));
    thread = await change(thread, { ...ask('a duck here'), region });
    await change(thread, ask('two ducks'));

    expect(JSON.stringify(sentUp().contents[2])).toContain('10% to 30% of the width');
  });
});

it('finds out that a picture is gone by its address', async () => {
  const head = (path: string) => fetch(peel.url + path, { method: 'HEAD', headers: { Origin: ORIGIN } });
  const thread = await change(EMPTY_THREAD, ask('a wren'));
  const kept = await head(new URL(thread.turns[0]?.results[0]?.url as string).pathname);
  const gone = await head(`/images/b${'0'.repeat(32)}/0.png`);

  expect([kept.status, gone.status]).toEqual([200, 404]);
  expect(gone.headers.get('Access-Control-Allow-Origin')).toBeTruthy();
});
