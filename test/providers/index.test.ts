import { describe, expect, it } from 'vitest';
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { createRedactor } from '../../worker/gemini/redact/redact.ts';
import { createPricing } from '../../worker/pricing/pricing.ts';
import { createProviders } from '../../worker/providers/index.ts';
import type { ProviderConfig } from '../../worker/providers/provider-config.ts';
import { callOf, createFakeFetch, envelope, json, request } from './fake-provider.ts';

const answer = { candidates: [] };
const unauthenticated = json(envelope(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 400);
const overloaded = json(envelope(503, 'UNAVAILABLE', 'overloaded'), 503);
const internal = json(envelope(500, 'INTERNAL', 'sorry'), 500);

const google: ProviderConfig = {
  name: 'google',
  keys: ['g1', 'g2'],
  baseUrl: 'https://google.example',
  billing: 'per-token',
};
const apiyi: ProviderConfig = { name: 'apiyi', keys: ['a1'], baseUrl: 'https://apiyi.example', billing: 'per-call' };
const demo: ProviderConfig = { name: 'demo', keys: [], baseUrl: '', billing: 'per-token' };

function setUp(configs: ProviderConfig[], fake = createFakeFetch()) {
  const pricing = createPricing(configs, () => Date.parse('2026-12-01'));
  const pool = createProviders(configs, {
    now: () => 0,
    random: () => 0.5,
    pause: async () => undefined,
    log: () => undefined,
    redactor: createRedactor([]),
    fetch: fake.fetch,
    hasPrice: (candidate, provider) => pricing.table(candidate, provider) !== undefined,
  });
  return { pool, askedOf: () => fake.sent.map(({ headers }) => headers['x-goog-api-key'] ?? headers.authorization) };
}

describe('createProviders', () => {
  it('tries keys and providers in the owner’s order, and never twice what may have run', async () => {
    const { pool, askedOf } = setUp(
      [google, apiyi],
      createFakeFetch(unauthenticated, unauthenticated, json(answer), internal),
    );

    const first = await pool.generate(callOf());
    const second = await pool.generate(callOf());

    expect(first).toMatchObject({ ok: true, provider: 'apiyi' });
    // Both of Google's keys rest by now.
    expect(second).toMatchObject({
      ok: false,
      provider: 'apiyi',
      failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' },
    });
    expect(askedOf()).toEqual(['g1', 'g2', 'Bearer a1', 'Bearer a1']);
  });

  it('asks three times in all', async () => {
    const { pool, askedOf } = setUp([google, apiyi], createFakeFetch(overloaded, overloaded, overloaded));

    expect(await pool.generate(callOf())).toMatchObject({
      ok: false,
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
    });
    expect(askedOf().length).toBe(3);
  });

  it('sends a model only where its price is known', async () => {
    const perToken = { ...apiyi, billing: 'per-token' } as const;
    const model = findModel(SEED_CATALOG, 'gemini-3-pro-image')!;
    expect(model.offers.apiyi).toBeDefined();
    const both = setUp([perToken, google], createFakeFetch(overloaded, overloaded, overloaded));
    const alone = setUp([perToken]);

    await both.pool.generate(callOf({ model }));
    const refused = await alone.pool.generate(callOf({ model }));

    expect(both.askedOf()).toEqual(['g1', 'g1', 'g1']);
    expect(refused).toMatchObject({ ok: false, failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } });
    expect(alone.askedOf()).toEqual([]);
  });

  it('draws by itself where no key is set', async () => {
    const { pool, askedOf } = setUp([demo]);

    expect(await pool.generate(callOf())).toMatchObject({ ok: true, provider: 'demo' });
    expect(askedOf()).toEqual([]);
  });

  it('does not rest the demo when a prompt asks it for a spent quota', async () => {
    const { pool } = setUp([demo]);
    const turns = [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: 'demo quota' }] }];

    const spent = await pool.generate(callOf({ request: { ...request, turns } }));

    expect(spent).toMatchObject({ ok: false, failure: { reason: 'UPSTREAM_QUOTA', retryAfterSeconds: 20 } });
    expect(await pool.generate(callOf())).toMatchObject({ ok: true, provider: 'demo' });
  });

  it('does not start without any provider', () => {
    expect(() => setUp([])).toThrow('no provider is configured');
  });
});
