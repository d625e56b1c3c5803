import { describe, expect, it } from 'vitest';
import { findModel, type ProviderName, SEED_CATALOG } from '../../worker/domain/catalog.ts';
import type { Failure } from '../../worker/domain/failure.ts';
import type { GenerateRequest } from '../../worker/domain/request.ts';
import type { ProviderCall } from '../../worker/ports.ts';
import { createProviderPool } from '../../worker/providers/pool.ts';
import type { Supplier, Verdict } from '../../worker/providers/supplier.ts';

const model = findModel(SEED_CATALOG, 'gemini-nano-banana-2.1')!;

const request: GenerateRequest = {
  model: model.id,
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'a lemon' }] }],
  modalities: ['TEXT', 'IMAGE'],
  size: '1K',
};

const call = (signal = new AbortController().signal): ProviderCall => ({
  request,
  model,
  inputs: [],
  form: 'json',
  take: 0,
  signal,
  permit: async () => undefined,
});

const unavailable: Failure = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'HTTP 503' };
const busy: Verdict = { failure: unavailable, next: 'again' };
const invalidKey: Verdict = {
  failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'HTTP 400' },
  next: 'other-key',
  restMs: 600_000,
};
const lost: Verdict = { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', cause: 'reset' }, next: 'never' };

/** A supplier that fails with each verdict in turn, and then answers. */
function script(name: ProviderName, label: string, verdicts: Verdict[], asked: string[]): Supplier {
  const turn = <Good>(good: Good) => {
    asked.push(label);
    const verdict = verdicts.shift();
    return verdict ? ({ ok: false, provider: name, verdict } as const) : good;
  };
  return {
    name,
    serves: (candidate) => candidate.offers[name] !== undefined,
    generate: async ({ form }) => turn({ ok: true, provider: name, form, body: new Response(label).body! } as const),
    countTokens: async () => turn({ ok: true, value: { totalTokens: 7 } } as const),
  };
}

function setUp(plan: [name: ProviderName, label: string, verdicts: Verdict[]][]) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const logged: Record<string, unknown>[] = [];
  const clock = { ms: 1_000 };
  const [first, ...others] = plan.map(([name, label, verdicts]) => script(name, label, verdicts, asked));
  const pool = createProviderPool([first!, ...others], {
    now: () => clock.ms,
    random: () => 0.5,
    pause: async (ms) => {
      pauses.push(ms);
      clock.ms += ms;
    },
    log: (event, facts) => void logged.push({ event, ...facts }),
  });
  return { pool, asked, pauses, logged, clock };
}

describe('createProviderPool', () => {
  it('gives the first supplier’s answer and asks nobody else', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', []],
      ['apiyi', 'a1', []],
    ]);

    const answer = await pool.generate(call());

    expect(answer).toMatchObject({ ok: true, provider: 'google', form: 'json' });
    expect(asked).toEqual(['g1']);
  });

  it('goes on to the next supplier when the first provably did not run', async () => {
    const { pool, asked, pauses } = setUp([
      ['google', 'g1', [busy]],
      ['apiyi', 'a1', []],
    ]);

    expect(await pool.generate(call())).toMatchObject({ ok: true, provider: 'apiyi' });
    expect(asked).toEqual(['g1', 'a1']);
    expect(pauses).toEqual([]);
  });

  it('asks nobody else when the first may have run', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', [lost]],
      ['apiyi', 'a1', []],
    ]);

    expect(await pool.generate(call())).toEqual({ ok: false, provider: 'google', failure: lost.failure });
    expect(asked).toEqual(['g1']);
  });

  it('retries a lone supplier after a pause, three attempts in all', async () => {
    const { pool, asked, pauses } = setUp([['google', 'g1', [busy, busy, busy, busy]]]);

    expect(await pool.generate(call())).toEqual({ ok: false, provider: 'google', failure: unavailable });
    expect(asked).toEqual(['g1', 'g1', 'g1']);
    expect(pauses).toEqual([250, 500]);
  });

  it('leaves a refused key alone while it rests, for this model only', async () => {
    const { pool, asked, clock } = setUp([
      ['google', 'g1', [invalidKey]],
      ['google', 'g2', []],
    ]);
    const other = findModel(SEED_CATALOG, 'gemini-3-pro-image')!;

    await pool.generate(call());
    await pool.generate(call());
    await pool.generate({ ...call(), model: other });
    clock.ms += 600_000;
    await pool.generate(call());

    expect(asked).toEqual(['g1', 'g2', 'g2', 'g1', 'g1']);
  });

  it('tells the owner which key failed and why', async () => {
    const { pool, logged } = setUp([
      ['apiyi', 'a1', []],
      ['google', 'g1', []],
      ['google', 'g2', [invalidKey]],
    ]);
    await pool.generate(call());
    expect(logged).toEqual([]);

    const { pool: second, logged: lines } = setUp([
      ['google', 'g1', [invalidKey]],
      ['google', 'g2', [invalidKey]],
    ]);
    await second.generate(call());

    expect(
      lines.map(({ provider, key, attempt, reason, cause, next }) => ({ provider, key, attempt, reason, cause, next })),
    ).toEqual([
      { provider: 'google', key: 1, attempt: 1, reason: 'UPSTREAM_UNAVAILABLE', cause: 'HTTP 400', next: 'other-key' },
      { provider: 'google', key: 2, attempt: 2, reason: 'UPSTREAM_UNAVAILABLE', cause: 'HTTP 400', next: 'other-key' },
    ]);
  });

  it('asks only suppliers that have the model', async () => {
    const { google: _, ...offers } = model.offers;
    const { pool, asked } = setUp([
      ['google', 'g1', []],
      ['apiyi', 'a1', []],
    ]);

    await pool.generate({ ...call(), model: { ...model, offers } });

    expect(asked).toEqual(['a1']);
  });

  it('fails at once where no supplier has the model', async () => {
    const { pool, asked } = setUp([['google', 'g1', []]]);

    const answer = await pool.generate({ ...call(), model: { ...model, offers: {} } });

    expect(answer).toMatchObject({
      ok: false,
      provider: 'google',
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
    });
    expect(asked).toEqual([]);
  });

  it('asks nobody after the deadline came during a pause', async () => {
    const aborting = new AbortController();
    const asked: string[] = [];
    const pool = createProviderPool([script('google', 'g1', [busy], asked)], {
      now: () => 0,
      random: () => 0.5,
      pause: async () => aborting.abort(),
      log: () => undefined,
    });

    expect(await pool.generate(call(aborting.signal))).toEqual({ ok: false, provider: 'google', failure: unavailable });
    expect(asked).toEqual(['g1']);
  });

  it('counts tokens with the same patience', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', [invalidKey]],
      ['apiyi', 'a1', []],
    ]);

    expect(await pool.countTokens(call())).toEqual({ ok: true, value: { totalTokens: 7 } });
    expect(asked).toEqual(['g1', 'a1']);
  });
});
