import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { isLifted } from '../../worker/gemini/lift/skeleton.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import type { RunDependencies } from '../../worker/generation/run.ts';
import type { ProviderCall } from '../../worker/providers/provider.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { blobKey } from '../../worker/storage/keys.ts';
import { createPartBuffers } from '../../worker/storage/part-buffers.ts';
import { eventually } from '../eventually.ts';
import { request } from '../request/requests.ts';
import { emptyBucket, failingBucket, hexOf, keptHex, picture } from '../storage/pictures.ts';
import { answerOf, eventsOf, good, image, TEXT } from './answers.ts';
import { ID, NOW, run } from './runs.ts';

const PICTURE = blobKey('images', ID, 0);
const BYTES = picture(5000);
const HEX = hexOf(BYTES);
const OTHER_BYTES = picture(5001);

const typesOf = (events: GenerationEvent[]) => events.map(({ type }) => type);
const namesInBucket = async () => (await env.BUCKET.list()).objects.map(({ key }) => key);

afterEach(emptyBucket);

describe('a run', () => {
  it('tells what comes in order, keeps picture and manifest, and returns them', async () => {
    const { ended, events, kept } = run(() => good(answerOf([TEXT, image(BYTES)])));

    const { end } = await ended;

    expect(typesOf(events)).toEqual(['started', 'chunk']);
    expect(events[0]).toEqual({ type: 'started', provider: 'google', id: ID, form: 'json' });
    expect(end).toMatchObject({
      outcome: 'picture',
      kept: true,
      manifest: { id: ID, costMicros: 67_000, images: [{ n: 0, mimeType: 'image/png', sha256: HEX }] },
    });
    expect(await kept()).toEqual('manifest' in end && end.manifest);
    expect(await keptHex(PICTURE)).toBe(HEX);
  });

  it.each(['sse', 'array'] as const)('tells a stream unit by unit: %s', async (form) => {
    const units = [answerOf([TEXT], ''), answerOf([image(BYTES)], ''), answerOf([])];
    const body = form === 'sse' ? eventsOf(...units) : `[${units.join(',\r\n')}]`;
    const { ended, events } = run(() => good(body, form), { order: { form } });

    const { end } = await ended;

    const told = events.filter((event) => event.type === 'chunk');
    expect(told.map(({ chunk }) => chunk)).toEqual('manifest' in end && end.manifest.chunks);
    expect(told.length).toBeGreaterThanOrEqual(3);
    const pictured = told.findIndex(({ chunk }) => chunk.some(isLifted));
    expect(pictured).toBe(1);
    expect(told.map(({ images }) => images.length)).toEqual([0, ...told.slice(1).map(() => 1)]);
  });

  it('emits no picture of a stream before R2 has it', async () => {
    const put = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = {
      ...failingBucket(() => undefined).bucket,
      async put(...args: Parameters<R2Bucket['put']>) {
        reached.resolve();
        await put.promise;
        return env.BUCKET.put(...args);
      },
    } as unknown as R2Bucket;
    const images = createImageStore(slow, createPartBuffers({ now: () => NOW, pause: () => scheduler.wait(1) }));
    const { ended, events, checkpoints } = run(
      () => good(eventsOf(answerOf([TEXT], ''), answerOf([image(BYTES)])), 'sse'),
      { deps: { images }, order: { form: 'sse' } },
    );

    await reached.promise;
    // What a recovery needs is written while the run waits for R2.
    await eventually(() => checkpoints.map(({ length }) => length)).toEqual([2]);
    expect(typesOf(events)).toEqual(['started', 'chunk']);
    put.resolve();
    await ended;

    expect(typesOf(events)).toEqual(['started', 'chunk', 'chunk']);
  });

  it('asks the provider with all that it was given, and tells takes apart by the key', async () => {
    const calls: ProviderCall[] = [];
    const signal = new AbortController().signal;
    const refused = { reason: 'SITE_PAUSED' } as const;
    const permit = async () => refused;
    const asked = { form: 'sse', signal, permit } as const;

    await run(
      (call) => {
        calls.push(call);
        return good(eventsOf(answerOf([image(BYTES)])), 'sse');
      },
      { order: asked },
    ).ended;

    expect(calls).toMatchObject([{ form: 'sse', take: 7, request: request(), inputs: [] }]);
    expect(calls[0]?.signal).toBe(signal);
    expect(await calls[0]?.permit(1, 'google')).toBe(refused);
  });

  it('whose usage says nothing costs its worst price', async () => {
    const { end } = await run(() => good(answerOf([image(BYTES)])), {
      deps: { pricing: { worst: () => 1, cost: () => undefined, table: () => undefined } },
    }).ended;

    expect(end).toMatchObject({ outcome: 'picture', manifest: { costMicros: 100_000 } });
  });

  it.each([
    ['stop', 'STOP'],
    ['a fox in the rain', 'OTHER'],
    ['blocked: a fox', 'SAFETY'],
    ['', undefined],
  ])('logs the reason %j as %j: it could be the prompt', async (given, logged) => {
    const lines: [string, Record<string, unknown> | undefined][] = [];
    const log = (event: string, facts?: Record<string, unknown>) => void lines.push([event, facts]);

    await run(() => good(answerOf([image(BYTES)], given)), { deps: { log } }).ended;

    expect(lines.find(([event]) => event === 'generation_done')?.[1]?.finishReason).toBe(logged);
    expect(JSON.stringify(lines)).not.toContain('fox');
  });

  it('prices what was asked for, and says how many different pictures came', async () => {
    const priced: unknown[] = [];
    const cost: RunDependencies['pricing']['cost'] = (provider, { model, usage, pictures, priced: of }) => {
      priced.push([provider, model.id, of.size, usage?.promptTokens, pictures]);
      return 5;
    };
    const deps = { pricing: { worst: () => 1, cost, table: () => undefined } };
    const order = { request: request({ size: '2K' }) };
    const usage = { usageMetadata: { promptTokenCount: 7 } };

    await run(() => good(answerOf([image(BYTES)], 'STOP', usage)), { deps, order }).ended;
    await run(() => good(answerOf([TEXT], 'STOP', usage)), { deps, order }).ended;
    const draft = { ...image(OTHER_BYTES), thought: true };
    const several = [draft, image(BYTES), image(BYTES), image(OTHER_BYTES)];
    await run(() => good(answerOf(several, 'STOP', usage)), { deps, order }).ended;

    expect(priced).toEqual([
      ['google', 'gemini-3.1-flash-image', '2K', 7, 1],
      ['google', 'gemini-3.1-flash-image', '2K', 7, 0],
      ['google', 'gemini-3.1-flash-image', '2K', 7, 2],
    ]);
  });
});

describe('an answer', () => {
  it.each([
    ['without a picture', answerOf([TEXT])],
    ['with a draft only', answerOf([{ ...image(BYTES), thought: true }], 'IMAGE_SAFETY')],
    ['that was taken back', answerOf([image(BYTES)], 'IMAGE_SAFETY')],
  ])('%s is a refusal: told and not kept', async (_name, body) => {
    const { ended, events, kept } = run(() => good(body as string));

    expect((await ended).end).toMatchObject({ outcome: 'refused', kept: false });

    expect(typesOf(events)).toEqual(['started', 'chunk']);
    expect(await kept()).toBeUndefined();
  });

  it.each([
    { name: 'cut before its picture was whole', body: answerOf([image(BYTES)]).slice(0, 3000) },
    { name: 'that is an error behind a 200', body: '{"error":{"code":500,"message":"x","status":"INTERNAL"}}' },
    { name: 'that is not JSON', body: '<html>' },
  ])('$name is broken, may have run, and leaves nothing', async ({ body }) => {
    const { ended, events } = run(() => good(body));

    expect((await ended).end).toMatchObject({ outcome: 'unknown', failure: { reason: 'UPSTREAM_BROKEN' } });

    expect(typesOf(events)).toEqual(['started']);
    expect(await namesInBucket()).toEqual([]);
  });

  it('that ends past the deadline says so', async () => {
    const abort = new AbortController();
    const body = () => {
      abort.abort();
      return good('{"candi');
    };

    const { end } = await run(body, { order: { signal: abort.signal } }).ended;

    expect(end).toEqual({ outcome: 'unknown', failure: { reason: 'DEADLINE', afterSeconds: 300 } });
  });
});

describe('a provider', () => {
  it.each([
    { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 7 }, outcome: 'none' },
    { failure: { reason: 'SITE_PAUSED' }, outcome: 'none' },
    { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, outcome: 'unknown' },
    { failure: { reason: 'DEADLINE', afterSeconds: 300 }, outcome: 'unknown' },
  ] as const)('that fails with $failure.reason came to $outcome, and nothing started', async ({ failure, outcome }) => {
    const { ended, events } = run(() => ({ ok: false, provider: 'google', failure }));

    expect((await ended).end).toEqual({ outcome, failure });

    expect(events).toEqual([]);
  });

  it('that throws may have run', async () => {
    const { ended, events } = run(() => Promise.reject(new Error('boom')));

    expect((await ended).end).toMatchObject({ outcome: 'unknown', failure: { reason: 'OUTCOME_UNKNOWN' } });
    expect(events).toEqual([]);
  });

  it('that throws at the deadline was too slow', async () => {
    const signal = AbortSignal.abort();

    const { end } = await run(() => Promise.reject(signal.reason), { order: { signal } }).ended;

    expect(end).toMatchObject({ outcome: 'unknown', failure: { reason: 'DEADLINE' } });
  });
});

it('an answer that breaks off after a bill over what was held costs what the bill says', async () => {
  const deps = { pricing: { worst: () => 100_000, cost: () => 250_000, table: () => undefined } };
  const { ended } = run(() => good('data: {"usageMetadata":{"promptTokenCount":9}}\n\ndata: {', 'sse'), { deps });

  expect((await ended).end).toMatchObject({ outcome: 'unknown', micros: 250_000 });
});

describe('an answer that breaks off after its picture', () => {
  const whole = answerOf([image(BYTES)]);
  const afterPicture = whole.indexOf(BYTES.toBase64()) + BYTES.toBase64().length + 1;

  it('is made whole again, kept, and told', async () => {
    const { ended, events, kept, checkpoints } = run(() => good(whole.slice(0, afterPicture)));

    const { end } = await ended;

    expect(end).toMatchObject({ outcome: 'picture', kept: true, manifest: { images: [{ n: 0, sha256: HEX }] } });
    expect(typesOf(events)).toEqual(['started', 'chunk']);
    expect(await kept()).toEqual('manifest' in end && end.manifest);
    expect(await keptHex(PICTURE)).toBe(HEX);
    expect(checkpoints.at(-1)).toEqual('manifest' in end && end.manifest.chunks);
  });

  it('with an error event instead of its end is kept all the same', async () => {
    const error = '{"error":{"code":500,"message":"x","status":"INTERNAL"}}';
    const body = eventsOf(answerOf([TEXT], ''), answerOf([image(BYTES)], ''), error);
    const { ended, events, kept } = run(() => good(body, 'sse'), { order: { form: 'sse' } });

    expect((await ended).end).toMatchObject({ outcome: 'picture', kept: true });

    expect(typesOf(events)).toEqual(['started', 'chunk', 'chunk']);
    expect(JSON.stringify(await kept())).not.toContain('INTERNAL');
  });

  it('may be a draft to who asked for thoughts: it is not kept', async () => {
    const order = { request: request({ includeThoughts: true }) };
    const { ended } = run(() => good(whole.slice(0, afterPicture)), { order });

    expect((await ended).end).toMatchObject({ outcome: 'unknown', failure: { reason: 'UPSTREAM_BROKEN' } });

    expect(await namesInBucket()).toEqual([]);
  });
});

describe('a run of a template', () => {
  const draft = { ...image(OTHER_BYTES), thought: true };
  const units: Record<string, string[]> = {
    'before and after the picture': [
      answerOf([draft], ''),
      answerOf([draft], ''),
      answerOf([image(BYTES)], ''),
      answerOf([draft], ''),
      answerOf([]),
    ],
    'in one unit with the picture': [answerOf([draft, draft, image(BYTES), draft])],
    'and no other picture: the last is the answer': [
      answerOf([draft], ''),
      answerOf([draft], ''),
      answerOf([{ ...image(BYTES), thought: true }], ''),
      answerOf([]),
    ],
    'in one unit and no other picture': [answerOf([draft, draft, { ...image(BYTES), thought: true }])],
  };

  it.each(Object.keys(units))('keeps no drafts, and no caller hears of them: %s', async (name) => {
    const body = eventsOf(...units[name]!);
    const { ended, events, kept } = run(() => good(body, 'sse'), { order: { form: 'sse', templateVersion: 'v1' } });

    const { end } = await ended;

    expect(end).toMatchObject({ outcome: 'picture', kept: true, manifest: { images: [{ n: 2, sha256: HEX }] } });
    expect((await namesInBucket()).filter((key) => key.includes('/images/'))).toEqual([blobKey('images', ID, 2)]);
    const told = events.flatMap((event) => (event.type === 'chunk' ? event.chunk : []));
    expect(told.filter(isLifted)).toMatchObject([{ n: 2 }]);
    expect(await kept()).toEqual('manifest' in end && end.manifest);
    // Where nobody heard of a picture, nobody may read it while it is deleted.
    const seen = events.flatMap((event) => (event.type === 'chunk' && event.chunk.some(isLifted) ? event.images : []));
    expect(seen.map(({ n }) => n)).toEqual([2]);
  });

  it('with drafts pending keeps none of them', async () => {
    const refusedPuts = [1, 2, 3];
    const { ended } = run(() => good(eventsOf(...units['before and after the picture']!), 'sse'), {
      order: { form: 'sse', templateVersion: 'v1' },
      refused: (step) => step === 'put' && refusedPuts.pop() !== undefined,
    });

    const { end, isPending } = await ended;

    expect([end.outcome, isPending]).toEqual(['picture', false]);
    expect((await namesInBucket()).filter((key) => key.includes('/images/'))).toEqual([blobKey('images', ID, 2)]);
  });

  it('that ends in the middle takes no draft for its picture, and leaves none behind', async () => {
    const cut = eventsOf(answerOf([draft], ''), answerOf([image(BYTES)], '')).slice(0, -20);
    const notes: unknown[] = [];
    const { ended } = run(() => good(cut, 'sse'), {
      order: { form: 'sse', templateVersion: 'v1', note: (facts) => void notes.push(facts) },
    });

    expect((await ended).end).toMatchObject({ outcome: 'unknown', failure: { reason: 'UPSTREAM_BROKEN' } });

    expect(await namesInBucket()).toEqual([]);
    expect(notes).toContainEqual({ thoughts: true });
  });

  it('without a template keeps its drafts beside the picture', async () => {
    const { ended } = run(() => good(eventsOf(answerOf([draft], ''), answerOf([image(BYTES)])), 'sse'), {
      order: { form: 'sse' },
    });

    await ended;

    expect(await namesInBucket()).toEqual(expect.arrayContaining([PICTURE, blobKey('images', ID, 1)]));
  });
});

describe('what R2 refuses', () => {
  it('of the manifest loses no picture: it is told, and not as kept', async () => {
    const down = () => Promise.reject(new Error('R2 is down'));
    const { ended } = run(() => good(answerOf([image(BYTES)])), {
      deps: { manifests: { get: async () => undefined, put: down, delete: down } },
    });

    expect((await ended).end).toMatchObject({ outcome: 'picture', kept: false });
    expect(await keptHex(PICTURE)).toBe(HEX);
  });

  it('of the picture waits in the object until it is stored, and no event names it before', async () => {
    const { ended, events, waits, kept } = run(() => good(answerOf([image(BYTES)])), {
      refused: (step) => step === 'put',
    });

    const { end, isPending } = await ended;

    expect(end).toMatchObject({ outcome: 'picture', kept: true });
    expect(isPending).toBe(false);
    // Twice: before the manifest counts, and before the picture is emitted.
    expect(waits.length).toBeGreaterThan(0);
    expect(waits.every((told) => told === 1)).toBe(true);
    expect(typesOf(events)).toEqual(['started', 'chunk']);
    expect(await keptHex(PICTURE)).toBe(HEX);
    expect(await kept()).toBeDefined();
  });

  it('of the picture and still refuses at the end stays pending, without a manifest', async () => {
    const { ended, events, kept } = run(() => good(answerOf([image(BYTES)])), {
      refused: (step) => step === 'put',
      stored: 'never',
    });

    await expect(ended).rejects.toThrow('not yet');

    expect(typesOf(events)).toEqual(['started']);
    expect(await kept()).toBeUndefined();
    expect(await namesInBucket()).toEqual([]);
  });

  it('and nothing can be kept pending is a failure that may have run, without a manifest', async () => {
    const full = {
      isEmpty: true,
      defer: () => {
        throw new Error('more than may be pending');
      },
      flush: async () => [],
      discard: async () => undefined,
      discardOf: async () => undefined,
    };
    const { ended, kept } = run(() => good(answerOf([image(BYTES)])), {
      refused: (step) => step === 'put',
      order: { pendingParts: full },
    });

    expect((await ended).end).toMatchObject({ outcome: 'unknown', failure: { reason: 'OUTCOME_UNKNOWN' } });
    expect(await kept()).toBeUndefined();
  });
});
