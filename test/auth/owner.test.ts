import { describe, expect, it } from 'vitest';
import { createOwners, type OwnersOptions } from '../../worker/auth/owner.ts';
import { sessionCookie } from '../../worker/auth/owner-session.ts';
import { toWire } from '../../worker/http/wire-error.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { readOrigin } from '../../worker/sites/origins.ts';

const SECRETS = ['9f86d081884c7d659a2feaa0c55ad015'] as const;
const TOKEN = 'an-owner-s-token-of-some-length';
const NOW = 1_790_000_000_000;
const OWN = 'https://peel.example';

/** The owner's guard with a ledger that records what it judges. */
function setUp(options: Partial<OwnersOptions> = {}) {
  const judged: [prefix: string, isRight: boolean][] = [];
  const clock = { now: NOW };
  const owners = createOwners({
    ...{ adminToken: TOKEN, secrets: SECRETS, now: () => clock.now, gate: { admitBurst: async () => undefined } },
    judgeTry: async (prefix, isRight) => {
      judged.push([prefix, isRight]);
      return 0;
    },
    ...options,
  });
  /** @returns Who the owner is, or the reason of the refusal. */
  const admit = async (headers: Record<string, string>, method = 'GET', of?: 'owner' | 'pause') => {
    const request = new Request(`${OWN}/peel/admin/api/sites`, { method, headers });
    const owner = await owners.admit(request, readOrigin(request, { demo: true, framedSite: () => undefined }), of);
    return owner.ok ? owner.value.who : owner.failure.reason;
  };
  return { owners, admit, judged, clock };
}
const bearer = (token = TOKEN) => ({ Authorization: `Bearer ${token}` });
const session = async () => ({ Cookie: (await sessionCookie(SECRETS, TOKEN, NOW / 1000)).split(';')[0]! });
const READS = ['GET', 'HEAD'];
const WRITES = ['POST', 'PUT', 'DELETE'];

describe('the admin token', () => {
  it('opens for reads and writes, without a page', async () => {
    const { admit } = setUp();

    for (const method of [...READS, ...WRITES]) expect(await admit(bearer(), method)).toBe('token');
  });

  it('does not open from a page of another origin, nor in demo mode', async () => {
    const { admit, judged } = setUp();

    for (const Origin of ['https://shop.example', 'null', 'http://peel.example', `${OWN}.evil.example`]) {
      expect(await admit({ ...bearer(), Origin })).toBe('ORIGIN_DENIED');
    }
    expect(judged).toEqual([]);
  });

  it('that is right is judged once a minute for each address, and a wrong one each time', async () => {
    const { admit, judged, clock } = setUp();
    const from = (address: string) => ({ 'CF-Connecting-IP': address });

    await admit({ ...bearer(), ...from('203.0.113.1') });
    await admit({ ...bearer(), ...from('203.0.113.1') });
    await admit({ ...bearer(), ...from('203.0.113.2') });
    clock.now += 60_000;
    await admit({ ...bearer(), ...from('203.0.113.1') });
    for (let n = 0; n < 3; n += 1) expect(await admit(bearer('wrong'))).toBe('KEY_INVALID');

    expect(judged.map(([, isRight]) => isRight)).toEqual([true, true, true, false, false, false]);
    expect(judged.join(' ')).not.toContain('203.0.113');
  });

  it('is not taken for guessed where a client’s key or a ticket is sent', async () => {
    const { admit, judged } = setUp();

    for (const token of ['pk_0f1e2d3c4b5a69788796a5b4c3d2e1f0', 'v1.AAAA.AAAA']) {
      expect(await admit(bearer(token))).toBe('KEY_INVALID');
      expect(await admit({ 'x-goog-api-key': token })).toBe('KEY_INVALID');
    }
    expect(judged).toEqual([]);
  });

  it('is not judged by what was known before a wrong one', async () => {
    const locked = new Set<string>();
    const { owners, admit } = setUp({
      judgeTry: async (prefix, isRight) => {
        if (!isRight) locked.add(prefix);
        return locked.has(prefix) ? 540 : 0;
      },
    });

    const answers = [await admit(bearer()), await admit(bearer('wrong')), await admit(bearer())];
    expect(answers).toEqual(['token', 'BURST', 'BURST']);

    const request = new Request(`${OWN}/peel/admin/api/sites`, { headers: bearer() });
    const refused = await owners.admit(request, readOrigin(request, { demo: true, framedSite: () => undefined }));
    expect(refused.ok ? '' : toWire(refused.failure).body.error.message).toBe(
      'Too many wrong admin tokens came from this address. Try again in 9 minutes.',
    );
  });

  it('opens while the ledger does not answer, and a wrong one is not answered', async () => {
    const { admit } = setUp({ judgeTry: () => Promise.reject(new Error('no answer')) });

    expect(await admit(bearer())).toBe('token');
    expect(await admit(bearer('wrong'))).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('does not exist where only Access is set', async () => {
    const { admit } = setUp({ adminToken: undefined as unknown as string, access: async () => 'ann@shop.example' });

    expect(await admit(bearer(''))).toBe('KEY_INVALID');
    expect(await admit(bearer('undefined'))).toBe('KEY_INVALID');
  });
});

describe.each([
  { name: 'a session', headers: session, who: 'token' },
  {
    name: 'Access',
    headers: async () => ({ 'Cf-Access-Jwt-Assertion': 'a.b.c' }),
    who: 'access:ann@shop.example',
  },
])('$name', ({ headers, who }) => {
  const withAccess = () => setUp({ access: async (token) => (token === 'a.b.c' ? 'ann@shop.example' : undefined) });

  it.each<{ name: string; more: Record<string, string>; reads: string; writes: string }>([
    { name: 'its own page', more: { Origin: OWN, 'Sec-Fetch-Site': 'same-origin' }, reads: 'ok', writes: 'ok' },
    { name: 'an older browser’s own page', more: { Origin: OWN }, reads: 'ok', writes: 'ok' },
    { name: 'no page', more: {}, reads: 'ok', writes: 'ORIGIN_DENIED' },
    { name: 'the address bar', more: { 'Sec-Fetch-Site': 'none' }, reads: 'ok', writes: 'ORIGIN_DENIED' },
    {
      name: 'an image of another site',
      more: { 'Sec-Fetch-Site': 'cross-site' },
      reads: 'ORIGIN_DENIED',
      writes: 'ORIGIN_DENIED',
    },
    {
      name: 'a neighbour below the same domain',
      more: { Origin: OWN, 'Sec-Fetch-Site': 'same-site' },
      reads: 'ORIGIN_DENIED',
      writes: 'ORIGIN_DENIED',
    },
    {
      name: 'a page of another origin',
      more: { Origin: 'https://shop.example' },
      reads: 'ORIGIN_DENIED',
      writes: 'ORIGIN_DENIED',
    },
  ])('from $name', async ({ more, reads, writes }) => {
    const { admit } = withAccess();
    const answer = async (method: string) => {
      const reason = await admit({ ...(await headers()), ...more }, method);
      return reason === who ? 'ok' : reason;
    };

    for (const method of READS) expect(await answer(method)).toBe(reads);
    for (const method of WRITES) expect(await answer(method)).toBe(writes);
  });
});

describe('Access', () => {
  it('that does not know the token opens nothing', async () => {
    const { admit } = setUp({ access: async () => undefined });

    expect(await admit({ 'Cf-Access-Jwt-Assertion': 'a.b.c' })).toBe('KEY_INVALID');
  });

  it('that cannot be checked is an error', async () => {
    const { admit } = setUp({ access: () => Promise.reject(new Error('no keys')) });

    expect(await admit({ 'Cf-Access-Jwt-Assertion': 'a.b.c' })).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('that is not set up is not believed', async () => {
    expect(await setUp().admit({ 'Cf-Access-Jwt-Assertion': 'a.b.c' })).toBe('KEY_INVALID');
  });
});

it('a wrong token beside a session is wrong', async () => {
  const { admit, judged } = setUp();

  expect(await admit({ ...bearer('wrong'), ...(await session()) })).toBe('KEY_INVALID');
  expect(judged).toHaveLength(1);
});

it('the burst limit comes before everything that is judged', async () => {
  const tooMuch: Failure = { reason: 'BURST', retryAfterSeconds: 10 };
  const { admit, judged } = setUp({ gate: { admitBurst: async () => tooMuch } });

  expect(await admit(bearer())).toBe('BURST');
  expect(judged).toEqual([]);
});

it('a valid session is not counted by the burst limit, and an invalid one is', async () => {
  const counted: string[] = [];
  const { admit, owners } = setUp({
    gate: {
      async admitBurst(_, of) {
        counted.push(String(of));
        return { reason: 'BURST', retryAfterSeconds: 10 };
      },
    },
  });
  const forged = { Cookie: `${(await session()).Cookie}x` };
  const here = (headers: Record<string, string>) => owners.isHere(new Request(`${OWN}/images/x`, { headers }));

  expect(await admit(await session())).toBe('token');
  expect(counted).toEqual([]);
  expect(await admit(forged)).toBe('BURST');
  expect(await admit({})).toBe('BURST');
  expect(counted).toEqual(['owner', 'owner']);
  expect([await here(await session()), await here(forged), await here({})]).toEqual([true, false, false]);
  expect(await here({ ...(await session()), 'Sec-Fetch-Site': 'cross-site' })).toBe(false);
});

it('a program that asked too often can still pause', async () => {
  const tooMuch: Failure = { reason: 'BURST', retryAfterSeconds: 10 };
  const { admit } = setUp({ gate: { admitBurst: async (_, of) => (of === 'pause' ? undefined : tooMuch) } });

  expect(await admit(bearer())).toBe('BURST');
  expect(await admit(bearer(), 'POST', 'pause')).toBe('token');
});

it('visitors of the same address who have used up their burst do not keep the owner out', async () => {
  const tooMuch: Failure = { reason: 'BURST', retryAfterSeconds: 10 };
  const { admit } = setUp({ gate: { admitBurst: async (_, of) => (of === 'owner' ? undefined : tooMuch) } });

  expect(await admit(bearer())).toBe('token');
});
