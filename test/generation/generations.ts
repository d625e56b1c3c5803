/** Generations on a real object's SQLite and the real R2, with a scripted ledger and scripted providers. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import type { GenerationDependencies } from '../../worker/generation/dependencies.ts';
import { GenerationMachine } from '../../worker/generation/generation.ts';
import type { GenerationEvent, GenerationJob, RequestInputs } from '../../worker/generation/job.ts';
import { createRows } from '../../worker/generation/run-store.ts';
import { sqlOf } from '../../worker/ledger/sql.ts';
import type { PoolAnswer, ProviderCall } from '../../worker/providers/provider.ts';
import type { Site } from '../../worker/sites/site.ts';
import { createImageStore } from '../../worker/storage/images.ts';
import { createManifests } from '../../worker/storage/manifests.ts';
import { createPartBuffers } from '../../worker/storage/part-buffers.ts';
import { createPendingParts } from '../../worker/storage/pending.ts';
import { policy } from '../ledger/ledgers.ts';
import { request } from '../request/requests.ts';
import { createFakeLedger } from './fake-ledger.ts';

export const NOW = Date.UTC(2026, 10, 23, 12);
export const HOUR_MS = 3_600_000;
export const COST = 67_000;
export const WORST = 100_000;

export const jobOf = (change: Partial<GenerationJob> = {}): GenerationJob => ({
  key: 'd3'.repeat(32),
  site: { id: 'default', retention: '30d' } as Site,
  origin: 'https://peel.example',
  request: request(),
  form: 'json',
  worstMicros: WORST,
  policies: [policy(3)],
  purses: [],
  prefix: 'p1',
  ...change,
});

type Answer = (call: ProviderCall) => Promise<PoolAnswer> | PoolAnswer;

const forever = (): Promise<never> => new Promise(() => undefined);

/** Names of the tables of an object. The platform's own begin with `_cf`. */
export const tablesOf = ({ sql }: DurableObjectStorage): string[] =>
  sql
    .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
    .toArray()
    .map(({ name }) => String(name));

/** An object's storage and its surroundings. They outlive the object's machines. */
function createStage(storage: DurableObjectStorage) {
  const ledger = createFakeLedger();
  const clock = { now: NOW };
  /** Methods of R2 that fail at the moment. */
  const refused = new Set<keyof R2Bucket>();
  const bucket = new Proxy(env.BUCKET, {
    get(target, name: keyof R2Bucket) {
      const real = target[name];
      if (typeof real !== 'function') return real;
      return (...args: unknown[]) =>
        refused.has(name)
          ? Promise.reject(new Error(`${name}: We encountered an internal error. (10001)`))
          : Reflect.apply(real, target, args);
    },
  });
  const answers: Answer[] = [];
  const calls: ProviderCall[] = [];
  /** Alarms that were set, in order. Each replaces the one before. */
  const alarms: number[] = [];
  const logged: string[] = [];
  const held: Promise<unknown>[] = [];
  const discarded: string[] = [];
  const abandoned: string[] = [];
  /** When everything was deleted. */
  const forgotten: number[] = [];
  const manifests = createManifests(bucket);
  const images = createImageStore(bucket, createPartBuffers({ now: () => 0, pause: () => scheduler.wait(1) }));
  let ids = 0;

  /** Starts a machine as the object does: on the stored rows alone. */
  function start(change: Partial<GenerationDependencies> = {}) {
    const rows = createRows(sqlOf(storage));
    const pendingParts = createPendingParts(storage.sql);
    const deps: GenerationDependencies = {
      ...{ rows, pendingParts, images, manifests, catalog: SEED_CATALOG },
      flushPending: async () => (await images.flush(pendingParts)).every(({ outcome }) => outcome === 'stored'),
      ledgers: (_site, limits) => ({ ledger: ledger.port, caps: [], ...limits }),
      signatureOrigins: { find: async () => [], remember: async () => undefined },
      inputs: {
        open: (input) => ({ ...input, open: () => new Uint8Array(0) }),
        discard: async (kept) => void discarded.push(...kept.map(({ object }) => object)),
      },
      providers: {
        async generate(call) {
          calls.push(call);
          const answer = answers.shift();
          if (!answer) throw new Error('asked once too often');
          return answer(call);
        },
      },
      pricing: {
        worst: () => WORST,
        cost: (_provider, { pictures }) => (pictures > 0 ? COST : 700),
        table: () => undefined,
      },
      redact: (chunk) => chunk,
      random: (bytes) => crypto.getRandomValues(bytes),
      createPictureId: () => {
        ids += 1;
        return `b${String(ids).padStart(32, '0')}`;
      },
      now: () => clock.now,
      pause: forever,
      hold: (promise) => void held.push(promise),
      flush: () => storage.sync(),
      wakeAt: async (at) => void alarms.push(at),
      async forget() {
        forgotten.push(clock.now);
        await storage.deleteAll();
        rows.forgotten();
      },
      abandon: (why) => void abandoned.push(why),
      log: (event) => logged.push(event),
      ...change,
    };
    const machine = new GenerationMachine(deps);
    return {
      machine,
      rows,
      ask: (job = jobOf(), inputs: RequestInputs = []): Promise<GenerationEvent[]> =>
        Array.fromAsync(machine.ask(job, inputs)),
    };
  }

  return {
    ...{ storage, ledger, clock, refused, answers, calls, alarms, logged, discarded, abandoned, forgotten },
    ...{ manifests, start },
    /** Resolves when nothing runs any more. */
    settled: async () => void (await Promise.all(held)),
    tables: () => tablesOf(storage),
    /** Names of the tables that have rows. */
    filled: (): string[] =>
      tablesOf(storage).filter((name) => storage.sql.exec(`SELECT 1 FROM "${name}" LIMIT 1`).toArray().length > 0),
  };
}

export type Stage = ReturnType<typeof createStage>;

export const onStage = <T>(test: (stage: Stage) => T | Promise<T>): Promise<T> =>
  runInDurableObject(env.GENERATION.getByName(crypto.randomUUID()), (_generation, { storage }) =>
    test(createStage(storage)),
  );

/** A provider that asks for its permit and then gives this answer. */
export const sends =
  (answer: PoolAnswer | (() => Promise<PoolAnswer> | PoolAnswer)): Answer =>
  async ({ permit }) => {
    const refused = await permit(1, 'google');
    if (refused) return { ok: false, provider: 'google', failure: refused };
    return typeof answer === 'function' ? answer() : answer;
  };
