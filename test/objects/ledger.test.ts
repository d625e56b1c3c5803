import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Reservation } from '../../worker/ledger/reservation.ts';
import { DEPLOYMENT, type LedgerRpc } from '../../worker/ledger/rpc.ts';
import { nextDailyWake } from '../../worker/ledger/service.ts';
import type { Ledger } from '../../worker/objects/ledger.ts';
import { eventually } from '../eventually.ts';
import { dayCap, deploymentCap, policy, reservation, settlement } from '../ledger/ledgers.ts';

interface LedgerUnderTest {
  name: string;
  stub: DurableObjectStub<Ledger>;
  /** The same over RPC, whose own types cannot express rows with unknown columns. */
  rpc: LedgerRpc;
}

function toLedger(name: string): LedgerUnderTest {
  const stub = env.LEDGER.getByName(name);
  return { name, stub, rpc: stub as unknown as LedgerRpc };
}
const newLedger = () => toLedger(crypto.randomUUID());
const inStorage = <T>({ stub }: LedgerUnderTest, look: (storage: DurableObjectStorage) => T | Promise<T>) =>
  runInDurableObject(stub, (_ledger, { storage }) => look(storage));
const rowsOf = (ledger: LedgerUnderTest, query: string) => inStorage(ledger, ({ sql }) => sql.exec(query).toArray());
const alarmOf = (ledger: LedgerUnderTest) => inStorage(ledger, (storage) => storage.getAlarm());
/** Makes every hold old enough for a question to its owner. */
async function age(ledger: LedgerUnderTest): Promise<void> {
  await rowsOf(ledger, 'UPDATE holds SET askAt = 0');
  await evictDurableObject(ledger.stub);
}
async function moneyOf({ rpc }: LedgerUnderTest) {
  const { settledMicros, heldMicros } = await rpc.report();
  return { settled: settledMicros, held: heldMicros };
}
/** The name of a `Generation` that has never heard of anything. */
const newOwner = () => crypto.randomUUID();
const ownerless = (id: string) => {
  const { owner: _, ...rest } = reservation(id);
  return rest;
};

describe('a ledger', () => {
  it('holds, confirms, settles and releases', async () => {
    const ledger = newLedger();
    const { rpc } = ledger;

    expect(await rpc.reserve(reservation('r1:1'))).toBeUndefined();
    expect(await rpc.reserve(reservation('r2:1'))).toBeUndefined();
    expect(await rpc.confirm('r1:1')).toBeUndefined();
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 200 });
    await rpc.settle('r1:1', settlement(60, { durationMs: 5000 }));
    await rpc.release('r2:1');

    expect(await moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
    expect(await rpc.facts()).toEqual({
      paused: false,
      spentMicros: 60,
      medians: [{ model: 'gemini-3.1-flash-image', size: '1K', ms: 5000 }],
    });
  });

  it('blocks a prefix, answers what would be, and writes nothing for that', async () => {
    const { rpc } = newLedger();
    const asked = reservation('r1:1', { policies: [policy(2)] });

    expect(await rpc.judge(asked)).toBeUndefined();
    await rpc.block('p1');
    expect(await rpc.judge(asked)).toMatchObject({ reason: 'VISITOR_DAY' });
    expect(await rpc.reserve(asked)).toMatchObject({ reason: 'VISITOR_DAY' });
    await rpc.unblock('p1');

    expect(await rpc.judge(asked)).toBeUndefined();
    expect((await rpc.report()).heldMicros).toBe(0);
    expect(await rpc.reserve(asked)).toBeUndefined();
  });

  it('takes the reservation of an earlier version, which names no purse', async () => {
    const { rpc } = newLedger();
    const { purses: _, ...earlier } = reservation('r1:1');

    expect(await rpc.reserve(earlier as Reservation)).toBeUndefined();
  });

  it('gives no two of many at once the same money', async () => {
    const ledger = newLedger();

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ledger.rpc.reserve(reservation(`r${n}:1`, { caps: [dayCap(300)] }))),
    );

    expect(answers.filter((answer) => answer === undefined)).toHaveLength(3);
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 300 });
  });

  it('stops and goes on with its owner’s word', async () => {
    const { rpc } = newLedger();
    await rpc.reserve(reservation('r1:1'));

    expect(await rpc.setPaused(true)).toEqual({ unheard: [] });

    expect(await rpc.confirm('r1:1')).toEqual({ reason: 'SITE_PAUSED' });
    expect(await rpc.reserve(reservation('r2:1'))).toEqual({ reason: 'SITE_PAUSED' });
    await rpc.setPaused(false);
    expect(await rpc.reserve(reservation('r2:1'))).toBeUndefined();
  });

  it('adds up what isolates count', async () => {
    const { rpc } = newLedger();
    const hour = new Date().toISOString().slice(0, 13);

    await rpc.count(hour, { hit: 2 });
    await rpc.count(hour, { hit: 3 });

    expect((await rpc.report()).hours).toEqual([{ hour, name: 'hit', count: 5 }]);
  });
});

describe('the owner of an old reservation', () => {
  it('is asked when money is missed: what never went up is free for who asks', async () => {
    const ledger = newLedger();
    for (const run of ['r1', 'r2', 'r3']) await ledger.rpc.reserve(reservation(`${run}:1`, { owner: newOwner() }));
    expect(await ledger.rpc.reserve(reservation('r4:1'))).toMatchObject({ reason: 'BUDGET_HELD' });
    await age(ledger);

    expect(await ledger.rpc.reserve(reservation('r4:1'))).toBeUndefined();

    expect(await rowsOf(ledger, 'SELECT id FROM holds')).toEqual([{ id: 'r4:1' }]);
  });

  it.each([
    'VISITOR_MINUTE',
    'VISITOR_DAY',
    'VISITOR_ATTEMPTS',
    'SESSION_SPENT',
    'CLIENT_LIMIT',
    'SITE_MINUTE',
  ] as const)('is asked when a count is missed: %s', async (reason) => {
    const ledger = newLedger();
    const policies = [policy(1, { reason })];
    await ledger.rpc.reserve(reservation('r1:1', { owner: newOwner(), policies }));
    expect(await ledger.rpc.reserve(reservation('r2:1', { policies }))).toMatchObject({ reason });
    await age(ledger);

    expect(await ledger.rpc.reserve(reservation('r2:1', { policies }))).toBeUndefined();
  });

  it('is asked before the report is made', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(reservation('r1:1', { owner: newOwner() }));
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 100 });

    await age(ledger);

    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 0 });
  });

  it('is asked by the alarm', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(reservation('r1:1', { owner: newOwner() }));
    await age(ledger);

    expect(await runDurableObjectAlarm(ledger.stub)).toBe(true);

    expect(await rowsOf(ledger, 'SELECT id FROM holds')).toEqual([]);
    expect(await rowsOf(ledger, 'SELECT id, state FROM ended')).toEqual([{ id: 'r1:1', state: 'released' }]);
  });

  it('is not there for what passes through: it counts in full', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(ownerless('r1:1'));
    await age(ledger);

    await runDurableObjectAlarm(ledger.stub);

    expect(await moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
  });
});

describe('its alarm', () => {
  it('is set once a day, whatever is held', async () => {
    const ledger = newLedger();
    const expected = nextDailyWake(ledger.name, Date.now());

    await ledger.rpc.reserve(reservation('r1:1'));
    await eventually(() => alarmOf(ledger)).toBe(expected);
    await ledger.rpc.settle('r1:1', settlement(60));
    await ledger.rpc.reserve(reservation('r2:1'));
    await evictDurableObject(ledger.stub);
    await ledger.rpc.reserve(reservation('r3:1'));

    expect(await alarmOf(ledger)).toBe(expected);
  });

  it('sets the next one', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(reservation('r1:1'));
    await eventually(() => alarmOf(ledger)).not.toBeNull();

    await runDurableObjectAlarm(ledger.stub);

    expect(await alarmOf(ledger)).toBe(nextDailyWake(ledger.name, Date.now()));
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 100 });
  });

  it('that fails rings again in a minute, and does then what it could not', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(ownerless('r1:1'));
    await age(ledger);
    await rowsOf(ledger, 'ALTER TABLE ended RENAME TO hidden');

    expect(await runDurableObjectAlarm(ledger.stub)).toBe(true);

    expect(await rowsOf(ledger, 'SELECT id FROM holds')).toEqual([{ id: 'r1:1' }]);
    const inMs = ((await alarmOf(ledger)) ?? 0) - Date.now();
    expect(Math.round(inMs / 10_000)).toBe(6);
    await rowsOf(ledger, 'ALTER TABLE hidden RENAME TO ended');
    await runDurableObjectAlarm(ledger.stub);
    expect(await moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
  });

  it('forgets which reservations have ended two days ago, and no money', async () => {
    const ledger = newLedger();
    await ledger.rpc.reserve(reservation('r1:1', { policies: [policy(3)] }));
    await ledger.rpc.settle('r1:1', settlement(60));
    await rowsOf(ledger, "UPDATE ended SET day = date('now', '-3 days')");
    await rowsOf(ledger, "UPDATE counted SET day = date('now', '-3 days')");
    await ledger.rpc.reserve(reservation('r2:1'));
    await ledger.rpc.release('r2:1');

    await runDurableObjectAlarm(ledger.stub);

    expect(await rowsOf(ledger, 'SELECT id FROM ended')).toEqual([{ id: 'r2:1' }]);
    expect(await rowsOf(ledger, 'SELECT * FROM counted')).toEqual([]);
    expect(await moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
  });

  it('deletes the salt of the day before', async () => {
    const ledger = newLedger();
    const today = new Date().toISOString().slice(0, 10);
    await ledger.rpc.salt(today);
    await eventually(() => alarmOf(ledger)).not.toBeNull();
    await rowsOf(ledger, "UPDATE salts SET day = date('now', '-1 day')");

    await runDurableObjectAlarm(ledger.stub);

    expect(await rowsOf(ledger, 'SELECT * FROM salts')).toEqual([]);
  });
});

it('a pause of the deployment from before there were loans stays in force until its owner ends it', async () => {
  const deployment = toLedger(DEPLOYMENT);
  // Earlier versions wrote no version of the pause.
  await rowsOf(deployment, "INSERT OR REPLACE INTO settings VALUES ('paused', '1')");
  const { rpc } = newLedger();
  const asked = (id: string) => reservation(id, { caps: [deploymentCap(1000)] });

  expect(await rpc.reserve(asked('r1:1'))).toEqual({ reason: 'SITE_PAUSED' });

  expect(await deployment.rpc.setPaused(false)).toEqual({ unheard: [] });
  expect(await rpc.reserve(asked('r1:1'))).toBeUndefined();
});

it('everything is kept when the object is evicted', async () => {
  const ledger = newLedger();
  await ledger.rpc.reserve(reservation('r1:1', { policies: [policy(2)] }));
  await ledger.rpc.reserve(reservation('r2:1', { policies: [policy(2)] }));
  await ledger.rpc.settle('r2:1', settlement(60));
  await ledger.rpc.setPaused(true);

  await evictDurableObject(ledger.stub);

  expect(await ledger.rpc.report()).toMatchObject({ heldMicros: 100, settledMicros: 60, paused: true });
  await ledger.rpc.setPaused(false);
  const third = reservation('r3:1', { policies: [policy(2)] });
  expect(await ledger.rpc.reserve(third)).toMatchObject({ reason: 'VISITOR_MINUTE' });
  expect(await ledger.rpc.reserve(reservation('r3:1', { micros: 141 }))).toMatchObject({ reason: 'BUDGET_HELD' });
  expect(await ledger.rpc.reserve(reservation('r3:1', { micros: 140 }))).toBeUndefined();
});
