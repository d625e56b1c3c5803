import { describe, expect, it } from 'vitest';
import { createPayment } from '../../worker/generation/payment.ts';
import type { RunRecord } from '../../worker/generation/run-record.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { dayCap, policy, settlement } from '../ledger/ledgers.ts';
import { createFakeLedger, type LedgerFault } from './fake-ledger.ts';
import { runRecord } from './run-records.ts';

const RECORD = runRecord();
const { run } = RECORD;
const FIRST = `${run}:1`;
const SECOND = `${run}:2`;
const HELD: Failure = { reason: 'BUDGET_HELD', retryAfterSeconds: 10 };
const PAUSED: Failure = { reason: 'SITE_PAUSED' };
/** The failure when the ledger does not answer: nothing went up. */
const NO_LEDGER = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 };
const FENCED = { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', cause: 'the reservation has ended' };
const FAULTS: LedgerFault[] = ['unheard', 'answer lost'];

function setUp(
  change: Partial<RunRecord> = {},
  whileFlushing: (all: { clock: { now: number } }) => void = () => undefined,
) {
  const ledger = createFakeLedger();
  const clock = { now: RECORD.startedAt };
  /** Calls, writes and flushes, in the order they happen. */
  const log: string[] = [];
  let record = runRecord(change);
  for (const step of ['reserve', 'confirm', 'release', 'settle'] as const) {
    ledger.during(step, () => void log.push(step));
  }
  const payment = createPayment({
    store: {
      read: () => record,
      write(next) {
        record = next;
        log.push(`write ${next.state}`);
      },
      async flush() {
        log.push('flush');
        whileFlushing({ clock });
      },
    },
    funds: { ledger: ledger.port, caps: [dayCap(1000)], policies: [policy(3)], purses: [] },
    owner: 'key',
    now: () => clock.now,
  });
  return {
    ...{ payment, ledger, clock, log, record: () => record },
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
  all.ledger.calls.length = 0;
  return all;
}

describe('a run that goes well', () => {
  it('makes two calls, and waits for the disk once, before bytes go up', async () => {
    const { payment, log, record } = setUp();

    expect(await payment.reserve()).toBeUndefined();
    expect(await payment.dispatch('google')).toBeUndefined();
    payment.conclude('picture', settlement(60));
    await payment.settleUp();

    expect(log).toEqual([
      ...['write reserving', 'reserve', 'write reserved'],
      ...['write dispatched', 'flush'],
      ...['write settling', 'settle', 'write ended'],
    ]);
    expect(record()).toMatchObject({ outcome: 'picture', provider: 'google', endedAt: RECORD.startedAt });
  });

  it('asks its site’s ledger for all caps and limits at once', async () => {
    const { payment, ledger, clock } = setUp();
    clock.now += 10_000;

    await payment.reserve();

    expect(ledger.calls.map((call) => call.asked)).toEqual([
      {
        ...{ id: FIRST, run, micros: RECORD.micros, owner: 'key', subject: RECORD.subject },
        // The rest of the deadline, and a minute of grace.
        leaseMs: 290_000 + 60_000,
        caps: [dayCap(1000)],
        policies: [policy(3)],
        purses: [],
      },
    ]);
  });

  it('tells the ledger what it cost', async () => {
    const { payment, ledger } = await dispatched();

    payment.conclude('picture', settlement(60));
    await payment.settleUp();

    expect(ledger.calls.map(({ step, id, settlement: told }) => [step, id, told])).toEqual([
      ['settle', FIRST, settlement(60)],
    ]);
    expect(ledger.settled).toBe(60);
  });
});

it('a refusal costs one call, and leaves nothing to undo or to flush', async () => {
  const { payment, ledger, log, record } = setUp();
  ledger.refuse('reserve', HELD);

  expect(await payment.reserve()).toEqual(HELD);

  expect(ledger.steps()).toEqual(['reserve']);
  expect(log).not.toContain('flush');
  expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
});

describe.each(FAULTS)('a ledger that fails, its call %s,', (fault) => {
  it('in reserve permits no spending and holds nothing', async () => {
    const { payment, ledger, record } = setUp();
    ledger.fail('reserve', fault);

    expect(await payment.reserve()).toMatchObject(NO_LEDGER);

    expect(ledger.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
    // A reservation that arrives late is refused, because it was released before.
    ledger.fail('reserve', undefined);
    expect(await ledger.port.reserve(ledger.calls[0]!.asked!)).toBeDefined();
    expect(await ledger.port.confirm(FIRST)).toBeDefined();
  });

  it('in reserve and in the undoing as well is undone when it is settled up', async () => {
    const { payment, ledger, record } = setUp();
    ledger.fail('reserve', fault);
    ledger.fail('release', fault);

    expect(await payment.reserve()).toMatchObject(NO_LEDGER);

    expect(record()).toMatchObject({ state: 'settling', outcome: 'none' });
    await expect(payment.settleUp()).rejects.toThrow('release');
    expect(record().state).toBe('settling');
    ledger.fail('release', undefined);
    await payment.settleUp();
    expect(ledger.held()).toEqual([]);
    expect(record().state).toBe('ended');
  });

  it('in settle is told again until it has heard, once', async () => {
    const { payment, ledger, record } = await dispatched();
    ledger.fail('settle', fault);
    payment.conclude('picture', settlement(60));

    await expect(payment.settleUp()).rejects.toThrow('settle');
    await expect(payment.settleUp()).rejects.toThrow('settle');
    expect(record()).toMatchObject({ state: 'settling', settlement: settlement(60) });
    ledger.fail('settle', undefined);
    await payment.settleUp();

    expect(ledger.settled).toBe(60);
    expect(record().state).toBe('ended');
  });

  it('in confirm lets nothing go up', async () => {
    const { payment, ledger, clock, log, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledger.fail('confirm', fault);

    expect(await payment.dispatch('google')).toMatchObject(NO_LEDGER);

    expect(record().state).toBe('reserved');
    expect(log).not.toContain('flush');
  });
});

describe('a permit', () => {
  it('of five seconds is good, and an older one is confirmed', async () => {
    const young = setUp();
    const old = setUp();
    for (const { payment } of [young, old]) await payment.reserve();

    young.clock.now += 5000;
    old.clock.now += 5001;
    const permits = [await young.payment.dispatch('google'), await old.payment.dispatch('google')];

    expect(permits).toEqual([undefined, undefined]);
    expect(young.ledger.steps()).toEqual(['reserve']);
    expect(old.ledger.steps()).toEqual(['reserve', 'confirm']);
    expect(old.record()).toMatchObject({ state: 'dispatched', provider: 'google' });
  });

  it('is as old as the question, however long the answer took', async () => {
    const { payment, ledger, clock } = setUp();
    ledger.during('reserve', () => {
      clock.now += 5001;
    });

    await payment.reserve();
    await payment.dispatch('google');

    expect(ledger.steps()).toEqual(['reserve', 'confirm']);
  });

  it('is confirmed again where the confirmation itself took too long', async () => {
    const { payment, ledger, clock } = setUp();
    await payment.reserve();
    clock.now += 5001;
    const delays = [5001, 0];
    ledger.during('confirm', () => {
      clock.now += delays.shift() ?? 0;
    });

    expect(await payment.dispatch('google')).toBeUndefined();

    expect(ledger.steps()).toEqual(['reserve', 'confirm', 'confirm']);
  });

  it('is confirmed once more where the disk took too long', async () => {
    const slow = { ms: 5_000 };
    const { payment, ledger, log } = setUp({}, ({ clock }) => {
      clock.now += slow.ms;
    });
    await payment.reserve();
    expect(await payment.dispatch('google')).toBeUndefined();
    expect(log).not.toContain('confirm');

    const other = setUp({}, ({ clock }) => {
      clock.now += 5_001;
    });
    await other.payment.reserve();
    other.ledger.refuse('confirm', PAUSED);

    expect(await other.payment.dispatch('google')).toEqual(PAUSED);
    expect(ledger.held()).toEqual([FIRST]);
    other.payment.conclude('none');
    await other.payment.settleUp();
    expect(other.ledger.held()).toEqual([]);
  });

  it('is not given where the ledger hears of a pause', async () => {
    const { payment, ledger, clock, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledger.refuse('confirm', PAUSED);

    expect(await payment.dispatch('google')).toEqual(PAUSED);

    expect(record().state).toBe('reserved');
    payment.conclude('none');
    await payment.settleUp();
    expect(ledger.held()).toEqual([]);
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

  it('is not given where the run was given up meanwhile', async () => {
    const { payment, ledger, clock, record } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledger.during('confirm', () => payment.conclude('none'));

    expect(await payment.dispatch('google')).toEqual(FENCED);

    expect(record()).toMatchObject({ state: 'settling', outcome: 'none' });
  });

  it('is not given to a run whose record is of another by now', async () => {
    const { payment, ledger, clock, write } = setUp();
    await payment.reserve();
    clock.now += 5001;
    ledger.during('confirm', () => write(runRecord({ run: 'other', state: 'reserved' })));

    expect(await payment.dispatch('google')).toEqual(FENCED);
  });
});

it('a run that is given up while the ledger is asked holds nothing', async () => {
  const { payment, ledger, record } = setUp();
  ledger.during('reserve', () => payment.conclude('none'));

  expect(await payment.reserve()).toEqual(FENCED);

  expect(ledger.held()).toEqual([]);
  expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
});

describe('a later attempt', () => {
  it('reserves anew under its own number, in place of the one before', async () => {
    const { payment, ledger, record } = await dispatched();

    expect(await payment.reserveNext()).toBeUndefined();

    expect(ledger.calls.map(({ step, asked }) => [step, asked?.id, asked?.replaces])).toEqual([
      ['reserve', SECOND, FIRST],
    ]);
    expect(ledger.held()).toEqual([SECOND]);
    expect(record()).toMatchObject({ state: 'reserved', attempt: 2 });
  });

  it('is written down as reserving before the ledger hears of it', async () => {
    const { payment, ledger, record } = await dispatched();
    const seen: [string, number][] = [];
    ledger.during('reserve', () => void seen.push([record().state, record().attempt]));

    await payment.reserveNext();

    expect(seen).toEqual([['reserving', 2]]);
  });

  it('is not made where the site was paused after the one before, and holds nothing', async () => {
    const { payment, ledger, record } = await dispatched();
    ledger.refuse('reserve', PAUSED);

    expect(await payment.reserveNext()).toEqual(PAUSED);

    expect(ledger.steps()).toEqual(['reserve']);
    expect(ledger.held()).toEqual([]);
    expect(record()).toMatchObject({ state: 'ended', outcome: 'none' });
  });

  it.each(FAULTS)('that the ledger does not answer (%s) leaves neither attempt held', async (fault) => {
    const { payment, ledger } = await dispatched();
    ledger.fail('reserve', fault);

    expect(await payment.reserveNext()).toMatchObject(NO_LEDGER);

    expect(ledger.steps()).toEqual(['reserve', 'release', 'release']);
    expect(ledger.held()).toEqual([]);
  });

  it('after a crash is given back together with the one before', async () => {
    const { payment, ledger } = await dispatched();
    ledger.fail('reserve', 'unheard');
    ledger.fail('release', 'unheard');
    await payment.reserveNext();
    expect(ledger.held()).toEqual([FIRST]);

    ledger.fail('release', undefined);
    await payment.settleUp();

    expect(ledger.held()).toEqual([]);
  });

  it('holds for what is left of the deadline', async () => {
    const { payment, ledger, clock } = await dispatched();

    clock.now = RECORD.deadlineAt + 1;
    await payment.reserveNext();

    expect(ledger.calls[0]?.asked?.leaseMs).toBe(60_000);
  });
});

describe('an outcome', () => {
  it('is the first word of several', async () => {
    const { payment, ledger, record } = await dispatched();

    payment.conclude('unknown', settlement(100));
    payment.conclude('picture', settlement(60));
    payment.conclude('none');

    expect(record()).toMatchObject({ outcome: 'unknown', settlement: settlement(100) });
    await payment.settleUp();
    payment.conclude('none');
    expect(record()).toMatchObject({ state: 'ended', outcome: 'unknown' });
    expect(ledger.settled).toBe(100);
  });

  it('that the ledger has heard is not told again', async () => {
    const { payment, ledger } = await dispatched();
    payment.conclude('picture', settlement(60));
    await payment.settleUp();
    ledger.calls.length = 0;

    await payment.settleUp();

    expect(ledger.calls).toEqual([]);
  });
});

describe('a payment without an object behind it', () => {
  it('names no owner, so that no object is asked about it', async () => {
    const ledger = createFakeLedger();
    const records = [runRecord()];
    const { reserve } = createPayment({
      store: { read: () => records.at(-1), write: (next) => void records.push(next), flush: async () => undefined },
      funds: { ledger: ledger.port, caps: [], policies: [], purses: [] },
      now: () => RECORD.startedAt,
    });

    await reserve();

    for (const { asked } of ledger.calls) expect(asked).not.toHaveProperty('owner');
  });
});
