/** Retired ids: the same model is tried by its other ids; another model is never tried. */
import { describe, expect, inject, it } from 'vitest';
import { type CatalogModel, findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createProviders } from '../../worker/providers/index.ts';
import { createModelIds, modelIdsOf, REMEMBERED_MS } from '../../worker/providers/model-ids.ts';
import { verdictOf } from '../../worker/providers/provider.ts';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { callOf, request } from './fake-provider.ts';
import { NOON, setUp } from './pools.ts';

const modelOf = (id: string) => findModel(SEED_CATALOG, id)!;
const flash = modelOf('gemini-3.1-flash-image');
const missing = verdictOf('model-missing', { reason: 'NOT_FOUND', ran: 'no', cause: 'HTTP 404' }, { status: 404 });

/** The seed's model with its id from before Google renamed it. */
const old: CatalogModel = {
  ...flash,
  offers: { ...flash.offers, google: { ...flash.offers.google!, wireId: 'gemini-3.1-flash-image-preview' } },
};

describe('modelIdsOf', () => {
  it.each([
    [flash, 'google', ['gemini-3.1-flash-image', 'gemini-3.1-flash-image-preview']],
    [flash, 'apiyi', ['gemini-3.1-flash-image-preview', 'gemini-3.1-flash-image']],
    [old, 'google', ['gemini-3.1-flash-image-preview', 'gemini-3.1-flash-image']],
    [flash, 'fal', ['fal-ai/nano-banana-2']],
    [modelOf('gemini-3-pro-image'), 'google', ['gemini-3-pro-image', 'gemini-3-pro-image-preview']],
    [modelOf('gemini-nano-banana-2.1'), 'google', ['gemini-nano-banana-2.1']],
    [modelOf('gemini-3.1-flash-lite-image'), 'apiyi', ['gemini-3.1-flash-lite-image']],
  ] as const)('of %o at %s', (model, provider, expected) => {
    expect(modelIdsOf(model, provider)).toEqual(expected);
  });

  it('never names another model', () => {
    for (const model of SEED_CATALOG) {
      const others = SEED_CATALOG.filter(({ id }) => id !== model.id).flatMap(({ id, aliases }) => [id, ...aliases]);
      expect(modelIdsOf(model, 'google').filter((id) => others.includes(id))).toEqual([]);
    }
  });
});

describe('createModelIds', () => {
  it('tries each id once, remembers what is left, and begins anew where nothing is', () => {
    const clock = { ms: NOON };
    const modelIds = createModelIds(() => clock.ms);
    const wireId = () => modelIds.withCurrentId(old, 'google').offers.google!.wireId;

    expect(wireId()).toBe('gemini-3.1-flash-image-preview');
    expect(modelIds.retire(old, 'google', 'gemini-3.1-flash-image-preview')).toBe('gemini-3.1-flash-image');
    expect(wireId()).toBe('gemini-3.1-flash-image');
    // A second request had been sent under the old id.
    expect(modelIds.retire(old, 'google', 'gemini-3.1-flash-image-preview')).toBe('gemini-3.1-flash-image');
    expect(modelIds.retire(old, 'google', 'gemini-3.1-flash-image')).toBeUndefined();
    expect(wireId()).toBe('gemini-3.1-flash-image-preview');
  });

  it('forgets after an hour', () => {
    const clock = { ms: NOON };
    const modelIds = createModelIds(() => clock.ms);
    modelIds.retire(old, 'google', 'gemini-3.1-flash-image-preview');

    clock.ms += REMEMBERED_MS;

    expect(modelIds.withCurrentId(old, 'google')).toBe(old);
  });
});

describe('a pool', () => {
  it('asks the same provider by the model’s other name, with a permit of its own, and tells the owner', async () => {
    const { pool, asked, logged } = setUp([
      ['google', 'g1', [missing]],
      ['apiyi', 'a1', []],
    ]);
    const attempts: number[] = [];

    const answer = await pool.generate(
      callOf({ model: old, permit: async (attempt) => void attempts.push(attempt) as undefined }),
    );

    expect(answer).toMatchObject({ ok: true, provider: 'google' });
    expect(asked).toEqual(['g1', 'g1']);
    expect(attempts).toEqual([1, 2]);
    expect(logged[0]).toMatchObject({
      ...{ event: 'model_missing', provider: 'google', model: flash.id, alarm: true },
      ...{ from: 'gemini-3.1-flash-image-preview', to: 'gemini-3.1-flash-image' },
    });
  });

  it('goes elsewhere where no name is known any more, and does not take the successor for it', async () => {
    const { pool, asked, logged } = setUp([
      ['google', 'g1', [missing, missing, missing, missing]],
      ['google', 'g2', []],
      ['apiyi', 'a1', []],
    ]);

    const first = await pool.generate(callOf({ model: old }));
    await pool.generate(callOf({ model: old }));
    await pool.generate(callOf({ model: old }));

    expect(first).toMatchObject({ ok: true, provider: 'apiyi' });
    // The model rests at this provider only after a second request confirms it.
    expect(asked).toEqual(['g1', 'g1', 'a1', 'g1', 'g1', 'a1', 'a1']);
    expect(logged.filter(({ event }) => event === 'model_missing').at(-1)).toMatchObject({
      ...{ from: 'gemini-3.1-flash-image', to: undefined, successor: 'gemini-nano-banana-2.1' },
    });
  });
});

it('over a real connection, an id that Google has retired is asked for by its final name', async () => {
  const pool = createProviders(
    [{ name: 'google', keys: [FAKE_GOOGLE_KEY], baseUrl: inject('upstreamUrl'), billing: 'per-token' }],
    {
      ...{ now: Date.now, random: Math.random, pause: (ms) => scheduler.wait(ms), redactor: createRedactor([]) },
      log: () => undefined,
    },
  );
  const name = `spelling ${crypto.randomUUID()} [[size:tiny]]`;
  const turns = [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: name }] }];
  const call = callOf({ model: old, request: { ...request, turns } });

  for (const answer of [await pool.generate(call), await pool.generate(call)]) {
    expect(answer.ok && (await new Response(answer.body).text())).toContain('"inlineData"');
  }
  const arrived = await fetch(`${inject('upstreamUrl')}/__requests?includes=${encodeURIComponent(name)}`);
  expect(((await arrived.json()) as { path: string }[]).map(({ path }) => path)).toEqual(
    ['gemini-3.1-flash-image-preview', 'gemini-3.1-flash-image', 'gemini-3.1-flash-image'].map(
      (id) => `/v1beta/models/${id}:generateContent`,
    ),
  );
});
