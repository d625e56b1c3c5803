/** The object around a run, as the platform treats it: cut off, woken by its alarm, called by ledgers. */
import { abortAllDurableObjects, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../worker/generation/run-record.ts';
import { ledgerOf } from '../../worker/ledger/rpc.ts';
import type { Generation } from '../../worker/objects/generation.ts';
import { eventually } from '../eventually.ts';
import { runRecord } from '../generation/run-records.ts';
import { GENERATE, moneyOf, nameOf, newBody, SSE, usageOf, worstOf } from '../routes/generate/money.ts';
import { createTestWorker, reasonOf, upstreamCalls } from '../support.ts';

const HOUR_MS = 3_600_000;

const newGeneration = (): DurableObjectStub<Generation> => env.GENERATION.getByName(crypto.randomUUID());
const inStorage = <T>(stub: DurableObjectStub<Generation>, look: (storage: DurableObjectStorage) => T | Promise<T>) =>
  runInDurableObject(stub, (_generation, { storage }) => look(storage));
/** The rows that an earlier instance has written. */
const writeRecord = (stub: DurableObjectStub<Generation>, record: RunRecord) =>
  inStorage(stub, async (storage) => {
    storage.sql.exec('CREATE TABLE record (one INTEGER PRIMARY KEY CHECK (one = 1), doc TEXT NOT NULL)');
    storage.sql.exec('INSERT INTO record VALUES (1, ?)', JSON.stringify(record));
    await storage.setAlarm(Date.now() + HOUR_MS);
  });
/** Milliseconds until its alarm rings, to the second. */
const rings = async (stub: DurableObjectStub<Generation>): Promise<number> =>
  Math.round((((await inStorage(stub, (storage) => storage.getAlarm())) ?? 0) - Date.now()) / 1000) * 1000;

afterEach(reset);

describe('an object that is cut off while its run is up', () => {
  it('is asked once more, and nothing is sent twice: it may have been charged, and is counted in full', async () => {
    const words = '[[size:tiny]] [[delay:1500]]';
    const worst = worstOf(words);
    const worker = createTestWorker();
    const body = newBody(words);
    const answers = [worker.ask(GENERATE, body), worker.ask(SSE, body)];
    await eventually(() => upstreamCalls(nameOf(body))).toBe(1);

    await abortAllDurableObjects();

    for (const answer of await Promise.all(answers)) expect(await reasonOf(answer)).toEqual([502, 'OUTCOME_UNKNOWN']);
    await eventually(() => moneyOf(worker)).toEqual({ settled: worst, held: 0 });
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: worst, held: 0 });
    expect(await reasonOf(await worker.ask(GENERATE, body))).toEqual([502, 'OUTCOME_UNKNOWN']);
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });

  it('after its picture was stored has made that picture, for who waits and who comes', async () => {
    const worker = createTestWorker();
    // The picture comes first, then a second of silence.
    const body = newBody('[[answer:picture_first]] [[event-delay:1500]]');
    const waiting = worker.ask(SSE, body);
    await eventually(async () => (await env.BUCKET.list({ prefix: '30d/images/' })).objects.length).toBe(1);

    await abortAllDurableObjects();

    expect((await waiting).status).toBe(200);
    const hit = await worker.ask(GENERATE, body);
    expect([hit.status, hit.headers.get('Cache-Status')]).toEqual([200, 'peel; hit']);
    expect(await hit.text()).toContain('"inlineData"');
    expect(await upstreamCalls(nameOf(body))).toBe(1);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    expect(await usageOf(worker)).toMatchObject([{ pictures: 1 }]);
  });
});

describe('its alarm', () => {
  it('forgets what is an hour old', async () => {
    const generation = newGeneration();
    await writeRecord(generation, runRecord({ state: 'ended', outcome: 'unknown', endedAt: Date.now() - HOUR_MS }));

    expect(await runDurableObjectAlarm(generation)).toBe(true);

    const tables = (storage: DurableObjectStorage) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('record', 'texts')").toArray();
    expect(await inStorage(generation, tables)).toEqual([]);
    expect(await inStorage(generation, (storage) => storage.getAlarm())).toBeNull();
  });

  it('rings again when what it remembers is an hour old', async () => {
    const generation = newGeneration();
    const endedAt = Date.now() - HOUR_MS / 2;
    await writeRecord(generation, runRecord({ state: 'ended', outcome: 'unknown', endedAt }));

    await runDurableObjectAlarm(generation);

    expect(await rings(generation)).toBe(HOUR_MS / 2);
  });

  it('that fails rings again in a minute', async () => {
    const generation = newGeneration();
    await inStorage(generation, async (storage) => {
      storage.sql.exec('CREATE TABLE record (something INTEGER)');
      await storage.setAlarm(Date.now() + HOUR_MS);
    });

    expect(await runDurableObjectAlarm(generation)).toBe(true);

    expect(await rings(generation)).toBe(60_000);
  });
});

describe('what a ledger asks it', () => {
  it('of a run that is up keeps the money held, until the run ends', async () => {
    const worker = createTestWorker();
    const body = newBody('[[size:tiny]] [[delay:700]]');
    const made = worker.ask(GENERATE, body);
    await eventually(() => upstreamCalls(nameOf(body))).toBe(1);
    const ledger = env.LEDGER.getByName(ledgerOf('default'));
    await runInDurableObject(ledger, (_ledger, { storage }) => {
      storage.sql.exec('UPDATE reservations SET askAt = 0');
    });

    await runDurableObjectAlarm(ledger);

    expect(await moneyOf(worker)).toEqual({ settled: 0, held: expect.any(Number) });
    expect((await moneyOf(worker)).held).toBeGreaterThan(0);
    const cost = Number((await made).headers.get('Peel-Cost'));
    await eventually(() => moneyOf(worker)).toEqual({ settled: cost, held: 0 });
  });

  it('of what it has never heard is free', async () => {
    expect(await newGeneration().outcome('r1:1')).toEqual({ state: 'free' });
  });
});
