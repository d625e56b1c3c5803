import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import type { PoolAnswer } from '../../worker/providers/provider.ts';
import type { KeptInput } from '../../worker/request/inputs.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { blobKey, renditionKey } from '../../worker/storage/keys.ts';
import { createPendingRows } from '../../worker/storage/pending-rows.ts';
import { eventually } from '../eventually.ts';
import { policy } from '../ledger/ledgers.ts';
import { emptyBucket, hexOf, keptHex, picture } from '../storage/pictures.ts';
import { answerOf, good, image, TEXT } from './answers.ts';
import { COST, HOUR_MS, jobOf, NOW, onStage, type Stage, sends, WORST } from './generations.ts';

const BYTES = picture(5000);
const DRAWN = () => good(answerOf([TEXT, image(BYTES)]));
const DECLINED = () => good(answerOf([{ text: 'I would rather not.' }]));
const failing = (failure: Failure): PoolAnswer => ({ ok: false, provider: 'google', failure });
const UNKNOWN: Failure = { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' };
const VISITOR_MINUTE: Failure = { reason: 'VISITOR_MINUTE', retryAfterSeconds: 30, limit: 3 };

const typesOf = (events: GenerationEvent[]) => events.map(({ type }) => type);
const idsOf = (events: GenerationEvent[]) => events.flatMap((event) => (event.type === 'started' ? [event.id] : []));
const admissionsOf = (events: GenerationEvent[]) =>
  events.flatMap((event) => (event.type === 'admitted' ? [event.joined] : []));
const failureOf = (events: GenerationEvent[]) => {
  const end = events.at(-1);
  return end?.type === 'failed' ? end.failure : undefined;
};
const idOf = (n: number) => `b${String(n).padStart(32, '0')}`;
const reservationsOf = ({ ledger }: Stage) => ledger.calls.flatMap(({ asked }) => (asked ? [asked] : []));

afterEach(emptyBucket);

describe('a request', () => {
  it('that is new runs, is kept, and is told to its end', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const { ask, rows } = stage.start();

      const events = await ask();
      await stage.settled();

      expect(typesOf(events)).toEqual(['admitted', 'started', 'chunk', 'done']);
      expect(events[0]).toEqual({ type: 'admitted', joined: false });
      expect(events.at(-1)).toMatchObject({ kept: true, manifest: { id: idOf(1), costMicros: COST } });
      expect(await keptHex(blobKey('images', idOf(1), 0))).toBe(hexOf(BYTES));
      expect(stage.ledger.steps()).toEqual(['reserve', 'settle']);
      expect(stage.ledger.settled).toBe(COST);
      expect(rows.read()).toMatchObject({ state: 'ended', outcome: 'picture' });
    }));

  it('whose picture the owner’s check refuses leaves nothing of it, in no size and however late it was made', () =>
    onStage(async (stage) => {
      const putRendition = () => env.BUCKET.put(renditionKey(idOf(1), 0, 320), 'smaller');
      const moderator = {
        async review() {
          await putRendition();
          return 'refused' as const;
        },
        clear: async () => undefined,
      };
      const left: string[] = [];
      stage.answers.push(sends(DRAWN));

      const events = await stage
        .start({
          moderator,
          async pause() {
            left.push(...(await env.BUCKET.list()).objects.map((object) => object.key));
            await putRendition();
          },
        })
        .ask();
      await stage.settled();

      expect(events.at(-1)).toMatchObject({ type: 'done', kept: false, manifest: { images: [] } });
      expect(left).toEqual([]);
      expect((await env.BUCKET.list()).objects).toEqual([]);
    }));

  it('asks its ledger with its subject and the limits that it is counted on', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));

      await stage.start().ask();
      await stage.settled();

      expect(reservationsOf(stage)).toMatchObject([
        {
          owner: jobOf().key,
          micros: WORST,
          subject: { model: 'gemini-3.1-flash-image', size: '1K' },
          leaseMs: 360_000,
          policies: [policy(3)],
        },
      ]);
      expect(stage.ledger.calls.at(-1)?.settlement).toEqual({
        micros: COST,
        provider: 'google',
        outcome: 'picture',
        durationMs: 0,
        picture: { id: idOf(1), file: '0.png', keepDays: 30, prefix: 'p1' },
      });
    }));

  it('writes nothing before its bytes may go up: then its record and the watchdog, together', () =>
    onStage(async (stage) => {
      const seen: unknown[] = [];
      const note = () => seen.push({ tables: stage.tables(), alarms: [...stage.alarms] });
      stage.ledger.during('reserve', () => void note());
      stage.answers.push(async ({ permit }) => {
        note();
        await permit(1, 'google');
        note();
        // The next instance would find this run.
        expect(stage.start().rows.read()).toMatchObject({ state: 'dispatched', provider: 'google' });
        return DRAWN();
      });

      await stage.start().ask();

      const nothing = { tables: [], alarms: [] };
      expect(seen).toEqual([nothing, nothing, { tables: ['rows'], alarms: [NOW + 30_000] }]);
    }));

  it('sets two alarms for a picture, and one rings: it deletes everything', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const { ask, machine } = stage.start();

      await ask();
      await stage.settled();

      expect(stage.alarms).toEqual([NOW + 30_000, NOW + HOUR_MS]);
      stage.clock.now = NOW + HOUR_MS;
      await machine.wake();
      expect(stage.tables()).toEqual([]);
      expect(stage.forgotten).toEqual([NOW + HOUR_MS]);
      expect(stage.alarms).toHaveLength(2);
    }));

  it('of a model that is gone is refused without any money', () =>
    onStage(async (stage) => {
      const { ask } = stage.start({ catalog: [] });

      expect(failureOf(await ask())).toMatchObject({ reason: 'NOT_FOUND' });

      expect(stage.ledger.calls).toEqual([]);
      expect(stage.filled()).toEqual([]);
    }));
});

describe('the same request, while it runs', () => {
  it('joins, whenever it comes, and hears everything from the beginning', () =>
    onStage(async (stage) => {
      const upstream = Promise.withResolvers<void>();
      stage.answers.push(
        sends(async () => {
          await upstream.promise;
          return DRAWN();
        }),
      );
      const { ask } = stage.start();
      const first = ask();
      const atOnce = ask();
      await eventually(() => stage.calls.length).toBe(1);
      const later = ask();

      upstream.resolve();
      const heard = await Promise.all([first, atOnce, later]);
      await stage.settled();

      expect(heard.map(admissionsOf)).toEqual([[false], [true], [true]]);
      for (const events of heard) expect(events.slice(1)).toEqual(heard[0]?.slice(1));
      expect(typesOf(heard[0]!)).toEqual(['admitted', 'started', 'chunk', 'done']);
      expect(stage.calls).toHaveLength(1);
      expect(reservationsOf(stage)).toHaveLength(1);
    }));

  it('goes on to the end when all who wait leave', () =>
    onStage(async (stage) => {
      const upstream = Promise.withResolvers<PoolAnswer>();
      stage.answers.push(sends(() => upstream.promise));
      const { machine, rows } = stage.start();
      const leaving = [machine.ask(jobOf(), []), machine.ask(jobOf(), [])];
      for (const events of leaving) await events.next();

      for (const events of leaving) await events.return();
      upstream.resolve(DRAWN());
      await stage.settled();

      expect(await stage.manifests.get(jobOf().site, jobOf().key, NOW)).toMatchObject({ id: idOf(1) });
      expect(rows.read()).toMatchObject({ state: 'ended', outcome: 'picture' });
      expect(stage.ledger.settled).toBe(COST);
    }));

  it('shares a refusal that concerns all callers: one question to the ledger', () =>
    onStage(async (stage) => {
      const held: Failure = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 };
      const asked = Promise.withResolvers<void>();
      stage.ledger.during('reserve', () => asked.promise);
      stage.ledger.refuse('reserve', held);
      const { ask } = stage.start();

      const heard = [ask(), ask(), ask()];
      asked.resolve();

      for (const events of await Promise.all(heard)) expect(events).toEqual([{ type: 'failed', failure: held }]);
      expect(stage.ledger.steps()).toEqual(['reserve']);
    }));

  it('does not share what concerns the first caller alone: the next starts its own run, and others join it', () =>
    onStage(async (stage) => {
      const asked = Promise.withResolvers<void>();
      stage.ledger.during('reserve', () => asked.promise);
      stage.ledger.refuse('reserve', VISITOR_MINUTE);
      stage.answers.push(
        sends(() => {
          stage.ledger.refuse('reserve', undefined);
          return DRAWN();
        }),
      );
      const { ask } = stage.start();

      const first = ask(jobOf({ policies: [policy(1, { who: 'first' })] }));
      const others = [ask(jobOf({ policies: [policy(1, { who: 'second' })] })), ask(), ask()];
      stage.ledger.during('reserve', async () => {
        await asked.promise;
        if (reservationsOf(stage).length > 1) stage.ledger.refuse('reserve', undefined);
      });
      asked.resolve();

      expect(await first).toEqual([{ type: 'failed', failure: VISITOR_MINUTE }]);
      const heard = await Promise.all(others);
      expect(heard.flatMap(admissionsOf).sort()).toEqual([false, true, true]);
      for (const events of heard) expect(events.at(-1)).toMatchObject({ type: 'done', kept: true });
      await stage.settled();
      expect(stage.calls).toHaveLength(1);
      expect(reservationsOf(stage)[1]?.policies).toEqual([policy(1, { who: 'second' })]);
    }));
});

describe('the same request, after', () => {
  /** Asks once, and again after the first answer has ended. */
  async function twice(stage: Stage, between: () => unknown = () => undefined) {
    const { ask } = stage.start();
    const first = await ask();
    await stage.settled();
    stage.clock.now += 1000;
    await between();
    const second = await ask();
    await stage.settled();
    return { first, second, ask };
  }

  it('a picture is told again, and costs nothing', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));

      const { first, second } = await twice(stage);

      expect(second).toEqual(first.slice(1));
      expect(stage.calls).toHaveLength(1);
      expect(reservationsOf(stage)).toHaveLength(1);
    }));

  it.each([
    { name: 'manifest', gone: () => env.BUCKET.delete(`30d/manifests/default/${jobOf().key}`) },
    { name: 'picture', gone: () => env.BUCKET.delete(blobKey('images', idOf(1), 0)) },
  ])('a picture whose $name is gone is a new one, under a new id', ({ gone }) =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN), sends(DRAWN));

      const { first, second } = await twice(stage, gone);

      expect([idsOf(first), idsOf(second)]).toEqual([[idOf(1)], [idOf(2)]]);
      expect(admissionsOf(second)).toEqual([false]);
    }),
  );

  it.each<Failure>([
    { reason: 'UPSTREAM_QUOTA', ran: 'no', retryAfterSeconds: 7 },
    { reason: 'INVALID_FIELD', ran: 'no' },
  ])('what provably did not run ($reason) is sent again, and nothing of it stays', (failure) =>
    onStage(async (stage) => {
      stage.answers.push(sends(failing(failure)), sends(DRAWN));
      const left: string[][] = [];

      const { first, second } = await twice(stage, () => left.push(stage.filled(), stage.ledger.held()));

      expect(failureOf(first)).toEqual(failure);
      expect(left).toEqual([[], []]);
      expect(stage.ledger.steps().slice(0, 2)).toEqual(['reserve', 'release']);
      expect(second.at(-1)).toMatchObject({ type: 'done', kept: true });
    }),
  );

  it('what broke before it went up is free', () =>
    onStage(async (stage) => {
      stage.answers.push(() => Promise.reject(new Error('boom')), sends(DRAWN));

      const { first, second } = await twice(stage);

      expect(failureOf(first)).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      expect(stage.ledger.settled).toBe(COST);
      expect(second.at(-1)).toMatchObject({ type: 'done', kept: true });
    }));

  it('what may have run is not sent for an hour, counted in full, and then sent anew', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(failing(UNKNOWN)), sends(DRAWN));

      const { first, second, ask } = await twice(stage);

      expect(failureOf(first)).toEqual({ ...UNKNOWN, retryAfterSeconds: 3600 });
      expect(failureOf(second)).toEqual({ ...UNKNOWN, retryAfterSeconds: 3599 });
      expect(admissionsOf(second)).toEqual([]);
      expect(stage.calls).toHaveLength(1);
      expect(stage.ledger.settled).toBe(WORST);
      stage.clock.now = NOW + HOUR_MS - 1;
      expect(failureOf(await ask())).toMatchObject({ reason: 'OUTCOME_UNKNOWN', retryAfterSeconds: 1 });
      stage.clock.now = NOW + HOUR_MS;
      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
    }));

  it.each<Failure>([
    { reason: 'DEADLINE', afterSeconds: 300 },
    { reason: 'UPSTREAM_BROKEN', ran: 'unknown', cause: 'a 200 with a web page' },
  ])('who started it hears the wait of what may have run: $reason', (failure) =>
    onStage(async (stage) => {
      stage.answers.push(sends(failing(failure)));

      const { first, second } = await twice(stage);

      expect(failureOf(first)).toMatchObject({ ...failure, retryAfterSeconds: 3600 });
      expect(failureOf(second)).toEqual({ ...UNKNOWN, retryAfterSeconds: 3599 });
    }),
  );

  it('a refusal is sent again, and after three in an hour the last one is told instead', () =>
    onStage(async (stage) => {
      const { ask, rows } = stage.start();
      stage.answers.push(
        sends(DECLINED),
        sends(DECLINED),
        sends(() => good(answerOf([{ text: 'No.' }]))),
      );
      for (let n = 0; n < 3; n += 1) {
        expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: false });
        await stage.settled();
        stage.clock.now += 600_000;
      }

      const fourth = await ask();

      expect(admissionsOf(fourth)).toEqual([]);
      expect(typesOf(fourth)).toEqual(['started', 'chunk', 'done']);
      expect(JSON.stringify(fourth)).toContain('No.');
      expect(stage.calls).toHaveLength(3);
      expect(stage.ledger.settled).toBe(3 * 700);
      // An hour after the first refusal only two count.
      stage.clock.now = NOW + HOUR_MS + 1;
      stage.answers.push(sends(DRAWN));
      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(rows.refusalTimes()).toEqual([NOW + 600_000, NOW + 1_200_000]);
    }));

  it('a refusal of one hour is not remembered into the next but one', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DECLINED), sends(DECLINED));
      await twice(stage);
      const { machine } = stage.start();

      stage.clock.now = NOW + 1000 + HOUR_MS;
      await machine.wake();

      expect(stage.filled()).toEqual([]);
    }));
});

describe('a retry', () => {
  it('reserves anew in place of the attempt before', () =>
    onStage(async (stage) => {
      stage.answers.push(async ({ permit }) => {
        expect(await permit(1, 'google')).toBeUndefined();
        expect(await permit(2, 'apiyi')).toBeUndefined();
        return DRAWN();
      });
      const { ask, rows } = stage.start();

      await ask();
      await stage.settled();

      const [first, second] = reservationsOf(stage);
      expect(second).toMatchObject({ replaces: first?.id, run: first?.run });
      expect([...stage.ledger.states.values()]).toEqual(['released', 'settled']);
      expect(rows.read()).toMatchObject({ attempt: 2, provider: 'apiyi' });
    }));

  it('is not made once the site is paused, and everything is given back', () =>
    onStage(async (stage) => {
      stage.answers.push(async ({ permit }) => {
        await permit(1, 'google');
        stage.ledger.refuse('reserve', { reason: 'SITE_PAUSED' });
        const refused = await permit(2, 'google');
        return failing(refused!);
      });

      const events = await stage.start().ask();
      await stage.settled();

      expect(failureOf(events)).toEqual({ reason: 'SITE_PAUSED' });
      expect(stage.ledger.settled).toBe(0);
      expect(stage.ledger.held()).toEqual([]);
      expect(stage.tables()).toEqual([]);
    }));
});

describe('a start that is refused', () => {
  it('leaves no row, no table and no alarm, and nothing to delete', () =>
    onStage(async (stage) => {
      stage.ledger.refuse('reserve', { reason: 'BUDGET_HELD', retryAfterSeconds: 10 });

      await stage.start().ask();
      await stage.settled();

      expect(stage.tables()).toEqual([]);
      expect(stage.alarms).toEqual([]);
      expect(stage.forgotten).toEqual([]);
      expect(stage.ledger.held()).toEqual([]);
      expect(stage.calls).toEqual([]);
    }));

  it('by a ledger that does not answer leaves nothing either, once the money is given back', () =>
    onStage(async (stage) => {
      stage.ledger.fail('reserve', 'answer lost');

      expect(failureOf(await stage.start().ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      await stage.settled();

      expect(stage.ledger.steps()).toEqual(['reserve', 'release']);
      expect(stage.ledger.held()).toEqual([]);
      expect([stage.tables(), stage.alarms]).toEqual([[], []]);
    }));

  it('and cannot be undone yet is undone by the alarm, and the same request waits for that', () =>
    onStage(async (stage) => {
      stage.ledger.fail('reserve', 'answer lost');
      stage.ledger.fail('release', 'unheard');
      const { ask, machine } = stage.start();

      expect(failureOf(await ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      await stage.settled();

      expect(stage.alarms.at(-1)).toBe(NOW + 1000);
      await machine.wake();
      expect(stage.alarms.at(-1)).toBe(NOW + 2000);
      expect(failureOf(await ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 });
      stage.ledger.fail('release', undefined);
      await machine.wake();
      expect(stage.ledger.held()).toEqual([]);
      expect(stage.tables()).toEqual([]);
    }));

  it('and whose object dies before it is undone is found by the ledger: nothing knows it, so it is free', () =>
    onStage(async (stage) => {
      stage.ledger.fail('reserve', 'answer lost');
      stage.ledger.fail('release', 'unheard');
      await stage.start().ask();
      await stage.settled();
      const [held] = stage.ledger.held() as [string];

      const next = stage.start().machine;

      expect(await next.outcome(held)).toEqual({ state: 'free' });
      await next.wake();
      expect([stage.tables(), stage.alarms]).toEqual([[], [NOW + 1000]]);
    }));

  it('keeps what is remembered of earlier refusals of the model', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DECLINED));
      const { ask, rows } = stage.start();
      await ask();
      await stage.settled();
      stage.ledger.refuse('reserve', { reason: 'BUDGET_HELD', retryAfterSeconds: 10 });

      await ask();
      await stage.settled();

      expect(rows.refusalTimes()).toEqual([NOW]);
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);
    }));
});

describe('inline inputs', () => {
  const INPUT = { kind: 'image', size: 9, sha256: '00', object: 'files/default/1' } as KeptInput;

  it('are asked for once the money is held, go up, and are deleted in the end', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const held: string[][] = [];

      await stage.start().ask(jobOf(), async () => {
        held.push(stage.ledger.held());
        return [INPUT];
      });
      await stage.settled();

      expect(held).toEqual([[reservationsOf(stage)[0]?.id]]);
      expect(stage.calls[0]?.inputs).toMatchObject([{ object: 'files/default/1' }]);
      expect(stage.discarded).toEqual(['files/default/1']);
    }));

  it('are never asked for where the start is refused, of who joins, or where the answer is known', () =>
    onStage(async (stage) => {
      let asked = 0;
      const inputs = async () => {
        asked += 1;
        return [INPUT];
      };
      stage.ledger.refuse('reserve', { reason: 'BUDGET_HELD', retryAfterSeconds: 10 });
      const { ask } = stage.start();
      await ask(jobOf(), inputs);
      await stage.settled();
      expect(asked).toBe(0);

      stage.ledger.refuse('reserve', undefined);
      stage.answers.push(sends(DRAWN));
      await Promise.all([ask(jobOf(), inputs), ask(jobOf(), inputs)]);
      await stage.settled();
      await ask(jobOf(), inputs);

      expect(asked).toBe(1);
    }));

  it.each([
    {
      name: 'do not come, because their caller has gone,',
      inputs: () => Promise.reject(new Error('gone')),
      change: {},
    },
    {
      name: 'never come',
      inputs: () => new Promise<never>(() => undefined),
      // The time limit of the inputs, a minute, is over at once.
      change: { pause: async () => undefined },
    },
  ])('that $name end it before it went up: money back, and a joined caller starts anew', ({ inputs, change }) =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const { ask } = stage.start(change);

      const [gone, joined] = await Promise.all([ask(jobOf(), inputs), ask()]);
      await stage.settled();

      expect(failureOf(gone!)).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      expect(admissionsOf(joined!)).toEqual([false]);
      expect(joined!.at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(stage.calls).toHaveLength(1);
      expect([...stage.ledger.states.values()]).toEqual(['released', 'settled']);
      expect(stage.ledger.held()).toEqual([]);
    }),
  );
});

describe('a ledger that does not hear of the end', () => {
  it('is told by the alarm until it has; the picture is told at once, and nothing is sent meanwhile', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      stage.ledger.fail('settle', 'unheard');
      const { ask, machine, rows } = stage.start();

      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
      await stage.settled();
      expect(rows.read()?.state).toBe('settling');
      expect(failureOf(await ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 });

      expect(stage.alarms.at(-1)).toBe(NOW + 1000);
      stage.ledger.fail('settle', undefined);
      await machine.wake();
      expect(stage.ledger.settled).toBe(COST);
      expect(rows.read()?.state).toBe('ended');
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);
      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(stage.calls).toHaveLength(1);
    }));
});

describe('a picture that R2 refuses', () => {
  const passing = (stage: Stage, until: number) => ({
    pause: async (ms: number) => {
      stage.clock.now += ms;
      if (stage.clock.now >= until) stage.refused.delete('put');
    },
  });

  it('is told when R2 has taken it after all', () =>
    onStage(async (stage) => {
      stage.refused.add('put');
      stage.answers.push(sends(DRAWN));

      const events = await stage.start(passing(stage, NOW + 5000)).ask();
      await stage.settled();

      expect(events.at(-1)).toMatchObject({ type: 'done' });
      expect(await keptHex(blobKey('images', idOf(1), 0))).toBe(hexOf(BYTES));
      expect(createPendingRows(stage.storage.sql).list()).toEqual([]);
      expect(stage.ledger.settled).toBe(COST);
    }));

  it('until the deadline is neither lost nor given back: the alarm stores it, and then it is a picture', () =>
    onStage(async (stage) => {
      stage.refused.add('put');
      stage.answers.push(sends(DRAWN));
      const { ask, machine, rows } = stage.start(passing(stage, Number.POSITIVE_INFINITY));

      const events = await ask();
      await stage.settled();

      expect(failureOf(events)).toMatchObject({ reason: 'OUTCOME_UNKNOWN', ran: 'unknown', retryAfterSeconds: 60 });
      expect(rows.read()?.state).toBe('dispatched');
      expect(stage.ledger.held()).toHaveLength(1);
      expect(stage.ledger.steps()).not.toContain('release');
      expect(stage.alarms.at(-1)).toBe(stage.clock.now + 1000);

      stage.refused.clear();
      await machine.wake();

      expect(stage.ledger.settled).toBe(COST);
      expect(await keptHex(blobKey('images', idOf(1), 0))).toBe(hexOf(BYTES));
      const again = await ask();
      expect(idsOf(again)).toEqual([idOf(1)]);
      expect(again.at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(stage.calls).toHaveLength(1);
    }));
});

describe('a manifest that R2 refuses', () => {
  it('is put there by the alarm, and then the same request is known', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const down = { ...stage.manifests, put: () => Promise.reject(new Error('R2 is down')) };
      const first = stage.start({ manifests: down });

      expect((await first.ask()).at(-1)).toMatchObject({ type: 'done', kept: false });
      await stage.settled();
      expect(stage.alarms.at(-1)).toBe(NOW + 1000);
      expect(stage.ledger.settled).toBe(COST);

      const { machine, ask } = stage.start();
      await machine.wake();

      const again = await ask();
      expect(idsOf(again)).toEqual([idOf(1)]);
      expect(again.at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);
      expect(stage.ledger.settled).toBe(COST);
    }));
});

describe('the end of an hour', () => {
  it.each([
    { name: 'a picture', answer: DRAWN },
    { name: 'an unknown outcome', answer: () => failing(UNKNOWN) },
    { name: 'a refusal', answer: DECLINED },
  ])('after $name the object forgets itself, and not before', ({ answer }) =>
    onStage(async (stage) => {
      stage.answers.push(sends(answer));
      const { ask, machine } = stage.start();
      await ask();
      await stage.settled();
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);

      stage.clock.now = NOW + HOUR_MS - 1;
      await machine.wake();
      expect(stage.filled()).not.toEqual([]);
      stage.clock.now = NOW + HOUR_MS;
      await machine.wake();

      expect(stage.filled()).toEqual([]);
    }),
  );

  it('leaves an object that can be asked again', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(failing(UNKNOWN)), sends(DRAWN));
      const { ask, machine } = stage.start();
      await ask();
      await stage.settled();
      stage.clock.now = NOW + HOUR_MS;
      await machine.wake();

      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
    }));

  it('does not come while a run goes on', () =>
    onStage(async (stage) => {
      const upstream = Promise.withResolvers<PoolAnswer>();
      stage.answers.push(sends(() => upstream.promise));
      const { ask, machine, rows } = stage.start();
      const events = ask();
      await eventually(() => rows.read()?.state).toBe('dispatched');

      stage.clock.now = NOW + 2 * HOUR_MS;
      await machine.wake();

      expect(rows.read()?.state).toBe('dispatched');
      expect(stage.alarms.at(-1)).toBe(stage.clock.now + 30_000);
      upstream.resolve(DRAWN());
      expect((await events).at(-1)).toMatchObject({ type: 'done' });
    }));
});

describe('a run that hangs for ever', () => {
  const forever = () => new Promise<never>(() => undefined);

  it('is abandoned by the watchdog after eight minutes, whatever the clock says, and found again', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(forever));
      const { machine, ask, rows } = stage.start();
      void ask();
      await eventually(() => rows.read()?.state).toBe('dispatched');
      stage.clock.now += 100 * HOUR_MS;
      for (let ring = 1; ring <= 16; ring += 1) await machine.wake();
      expect(stage.abandoned).toEqual([]);

      await machine.wake();

      expect(stage.abandoned).toHaveLength(1);
      // The next instance finds a run that went up.
      expect(failureOf(await stage.start().ask())).toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
      expect(stage.ledger.settled).toBe(WORST);
    }));

  it('before it goes up is abandoned when the ledger misses its money, and nothing of it is left', () =>
    onStage(async (stage) => {
      stage.answers.push(forever, sends(DRAWN));
      const { machine, ask } = stage.start();
      void ask();
      await eventually(() => stage.calls.length).toBe(1);
      const [held] = stage.ledger.held() as [string];
      const running = { state: 'running', isRecorded: false };
      // Its deadline, and the grace of its lease.
      stage.clock.now = NOW + 360_000 - 1;
      expect(await machine.outcome(held)).toEqual(running);
      expect(stage.abandoned).toEqual([]);

      stage.clock.now = NOW + 360_000;
      await machine.outcome(held);

      expect(stage.abandoned).toHaveLength(1);
      const next = stage.start();
      expect(await next.machine.outcome(held)).toEqual({ state: 'free' });
      expect((await next.ask()).at(-1)).toMatchObject({ type: 'done', kept: true });
    }));
});
