/** Each test stores a run as a crash leaves it. A new machine then starts on the stored rows. */
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import type { Chunk } from '../../worker/gemini/lift/skeleton.ts';
import type { GenerationEvent } from '../../worker/generation/job.ts';
import type { ReviewRequest } from '../../worker/generation/moderation.ts';
import type { RunRecord } from '../../worker/generation/run-record.ts';
import { blobKey, renditionKey } from '../../worker/storage/keys.ts';
import type { Manifest } from '../../worker/storage/manifest.ts';
import { createPendingParts } from '../../worker/storage/pending.ts';
import { eventually } from '../eventually.ts';
import { settlement } from '../ledger/ledgers.ts';
import { emptyBucket, hexOf, keptHex, picture } from '../storage/pictures.ts';
import { answerOf, good, image } from './answers.ts';
import { COST, HOUR_MS, NOW, onStage, type Stage, sends, WORST } from './generations.ts';
import { runRecord, writeEarlierRows } from './run-records.ts';

const BYTES = picture(5000);
const RECORD = runRecord({ startedAt: NOW - 100_000, deadlineAt: NOW + 200_000, reservedAt: NOW - 99_000 });
const { id, key, site, run } = RECORD;
const FIRST = `${run}:1`;
const SECOND = `${run}:2`;
const PICTURE = blobKey('images', id, 0);
const MANIFEST: Manifest = {
  version: 1,
  id,
  form: 'json',
  chunks: [['{"candidates":[]}']],
  images: [],
  signatures: [],
  model: RECORD.subject.model,
  provider: 'google',
  costMicros: 61_000,
  createdAt: NOW - 1000,
};
/** An answer's only chunk, as it is written before the run waits for its picture. */
const CHUNK: Chunk = [
  '{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"',
  { kind: 'image', n: 0, bytes: BYTES.length },
  '"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":7}}',
];
const DISPATCHED = { state: 'dispatched', provider: 'google' } as const;

/** The state of the object and of its ledger when the object dies. */
function crash(stage: Stage, change: Partial<RunRecord>, held: string[] = [FIRST]): void {
  const record = { ...RECORD, ...change };
  const { rows } = stage.start();
  // A run's first row is that of its dispatch. Earlier versions wrote one before they reserved.
  rows.write({ ...record, ...DISPATCHED });
  rows.write(record);
  for (const reservation of held) stage.ledger.states.set(reservation, 'held');
}
const writeDown = (stage: Stage, ...chunks: Chunk[]) => stage.start().rows.putChunks(chunks, 0);
/** What a request for a smaller picture leaves that was made before the picture was deleted. */
const putRendition = () => env.BUCKET.put(renditionKey(id, 0, 320), 'smaller');

const storePicture = () =>
  env.BUCKET.put(PICTURE, BYTES, {
    httpMetadata: { contentType: 'image/png' },
    customMetadata: { sha256: hexOf(BYTES) },
  });

const idsOf = (events: GenerationEvent[]) => events.flatMap((event) => (event.type === 'started' ? [event.id] : []));
const failureOf = (events: GenerationEvent[]) => {
  const end = events.at(-1);
  return end?.type === 'failed' ? end.failure : undefined;
};
const forever = () => new Promise<never>(() => undefined);
const settlementsOf = ({ ledger }: Stage) => ledger.calls.flatMap(({ settlement: told }) => (told ? [told] : []));

afterEach(emptyBucket);

describe('a run that was cut off before it went up', () => {
  it.each<{ name: string; step: (stage: Stage) => void; held: boolean }>([
    { name: 'while it reserved', step: ({ ledger }) => ledger.during('reserve', forever), held: false },
    { name: 'after the ledger’s yes', step: ({ answers }) => void answers.push(forever), held: true },
  ])('has left no row, so its money is free once the ledger asks: $name', ({ step, held }) =>
    onStage(async (stage) => {
      step(stage);
      void stage.start().ask();
      await eventually(() => stage.ledger.steps()).toEqual(['reserve']);
      await eventually(() => stage.ledger.held().length).toBe(held ? 1 : 0);
      const id = stage.ledger.calls[0]!.id;

      const { machine } = stage.start();

      expect(await machine.outcome(id)).toEqual({ state: 'free' });
      expect([stage.tables(), stage.alarms, stage.calls.length]).toEqual([[], [], held ? 1 : 0]);
    }),
  );

  it('is started anew by the next caller, while the ledger still holds its money', () =>
    onStage(async (stage) => {
      stage.answers.push(
        forever,
        sends(() => good(answerOf([image(BYTES)]))),
      );
      void stage.start().ask();
      await eventually(() => stage.calls.length).toBe(1);
      const [left] = stage.ledger.held();

      const events = await stage.start().ask();

      expect(events.at(-1)).toMatchObject({ type: 'done', kept: true });
      await eventually(() => stage.ledger.settled).toBe(COST);
      expect(stage.ledger.held()).toEqual([left]);
      expect(stage.ledger.calls[1]?.id).not.toBe(left);
    }));

  it.each<{ name: string; change: Partial<RunRecord>; held: string[] }>([
    { name: 'while it reserved a second attempt', change: { state: 'reserving', attempt: 2 }, held: [FIRST] },
    { name: 'with a second attempt reserved', change: { state: 'reserved', attempt: 2 }, held: [SECOND] },
    {
      name: 'while the refusal of a second attempt was undone',
      change: { state: 'settling', outcome: 'none', attempt: 2 },
      held: [FIRST],
    },
    { name: 'by an earlier version, before its ledger heard of it', change: { state: 'reserving' }, held: [] },
    { name: 'by an earlier version, while it reserved', change: { state: 'reserving' }, held: [FIRST] },
    { name: 'by an earlier version, reserved', change: { state: 'reserved' }, held: [FIRST] },
  ])('gives everything back and leaves nothing: $name', ({ change, held }) =>
    onStage(async (stage) => {
      crash(stage, change, held);

      await stage.start().machine.wake();

      expect(stage.ledger.held()).toEqual([]);
      expect(settlementsOf(stage)).toEqual([]);
      expect(stage.tables()).toEqual([]);
    }),
  );

  it('and that was written down is started anew by the next caller', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'reserved', attempt: 2 }, [SECOND]);
      stage.answers.push(sends(() => good(answerOf([image(BYTES)]))));

      const events = await stage.start().ask();
      await stage.settled();

      expect(events.at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(stage.ledger.states.get(SECOND)).toBe('released');
      expect(stage.ledger.settled).toBe(COST);
    }));

  it('keeps a reservation that comes late from being granted', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'reserving', attempt: 2 }, [FIRST]);

      await stage.start().machine.wake();

      const late = {
        ...{ id: SECOND, run, replaces: FIRST, micros: WORST, leaseMs: 1 },
        subject: RECORD.subject,
        caps: [],
        policies: [],
        purses: [],
      };
      expect(await stage.ledger.port.reserve(late)).toBeDefined();
    }));
});

describe('a run that was cut off after it went up', () => {
  it('and had kept its answer is that picture, at its price', () =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, prefix: 'p1' });
      await stage.manifests.put(site, key, MANIFEST);
      const { machine, ask, rows } = stage.start();

      await machine.wake();

      expect(settlementsOf(stage)).toEqual([
        { micros: 61_000, provider: 'google', outcome: 'picture', picture: { id, keepDays: 30, prefix: 'p1' } },
      ]);
      expect(rows.read()).toMatchObject({ state: 'ended', outcome: 'picture' });
      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true, manifest: { id } });
      expect(stage.calls).toEqual([]);
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);
    }));

  it('and had kept its words, but not the picture that was put beside them, is not known, and not sent again', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      await stage.manifests.put(site, key, { ...MANIFEST, chunks: [CHUNK] });

      const events = await stage.start().ask();

      expect(failureOf(events)).toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
      expect(stage.calls).toEqual([]);
      expect(stage.ledger.settled).toBe(WORST);
    }));

  it('and had its picture in R2 and its words written down is that picture, whole', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      await storePicture();
      const { ask } = stage.start();

      const events = await ask();

      expect(events.at(-1)).toMatchObject({ type: 'done', kept: true });
      expect(await stage.manifests.get(site, key, NOW)).toEqual({
        ...{ version: 1, id, form: 'json', chunks: [CHUNK], model: RECORD.subject.model, provider: 'google' },
        images: [{ n: 0, mimeType: 'image/png', bytes: BYTES.length, sha256: hexOf(BYTES), width: 1024, height: 768 }],
        signatures: [],
        usage: expect.objectContaining({ promptTokens: 7 }),
        costMicros: COST,
        createdAt: NOW,
      });
      expect(stage.ledger.settled).toBe(COST);
      expect(stage.calls).toEqual([]);
    }));

  it.each(['allowed', 'unchecked_shown'] as const)('is that picture where the owner’s check has %s it', (verdict) =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, origin: 'https://peel.example' });
      writeDown(stage, CHUNK);
      await storePicture();
      const asked: ReviewRequest[] = [];
      const moderator = {
        review: async (reviewed: ReviewRequest) => {
          asked.push(reviewed);
          return verdict;
        },
        clear: async (manifest: Manifest) => manifest,
      };

      await stage.start({ moderator }).machine.wake();

      expect(asked).toMatchObject([{ site: site.id, origin: 'https://peel.example', manifest: { id } }]);
      expect((await stage.manifests.get(site, key, NOW))?.isModerated).toBe(verdict === 'allowed' ? true : undefined);
      expect(stage.ledger.settled).toBe(COST);
    }),
  );

  it.each(['refused', 'unchecked_hidden'] as const)('is a refusal, paid for, where the check says: %s', (verdict) =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, origin: 'https://peel.example' });
      writeDown(stage, CHUNK);
      await storePicture();

      const moderator = {
        async review() {
          await putRendition();
          return verdict;
        },
        clear: async (manifest: Manifest) => manifest,
      };

      let lateOnes = 0;
      const pause = async () => {
        lateOnes += 1;
        await putRendition();
      };

      await stage.start({ moderator, pause }).machine.wake();
      await stage.settled();

      expect(await stage.manifests.get(site, key, NOW)).toBeUndefined();
      expect(lateOnes).toBe(1);
      expect((await env.BUCKET.list()).objects).toEqual([]);
      expect(stage.ledger.settled).toBe(COST);
      expect(settlementsOf(stage)).toMatchObject([{ outcome: 'refused' }]);
    }),
  );

  it('and had its picture in R2, and not a word, is that picture with the least around it', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      await storePicture();

      await stage.start().machine.wake();

      const kept = await stage.manifests.get(site, key, NOW);
      expect(kept?.chunks.flat()).toContainEqual({ kind: 'image', n: 0, bytes: BYTES.length });
      expect(stage.ledger.settled).toBe(COST);
    }));

  it('is not taken for a picture where it may be a draft', () =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, thoughts: true });
      await storePicture();

      await stage.start().machine.wake();

      expect(await stage.manifests.get(site, key, NOW)).toBeUndefined();
      expect(stage.ledger.settled).toBe(WORST);
    }));

  it.each([
    ['before it', '{"candidates":[{"finishReason":"IMAGE_SAFETY","content":{"parts":[', ']'],
    ['of its prompt', '{"promptFeedback":{"blockReason":"OTHER"},"candidates":[{"content":{"parts":[', ']'],
    ['after it', '{"candidates":[{"content":{"parts":[', ']},"finish_reason":"image_safety"'],
  ])('is not kept where a verdict had come %s, in a unit that never ended', (_name, before, after) =>
    onStage(async (stage) => {
      const text = `${before}${JSON.stringify(image(BYTES))}${after}`;
      const hanging = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      });
      stage.answers.push(sends(() => ({ ...good(''), body: hanging })));
      void stage.start().ask();
      await eventually(() => env.BUCKET.list().then(({ objects }) => objects.length)).toBe(1);
      await eventually(() => stage.start().rows.read()?.hasVerdict).toBe(true);

      await stage.start().machine.wake();

      const { key: asked, site: where } = stage.start().rows.read()!;
      expect(await stage.manifests.get(where, asked, NOW)).toBeUndefined();
      expect((await env.BUCKET.list()).objects).toEqual([]);
      expect(stage.ledger.settled).toBe(WORST);
    }),
  );

  it('keeps the picture of a template and none of its drafts', () =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, isOfTemplate: true });
      writeDown(stage, CHUNK);
      await storePicture();
      const draft = blobKey('images', id, 1);
      await env.BUCKET.put(draft, picture(5001), { httpMetadata: { contentType: 'image/png' } });

      await stage.start().machine.wake();

      expect((await stage.manifests.get(site, key, NOW))?.images.map(({ n }) => n)).toEqual([0]);
      expect([await keptHex(PICTURE), await env.BUCKET.head(draft)]).toEqual([hexOf(BYTES), null]);
    }));

  it('and left its picture pending is that picture, once R2 takes it', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      const pending = createPendingParts(stage.storage.sql).defer({ key: PICTURE, etags: [] });
      pending.add(BYTES);
      pending.finish({ bytes: BYTES.length, sha256: hexOf(BYTES) }, 'image/png');
      stage.refused.add('put');
      const { machine, ask, rows } = stage.start();

      await machine.wake();
      expect(rows.read()?.state).toBe('dispatched');
      expect(stage.ledger.calls).toEqual([]);
      expect(stage.alarms.at(-1)).toBe(NOW + 1000);
      expect(failureOf(await ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' });
      stage.refused.clear();
      await machine.wake();

      expect(await keptHex(PICTURE)).toBe(hexOf(BYTES));
      expect(stage.ledger.settled).toBe(COST);
      expect(idsOf(await ask())).toEqual([id]);
      expect(stage.calls).toEqual([]);
    }));

  it.each<{ name: string; before: (stage: Stage) => unknown }>([
    { name: 'nothing of it is anywhere', before: () => undefined },
    { name: 'its words name a picture that is not there', before: (stage) => writeDown(stage, CHUNK) },
    {
      name: 'what is kept under its key is another run’s',
      before: (stage) => stage.manifests.put(site, key, { ...MANIFEST, id: `b${'e'.repeat(32)}` }),
    },
  ])('is counted in full and not sent again for an hour where $name', ({ before }) =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      await before(stage);
      const { ask, machine } = stage.start();

      expect(failureOf(await ask())).toMatchObject({ reason: 'OUTCOME_UNKNOWN', retryAfterSeconds: 3600 });

      expect(settlementsOf(stage)).toEqual([{ micros: WORST, provider: 'google', outcome: 'unknown' }]);
      expect(stage.calls).toEqual([]);
      await machine.wake();
      expect(stage.alarms.at(-1)).toBe(NOW + HOUR_MS);
    }),
  );

  it.each(['get', 'list'] as const)('is not judged while R2 does not answer: %s', (method) =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      await storePicture();
      stage.refused.add(method);
      const { machine, rows } = stage.start();

      await machine.wake();

      expect(rows.read()?.state).toBe('dispatched');
      expect(stage.ledger.calls).toEqual([]);
      expect(stage.alarms).toEqual([NOW + 1000]);
      stage.refused.clear();
      await machine.wake();
      expect(stage.ledger.settled).toBe(COST);
    }),
  );

  it('asks again at most once a minute', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      stage.refused.add('get');
      const { machine } = stage.start();

      for (let n = 0; n < 8; n += 1) await machine.wake();

      expect(stage.alarms.map((at) => (at - NOW) / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    }));

  it('is found out once by all who ask at the same time', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      await storePicture();
      const { ask, machine } = stage.start();

      const [first, second] = await Promise.all([ask(), ask(), machine.wake(), machine.outcome(FIRST)]);

      expect([idsOf(first), idsOf(second)]).toEqual([[id], [id]]);
      expect(settlementsOf(stage)).toHaveLength(1);
    }));
});

describe('a run that was cut off while its ledger was told', () => {
  it.each([
    { name: 'had not heard', counted: false },
    { name: 'had counted it', counted: true },
  ])('tells what was written down, and a ledger that $name counts it once', ({ counted }) =>
    onStage(async (stage) => {
      crash(stage, { state: 'settling', provider: 'google', outcome: 'picture', settlement: settlement(60) });
      if (counted) await stage.ledger.port.settle(FIRST, settlement(60));

      await stage.start().machine.wake();

      expect(settlementsOf(stage).at(-1)).toEqual(settlement(60));
      expect(stage.ledger.settled).toBe(60);
      expect(stage.start().rows.read()).toMatchObject({ state: 'ended', outcome: 'picture' });
    }),
  );
});

describe('a new run', () => {
  it('begins with nothing of the words of the last one', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      const { ask, rows } = stage.start();
      expect(failureOf(await ask())).toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
      stage.clock.now += HOUR_MS;
      const found: Chunk[][] = [];
      stage.answers.push(
        sends(() => {
          found.push(rows.chunks());
          return good(answerOf([image(BYTES)]));
        }),
      );

      await ask();

      expect(found).toEqual([[]]);
    }));
});

describe('a run that had ended', () => {
  it('is left alone', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'ended', outcome: 'unknown', endedAt: NOW - 1000 }, []);

      await stage.start().machine.wake();

      expect(stage.ledger.calls).toEqual([]);
      expect(stage.alarms).toEqual([NOW - 1000 + HOUR_MS]);
    }));
});

describe('a run of an earlier version', () => {
  it('that went up is found in the rows as they were written then', () =>
    onStage(async (stage) => {
      const text = JSON.stringify(CHUNK);
      writeEarlierRows(stage.storage, { ...RECORD, ...DISPATCHED }, [
        ['chunk', 0, 1, text.slice(20)],
        ['chunk', 0, 0, text.slice(0, 20)],
      ]);
      stage.ledger.states.set(FIRST, 'held');
      await storePicture();

      await stage.start().machine.wake();

      expect(await stage.manifests.get(site, key, NOW)).toMatchObject({ id, chunks: [CHUNK] });
      expect(stage.ledger.settled).toBe(COST);
      expect(idsOf(await stage.start().ask())).toEqual([id]);
      expect(stage.calls).toEqual([]);
    }));

  it('whose words R2 did not take is told from them, and kept by the alarm', () =>
    onStage(async (stage) => {
      const ended = { ...RECORD, state: 'ended', outcome: 'picture', endedAt: NOW, isUnkept: true } as const;
      writeEarlierRows(stage.storage, ended, [['unkept', 0, 0, JSON.stringify(MANIFEST)]]);
      stage.refused.add('put');

      const told = await stage.start().ask();
      stage.refused.clear();
      await stage.start().machine.wake();

      expect(told.at(-1)).toMatchObject({ type: 'done', kept: false, manifest: { id } });
      expect(await stage.manifests.get(site, key, NOW)).toMatchObject({ id });
      expect((await stage.start().ask()).at(-1)).toMatchObject({ type: 'done', kept: true, manifest: { id } });
      expect(stage.calls).toEqual([]);
    }));
});

describe('what a ledger hears of a reservation whose money it misses', () => {
  it.each<{ name: string; change: Partial<RunRecord> | undefined; asked: string; outcome: unknown }>([
    { name: 'nothing is written down', change: undefined, asked: FIRST, outcome: { state: 'free' } },
    { name: 'another run is', change: { ...DISPATCHED, run: 'other' }, asked: FIRST, outcome: { state: 'free' } },
    { name: 'a later attempt is', change: { ...DISPATCHED, attempt: 2 }, asked: FIRST, outcome: { state: 'free' } },
    {
      name: 'it is the later attempt, and was being reserved',
      change: { state: 'reserving', attempt: 2 },
      asked: SECOND,
      outcome: { state: 'free' },
    },
    {
      name: 'it is the later attempt, and was reserved',
      change: { state: 'reserved', attempt: 2 },
      asked: SECOND,
      outcome: { state: 'free' },
    },
    {
      name: 'it was given up',
      change: { state: 'settling', outcome: 'none' },
      asked: FIRST,
      outcome: { state: 'free' },
    },
    {
      name: 'its end is written down',
      change: { state: 'settling', outcome: 'picture', settlement: settlement(60) },
      asked: FIRST,
      outcome: { state: 'spent', settlement: settlement(60) },
    },
    {
      name: 'it has ended',
      change: { state: 'ended', outcome: 'refused', endedAt: NOW, settlement: settlement(7) },
      asked: FIRST,
      outcome: { state: 'spent', settlement: settlement(7) },
    },
    {
      name: 'it went up and nothing is left of it',
      change: DISPATCHED,
      asked: FIRST,
      outcome: { state: 'spent', settlement: { micros: WORST, provider: 'google', outcome: 'unknown' } },
    },
  ])('$outcome.state: $name', ({ change, asked, outcome }) =>
    onStage(async (stage) => {
      if (change) crash(stage, change);

      expect(await stage.start().machine.outcome(asked)).toEqual(outcome);
    }),
  );

  it('is the price of its picture where that is found', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      await stage.manifests.put(site, key, MANIFEST);

      const outcome = await stage.start().machine.outcome(FIRST);

      expect(outcome).toMatchObject({ state: 'spent', settlement: { micros: 61_000, outcome: 'picture' } });
    }));

  it('is to ask again while R2 does not say whether there is a picture', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      stage.refused.add('get');

      expect(await stage.start().machine.outcome(FIRST)).toEqual({ state: 'running', isRecorded: true });
      expect(stage.ledger.calls).toEqual([]);
    }));

  it('is to ask again while it runs, and whether a crash would forget it', () =>
    onStage(async (stage) => {
      const [asked, waiting, upstream] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
      stage.ledger.during('reserve', () => asked!.promise);
      stage.answers.push(async (call) => {
        await waiting!.promise;
        return sends(async () => {
          await upstream!.promise;
          return good(answerOf([image(BYTES)]));
        })(call);
      });
      const { ask, machine, rows } = stage.start();
      const events = ask();
      const outcomes: unknown[] = [];
      const hear = async () => outcomes.push(await machine.outcome(stage.ledger.calls[0]!.id));

      await eventually(() => stage.ledger.steps()).toEqual(['reserve']);
      await hear();
      asked!.resolve();
      await eventually(() => stage.calls.length).toBe(1);
      await hear();
      waiting!.resolve();
      await eventually(() => rows.read()?.state).toBe('dispatched');
      await hear();
      upstream!.resolve();
      expect((await events).at(-1)).toMatchObject({ type: 'done' });
      await stage.settled();
      await hear();

      expect(outcomes).toMatchObject([
        { state: 'running', isRecorded: false },
        { state: 'running', isRecorded: false },
        { state: 'running', isRecorded: true },
        { state: 'spent', settlement: { micros: COST } },
      ]);
    }));

  it('that it is free outlives the object’s memory', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'reserved', attempt: 2 }, [SECOND]);

      await stage.start().machine.outcome(SECOND);

      expect(stage.start().rows.read()).toMatchObject({ state: 'ended', outcome: 'none' });
    }));
});

describe('an answer whose words R2 does not take', () => {
  it('is told to each caller from the rows, before and after a restart, and paid once', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(() => good(answerOf([image(BYTES)]))));
      const first = stage.start({ manifests: { ...stage.manifests, put: () => Promise.reject(new Error('10001')) } });
      expect((await first.ask()).at(-1)).toMatchObject({ type: 'done', kept: false });
      await stage.settled();
      const [told] = idsOf(await first.ask());
      const again = stage.start({ manifests: { ...stage.manifests, put: () => Promise.reject(new Error('10001')) } });

      for (let asked = 0; asked < 10; asked += 1) {
        const events = await (asked < 5 ? first : again).ask();
        expect(events.at(-1)).toMatchObject({ type: 'done', kept: false, manifest: { id: told } });
      }

      expect(stage.calls).toHaveLength(1);
      expect(stage.ledger.settled).toBe(COST);
      const healed = stage.start();
      await healed.machine.wake();
      expect((await healed.ask()).at(-1)).toMatchObject({ type: 'done', kept: true, manifest: { id: told } });
      expect(stage.calls).toHaveLength(1);
    }));

  it('is waited for, free of charge, where the rows are gone as well', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'ended', outcome: 'picture', provider: 'google', isUnkept: true });
      stage.refused.add('list');

      const failure = failureOf(await stage.start().ask());

      expect(failure).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 });
      expect(stage.calls).toEqual([]);
    }));

  it('is told where a crash came before, once its picture is found', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      await storePicture();
      stage.refused.add('put');
      const { ask, rows } = stage.start();

      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: false, manifest: { id } });
      expect(stage.ledger.settled).toBe(COST);
      stage.refused.clear();
      expect((await ask()).at(-1)).toMatchObject({ type: 'done', kept: true, manifest: { id } });
      expect(rows.read()).toMatchObject({ state: 'ended', isUnkept: false });
      expect(stage.calls).toEqual([]);
    }));

  it.each(['get', 'head', 'list'] as const)(
    'starts nothing while %s of R2 fails: it says nothing about a picture',
    (operation) =>
      onStage(async (stage) => {
        crash(stage, DISPATCHED);
        writeDown(stage, CHUNK);
        await storePicture();
        await stage.manifests.put(site, key, { ...MANIFEST, chunks: [CHUNK] });
        if (operation === 'list') await stage.manifests.delete(site, key);
        stage.refused.add(operation);
        const { ask } = stage.start();

        const failures = [failureOf(await ask()), failureOf(await ask()), failureOf(await stage.start().ask())];

        for (const failure of failures) {
          expect(failure).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 });
        }
        stage.refused.clear();
        expect(idsOf(await ask())).toEqual([id]);
        expect(stage.calls).toEqual([]);
      }),
  );

  it('and that was kept is not made again while R2 does not give it', () =>
    onStage(async (stage) => {
      crash(stage, { state: 'ended', outcome: 'picture', endedAt: NOW }, []);
      await storePicture();
      await stage.manifests.put(site, key, { ...MANIFEST, chunks: [CHUNK] });
      stage.refused.add('get');
      const { ask } = stage.start();

      expect(failureOf(await ask())).toMatchObject({ reason: 'UPSTREAM_UNAVAILABLE', ran: 'no', retryAfterSeconds: 5 });
      stage.refused.clear();
      expect(idsOf(await ask())).toEqual([id]);
    }));
});

describe('a run whose model has left the catalog', () => {
  const model = SEED_CATALOG.find((each) => each.id === RECORD.subject.model) as CatalogModel;

  it.each([
    { name: 'with the model removed', catalog: SEED_CATALOG.filter((each) => each !== model) },
    {
      name: 'with the model renamed',
      catalog: SEED_CATALOG.map((each) => (each === model ? { ...each, id: 'new', aliases: [] } : each)),
    },
    {
      name: 'with its providers removed',
      catalog: SEED_CATALOG.map((each) => (each === model ? { ...each, offers: {} } : each)),
    },
  ])('is found all the same, $name', ({ catalog }) =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, model });
      writeDown(stage, CHUNK);
      await storePicture();

      await stage.start({ catalog }).machine.wake();

      expect(stage.ledger.settled).toBe(COST);
      expect(idsOf(await stage.start().ask())).toEqual([id]);
    }),
  );

  it.each([
    { name: 'its price is not known any more', cost: WORST, change: {} },
    { name: 'it costs what was reserved', cost: WORST, change: { model } },
  ])('with its prices or its provider removed: $name', ({ cost, change }) =>
    onStage(async (stage) => {
      crash(stage, { ...DISPATCHED, ...change });
      writeDown(stage, CHUNK);
      await storePicture();
      const pricing = { worst: () => undefined, cost: () => undefined, table: () => undefined };

      await stage.start({ pricing }).machine.wake();

      expect(stage.ledger.settled).toBe(cost);
      expect(idsOf(await stage.start().ask())).toEqual([id]);
    }),
  );

  it('is not given up where nothing says what it was: the word is later', () =>
    onStage(async (stage) => {
      crash(stage, DISPATCHED);
      writeDown(stage, CHUNK);
      await storePicture();
      const without = stage.start({ catalog: [] });

      await without.machine.wake();

      expect(without.rows.read()?.state).toBe('dispatched');
      await stage.start().machine.wake();
      expect(idsOf(await stage.start().ask())).toEqual([id]);
    }));
});
