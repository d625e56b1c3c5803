import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { LedgerReport } from '../../worker/ledger/report.ts';
import type { Ledger } from '../../worker/objects/ledger.ts';
import { reservation, settlement } from '../ledger/ledgers.ts';

const LEASE_MS = 360_000;
const HOUR_MS = 3_600_000;

const newLedger = (): DurableObjectStub<Ledger> => env.LEDGER.getByName(crypto.randomUUID());
const inStorage = <T>(stub: DurableObjectStub<Ledger>, look: (storage: DurableObjectStorage) => T | Promise<T>) =>
  runInDurableObject(stub, (_ledger, { storage }) => look(storage));
/** Milliseconds until its alarm rings, to the second. */
const rings = async (stub: DurableObjectStub<Ledger>): Promise<number> =>
  Math.round((((await inStorage(stub, (storage) => storage.getAlarm())) ?? 0) - Date.now()) / 1000) * 1000;
/** Makes every lease due. */
const endLeases = (stub: DurableObjectStub<Ledger>) =>
  inStorage(stub, ({ sql }) => void sql.exec('UPDATE reservations SET askAt = 0'));
const moneyOf = async (stub: DurableObjectStub<Ledger>) => {
  const { settledMicros, heldMicros } = await stub.report();
  return { settled: settledMicros, held: heldMicros };
};

describe('a ledger', () => {
  it('holds, confirms, settles and releases', async () => {
    const ledger = newLedger();

    expect(await ledger.reserve(reservation('r1:1'))).toBeUndefined();
    expect(await ledger.reserve(reservation('r2:1'))).toBeUndefined();
    expect(await ledger.confirm('r1:1')).toBeUndefined();
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 200 });
    await ledger.settle('r1:1', settlement(60, { durationMs: 5000 }));
    await ledger.release('r2:1');

    expect(await moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
    expect(await ledger.facts()).toEqual({
      paused: false,
      medians: [{ model: 'gemini-3.1-flash-image', size: '1K', ms: 5000 }],
    });
  });

  it('gives no two of many at once the same money', async () => {
    const ledger = newLedger();

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ledger.reserve(reservation(`r${n}:1`, { caps: [reservation().caps[0]!] }))),
    );

    expect(answers.filter((answer) => answer === undefined)).toHaveLength(3);
    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 300 });
  });

  it('stops and goes on with its owner’s word', async () => {
    const ledger = newLedger();
    await ledger.reserve(reservation('r1:1'));

    await ledger.setPaused(true);

    expect(await ledger.confirm('r1:1')).toEqual({ reason: 'SITE_PAUSED' });
    expect(await ledger.reserve(reservation('r2:1'))).toEqual({ reason: 'SITE_PAUSED' });
    await ledger.setPaused(false);
    expect(await ledger.reserve(reservation('r2:1'))).toBeUndefined();
  });

  it('adds up what isolates count', async () => {
    const ledger = newLedger();
    const hour = new Date().toISOString().slice(0, 13);

    await ledger.count(hour, { hit: 2 });
    await ledger.count(hour, { hit: 3 });

    // RPC's types cannot express rows with unknown columns.
    const { hours } = (await ledger.report()) as unknown as LedgerReport;
    expect(hours).toEqual([{ hour, name: 'hit', count: 5 }]);
  });
});

describe('its alarm', () => {
  it('rings when the first lease ends, whatever comes after it', async () => {
    const ledger = newLedger();

    await ledger.reserve(reservation('r1:1', { leaseMs: LEASE_MS }));
    expect(await rings(ledger)).toBe(LEASE_MS);
    await ledger.reserve(reservation('r2:1', { leaseMs: 2 * LEASE_MS }));
    expect(await rings(ledger)).toBe(LEASE_MS);
    await ledger.reserve(reservation('r3:1', { leaseMs: LEASE_MS / 2 }));

    expect(await rings(ledger)).toBe(LEASE_MS / 2);
  });

  it('asks the generation, which never went up, and frees its money', async () => {
    const ledger = newLedger();
    await ledger.reserve(reservation('r1:1', { owner: crypto.randomUUID() }));
    await endLeases(ledger);

    expect(await runDurableObjectAlarm(ledger)).toBe(true);

    expect(await moneyOf(ledger)).toEqual({ settled: 0, held: 0 });
  });

  it('counts what has no generation as spent', async () => {
    const ledger = newLedger();
    const { owner: _, ...nobodys } = reservation('r1:1');
    await ledger.reserve(nobodys);
    await endLeases(ledger);

    await runDurableObjectAlarm(ledger);

    expect(await moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
  });

  it('rings again for the next lease, and every hour where nothing is held', async () => {
    const ledger = newLedger();
    await ledger.reserve(reservation('r1:1', { leaseMs: LEASE_MS }));

    await runDurableObjectAlarm(ledger);
    expect(await rings(ledger)).toBe(LEASE_MS);
    await ledger.release('r1:1');
    await runDurableObjectAlarm(ledger);

    expect(await rings(ledger)).toBe(HOUR_MS);
  });

  it('that fails rings again in a second, and does then what it could not', async () => {
    const ledger = newLedger();
    const { owner: _, ...nobodys } = reservation('r1:1');
    await ledger.reserve(nobodys);
    await endLeases(ledger);
    await inStorage(ledger, ({ sql }) => void sql.exec('ALTER TABLE days RENAME TO hidden'));

    expect(await runDurableObjectAlarm(ledger)).toBe(true);

    expect(await inStorage(ledger, ({ sql }) => sql.exec('SELECT state FROM reservations').one())).toEqual({
      state: 'held',
    });
    expect(await rings(ledger)).toBeLessThanOrEqual(1000);
    await inStorage(ledger, ({ sql }) => void sql.exec('ALTER TABLE hidden RENAME TO days'));
    await runDurableObjectAlarm(ledger);
    expect(await moneyOf(ledger)).toEqual({ settled: 100, held: 0 });
  });

  it('forgets what is past its life, once an hour', async () => {
    const ledger = newLedger();
    await ledger.reserve(reservation('r1:1'));
    await ledger.settle('r1:1', settlement(60));
    const old = Date.now() - 86_400_000 - 1;
    const rows = () => inStorage(ledger, ({ sql }) => sql.exec('SELECT id FROM reservations').toArray());

    await inStorage(ledger, ({ sql }) => void sql.exec('UPDATE reservations SET leaseUntil = ?', old));
    await runDurableObjectAlarm(ledger);

    expect(await rows()).toEqual([]);
    expect(await moneyOf(ledger)).toEqual({ settled: 60, held: 0 });
    await ledger.release('r2:1');
    await inStorage(ledger, ({ sql }) => void sql.exec('UPDATE reservations SET leaseUntil = ?', old));
    await runDurableObjectAlarm(ledger);
    expect(await rows()).toEqual([{ id: 'r2:1' }]);
  });

  it('is kept, with everything else, when the object is evicted', async () => {
    const ledger = newLedger();
    await ledger.reserve(reservation('r1:1', { leaseMs: LEASE_MS }));
    await ledger.setPaused(true);

    await evictDurableObject(ledger);

    expect(await rings(ledger)).toBe(LEASE_MS);
    expect(await ledger.report()).toMatchObject({ heldMicros: 100, paused: true });
    await ledger.setPaused(false);
    await ledger.reserve(reservation('r2:1', { leaseMs: 2 * LEASE_MS }));
    expect(await rings(ledger)).toBe(LEASE_MS);
  });
});
