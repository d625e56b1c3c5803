/**
 * Every client of the table in `docs/api.md` against a whole deployment over real sockets: published
 * packages, and fixtures that send and read as the clients that npm cannot install. The table holds the findings of
 * this run: `npm run clients -- --write` writes it, and the last test fails when it differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertReport } from '../bench/report.ts';
import { wholePng } from '../files/whole-images.ts';
import type { Client, Pictures } from './client.ts';
import { AI_STUDIO } from './fixtures/ai-studio.ts';
import { CURL } from './fixtures/curl.ts';
import { GO } from './fixtures/go.ts';
import { N8N } from './fixtures/n8n.ts';
import { PYTHON } from './fixtures/python.ts';
import { type Column, renderMatrix } from './matrix.ts';
import { AI_SDK } from './packages/ai-sdk.ts';
import { GENERATIVE_AI } from './packages/generative-ai.ts';
import { GENKIT } from './packages/genkit.ts';
import { GOOGLE_GENAI } from './packages/google-genai.ts';
import { LANGCHAIN } from './packages/langchain.ts';
import { createStage, SLOW, SMALL, type Stage } from './stage.ts';

const CLIENTS: readonly Client[] = [
  ...GOOGLE_GENAI,
  GENERATIVE_AI,
  AI_SDK,
  LANGCHAIN,
  GENKIT,
  PYTHON,
  GO,
  N8N,
  ...AI_STUDIO,
  CURL,
];
const PAGE = new URL('../../docs/api.md', import.meta.url);

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});
afterAll(() => stage.close());

/** The findings of the run. */
const findings = new Map(CLIENTS.map(({ name }) => [name, new Map<Column, string>()]));
const found = (client: Client, column: Column, cell = 'ok') => findings.get(client.name)?.set(column, cell);

const isPng = (base64: string): boolean => base64.startsWith('iVBORw0KGgo');
const isJpeg = (base64: string): boolean => base64.startsWith('/9j/');

function expectOnePicture(pictures: Pictures): void {
  expect(pictures).toHaveLength(1);
  const [picture = ''] = pictures;
  expect(isPng(picture) || isJpeg(picture)).toBe(true);
  expect(picture.length).toBeGreaterThan(10_000);
}

/** The whole text of a client's error. */
function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  const more = JSON.stringify(error, (_key, value: unknown) => (typeof value === 'function' ? undefined : value));
  return [String(message), cause ? String(cause) : '', more].join('\n');
}

async function raisedBy(asked: Promise<unknown> | undefined): Promise<string> {
  const outcome = await asked?.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  expect(outcome, 'a failure that was not raised').toHaveProperty('error');
  return wordsOf((outcome as { error: unknown }).error);
}

/** Peel's message, or that of readers that report an error in a stream only as broken bytes. */
const BROKEN_STREAM = /may have been charged|Failed to parse stream|Incomplete JSON segment/;

const PICTURE = wholePng(3000, 5);
const INLINE = Buffer.from(PICTURE).toString('base64');

describe.concurrent.each(CLIENTS)('$name', (client) => {
  const prompt = (words: string, more = '') => `${words} for ${client.name} ${SMALL} ${more}`;

  it.runIf(client.generate)('generates', async () => {
    const words = prompt('a fox');

    expectOnePicture((await client.generate?.(stage.access, words)) ?? []);
    expect(stage.sentUp(words)).toHaveLength(1);
    found(client, 'generate');
  });

  it.runIf(client.edit)('edits a picture that it sends inline', async () => {
    const words = prompt('bluer');

    expectOnePicture((await client.edit?.(stage.access, words, INLINE)) ?? []);
    expect(stage.sentUp(words).map(({ body }) => body?.includes(INLINE))).toEqual([true]);
    found(client, 'edit');
  });

  it.runIf(client.turns)('goes on with the picture of its conversation', async () => {
    const [first, second] = [prompt('whole first'), prompt('whole second')];

    expectOnePicture((await client.turns?.(stage.access, [first, second])) ?? []);
    expectPictureOf(first, second);
    found(client, 'turns');
  });

  it.runIf(client.stream)('reads a stream that is silent for longer than a heartbeat', async () => {
    const words = prompt('a slow fox', SLOW);

    expectOnePicture((await client.stream?.(stage.access, words)) ?? []);
    expect(stage.sentUp(words)).toHaveLength(1);
    found(client, 'stream');
  });

  it.runIf(client.streamedTurns)('goes on with the picture of a streamed conversation', async () => {
    const [first, second] = [prompt('streamed first', SLOW), prompt('streamed second', SLOW)];

    expectOnePicture((await client.streamedTurns?.(stage.access, [first, second])) ?? []);
    expectPictureOf(first, second);
    found(client, 'streamedTurns');
  });

  it.runIf(client.stream)('raises what goes wrong in the middle of a stream', async () => {
    const words = prompt('a broken fox', `[[answer:thoughts]] [[truncate:0.6]] ${SLOW}`);

    const raised = await raisedBy(client.stream?.(stage.access, words));

    expect(raised).toMatch(BROKEN_STREAM);
    expect(stage.sentUp(words)).toHaveLength(1);
    found(client, 'failing');
  });

  it.runIf(client.file)('uploads a file and edits it', async () => {
    const words = prompt('bluer, from a file');

    expectOnePicture((await client.file?.(stage.access, words, PICTURE)) ?? []);
    expect(stage.sentUp(words).map(({ body }) => body?.includes(INLINE))).toEqual([true]);
    found(client, 'file');
  });

  it('raises a refusal with its words', async () => {
    const ask = client.generate ?? client.stream;
    const wrongKey = await raisedBy(ask?.({ ...stage.access, apiKey: 'pk_wrong' }, prompt('a fox')));
    const wrongModel = await raisedBy(ask?.({ ...stage.access, model: 'gemini-9-image' }, prompt('a fox')));

    expect(wrongKey).toMatch(/The key.* is not valid/);
    expect(wrongModel).toContain('gemini-9-image');
    found(client, 'errors');
  });

  it.runIf(client.several)(
    'gets several pictures where its key asks for fresh ones, and one where it does not',
    async () => {
      const [fresh, kept] = [prompt('fresh foxes'), prompt('kept foxes')];

      const pictures = (await client.several?.(stage.freshAccess, fresh, 3)) ?? [];
      const equal = (await client.several?.(stage.access, kept, 3)) ?? [];

      expect(new Set(pictures).size).toBe(3);
      expect(stage.sentUp(fresh)).toHaveLength(3);
      expect([equal.length, new Set(equal).size]).toEqual([3, 1]);
      expect(stage.sentUp(kept)).toHaveLength(1);
      found(client, 'several');
    },
  );

  it.runIf(client.interact)('hears what to use in place of the Interactions API', async () => {
    const raised = await raisedBy(client.interact?.(stage.access, prompt('a fox')));

    expect(raised).toContain('generateContent');
    found(client, 'interact', 'refused (`NOT_FOUND`)');
  });
});

describe.concurrent.each(GOOGLE_GENAI)('$name, of a provider that writes snake_case,', ({ name, generate, stream }) => {
  it('gets the picture, made and kept, whole and streamed', async () => {
    for (const ask of [generate, stream]) {
      const words = `a snaky fox for ${name}, ${ask === stream} ${SMALL} [[snake]]`;

      const made = (await ask?.(stage.access, words)) ?? [];
      const kept = (await ask?.(stage.access, words)) ?? [];

      expectOnePicture(made);
      expect(kept[0] === made[0]).toBe(true);
      expect(stage.sentUp(words)).toHaveLength(1);
    }
  });
});

describe.concurrent.each(GOOGLE_GENAI)('$name, of a provider with flags as texts,', ({ name, generate, stream }) => {
  it('gets the only picture, though it was marked as a thought', async () => {
    const part = { inlineData: { mimeType: 'image/png', data: INLINE }, thought: 'true' };
    const answer = JSON.stringify({ error: null, candidates: [{ content: { parts: [part] }, finishReason: 'STOP' }] });
    for (const ask of [generate, stream]) {
      const words = `a marked fox for ${name}, ${ask === stream}`;
      stage.answer(words, answer);
      expect(await ask?.(stage.access, words)).toEqual([INLINE]);
    }
  });
});

/** Expects the first picture in the second request of a conversation, in a turn of the model. */
function expectPictureOf(first: string, second: string): void {
  const [, next, ...more] = stage.sentUp(first);
  expect(more).toEqual([]);
  const { contents } = JSON.parse(next?.body ?? '{}') as { contents: { role: string; parts: object[] }[] };
  const turn = contents.slice(0, -1).filter(({ role }) => role === 'model');
  expect(JSON.stringify(turn)).toMatch(/"inlineData":\{[^}]*"data":"[\w+/]{1000}/);
  expect(JSON.stringify(contents.at(-1))).toContain(second);
}

describe('a stream', () => {
  it('holds heartbeats, or nothing above has read any', async () => {
    const { url, apiKey, model } = stage.access;
    const answer = await fetch(`${url}/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
      method: 'POST',
      headers: { 'x-goog-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ parts: [{ text: `a raw fox ${SMALL} [[hold:raw]]` }] }] }),
    });
    let text = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      if (/^data: {3,}$/.test(text)) stage.release('raw');
    }

    expect(text.slice(0, 200)).toMatch(/^data: {3,}\{/);
  });
});

describe('the page about the API', () => {
  it('tells of the clients what this run has found', () => {
    const matrix = renderMatrix(CLIENTS, findings);
    const page = readFileSync(PAGE, 'utf8');
    const [, told = ''] = /<!-- clients -->\n([\s\S]*?)\n?<!-- \/clients -->/.exec(page) ?? [];
    if (process.env.WRITE_CLIENTS === '1') writeFileSync(PAGE, insertReport(page, matrix, 'clients'));
    else expect(told).toBe(matrix);
  });
});
