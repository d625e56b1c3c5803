import { describe, expect, it } from 'vitest';
import { createSiteverify, type Outcome, REST_MS } from '../../worker/proofs/siteverify.ts';

const GOOD = {
  success: true,
  'error-codes': [],
  hostname: 'shop.example',
  action: 'peel-session',
  cdata: 'our-nonce',
};
const EXPECTED = { hostname: 'shop.example', isOurNonce: async (cdata: string) => cdata === 'our-nonce' };

type Answer = (body: Record<string, string>) => Promise<Response> | Response;

function stage(answer: Answer, { isTest = false } = {}) {
  const bodies: Record<string, string>[] = [];
  const clock = { now: 1_790_000_000_000 };
  const logged: string[] = [];
  let keys = 0;
  const siteverify = createSiteverify({
    secretKey: 'the-secret-key',
    verifyUrl: 'https://verify.example/siteverify',
    isTest,
    async fetch(_url, { body }) {
      bodies.push(JSON.parse(String(body)));
      return answer(bodies.at(-1) as Record<string, string>);
    },
    abortAfter: () => new AbortController().signal,
    createKey: () => `key-${++keys}`,
    now: () => clock.now,
    log: (event) => logged.push(event),
  });
  const verify = (token = 'a-token') => siteverify.verify(token, EXPECTED);
  return { verify, bodies, clock, logged };
}

const json = (value: object, status = 200) => Response.json(value, { status });
const broken = () => new Response('upstream connect error', { status: 502 });

describe('the outcome', () => {
  it.each<[string, Answer, Outcome]>([
    ['of the exact good answer', () => json(GOOD), 'pass'],
    ['of a refusal', () => json({ success: false, 'error-codes': ['invalid-input-response'] }), 'fail'],
    ['of a token that is spent', () => json({ success: false, 'error-codes': ['timeout-or-duplicate'] }), 'fail'],
    [
      'of a request that this token made malformed',
      () => json({ success: false, 'error-codes': ['bad-request'] }),
      'fail',
    ],
    ['of a refusal with its own status', () => json({ success: false, 'error-codes': [] }, 400), 'fail'],
    ['for another page', () => json({ ...GOOD, hostname: 'evil.example' }), 'fail'],
    ['for a host below ours', () => json({ ...GOOD, hostname: 'a.shop.example' }), 'fail'],
    ['for another action', () => json({ ...GOOD, action: 'login' }), 'fail'],
    ['without an action', () => json({ ...GOOD, action: undefined }), 'fail'],
    ['for another nonce', () => json({ ...GOOD, cdata: 'their-nonce' }), 'fail'],
    ['without a nonce', () => json({ ...GOOD, cdata: undefined }), 'fail'],
    ['of success in words', () => json({ ...GOOD, success: 'true' }), 'unavailable'],
    ['of success with an error status', () => json(GOOD, 500), 'unavailable'],
    ['of an internal error', () => json({ success: false, 'error-codes': ['internal-error'] }), 'unavailable'],
    [
      'of a secret key that is wrong',
      () => json({ success: false, 'error-codes': ['invalid-input-secret'] }),
      'unavailable',
    ],
    ['of garbage', () => new Response('garbage'), 'unavailable'],
    ['of a megabyte', () => json({ ...GOOD, 'x-more': 'x'.repeat(1_000_000) }), 'unavailable'],
    ['of HTML', () => new Response('<h1>Sorry</h1>'), 'unavailable'],
    ['of a JSON text', () => json([GOOD]), 'unavailable'],
    ['of a 500', () => new Response('', { status: 500 }), 'unavailable'],
    [
      'of a redirect',
      () => new Response(null, { status: 302, headers: { Location: 'https://evil.example' } }),
      'unavailable',
    ],
    ['of a network that fails', () => Promise.reject(new TypeError('network')), 'unavailable'],
  ])('%s', async (_, answer, outcome) => {
    expect(await stage(answer).verify()).toBe(outcome);
  });

  it.each(['', 'x'.repeat(2049), 'a token', '<script>', 'ü', '\0', "a' OR 1=1"])(
    'of a text that is no token is a failure without a call',
    async (token) => {
      const { verify, bodies } = stage(() => json(GOOD));

      expect([await verify(token), bodies]).toEqual(['fail', []]);
    },
  );

  it('of a test key is what it says, for any page', async () => {
    const answer = { success: true, 'error-codes': [], hostname: 'example.com' };

    expect(await stage(() => json(answer), { isTest: true }).verify()).toBe('pass');
    expect(await stage(() => json({ ...answer, success: false }), { isTest: true }).verify()).toBe('fail');
    expect(await stage(() => json(answer)).verify()).toBe('fail');
  });

  it('of a call that never answers is known after the time limit', async () => {
    const giveUp = new AbortController();
    const siteverify = createSiteverify({
      ...{ secretKey: 's', verifyUrl: 'https://verify.example/', isTest: false, createKey: () => 'k' },
      ...{ now: () => 1_000, log: () => undefined },
      fetch: (_, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      abortAfter: () => giveUp.signal,
    });

    const outcome = siteverify.verify('a-token', EXPECTED);
    giveUp.abort();

    expect(await outcome).toBe('unavailable');
  });
});

describe('the call', () => {
  it('carries token and secret, and no address of the visitor', async () => {
    const { verify, bodies } = stage(() => json(GOOD));
    await verify('a-token');

    expect(bodies).toEqual([{ secret: 'the-secret-key', response: 'a-token', idempotency_key: 'key-1' }]);
  });

  it('is tried again once, under the same key', async () => {
    let failures = 1;
    const { verify, bodies, logged } = stage(() => (failures-- > 0 ? broken() : json(GOOD)));

    expect(await verify()).toBe('pass');
    expect(bodies.map((body) => body.idempotency_key)).toEqual(['key-1', 'key-1']);
    expect(logged).toEqual([]);
  });

  it('has a key of its own for each verdict, so that a token which is sent again is not taken for a second try', async () => {
    const { verify, bodies } = stage(() => json(GOOD));
    await verify();
    await verify();

    expect(bodies.map((body) => body.idempotency_key)).toEqual(['key-1', 'key-2']);
  });
});

describe('an outage', () => {
  it('of an hour holds up one visitor in ten seconds, and ends within ten seconds of its end', async () => {
    const SECOND = 1000;
    let isDown = true;
    const { verify, bodies, clock } = stage(() => (isDown ? broken() : json(GOOD)));
    const outcomes: Outcome[] = [];
    for (let second = 0; second < 3600; second += 1) {
      outcomes.push(await verify());
      clock.now += SECOND;
    }
    isDown = false;
    let recovery = 0;
    while ((await verify()) !== 'pass') {
      recovery += SECOND;
      clock.now += SECOND;
    }

    expect(new Set(outcomes)).toEqual(new Set(['unavailable']));
    // Two tries each.
    expect(bodies.length - 1).toBeLessThanOrEqual((2 * 3600 * SECOND) / REST_MS);
    expect(recovery).toBeLessThanOrEqual(REST_MS);
  });

  it('holds up nobody beside the one that tries whether it is over', async () => {
    const first = Promise.withResolvers<void>();
    let calls = 0;
    const { verify, clock } = stage(() => {
      calls += 1;
      return calls <= 2 ? broken() : first.promise.then(() => json(GOOD));
    });
    await verify();
    clock.now += REST_MS;

    const tries = verify();
    const beside = await verify();
    first.resolve();

    expect([beside, await tries, await verify()]).toEqual(['unavailable', 'pass', 'pass']);
    expect(calls).toBe(4);
  });
});
