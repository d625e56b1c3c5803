/** Limits at the edge: what they read and write in KV, what waits for that, and what an isolate remembers. */
import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionAnswer } from '../../../worker/protocol.ts';
import type { Services } from '../../../worker/services.ts';
import { eventually } from '../../eventually.ts';
import { wholePng } from '../../files/whole-images.ts';
import { createTestWorker, newHold, ORIGIN, reasonOf, type TestWorker, watchAsks } from '../../support.ts';
import { sendWhole, visit } from '../upload/uploads.ts';
import { GENERATE, newBody, SSE, visitorOf, withoutKv } from './money.ts';

beforeEach(reset);

const ADDRESS = '198.51.100.1';
const HIGH = { VISITOR_PER_MINUTE: '99', VISITOR_PER_DAY: '99', SESSION_USES: '99', SITE_PER_MINUTE: '99' };
const NO_STORE = { 'Cache-Control': 'no-store' };

/** The real KV, and the keys of limits that are read and written in it. */
function watchKv(onRead: () => void = () => undefined) {
  const reads: string[] = [];
  const writes: string[] = [];
  const KV = new Proxy(env.KV, {
    get(kv, name) {
      const value = Reflect.get(kv, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const keys = [args[0]].flat().filter((key) => String(key).startsWith('limit:')) as string[];
        if (name === 'get') reads.push(...keys);
        if (name === 'put') writes.push(...keys);
        if (name === 'get' && keys.length > 0) onRead();
        return Reflect.apply(value, kv, args);
      };
    },
  });
  const clear = () => {
    reads.length = 0;
    writes.length = 0;
  };
  return { KV, reads, writes, clear };
}

const VISITOR_KEY = /^limit:visitor:default\.[^:]+:\d+$/;

describe('in KV', () => {
  it('a visitor’s new picture reads one key and writes it once', async () => {
    const { KV, reads, writes, clear } = watchKv();
    const ask = await visitorOf(createTestWorker({}, undefined, undefined, KV), ADDRESS);
    clear();

    expect((await ask(newBody())).status).toBe(200);

    await eventually(() => writes).toHaveLength(1);
    expect(reads).toEqual([expect.stringMatching(VISITOR_KEY)]);
    expect(writes).toEqual(reads);
    expect((await env.KV.list({ prefix: 'limit:' })).keys.map(({ name }) => name)).toEqual(writes);
  });

  it('a kept picture, a joiner and a refused request write nothing', async () => {
    const { KV, reads, writes, clear } = watchKv();
    const { asked, change } = watchAsks();
    const ask = await visitorOf(createTestWorker({ VISITOR_PER_MINUTE: '1' }, change, undefined, KV), ADDRESS);
    clear();
    const hold = newHold();
    const body = newBody(`[[size:tiny]] ${hold.words}`);

    const asking = [ask(body), ask(body, SSE), ask(body)];
    await eventually(() => asked.times).toBe(3);
    await hold.release();
    const crowd = await Promise.all(asking);
    await eventually(() => writes).toHaveLength(1);
    const hit = await ask(body);
    const refused = await ask(newBody());

    expect(crowd.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await reasonOf(refused)).toEqual([429, 'VISITOR_MINUTE']);
    expect(writes).toHaveLength(1);
    expect(new Set(reads).size).toBe(1);
  });

  it('a client reads and writes nothing, whether its picture is new, kept or passed through', async () => {
    const { KV, reads, writes } = watchKv();
    const worker = createTestWorker({}, undefined, undefined, KV);
    const body = newBody();

    for (const headers of [{}, {}, NO_STORE]) expect((await worker.ask(GENERATE, body, headers)).status).toBe(200);

    expect([reads, writes]).toEqual([[], []]);
  });

  it('a visitor’s upload writes the visitor’s key, and nothing of the site', async () => {
    const { KV, writes } = watchKv();
    const worker = createTestWorker({}, undefined, undefined, KV);
    const headers = await visit(worker, ADDRESS);

    expect((await sendWhole(worker, wholePng(), headers)).status).toBe(200);

    await eventually(() => writes).toEqual([expect.stringMatching(VISITOR_KEY)]);
  });

  it('a visitor’s figures are those of its key', async () => {
    const { KV, reads, writes, clear } = watchKv();
    const worker = createTestWorker({}, undefined, undefined, KV);
    const ask = await visitorOf(worker, ADDRESS);
    await ask(newBody());
    await eventually(() => writes).toHaveLength(1);
    clear();
    const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': ADDRESS };
    // Another isolate, which knows only what KV says.
    const other = createTestWorker({}, undefined, undefined, KV);

    const session = await other.fetch('/peel/session', { method: 'POST', headers: from, body: '{}' });
    const facts = await other.fetch('/peel/site', { headers: from });

    expect(((await session.json()) as SessionAnswer).remaining).toEqual({ session: 20, day: 19 });
    expect(await facts.json()).toMatchObject({ limits: { left: 19 } });
    expect(reads).toHaveLength(2);
    expect(writes).toEqual([]);
  });
});

describe('the count of a visitor', () => {
  it('is read beside the manifest', async () => {
    let asked = Promise.withResolvers<void>();
    const { KV } = watchKv(() => asked.resolve());
    const bucket = new Proxy(env.BUCKET, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          // R2 answers for a manifest only after KV has been asked.
          if (name === 'get' && String(args[0]).includes('/manifests/')) await asked.promise;
          return Reflect.apply(value, target, args);
        };
      },
    });
    const ask = await visitorOf(createTestWorker({}, undefined, bucket, KV), ADDRESS);
    // The ticket has read it too.
    asked = Promise.withResolvers<void>();

    expect((await ask(newBody())).status).toBe(200);
  });

  it.each<[string, (services: Services) => Services]>([
    ['KV', (services) => ({ ...services, limits: { ...services.limits, read: () => new Promise(() => undefined) } })],
    [
      'the day’s salt',
      (services) => ({ ...services, gate: { ...services.gate, count: () => new Promise(() => undefined) } }),
    ],
    [
      'a reader that breaks',
      (services) => ({ ...services, limits: { ...services.limits, read: () => Promise.reject(new Error('broken')) } }),
    ],
  ])('is not waited for on a hit: %s', async (_, change) => {
    const body = newBody();
    await (await visitorOf(createTestWorker(), ADDRESS))(body);
    const worker = createTestWorker({}, withoutSessionCount(change));

    const hit = await (await visitorOf(worker, ADDRESS))(body);

    expect(hit.headers.get('Cache-Status')).toBe('peel; hit');
    expect(hit.headers.has('RateLimit')).toBe(false);
  });

  /** The change comes after the visitor has its ticket, for which the count is read too. */
  function withoutSessionCount(change: (services: Services) => Services) {
    return (services: Services): Services => {
      const changed = change(services);
      let isTicket = true;
      return {
        ...changed,
        gate: {
          ...changed.gate,
          async count(caller) {
            if (!isTicket) return changed.gate.count(caller);
            isTicket = false;
            return { ok: false, failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' } };
          },
        },
      };
    };
  }

  it('is seen by another isolate, which then asks no object', async () => {
    const [one, { asked, change }] = [createTestWorker({ VISITOR_PER_MINUTE: '1' }), watchAsks()];
    const first = await visitorOf(one, ADDRESS);
    await first(newBody());
    await eventually(async () => (await env.KV.list({ prefix: 'limit:' })).keys).toHaveLength(1);
    const second = await visitorOf(createTestWorker({ VISITOR_PER_MINUTE: '1' }, change), ADDRESS);

    const refused = await second(newBody());

    expect(await reasonOf(refused)).toEqual([429, 'VISITOR_MINUTE']);
    expect(refused.headers.get('RateLimit')).toContain('"visitor-minute";r=0');
    expect(asked.times).toBe(0);
  });

  it.each<[string, (name: string, ...args: unknown[]) => unknown]>([
    ['fails', () => Promise.reject(new Error('KV failed: 500'))],
    ['hangs', (name) => (name === 'get' ? new Promise(() => undefined) : Promise.resolve())],
  ])('is the ledger’s alone where KV %s', async (_, answer) => {
    const KV = new Proxy(env.KV, {
      get(kv, name) {
        const value = Reflect.get(kv, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          [args[0]].flat().some((key) => String(key).startsWith('limit:'))
            ? answer(String(name), ...args)
            : Reflect.apply(value, kv, args);
      },
    });
    const workers = [1, 2, 3].map(() => createTestWorker({ VISITOR_PER_MINUTE: '2' }, undefined, undefined, KV));
    const asks = await Promise.all(workers.map((worker) => visitorOf(worker, ADDRESS)));

    const statuses: number[] = [];
    for (const ask of asks) statuses.push((await ask(newBody())).status);

    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('a refusal of the ledger', () => {
  /** A worker whose edge counts nothing, so that every refusal is the ledger's. */
  function blind(variables: Record<string, string>) {
    const { asked, change } = watchAsks();
    const worker = createTestWorker({ ...HIGH, ...variables }, (services) => withoutKv(change(services)));
    return { asked, worker };
  }
  const flood = async (ask: (body: unknown) => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(newBody())));
    return Promise.all(answers.map(reasonOf));
  };
  const newSession = (worker: TestWorker, address = ADDRESS) => visitorOf(worker, address);

  it.each([
    { variable: 'VISITOR_PER_MINUTE', reason: 'VISITOR_MINUTE' },
    { variable: 'VISITOR_PER_DAY', reason: 'VISITOR_DAY' },
  ])('is remembered, of that visitor alone: $reason', async ({ variable, reason }) => {
    const { asked, worker } = blind({ [variable]: '1' });
    const ask = await newSession(worker);
    await ask(newBody());
    const refused = await ask(newBody());
    expect(asked.times).toBe(2);

    expect(await flood(ask)).toEqual(Array(5).fill([429, reason]));
    expect(await flood(await newSession(worker))).toEqual(Array(5).fill([429, reason]));
    expect(asked.times).toBe(2);
    const again = await ask(newBody());
    expect(Number(again.headers.get('Retry-After'))).toBeLessThanOrEqual(Number(refused.headers.get('Retry-After')));
    expect((await (await newSession(worker, '198.51.100.2'))(newBody())).status).toBe(200);
    expect((await worker.ask(GENERATE, newBody())).status).toBe(200);
  });

  it('is remembered, of that session alone, where the session is spent', async () => {
    const { asked, worker } = blind({ SESSION_USES: '1' });
    const ask = await newSession(worker);
    await ask(newBody());
    await ask(newBody());
    expect(asked.times).toBe(2);

    expect(await flood(ask)).toEqual(Array(5).fill([429, 'SESSION_SPENT']));
    expect(asked.times).toBe(2);
    expect((await (await newSession(worker))(newBody())).status).toBe(200);
  });

  it('keeps no one from a picture that is kept', async () => {
    const { worker } = blind({ VISITOR_PER_MINUTE: '1' });
    const ask = await newSession(worker);
    const body = newBody();
    await ask(body);
    expect(await reasonOf(await ask(newBody()))).toEqual([429, 'VISITOR_MINUTE']);

    expect((await ask(body)).headers.get('Cache-Status')).toBe('peel; hit');
  });
});
