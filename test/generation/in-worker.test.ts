import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type CatalogModel, findModel, SEED_CATALOG } from '../../worker/domain/catalog.ts';
import type { Site } from '../../worker/domain/site.ts';
import { createInWorkerGenerations } from '../../worker/generation/in-worker.ts';
import type { RunDependencies } from '../../worker/generation/run.ts';
import type { GenerationEvent, GenerationJob, ProviderAnswer } from '../../worker/ports.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { createManifests } from '../../worker/storage/manifests.ts';
import { createPartBuffers } from '../../worker/storage/part-buffers.ts';

const NOW = 1_790_000_000_000;
const site = { id: 'default', retention: '30d' } as Site;
const model = findModel(SEED_CATALOG, 'gemini-3.1-flash-image') as CatalogModel;
const picture = btoa('\x89PNG\r\n\x1a\n and so on');
const answerOf = (parts: unknown[], finishReason = 'STOP') =>
  JSON.stringify({ candidates: [{ content: { parts }, finishReason }] });
const image = { inlineData: { mimeType: 'image/png', data: picture } };

function jobOf(key: string, change: Partial<GenerationJob> = {}): GenerationJob {
  return {
    key,
    site,
    request: { model: model.id, turns: [], modalities: ['IMAGE'], size: '1K' },
    model,
    inputs: [],
    form: 'json',
    worstMicros: 100_000,
    releaseInputs: () => undefined,
    ...change,
  };
}

function setUp(answer: () => Promise<ProviderAnswer> | ProviderAnswer, change: Partial<RunDependencies> = {}) {
  const runs: Promise<unknown>[] = [];
  const manifests = createManifests(env.BUCKET);
  const deps: RunDependencies = {
    providers: { generate: async () => answer() },
    pricing: { worst: () => 100_000, cost: () => 67_000, table: () => undefined },
    images: createImageStore(env.BUCKET, createPartBuffers({ now: () => NOW, pause: () => scheduler.wait(1) })),
    manifests,
    redact: (chunk) => chunk,
    log: () => undefined,
    now: () => NOW,
    random: (bytes) => crypto.getRandomValues(bytes),
    deadline: () => new AbortController().signal,
    ...change,
  };
  const generations = createInWorkerGenerations(deps, (run) => runs.push(run));
  return { generations, manifests, ended: () => Promise.all(runs) };
}

const good = (body: string): ProviderAnswer => ({
  ok: true,
  provider: 'google',
  form: 'json',
  body: new Response(body).body!,
});
const read = (events: ReadableStream<GenerationEvent>) => Array.fromAsync(events);

describe('a generation', () => {
  it('tells what comes in order, and ends when its manifest is kept', async () => {
    const { generations, manifests } = setUp(() => good(answerOf([{ text: 'Here.' }, image])));

    const events = await read(await generations.ask(jobOf('a1')));

    expect(events.map(({ type }) => type)).toEqual(['started', 'chunk', 'done']);
    expect(events[2]).toMatchObject({
      kept: true,
      manifest: { costMicros: 67_000, images: [{ n: 0, mimeType: 'image/png' }] },
    });
    expect(await manifests.get(site, 'a1', NOW)).toMatchObject({ provider: 'google', model: model.id, createdAt: NOW });
  });

  it('goes on to the end when its caller leaves', async () => {
    const upstream = Promise.withResolvers<ProviderAnswer>();
    const { generations, manifests, ended } = setUp(() => upstream.promise);
    const events = await generations.ask(jobOf('a2'));

    await events.cancel();
    upstream.resolve(good(answerOf([image])));
    await ended();

    const kept = await manifests.get(site, 'a2', NOW);
    const stored = await env.BUCKET.get(`30d/images/${kept?.id}/0`);
    expect(await stored?.text()).toBe(atob(picture).replaceAll('\x89', '\ufffd'));
  });

  it.each([
    ['without a picture', answerOf([{ text: 'I would rather not.' }])],
    ['with a draft only', answerOf([{ ...image, thought: true }], 'IMAGE_SAFETY')],
    ['without anything', '{}'],
  ])('%s is a refusal, told and not kept', async (name, body) => {
    const { generations, manifests } = setUp(() => good(body));

    const events = await read(await generations.ask(jobOf(name)));

    expect(events.at(-1)).toMatchObject({ type: 'done', kept: false });
    expect(await manifests.get(site, name, NOW)).toBeUndefined();
  });

  it('that the supplier refuses is told as its failure', async () => {
    const failure = { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 7 } as const;
    const { generations } = setUp(() => ({ ok: false, provider: 'google', failure }));

    expect(await read(await generations.ask(jobOf('a3')))).toEqual([{ type: 'failed', failure }]);
  });

  it.each([
    ['a supplier that throws', () => Promise.reject(new Error('boom')), 'OUTCOME_UNKNOWN'],
    ['an answer cut short', () => good(answerOf([image]).slice(0, -20)), 'UPSTREAM_BROKEN'],
    [
      'an error inside a 200',
      () => good('{"error":{"code":500,"message":"x","status":"INTERNAL"}}'),
      'UPSTREAM_BROKEN',
    ],
  ])('of %s ends as a failure and leaves no picture', async (name, answer, reason) => {
    const before = (await env.BUCKET.list()).objects.length;
    const { generations } = setUp(answer as () => Promise<ProviderAnswer>);

    const events = await read(await generations.ask(jobOf(name)));

    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason } });
    expect((await env.BUCKET.list()).objects.length).toBe(before);
  });

  it('past its deadline says so', async () => {
    const gone = AbortSignal.abort();
    const { generations } = setUp(() => Promise.reject(gone.reason), { deadline: () => gone });

    expect(await read(await generations.ask(jobOf('a4')))).toMatchObject([{ failure: { reason: 'DEADLINE' } }]);
  });

  it('gives the inputs back once, whatever happens', async () => {
    for (const answer of [() => good(answerOf([image])), () => Promise.reject(new Error('boom'))]) {
      let released = 0;
      const { generations } = setUp(answer as () => Promise<ProviderAnswer>);
      const job = jobOf('a5', { releaseInputs: () => (released += 1) });

      await read(await generations.ask(job));

      expect(released).toBe(1);
    }
  });

  it('whose manifest R2 refuses loses no picture: it is told, and not as kept', async () => {
    const down = () => Promise.reject(new Error('R2 is down'));
    const { generations } = setUp(() => good(answerOf([image])), {
      manifests: { get: async () => undefined, put: down, delete: down },
    });

    const events = await read(await generations.ask(jobOf('a6')));

    const end = events.at(-1);
    expect(end).toMatchObject({ type: 'done', kept: false });
    const id = end?.type === 'done' && end.manifest.id;
    expect(await env.BUCKET.head(`30d/images/${id}/0`)).not.toBeNull();
  });

  it('whose picture R2 refuses ends as a failure and leaves no manifest', async () => {
    const images = createImageStore(
      new Proxy(env.BUCKET, {
        get(target, name: keyof R2Bucket) {
          if (name === 'put') return () => Promise.reject(new Error('R2 is down'));
          return target[name].bind(target);
        },
      }),
      createPartBuffers({ now: () => NOW, pause: () => scheduler.wait(1) }),
    );
    const { generations, manifests } = setUp(() => good(answerOf([image])), { images });

    const events = await read(await generations.ask(jobOf('a7')));

    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason: 'OUTCOME_UNKNOWN' } });
    expect(await manifests.get(site, 'a7', NOW)).toBeUndefined();
  });

  it.each(['IMAGE_SAFETY', 'MAX_TOKENS', 'RECITATION'])('that ended with %s is told and not kept', async (finish) => {
    const { generations } = setUp(() => good(answerOf([image], finish)));

    expect((await read(await generations.ask(jobOf(finish)))).at(-1)).toMatchObject({ type: 'done', kept: false });
  });
});
