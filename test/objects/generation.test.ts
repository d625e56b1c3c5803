/** The object around a run, as the platform treats it: cut off, woken by its alarm, called by ledgers. */
import {
  abortAllDurableObjects,
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Variables } from '../../worker/config/variables.ts';
import type { RunRecord } from '../../worker/generation/run-record.ts';
import { ledgerOf } from '../../worker/ledger/rpc.ts';
import type { Generation } from '../../worker/objects/generation.ts';
import type { Services } from '../../worker/services.ts';
import { eventually } from '../eventually.ts';
import { tablesOf } from '../generation/generations.ts';
import { runRecord, writeEarlierRows } from '../generation/run-records.ts';
import { png } from '../request/images.ts';
import {
  GENERATE,
  moneyOf,
  nameOf,
  newBody,
  SSE,
  usageOf,
  visitorOf,
  withoutKv,
  worstOf,
} from '../routes/generate/money.ts';
import { createTestWorker, newHold, reasonOf, upstreamCalls } from '../support.ts';

const HOUR_MS = 3_600_000;

const newGeneration = (): DurableObjectStub<Generation> => env.GENERATION.getByName(crypto.randomUUID());
const inStorage = <T>(stub: DurableObjectStub<Generation>, look: (storage: DurableObjectStorage) => T | Promise<T>) =>
  runInDurableObject(stub, (_generation, { storage }) => look(storage));
/** The rows that an earlier instance has written. */
const writeRecord = (stub: DurableObjectStub<Generation>, record: RunRecord) =>
  inStorage(stub, async (storage) => {
    writeEarlierRows(storage, record);
    await storage.setAlarm(Date.now() + HOUR_MS);
  });
/** Milliseconds until its alarm rings, to ten seconds. */
const rings = async (stub: DurableObjectStub<Generation>): Promise<number> =>
  Math.round((((await inStorage(stub, (storage) => storage.getAlarm())) ?? 0) - Date.now()) / 10_000) * 10_000;
/** Tables and alarm of an object. */
const leftIn = (stub: DurableObjectStub<Generation>) =>
  inStorage(stub, async (storage) => ({ tables: tablesOf(storage), alarm: await storage.getAlarm() }));
const NOTHING = { tables: [], alarm: null };

/** A worker, and the object that it has asked last. */
function createWatchedWorker(variables: Variables = {}, change = (services: Services): Services => services) {
  const keys: string[] = [];
  const worker = createTestWorker(variables, (services) => {
    const changed = change(services);
    const ask: Services['generations']['ask'] = (job, inputs) => {
      keys.push(job.key);
      return changed.generations.ask(job, inputs);
    };
    return { ...changed, generations: { ask } };
  });
  return { worker, asked: () => env.GENERATION.getByName(keys.at(-1) as string) };
}

/** A new request with a picture inside, which its worker stores between the ledger's yes and the dispatch. */
const bodyWithPicture = () => {
  const body = newBody();
  const inlineData = { mimeType: 'image/png', data: png(8, 8).toBase64() };
  return { contents: [{ role: 'user', parts: [...body.contents[0]!.parts, { inlineData }] }] };
};
const ledgerOfSite = () => env.LEDGER.getByName(ledgerOf('default'));
/** Makes every hold old enough for a question to its owner, in the next instance of the ledger. */
const ageHolds = () =>
  runInDurableObject(ledgerOfSite(), (_ledger, { storage }) => void storage.sql.exec('UPDATE holds SET askAt = 0'));

afterEach(reset);

describe('a request that is refused', () => {
  const OWNER = { ADMIN_TOKEN: 'an-owner-s-token-of-some-length' };

  it.each([
    { reason: 'DAILY_BUDGET_SPENT', variables: { SITE_DAILY_BUDGET_USD: '0.01' } },
    { reason: 'DEPLOYMENT_BUDGET_SPENT', variables: { DEPLOYMENT_MONTHLY_BUDGET_USD: '0.01' } },
    { reason: 'SITE_PAUSED', variables: OWNER, before: () => ledgerOfSite().setPaused(true) },
  ])('leaves no row, no table and no alarm in its object: $reason', async ({ reason, variables, before }) => {
    await before?.();
    const { worker, asked } = createWatchedWorker(variables);

    expect((await reasonOf(await worker.ask(GENERATE, newBody())))[1]).toBe(reason);

    expect(await leftIn(asked())).toEqual(NOTHING);
  });

  it('of a visitor, whose count only the ledger knows, leaves nothing either', async () => {
    const { worker, asked } = createWatchedWorker({ VISITOR_PER_MINUTE: '1' }, withoutKv);
    const ask = await visitorOf(worker, '198.51.100.1');
    await ask(newBody());

    expect(await reasonOf(await ask(newBody()))).toEqual([429, 'VISITOR_MINUTE']);

    expect(await leftIn(asked())).toEqual(NOTHING);
  });
});

describe('an object that is cut off between the ledger’s yes and the dispatch', () => {
  it('has left nothing: it is asked once more, and its first money is free when the ledger misses it', async () => {
    let kept = 0;
    const { worker, asked } = createWatchedWorker({}, (services) => ({
      ...services,
      inputs: {
        ...services.inputs,
        keep(...args) {
          kept += 1;
          return kept === 1 ? new Promise(() => undefined) : services.inputs.keep(...args);
        },
      },
    }));
    const body = bodyWithPicture();
    const answer = worker.ask(GENERATE, body);
    await eventually(() => kept).toBe(1);
    const { held } = await moneyOf(worker);
    expect(held).toBeGreaterThan(0);
    expect(await leftIn(asked())).toEqual(NOTHING);

    await abortAllDurableObjects();

    const made = await answer;
    expect(made.status).toBe(200);
    const settled = Number(made.headers.get('Peel-Cost'));
    await eventually(() => moneyOf(worker)).toEqual({ settled, held });
    await ageHolds();
    await evictDurableObject(ledgerOfSite());
    expect(await moneyOf(worker)).toEqual({ settled, held: 0 });
  });
});

describe('a picture', () => {
  it('is watched by one alarm, which a second replaces: that one rings, and deletes everything', async () => {
    const { worker, asked } = createWatchedWorker();
    const hold = newHold();
    const body = newBody(`[[size:tiny]] ${hold.words}`);
    const made = worker.ask(GENERATE, body);
    await eventually(() => upstreamCalls(nameOf(body))).toBe(1);
    expect(await rings(asked())).toBeLessThanOrEqual(30_000);

    await hold.release();
    const settled = Number((await made).headers.get('Peel-Cost'));
    await eventually(() => moneyOf(worker)).toEqual({ settled, held: 0 });
    await eventually(() => rings(asked())).toBe(HOUR_MS);
    await inStorage(asked(), ({ sql }) => {
      sql.exec("UPDATE rows SET text = json_set(text, '$.endedAt', 0) WHERE kind = 'record'");
    });
    await abortAllDurableObjects();
    await runDurableObjectAlarm(asked());
    expect(await leftIn(asked())).toEqual(NOTHING);
    expect(await moneyOf(worker)).toEqual({ settled, held: 0 });
  });

  it('that provably was not drawn leaves nothing, no alarm either', async () => {
    const { worker, asked } = createWatchedWorker();

    const answer = await worker.ask(GENERATE, newBody('[[error:400_invalid_argument]]'));

    expect(answer.status).toBe(400);
    await eventually(() => moneyOf(worker)).toEqual({ settled: 0, held: 0 });
    await eventually(() => leftIn(asked())).toEqual(NOTHING);
  });
});

describe('an object that is cut off while its run is up', () => {
  it('is asked once more, and nothing is sent twice: it may have been charged, and is counted in full', async () => {
    const hold = newHold();
    const words = `[[size:tiny]] ${hold.words}`;
    const worst = worstOf(words);
    const worker = createTestWorker();
    const body = newBody(words);
    const answers = [worker.ask(GENERATE, body), worker.ask(SSE, body)];
    await eventually(() => upstreamCalls(nameOf(body))).toBe(1);

    await abortAllDurableObjects();
    await hold.release();

    for (const answer of await Promise.all(answers)) expect(await reasonOf(answer)).toEqual([502, 'OUTCOME_UNKNOWN']);
    await eventually(() => moneyOf(worker)).toEqual({ settled: worst, held: 0 });
    expect(await moneyOf(worker, 'deployment')).toEqual({ settled: worst, held: 0 });
    expect(await reasonOf(await worker.ask(GENERATE, body))).toEqual([502, 'OUTCOME_UNKNOWN']);
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });

  it('after its picture was stored has made that picture, for who waits and who comes', async () => {
    const worker = createTestWorker();
    // The picture comes first, then silence.
    const hold = newHold();
    const body = newBody(`[[answer:picture_first]] ${hold.eventWords}`);
    const waiting = worker.ask(SSE, body);
    await eventually(async () => (await env.BUCKET.list({ prefix: '30d/images/' })).objects.length).toBe(1);

    await abortAllDurableObjects();
    await hold.release();

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

    expect(await leftIn(generation)).toEqual(NOTHING);
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
  it('of a run that has not ended keeps the money held, until it has', async () => {
    const gate = Promise.withResolvers<void>();
    const worker = createTestWorker({}, (services) => ({
      ...services,
      inputs: { ...services.inputs, keep: (...args) => gate.promise.then(() => services.inputs.keep(...args)) },
    }));
    const made = worker.ask(GENERATE, bodyWithPicture());
    await eventually(async () => (await moneyOf(worker)).held).toBeGreaterThan(0);
    const before = await moneyOf(worker);
    await ageHolds();
    await evictDurableObject(ledgerOfSite());

    const asked = await moneyOf(worker);

    expect(asked).toEqual(before);
    gate.resolve();
    const settled = Number((await made).headers.get('Peel-Cost'));
    await eventually(() => moneyOf(worker)).toEqual({ settled, held: 0 });
  });

  it('of what it has never heard is free', async () => {
    expect(await newGeneration().outcome('r1:1')).toEqual({ state: 'free' });
  });
});
