import { describe, expect, it } from 'vitest';
import { createPayment } from '../../worker/generation/payment.ts';
import type { RunRecord } from '../../worker/generation/run-record.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { dayCap, policy, settlement } from '../ledger/ledgers.ts';
import { createFakeLedgers, type LedgerFault, type Step } from './fake-ledgers.ts';
import { runRecord } from './run-records.ts';

const RECORD = runRecord();
const { run } = RECORD;
const FIRST = `${run}:1`;
const SECOND = `${run}:2`;
const HELD: Failure = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 };
const PAUSED: Failure = { reason: 'SITE_PAUSED' };
/** The failure when a ledger does not answer: nothing went up. */
const NO_LEDGER = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 };
const FENCED = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation has ended' };
const FAULTS: LedgerFault[] = ['unheard', 'answer lost'];

function setUp(change: Partial<RunRecord> = {}) {
  const ledgers = createFakeLedgers();
  const clock = { now: RECORD.startedAt };
  /** Calls, writes and flushes, in the order they happen. */
  const log: string[] = [];
  let record = runRecord(change);
  for (const step of ['reserve', 'confirm', 'release', 'settle'] as const) {
    for (const name of ['site', 'deployment'] as const)
      ledgers.during(`${name}.${step}`, () => void log.push(`${name}.${step}`));
  }
  const payment = createPayment({
    store: {
      read: () => record,
      write(next) {
        record = next;
        log.push(`write ${next.state}`);
      },
      flush: async () => void log.push('flush'),
    },
    site: { ledger: ledgers.ports.site, caps: [dayCap(1000)], policies: [policy(3)] },
    deployment: { ledger: ledgers.ports.deployment, caps: [dayCap(5000)], policies: [] },
    owner: 'key',
    now: () => clock.now,
  });
  return {
    ...{ payment, ledgers, clock, log, record: () => record },
    write(next: RunRecord): void {
      record = next;
    },
  };
}

/** Reserved and gone up. */
async function dispatched() {
  const all = setUp();
  await all.payment.reserve();
  await all.payment.dispatch('google');
  all.log.length = 0;
  all.ledgers.calls.length = 0;
  return all;
}

describe('a run that goes well', () => {
  it('writes each step down before it takes it', async () => {
    const { payment, log, record } = setUp();

    expect(await payment.reserve()).toBeUndefined();
    expect(await payment.dispatch('google')).toBeUndefined();
    payment.conclude('picture', settlement(60));
    await payment.settleUp();

    expect(log).toEqual([
      ...['write reserving', 'flush', 'site.reserve', 'deployment.reserve', 'write reserved'],
      ...['write dispatched', 'flush'],
      'write settling',
      ...['flush', 'site.settle', 'deployment.settle', 'write ended'],
    ]);
    expect(record()).toMatchObject({ outcome: 'picture', provider: 'google', endedAt: RECORD.startedAt });
  });

  it('asks each ledger for its own caps, and the site alone for the visitor’s limits', async () => {
    const { payment, ledgers, clock } = setUp();
    clock.now += 10_000;

    await payment.reserve();

    const asked = {
      ...{ id: FIRST, run, micros: RECORD.micros, owner: 'key', subject: RECORD.subject },
      // The rest of the deadline, and a minute of grace.
      leaseMs: 290_000 + 60_000,
    };
    expect(ledgers.calls.map((call) => call.asked)).toEqual([
      { ...asked, caps: [dayCap(1000)], policies: [policy(3)] },
      { ...asked, caps: [dayCap(5000)], policies: [] },
    ]);
  });

  it('tells both ledgers what it cost', async () => {
    const { payment, ledgers } = await dispatched();

    payment.conclude('picture', settlement(60));
    await payment.settleUp();

    expect(ledgers.calls.map(({ step, id, settlement: told }) => [step, id, told])).toEqual([
      ['site.settle', FIRST, settlement(60)],
      ['deployment.settle', FIRST, settlement(60)],
    ]);
    expect(ledgers.settled).toEqual({ site: 60, deployment: 60 });
  });
});

describe('a refusal', () => {
  it('at the site costs one call, and leaves nothing to undo', async () => {
    const { payment, ledgers, record } = setUp();
    ledgers.refuse('site.reserve', HELD);

    expect(await payment.reserve()).toEqual(HELD);

    expect(ledgers.steps()).toEqual(['site.reserve']);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
  });

  it('at the deployment costs three, and is undone at the site', async () => {
    const { payment, ledgers, record } = setUp();
    ledgers.refuse('deployment.reserve', HELD);

    expect(await payment.reserve()).toEqual(HELD);

    expect(ledgers.steps()).toEqual(['site.reserve', 'deployment.reserve', 'site.release']);
    expect(ledgers.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
  });

  it.each(FAULTS)('whose undoing fails (%s) is told all the same, and undone when it is settled up', async (fault) => {
    const { payment, ledgers, record } = setUp();
    ledgers.refuse('deployment.reserve', HELD);
    ledgers.fail('site.release', fault);

    expect(await payment.reserve()).toEqual(HELD);

    expect(record()).toMatchObject({ state: 'settling', outcome: 'none' });
    await expect(payment.settleUp()).rejects.toThrow('site.release');
    expect(record().state).toBe('settling');
    ledgers.fail('site.release', undefined);
    await payment.settleUp();
    expect(ledgers.held()).toEqual([]);
    expect(record().state).toBe('ended');
  });
});

describe.each(FAULTS)('a ledger that fails, its call %s,', (fault) => {
  it.each<Step>(['site.reserve', 'deployment.reserve'])('in %s permits no spending and holds nothing', async (step) => {
    const { payment, ledgers, record } = setUp();
    ledgers.fail(step, fault);

    expect(await payment.reserve()).toMatchObject(NO_LEDGER);

    expect(ledgers.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
    // A reservation that arrives late is refused, because it was released before.
    expect(await ledgers.ports.deployment.confirm(FIRST)).toBeDefined();
    ledgers.fail(step, undefined);
    const late = { ...ledgers.calls[0]!.asked!, caps: [], policies: [] };
    expect(await ledgers.ports.site.reserve(late)).toBeDefined();
    expect(await ledgers.ports.deployment.reserve(late)).toBeDefined();
  });

  it.each<Step>(['site.reserve', 'deployment.reserve'])(
    'in %s and in the undoing as well is undone when it is settled up',
    async (step) => {
      const { payment, ledgers, record } = setUp();
      ledgers.fail(step, fault);
      ledgers.fail('site.release', fault);
      ledgers.fail('deployment.release', fault);

      expect(await payment.reserve()).toMatchObject(NO_LEDGER);

      expect(record()).toMatchObject({ state: 'settling', outcome: 'none' });
      for (const failing of ['site.release', 'deployment.release'] as const) ledgers.fail(failing, undefined);
      await payment.settleUp();
      expect(ledgers.held()).toEqual([]);
      expect(record().state).toBe('ended');
    },
  );

  it.each<Step>(['site.settle', 'deployment.settle'])('in %s is told again until it has heard, once', async (step) => {
    const { payment, ledgers, record } = await dispatched();
    ledgers.fail(step, fault);
    payment.conclude('picture', settlement(60));

    await expect(payment.settleUp()).rejects.toThrow(step);
    await expect(payment.settleUp()).rejects.toThrow(step);
    expect(record()).toMatchObject({ state: 'settling', settlement: settlement(60) });
    ledgers.fail(step, undefined);
    await payment.settleUp();

    expect(ledgers.settled).toEqual({ site: 60, deployment: 60 });
    expect(record().state).toBe('ended');
  });

  it.each<Step>(['site.confirm', 'deployment.confirm'])('in %s lets nothing go up', async (step) => {
    const { payment, ledgers, clock, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledgers.fail(step, fault);

    expect(await payment.dispatch('google')).toMatchObject(NO_LEDGER);

    expect(record().state).toBe('reserved');
  });
});

describe('a permit', () => {
  it('of five seconds is good, and an older one is confirmed by both', async () => {
    const young = setUp();
    const old = setUp();
    for (const { payment } of [young, old]) await payment.reserve();

    young.clock.now += 5000;
    old.clock.now += 5001;
    const permits = [await young.payment.dispatch('google'), await old.payment.dispatch('google')];

    expect(permits).toEqual([undefined, undefined]);
    expect(young.ledgers.steps().slice(2)).toEqual([]);
    expect(old.ledgers.steps().slice(2)).toEqual(['site.confirm', 'deployment.confirm']);
    expect(old.record()).toMatchObject({ state: 'dispatched', provider: 'google' });
  });

  it.each<Step>(['site.confirm', 'deployment.confirm'])('is not given where %s hears of a pause', async (step) => {
    const { payment, ledgers, clock, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledgers.refuse(step, PAUSED);

    expect(await payment.dispatch('google')).toEqual(PAUSED);

    expect(record().state).toBe('reserved');
    payment.conclude('none');
    await payment.settleUp();
    expect(ledgers.held()).toEqual([]);
  });

  it('is not given past the deadline', async () => {
    const { payment, clock, record } = setUp();
    await payment.reserve();

    clock.now = RECORD.deadlineAt;

    expect(await payment.dispatch('google')).toEqual(FENCED);
    expect(record().state).toBe('reserved');
  });

  it('is not given twice for one reservation', async () => {
    const { payment } = await dispatched();

    expect(await payment.dispatch('google')).toEqual(FENCED);
  });

  it('is not given where a ledger was told meanwhile that this never goes up', async () => {
    const { payment, ledgers, clock, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledgers.during('deployment.confirm', () => payment.conclude('none'));

    expect(await payment.dispatch('google')).toEqual(FENCED);

    expect(record()).toMatchObject({ state: 'settling', outcome: 'none' });
  });

  it('is not given to a run whose record is of another by now', async () => {
    const { payment, ledgers, clock, write } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledgers.during('site.confirm', () => write(runRecord({ run: 'other', state: 'reserved' })));

    expect(await payment.dispatch('google')).toEqual(FENCED);
  });
});

describe('a reservation that is fenced while the ledgers are asked', () => {
  it.each<Step>(['site.reserve', 'deployment.reserve'])('in %s is given up, and holds nothing', async (step) => {
    const { payment, ledgers, record } = setUp();
    ledgers.during(step, () => payment.conclude('none'));

    expect(await payment.reserve()).toEqual(FENCED);

    expect(ledgers.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
  });
});

describe('a later attempt', () => {
  it('reserves anew under its own number, in place of the one before', async () => {
    const { payment, ledgers, record } = await dispatched();

    expect(await payment.reserveNext()).toBeUndefined();

    expect(ledgers.calls.map(({ step, asked }) => [step, asked?.id, asked?.replaces])).toEqual([
      ['site.reserve', SECOND, FIRST],
      ['deployment.reserve', SECOND, FIRST],
    ]);
    expect(ledgers.held()).toEqual([`site ${SECOND}`, `deployment ${SECOND}`]);
    expect(record()).toMatchObject({ state: 'reserved', attempt: 2 });
  });

  it('is written down as reserving before the ledgers hear of it', async () => {
    const { payment, ledgers, record } = await dispatched();
    const seen: [string, number][] = [];
    ledgers.during('site.reserve', () => void seen.push([record().state, record().attempt]));

    await payment.reserveNext();

    expect(seen).toEqual([['reserving', 2]]);
  });

  it('is not made where the site was paused after the one before, and holds nothing', async () => {
    const { payment, ledgers, record } = await dispatched();
    ledgers.refuse('site.reserve', PAUSED);
    // A ledger that refuses a later attempt frees the one before in the same step.
    ledgers.during('site.reserve', () => void ledgers.states.site.set(FIRST, 'released'));

    expect(await payment.reserveNext()).toEqual(PAUSED);

    expect(ledgers.steps()).toEqual(['site.reserve', 'deployment.release']);
    expect(ledgers.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
  });

  it.each(FAULTS)('that no ledger answers (%s) leaves neither attempt held', async (fault) => {
    for (const step of ['site.reserve', 'deployment.reserve'] as const) {
      const { payment, ledgers } = await dispatched();
      ledgers.fail(step, fault);

      expect(await payment.reserveNext()).toMatchObject(NO_LEDGER);

      expect(ledgers.held()).toEqual([]);
    }
  });

  it('after a crash is given back together with the one before', async () => {
    const { payment, ledgers } = await dispatched();
    ledgers.fail('site.reserve', 'unheard');
    ledgers.fail('site.release', 'unheard');
    ledgers.fail('deployment.release', 'unheard');
    await payment.reserveNext();
    expect(ledgers.held()).toEqual([`site ${FIRST}`, `deployment ${FIRST}`]);

    ledgers.fail('site.release', undefined);
    ledgers.fail('deployment.release', undefined);
    await payment.settleUp();

    expect(ledgers.held()).toEqual([]);
  });

  it('holds for what is left of the deadline', async () => {
    const { payment, ledgers, clock } = await dispatched();

    clock.now = RECORD.deadlineAt + 1;
    await payment.reserveNext();

    expect(ledgers.calls[0]?.asked?.leaseMs).toBe(60_000);
  });
});

describe('an outcome', () => {
  it('is the first word of several', async () => {
    const { payment, ledgers, record } = await dispatched();

    payment.conclude('unknown', settlement(100));
    payment.conclude('picture', settlement(60));
    payment.conclude('none');

    expect(record()).toMatchObject({ outcome: 'unknown', settlement: settlement(100) });
    await payment.settleUp();
    payment.conclude('none');
    expect(record()).toMatchObject({ state: 'ended', outcome: 'unknown' });
    expect(ledgers.settled).toEqual({ site: 100, deployment: 100 });
  });

  it('that both have heard is not told again', async () => {
    const { payment, ledgers } = await dispatched();
    payment.conclude('picture', settlement(60));
    await payment.settleUp();
    ledgers.calls.length = 0;

    await payment.settleUp();

    expect(ledgers.calls).toEqual([]);
  });
});

describe('a payment without an object behind it', () => {
  it('names no owner, so that no object is asked when its lease ends', async () => {
    const ledgers = createFakeLedgers();
    const records = [runRecord()];
    const { reserve } = createPayment({
      store: { read: () => records.at(-1), write: (next) => void records.push(next), flush: async () => undefined },
      site: { ledger: ledgers.ports.site, caps: [], policies: [] },
      deployment: { ledger: ledgers.ports.deployment, caps: [], policies: [] },
      now: () => RECORD.startedAt,
    });

    await reserve();

    for (const { asked } of ledgers.calls) expect(asked).not.toHaveProperty('owner');
  });
});
