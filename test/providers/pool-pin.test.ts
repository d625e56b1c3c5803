/** A conversation goes back to the key that made its signatures. If it cannot, the failure says so. */
import { describe, expect, it } from 'vitest';
import { type SignatureOrigin, verdictOf } from '../../worker/providers/provider.ts';
import { callOf } from './fake-provider.ts';
import { busy, invalidKey, lost, model, type Plan, setUp } from './pools.ts';

const pinned = (pin: SignatureOrigin) => callOf({ model, pin });
const SECOND_KEY: SignatureOrigin = { provider: 'google', key: 'tag-g2' };

const plan = (second: Plan[number][2]): Plan => [
  ['google', 'g1', []],
  ['google', 'g2', second],
  ['apiyi', 'a1', []],
];

const refusedSignature = verdictOf('signature', { reason: 'INVALID_FIELD', ran: 'no', cause: 'HTTP 400' });

describe('a call with a pin', () => {
  it('is asked of that key alone', async () => {
    const { pool, asked } = setUp(plan([]));

    const answer = await pool.generate(pinned(SECOND_KEY));

    expect(answer).toMatchObject({ ok: true, maker: SECOND_KEY });
    expect(asked).toEqual(['g2']);
  });

  it.each([
    { name: 'whose key is gone', pin: { provider: 'google', key: 'tag-g9' } as const },
    { name: 'whose provider is gone', pin: { provider: 'fal', key: 'tag-g2' } as const },
  ])('$name asks no key and says so', async ({ pin }) => {
    const { pool, asked } = setUp(plan([]));

    const answer = await pool.generate(pinned(pin));

    expect(answer).toMatchObject({ ok: false, provider: pin.provider, pinned: true, failure: { ran: 'no' } });
    expect(asked).toEqual([]);
  });

  it('whose key rests for long asks no other key and says so', async () => {
    const { pool, asked } = setUp(plan([invalidKey]));

    const first = await pool.generate(pinned(SECOND_KEY));
    const second = await pool.generate(pinned(SECOND_KEY));

    expect(first).toMatchObject({ ok: false, pinned: true, failure: { ran: 'no' } });
    expect(second).toMatchObject({ ok: false, pinned: true, failure: { ran: 'no', retryAfterSeconds: 600 } });
    expect(asked).toEqual(['g2']);
  });

  it('of a busy key is patient with it, and then says so', async () => {
    const { pool, asked } = setUp(plan([busy, busy, busy]));

    expect(await pool.generate(pinned(SECOND_KEY))).toMatchObject({ ok: false, pinned: true });
    expect(asked).toEqual(['g2', 'g2', 'g2']);
  });

  it('is not marked if no other key could take it', async () => {
    const { pool } = setUp([['google', 'g2', [busy, busy, busy]]]);

    expect(await pool.generate(pinned(SECOND_KEY))).not.toHaveProperty('pinned');
  });

  it('is not marked where it may have run', async () => {
    const { pool } = setUp(plan([lost]));

    expect(await pool.generate(pinned(SECOND_KEY))).toEqual({ ok: false, provider: 'google', failure: lost.failure });
  });

  it('is marked where its signature is refused, and no other key is asked', async () => {
    const { pool, asked } = setUp(plan([refusedSignature]));

    expect(await pool.generate(pinned(SECOND_KEY))).toEqual({
      ...{ ok: false, provider: 'google', signature: true },
      failure: refusedSignature.failure,
    });
    expect(asked).toEqual(['g2']);
  });
});

it('a refused signature is marked without a pin, too', async () => {
  const { pool, asked } = setUp([['google', 'g1', [refusedSignature]], ...plan([])]);

  expect(await pool.generate(callOf({ model }))).toMatchObject({ ok: false, signature: true, failure: { ran: 'no' } });
  expect(asked).toEqual(['g1']);
});
