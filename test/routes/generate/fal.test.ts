/** A deployment whose only provider is fal, from HTTP through the objects and the ledgers. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestWorker, newPrompt, reasonOf, type TestWorker } from '../../support.ts';
import { FAKE_FAL_KEYS } from '../../upstream/keys.ts';

const MODEL = 'gemini-3.1-flash-image';
const GENERATE = `${MODEL}:generateContent`;

interface Part {
  text?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType: string; fileUri: string };
}
interface Answer {
  candidates: { content: { parts: Part[] }; finishReason: string }[];
  peelNotes?: string[];
}

const uuidOf = (body: unknown): string =>
  JSON.stringify(body)
    .match(/[0-9a-f-]{36}/g)
    ?.at(-1) as string;
const partsOf = async (answer: Response) =>
  ((await answer.json()) as Answer).candidates.flatMap(({ content }) => content.parts);

async function postsOf(body: unknown): Promise<{ path: string; body: string }[]> {
  const answer = await fetch(`${inject('upstreamUrl')}/__requests?includes=${uuidOf(body)}`);
  return ((await answer.json()) as { method: string; path: string; body: string }[]).filter(
    ({ method }) => method === 'POST',
  );
}

const variables = () => ({
  PROVIDERS: 'fal',
  FAL_API_KEYS: FAKE_FAL_KEYS.join(','),
  FAL_BASE_URL: `${inject('upstreamUrl')}/fal`,
  FAL_QUEUE_BASE_URL: `${inject('upstreamUrl')}/fal-queue`,
  FAL_MEDIA_HOSTS: new URL(inject('upstreamUrl')).host,
});

let worker: TestWorker;
beforeAll(() => {
  worker = createTestWorker(variables());
});

describe('a picture by fal', () => {
  it.each([GENERATE, `${MODEL}:streamGenerateContent?alt=sse`, `${MODEL}:streamGenerateContent`])(
    'is kept, and the second time is a hit (%s)',
    async (target) => {
      const body = newPrompt('[[fal-polls:0]] [[size:300KB]] [[fal-description:A fox.]]');

      const first = await worker.ask(target, body);
      const second = await worker.ask(target, body);

      expect([first.status, first.headers.get('Peel-Provider')]).toEqual([200, 'fal']);
      const stored = target.includes(':stream') ? '' : '; stored';
      expect(first.headers.get('Cache-Status')).toBe(`peel; fwd=uri-miss${stored}`);
      expect(second.headers.get('Cache-Status')).toBe('peel; hit');
      expect(await second.text()).toBe(await first.text());
      expect((await postsOf(body)).length).toBe(1);
    },
  );

  it.each([
    { change: {}, micros: 80_000 },
    { change: { imageConfig: { imageSize: '512' } }, micros: 60_000 },
    { change: { imageConfig: { imageSize: '2K' }, thinkingConfig: { thinkingLevel: 'high' } }, micros: 122_000 },
    { change: { imageConfig: { imageSize: '4K' } }, micros: 160_000 },
    { model: 'nano-banana-pro', change: { imageConfig: { imageSize: '4K' } }, micros: 300_000 },
    { model: 'nano-banana', change: {}, micros: 39_800 },
  ])('costs what fal charges: $model $change, $micros', async ({ model = MODEL, change, micros }) => {
    const body = { ...newPrompt('[[fal-polls:0]] [[size:tiny]]'), generationConfig: change };

    const answer = await worker.ask(`${model}:generateContent`, body);

    expect([answer.status, answer.headers.get('Peel-Cost')]).toEqual([200, String(micros)]);
  });

  it('of a model charged by tokens costs about what fal’s examples do', async () => {
    const answer = await worker.ask(
      'gemini-nano-banana-2.1:generateContent',
      newPrompt('[[fal-polls:0]] [[size:tiny]]'),
    );

    const micros = Number(answer.headers.get('Peel-Cost'));
    expect(micros).toBeGreaterThanOrEqual(40_000);
    expect(micros).toBeLessThan(46_000);
  });

  it('goes straight through to a client who wants nothing kept', async () => {
    const answer = await worker.ask(GENERATE, newPrompt('[[fal-polls:0]] [[size:100KB]]'), {
      'Cache-Control': 'no-store',
    });

    expect(answer.headers.get('Cache-Status')).toBe('peel; fwd=bypass');
    expect(Buffer.from((await partsOf(answer))[0]?.inlineData?.data ?? '', 'base64').length).toBe(100_000);
  });
});

describe('a conversation', () => {
  it('goes on from a picture of ours, as an edit', async () => {
    const asked = newPrompt('[[fal-polls:0]] [[size:100KB]]');
    const drawn = await partsOf(await worker.ask(GENERATE, asked, { 'Peel-Images': 'link' }));
    const next = newPrompt('[[fal-polls:0]] [[size:tiny]]');
    const body = { contents: [...asked.contents, { role: 'model', parts: drawn }, ...next.contents] };

    const answer = await worker.ask(GENERATE, body);

    expect(answer.status).toBe(200);
    expect(((await answer.json()) as Answer).peelNotes).toEqual(['USAGE_ESTIMATED', 'CONVERSATION_ADAPTED']);
    const [post] = await postsOf(next);
    expect(post?.path).toBe('/fal-queue/fal-ai/nano-banana-2/edit');
  });
});

describe('what fal does not do', () => {
  it('is a 400 that names the field, and nothing is asked', async () => {
    const body = { ...newPrompt(), generationConfig: { temperature: 0.5 } };

    const answer = await worker.ask(GENERATE, body);

    expect(await reasonOf(answer.clone())).toEqual([400, 'INVALID_FIELD']);
    expect(await answer.text()).toContain('generationConfig.temperature');
    expect(await postsOf(body)).toEqual([]);
  });

  it('goes to another provider where there is one', async () => {
    const both = createTestWorker({ ...variables(), PROVIDERS: 'fal,google' });
    const body = { ...newPrompt('[[fal-polls:0]] [[size:tiny]]'), generationConfig: { temperature: 0.5 } };

    const answer = await both.ask(GENERATE, body);

    expect([answer.status, answer.headers.get('Peel-Provider')]).toEqual([200, 'google']);
  });

  it('counts tokens as well as it can', async () => {
    const answer = await worker.ask(`${MODEL}:countTokens`, newPrompt());

    expect(await answer.json()).toMatchObject({ totalTokens: expect.any(Number) });
  });
});

describe('a failure of fal', () => {
  it.each([
    ['[[error:403_balance]]', 503, 'UPSTREAM_UNAVAILABLE'],
    ['[[error:429_concurrency]] [[retry-after:60]]', 429, 'UPSTREAM_QUOTA'],
    ['[[fal-polls:0]] [[error:image_load_error]]', 400, 'INVALID_FIELD'],
    ['[[fal-polls:0]] [[error:internal_server_error]]', 502, 'OUTCOME_UNKNOWN'],
    ['[[fal-polls:0]] [[fal-url:https://evil.example/x.png]]', 502, 'UPSTREAM_BROKEN'],
  ])('%s is %i %s', async (words, status, reason) => {
    const alone = createTestWorker(variables());

    expect(await reasonOf(await alone.ask(GENERATE, newPrompt(words)))).toEqual([status, reason]);
  });

  it('that is a refusal is Gemini’s own 200, and is not kept', async () => {
    const body = newPrompt('[[error:content_policy_prompt]]');

    const first = await worker.ask(GENERATE, body);
    const second = await worker.ask(GENERATE, body);

    expect(await first.json()).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await postsOf(body)).length).toBe(2);
  });
});
