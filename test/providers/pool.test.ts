import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../worker/providers/provider.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { callOf } from './fake-provider.ts';
import { busy, invalidKey, lost, model, setUp } from './pools.ts';

const call = (signal = new AbortController().signal) => callOf({ model, signal });

describe('createProviderPool', () => {
  it('gives the first provider’s answer, says who made it, and asks no other', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', []],
      ['apiyi', 'a1', []],
    ]);

    const answer = await pool.generate(call());

    expect(answer).toMatchObject({
      ...{ ok: true, provider: 'google', form: 'json' },
      maker: { provider: 'google', key: 'tag-g1' },
    });
    expect(asked).toEqual(['g1']);
  });

  it('goes on to the next provider when the first provably did not run', async () => {
    const { pool, asked, pauses } = setUp([
      ['google', 'g1', [busy]],
      ['apiyi', 'a1', []],
    ]);

    expect(await pool.generate(call())).toMatchObject({ ok: true, provider: 'apiyi', maker: { key: 'tag-a1' } });
    expect(asked).toEqual(['g1', 'a1']);
    expect(pauses).toEqual([]);
  });

  it('asks no other key when the first may have run', async () => {
    const { pool, asked } = setUp([
      ['google', 'g1', [lost]],
      ['apiyi', 'a1', []],
    ]);

    expect(await pool.generate(call())).toEqual({ ok: false, provider: 'google', failure: lost.failure });
    expect(asked).toEqual(['g1']);
  });

  it('retries a lone provider after a pause, three attempts in all', async () => {
    const { pool, asked, pauses } = setUp([['google', 'g1', [busy, busy, busy, busy]]]);

    expect(await pool.generate(call())).toEqual({ ok: false, provider: 'google', failure: busy.failure });
    expect(asked).toEqual(['g1', 'g1', 'g1']);
    expect(pauses).toEqual([250, 500]);
  });

  it('asks for every attempt whether it may be made, by its number', async () => {
    const permits: [number, string][] = [];
    const paused: Failure = { reason: 'SITE_PAUSED' };
    const { pool, asked } = setUp([
      ['google', 'g1', [invalidKey]],
      ['google', 'g2', [invalidKey]],
      ['apiyi', 'a1', []],
    ]);

    const answer = await pool.generate({
      ...call(),
      async permit(attempt, provider) {
        permits.push([attempt, provider]);
        return attempt > 2 ? paused : undefined;
      },
    });

    expect(answer).toEqual({ ok: false, provider: 'apiyi', failure: paused });
    expect(permits).toEqual([
      [1, 'google'],
      [2, 'google'],
      [3, 'apiyi'],
    ]);
    expect(asked).toEqual(['g1', 'g2']);
  });

  it('tells the owner which key failed, why, and until when it rests', async () => {
    const { pool, logged } = setUp([
      ['google', 'g1', []],
      ['google', 'g2', [invalidKey]],
    ]);
    await pool.generate(call());
    expect(logged).toEqual([]);

    const { pool: second, logged: lines } = setUp([
      ['google', 'g1', [invalidKey]],
      ['apiyi', 'a1', []],
    ]);
    await second.generate(call());

    expect(lines).toEqual([
      {
        event: 'key_rests',
        ...{ provider: 'google', key: 1, state: 'rests', errorClass: 'key-invalid', status: 400, alarm: true },
        until: '2026-01-21T12:10:00.000Z',
      },
      {
        event: 'provider_failed',
        ...{ provider: 'google', key: 1, model: model.id, attempt: 1, errorClass: 'key-invalid', next: 'other-key' },
        ...{ reason: 'UPSTREAM_UNAVAILABLE', status: 400, cause: 'HTTP 400', alarm: true },
      },
    ]);
  });

  it('asks only providers that have the model', async () => {
    const { google: _, ...offers } = model.offers;
    const { pool, asked } = setUp([
      ['google', 'g1', []],
      ['apiyi', 'a1', []],
    ]);

    await pool.generate({ ...call(), model: { ...model, offers } });

    expect(asked).toEqual(['a1']);
  });

  it('fails at once where no provider has the model', async () => {
    const { pool, asked } = setUp([['google', 'g1', []]]);

    const answer = await pool.generate({ ...call(), model: { ...model, offers: {} } });

    expect(answer).toMatchObject({
      ok: false,
      provider: 'google',
      failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' },
    });
    expect(asked).toEqual([]);
  });

  it('asks no key after the deadline came during a pause', async () => {
    const aborting = new AbortController();
    const { pool, asked } = setUp([['google', 'g1', [busy]]], { pause: async () => aborting.abort() });

    expect(await pool.generate(call(aborting.signal))).toEqual({
      ok: false,
      provider: 'google',
      failure: busy.failure,
    });
    expect(asked).toEqual(['g1']);
  });

  it('waits for a key that is fit again within seconds rather than refuse', async () => {
    const soon = verdictOf('rate', { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 4 }, { retryMs: 4_000 });
    const pauses: number[] = [];
    const pool = setUp([['google', 'g1', [soon]]], {
      async pause(ms) {
        pauses.push(ms);
        if (pauses.length > 1) pool.clock.ms += ms;
      },
    });
    await pool.pool.generate(call(AbortSignal.abort()));

    const answer = await pool.pool.generate(call());

    expect(answer.ok).toBe(true);
    expect(pool.asked).toEqual(['g1', 'g1']);
    expect(pauses).toEqual([4_250, 4_250]);
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
