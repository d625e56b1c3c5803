/** Each error class rests the right scope for the right time. The errors are from the fake upstream's list. */
import { describe, expect, it } from 'vitest';
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import { reasonsIn } from '../../worker/gemini/errors/error-signs.ts';
import { parseUpstreamError } from '../../worker/gemini/errors/errors.ts';
import { classifyStatus } from '../../worker/providers/classify.ts';
import type { Verdict } from '../../worker/providers/provider.ts';
import { makeError } from '../upstream/gemini/errors.ts';
import { callOf } from './fake-provider.ts';
import { model, NOON, setUp } from './pools.ts';

const other = findModel(SEED_CATALOG, 'gemini-3-pro-image')!;

/** The verdict of the provider's classifier on an error of the fake upstream. */
function verdictFor(name: string, retry?: string): Verdict {
  const { status, body } = makeError(name, {
    ...{ model: model.id, key: 'k' },
    behaviour: retry === undefined ? {} : { retry },
  });
  return classifyStatus(
    status,
    parseUpstreamError(status, body, (text) => text),
    reasonsIn(body),
  );
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** The key that a second request asks while the first key rests, for the same model and for another. */
interface Case {
  error: string;
  retry?: string;
  /** Default: `NOON`. */
  at?: number;
  restMs: number;
  same: string;
  otherModel: string;
  alarm?: true;
}

/** Midnight in California is 08:00 UTC in winter, 07:00 in summer. */
const LATE = Date.UTC(2026, 0, 22, 7, 40);
const LATE_SUMMER = Date.UTC(2026, 6, 22, 6, 40);

const cases: Case[] = [
  { error: '429_quota', restMs: 34_287, same: 'g2', otherModel: 'g1' },
  { error: '429_quota', retry: '9s', restMs: 9 * SECOND, same: 'g2', otherModel: 'g1' },
  { error: '429_quota', retry: '604800s', restMs: HOUR, same: 'g2', otherModel: 'g1' },
  { error: '429_bare', restMs: 30 * SECOND, same: 'g2', otherModel: 'g1' },
  { error: '429_per_day', restMs: HOUR, same: 'g2', otherModel: 'g1' },
  { error: '429_per_day', at: LATE, restMs: 20 * MINUTE, same: 'g2', otherModel: 'g1' },
  { error: '429_per_day', at: LATE_SUMMER, restMs: 20 * MINUTE, same: 'g2', otherModel: 'g1' },
  { error: '429_free_tier', restMs: HOUR, same: 'g2', otherModel: 'g1', alarm: true },
  { error: '429_depleted', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: '402_credits', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: 'openai_quota', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: '400_api_key', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: '401_token', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: '403_service_disabled', restMs: 10 * MINUTE, same: 'g2', otherModel: 'g2', alarm: true },
  { error: '400_location', restMs: 10 * MINUTE, same: 'a1', otherModel: 'a1', alarm: true },
];

describe('a rest', () => {
  it.each(cases)('of $error $retry at $at is $restMs ms, then $same, other models $otherModel', async (each) => {
    const verdict = verdictFor(each.error, each.retry);
    const { pool, asked, clock, logged } = setUp([
      ['google', 'g1', [verdict]],
      ['google', 'g2', []],
      ['apiyi', 'a1', []],
    ]);
    clock.ms = each.at ?? NOON;
    const call = callOf({ model });

    const first = await pool.generate(call);
    asked.length = 0;
    clock.ms += each.restMs - 1;
    await pool.generate(call);
    await pool.generate({ ...call, model: other });
    clock.ms += 1;
    await pool.generate(call);

    expect(first).toMatchObject({ ok: true, maker: { key: `tag-${each.same}` } });
    expect(asked).toEqual([each.same, each.otherModel, 'g1']);
    const rest = logged.find(({ event }) => event === 'key_rests');
    expect(rest).toMatchObject({ provider: 'google', errorClass: verdict.errorClass });
    expect(rest?.alarm).toBe(each.alarm);
  });

  it('of a leaked key never ends', async () => {
    const { pool, asked, clock, logged } = setUp([
      ['google', 'g1', [verdictFor('403_leaked')]],
      ['google', 'g2', []],
    ]);

    await pool.generate(callOf({ model }));
    clock.ms += 365 * 24 * HOUR;
    await pool.generate(callOf({ model: other }));

    expect(asked).toEqual(['g1', 'g2', 'g2']);
    expect(logged[0]).toMatchObject({ event: 'key_rests', errorClass: 'key-leaked', alarm: true });
    expect(logged[0]).not.toHaveProperty('until');
  });

  it('of an empty account is not ended by a rate limit of seconds that comes after it', async () => {
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const { pool, asked, clock } = setUp([
      ['google', 'g1', [promise, verdictFor('429_depleted')]],
      ['google', 'g2', []],
    ]);
    const slow = pool.generate(callOf({ model }));
    await pool.generate(callOf({ model }));
    resolve(verdictFor('429_quota', '9s'));
    await slow;
    asked.length = 0;

    clock.ms += 10 * SECOND;
    await pool.generate(callOf({ model }));

    expect(asked).toEqual(['g2']);
  });

  it('is not ended by an answer to a request that had gone up before it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { pool, asked, clock } = setUp([
      ['google', 'g1', [promise, verdictFor('429_quota')]],
      ['google', 'g2', []],
    ]);
    const slow = pool.generate(callOf({ model }));
    clock.ms += SECOND;
    await pool.generate(callOf({ model }));
    resolve(undefined);
    await slow;
    asked.length = 0;

    await pool.generate(callOf({ model }));

    expect(asked).toEqual(['g2']);
  });
});

describe('where all keys rest', () => {
  it('nothing goes up at the provider’s word, and the caller hears when the first comes back', async () => {
    const { pool, asked, clock } = setUp([
      ['google', 'g1', [verdictFor('429_quota')]],
      ['google', 'g2', [verdictFor('429_quota', '20s')]],
    ]);
    const first = await pool.generate(callOf({ model }));
    clock.ms += 5 * SECOND;

    const second = await pool.generate(callOf({ model }));

    expect(first).toMatchObject({ ok: false, failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 20 } });
    expect(second).toMatchObject({
      ok: false,
      failure: { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 15 },
    });
    expect(asked).toEqual(['g1', 'g2']);
  });

  it('a rest that is our guess is tried, by one at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { pool, asked } = setUp([['google', 'g1', [verdictFor('429_bare'), promise]]]);
    await pool.generate(callOf({ model }));

    const trying = pool.generate(callOf({ model }));
    const meanwhile = await pool.generate(callOf({ model }));
    resolve(undefined);

    expect(await trying).toMatchObject({ ok: true });
    expect(meanwhile).toMatchObject({ ok: false, failure: { ran: 'no', retryAfterSeconds: 5 } });
    expect(await pool.generate(callOf({ model }))).toMatchObject({ ok: true });
    expect(asked).toEqual(['g1', 'g1', 'g1']);
  });
});

it('a request that waited for a key checks it again before asking', async () => {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const pauses = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waits: number[] = [];
  const { pool, asked, clock } = setUp([['google', 'g1', [verdictFor('429_quota', '2s'), promise]]], {
    async pause(ms) {
      waits.push(ms);
      await pauses[waits.length - 1]?.promise;
    },
  });
  const first = pool.generate(callOf({ model }));
  await scheduler.wait(1);
  const second = pool.generate(callOf({ model }));
  await scheduler.wait(1);

  clock.ms += 3 * SECOND;
  pauses[0]!.resolve();
  await scheduler.wait(1);
  resolve(verdictFor('403_leaked'));
  await first;
  pauses[1]!.resolve();

  expect(await second).toMatchObject({ ok: false, failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } });
  expect(asked).toEqual(['g1', 'g1']);
  expect(waits).toEqual([2_250, 2_250]);
});
