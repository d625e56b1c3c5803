import { describe, expect, it } from 'vitest';
import type { ProviderConfig } from '../../worker/config.ts';
import { createRedactor } from '../../worker/gemini/redact.ts';
import { createProviders } from '../../worker/providers/index.ts';
import { callOf, createFakeFetch, envelope, json } from './fake-supplier.ts';

const answer = { candidates: [] };
const unauthenticated = json(envelope(401, 'UNAUTHENTICATED', 'no'), 401);
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
  const pool = createProviders(configs, {
    now: () => 0,
    random: () => 0.5,
    pause: async () => undefined,
    log: () => undefined,
    redactor: createRedactor([]),
    fetch: fake.fetch,
  });
  return { pool, askedOf: () => fake.sent.map(({ headers }) => headers['x-goog-api-key'] ?? headers.authorization) };
}

describe('createProviders', () => {
  it('tries keys and suppliers in the owner’s order, and never twice what may have run', async () => {
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

  it('draws by itself where no key is set', async () => {
    const { pool, askedOf } = setUp([demo]);

    expect(await pool.generate(callOf())).toMatchObject({ ok: true, provider: 'demo' });
    expect(askedOf()).toEqual([]);
  });

  it('does not start without any supplier', () => {
    expect(() => setUp([])).toThrow('no provider is configured');
  });
});
