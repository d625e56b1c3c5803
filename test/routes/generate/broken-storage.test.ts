/**
 * Messages about money when Peel's own storage breaks. Only a request that has reached paying code may be answered with
 * "may have been charged". Each test compares the message with upstream's calls and both ledgers.
 */
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { createGenerationClient, type GenerationRpc } from '../../../worker/generation/client.ts';
import type { Services } from '../../../worker/services.ts';
import { eventually } from '../../eventually.ts';
import { watchBucket } from '../../storage/watched-bucket.ts';
import { createTestWorker, type ErrorAnswer, ORIGIN, upstreamCalls } from '../../support.ts';
import { GENERATE, moneyOf, nameOf, newBody, SSE } from './money.ts';

afterEach(reset);

type Refuse = NonNullable<Parameters<typeof watchBucket>[0]>;
const BROKEN = new Error('R2 internal error');
const NOTHING = { settled: 0, held: 0 };

/** A worker whose R2 breaks on command. */
function withBrokenBucket(refuse: Refuse) {
  let isBroken = false;
  const { bucket } = watchBucket((method, key) => (isBroken ? refuse(method, key) : undefined));
  return {
    worker: createTestWorker({}, undefined, bucket),
    breakIt() {
      isBroken = true;
    },
    heal() {
      isBroken = false;
    },
  };
}

async function expectNothingCharged(answer: Response): Promise<void> {
  const { error } = (await answer.json()) as ErrorAnswer;
  expect(answer.status).toBe(503);
  expect(error.details[0]?.reason).toBe('UPSTREAM_UNAVAILABLE');
  expect(error.message).toContain('Nothing was charged');
  expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(Number(answer.headers.get('Retry-After'))).toBeLessThanOrEqual(10);
}

const R2_FAULTS: { name: string; refuse: Refuse; headers?: Record<string, string> }[] = [
  {
    name: 'the manifest cannot be got',
    refuse: (method, key) => (method === 'get' && key.includes('/manifests/') ? BROKEN : undefined),
  },
  {
    name: 'a picture cannot be got',
    refuse: (method, key) => (method === 'get' && key.includes('/images/') ? BROKEN : undefined),
  },
  {
    name: 'a picture’s head cannot be got',
    refuse: (method, key) => (method === 'head' && key.includes('/images/') ? BROKEN : undefined),
    headers: { 'Peel-Images': 'link' },
  },
  { name: 'all of R2 is down', refuse: () => BROKEN },
];

describe('before a request is handed on', () => {
  it.each(R2_FAULTS)('a kept picture costs nothing where $name, and comes again', async ({ refuse, headers }) => {
    const { worker, breakIt, heal } = withBrokenBucket(refuse);
    const body = newBody();
    await worker.ask(GENERATE, body);
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    const before = await moneyOf(worker);

    breakIt();
    for (const target of [GENERATE, SSE]) await expectNothingCharged(await worker.ask(target, body, headers));
    heal();
    const healed = await worker.ask(GENERATE, body, headers);

    expect(healed.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await upstreamCalls(nameOf(body))).toBe(1);
    expect(await moneyOf(worker)).toEqual(before);
    expect((await moneyOf(worker, 'deployment')).held).toBe(0);
  });

  it.each([R2_FAULTS[0]!, R2_FAULTS[3]!])('a new request costs nothing where $name', async ({ refuse }) => {
    const { worker, breakIt } = withBrokenBucket(refuse);
    const body = newBody();

    breakIt();
    await expectNothingCharged(await worker.ask(GENERATE, body));

    expect(await upstreamCalls(nameOf(body))).toBe(0);
    expect(await moneyOf(worker)).toEqual(NOTHING);
  });

  const fails = async (): Promise<never> => {
    throw new Error('broken');
  };
  const parts: [name: string, change: (services: Services) => Services, headers?: Record<string, string>][] = [
    ['the gate', (services) => ({ ...services, gate: { ...services.gate, admit: fails } })],
    [
      'the inputs',
      (services) => ({
        ...services,
        bodies: {
          open: () => {
            throw new Error('broken');
          },
        },
      }),
    ],
    [
      'the caller’s count',
      (services) => ({ ...services, gate: { ...services.gate, count: fails, countAddress: fails } }),
    ],
    [
      'the object, which cannot be found',
      withPort(() => {
        throw new Error('no such object');
      }),
    ],
    ['the object, which never takes the call', withPort(() => ({ ask: fails }))],
    [
      'the signatureOrigins of signatures',
      (services) => ({ ...services, signatureOrigins: { ...services.signatureOrigins, find: fails } }),
      { 'Cache-Control': 'no-store' },
    ],
    ['the ledgers', withLedgers(fails), { 'Cache-Control': 'no-store' }],
  ];

  it.each(parts)('nothing is charged where %s breaks', async (_, change, headers) => {
    const worker = createTestWorker({}, change);
    const body = newBody();

    await expectNothingCharged(await worker.ask(GENERATE, body, headers));

    expect(await upstreamCalls(nameOf(body))).toBe(0);
    await eventually(() => moneyOf(worker)).toEqual(NOTHING);
    expect(await moneyOf(worker, 'deployment')).toEqual(NOTHING);
  });

  it('a session and a list of models are not paid for', async () => {
    const broken = { admit: fails, admitBurst: fails, count: fails, countAddress: fails };
    const worker = createTestWorker({}, (services) => ({ ...services, gate: broken }));
    const session = { method: 'POST', headers: { Origin: ORIGIN, 'content-type': 'application/json' }, body: '{}' };

    await expectNothingCharged(await worker.fetch('/v1beta/models', { headers: { Origin: ORIGIN } }));
    await expectNothingCharged(await worker.fetch('/peel/session', session));
  });
});

describe('after it is handed on', () => {
  const endsEarly = (): GenerationRpc => ({
    ask: async () => new Response('{"type":"admitted","joined":false}\n').body!,
  });

  it('it may have been charged where the object took the call and was not heard again', async () => {
    const worker = createTestWorker({}, withPort(endsEarly));

    expect(await wordOf(await worker.ask(GENERATE, newBody()))).toEqual([502, 'OUTCOME_UNKNOWN', true]);
  });

  it('it was charged where its pictures cannot be read, and the same request finds them', async () => {
    const { worker, breakIt, heal } = withBrokenBucket((method, key) =>
      method === 'get' && key.includes('/images/') ? BROKEN : undefined,
    );
    const body = newBody();

    breakIt();
    const word = await wordOf(await worker.ask(GENERATE, body));
    await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
    heal();

    expect(word).toEqual([502, 'OUTCOME_UNKNOWN', true]);
    expect((await moneyOf(worker)).settled).toBeGreaterThan(0);
    expect((await worker.ask(GENERATE, body)).headers.get('Cache-Status')).toBe('peel; hit');
    expect(await upstreamCalls(nameOf(body))).toBe(1);
  });
});

/** Status, reason, and whether the message says that the request may have been charged. */
async function wordOf(answer: Response): Promise<[number, string | undefined, boolean]> {
  const { error } = (await answer.json()) as ErrorAnswer;
  return [answer.status, error.details[0]?.reason, error.message.includes('may have been charged')];
}

function withPort(find: () => GenerationRpc) {
  return (services: Services): Services => ({ ...services, generations: createGenerationClient(find, services.log) });
}

function withLedgers(fails: () => Promise<never>) {
  return (services: Services): Services => {
    const ledger = { reserve: fails, confirm: fails, release: async () => undefined, settle: fails };
    return { ...services, ledgers: () => ({ ledger, caps: [], policies: [], purses: [] }) };
  };
}
