import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { readTicket, visitorOf } from '../../worker/auth/ticket.ts';
import { createProofs } from '../../worker/proofs/proofs.ts';
import { createSiteverify } from '../../worker/proofs/siteverify.ts';
import type { SessionAnswer, SiteFacts } from '../../worker/protocol.ts';
import { easyChallenge, powOf } from '../proofs/solve.ts';
import { createTestWorker, type ErrorAnswer, ORIGIN, reasonOf, type TestWorker } from '../support.ts';

const FROM = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': '203.0.113.7' };

const session = (worker: TestWorker, headers: Record<string, string> = FROM, body: unknown = { site: 'default' }) =>
  worker.fetch('/peel/session', { method: 'POST', headers, body: JSON.stringify(body) });

const models = (worker: TestWorker, token: string, headers: Record<string, string> = FROM) =>
  worker.fetch('/v1beta/models', { headers: { ...headers, Authorization: `Bearer ${token}` } });

describe('POST /peel/session', () => {
  it('gives a ticket that opens the site for ten minutes', async () => {
    const worker = createTestWorker();

    const answer = (await (await session(worker)).json()) as SessionAnswer;

    expect(answer.remaining).toEqual({ session: 20, day: 20 });
    const lifeMs = Date.parse(answer.expiresAt) - Date.now();
    expect(lifeMs).toBeGreaterThan(590_000);
    expect(lifeMs).toBeLessThanOrEqual(600_000);
    expect((await models(worker, answer.token)).status).toBe(200);
  });

  it('gives a ticket that opens nothing from another address, another origin or no page', async () => {
    const worker = createTestWorker({ SITE_ORIGINS: `${ORIGIN},https://other.example` });
    const { token } = (await (await session(worker)).json()) as SessionAnswer;

    const elsewhere = await models(worker, token, { ...FROM, 'CF-Connecting-IP': '203.0.113.8' });
    const otherPage = await models(worker, token, { ...FROM, Origin: 'https://other.example' });
    const { Origin: _, ...noPage } = FROM;

    expect(await reasonOf(elsewhere)).toEqual([401, 'TICKET_MISMATCH']);
    expect(await reasonOf(otherPage)).toEqual([401, 'TICKET_MISMATCH']);
    expect(await reasonOf(await models(worker, token, noPage))).toEqual([401, 'TICKET_MISMATCH']);
  });

  it('reads no address but the one the edge wrote', async () => {
    const worker = createTestWorker();
    const { token } = (await (await session(worker)).json()) as SessionAnswer;
    const forged = {
      'X-Forwarded-For': '8.8.8.8',
      'X-Real-IP': '8.8.8.8',
      'True-Client-IP': '8.8.8.8',
      Forwarded: 'for=8.8.8.8',
    };

    expect((await models(worker, token, { ...FROM, ...forged })).status).toBe(200);
  });

  it('keeps the visitor when an old ticket is presented, and counts a new session', async () => {
    const worker = createTestWorker();
    const first = (await (await session(worker)).json()) as SessionAnswer;

    const second = (await (
      await session(worker, { ...FROM, Authorization: `Bearer ${first.token}` })
    ).json()) as SessionAnswer;

    const fields = (token: string) =>
      new TextDecoder()
        .decode(Uint8Array.fromBase64(token.split('.')[1] as string, { alphabet: 'base64url' }))
        .match(/[0-9a-f]{32}/g);
    const [visitor, one] = fields(first.token) as string[];
    expect(fields(second.token)?.[0]).toBe(visitor);
    expect(fields(second.token)?.[1]).not.toBe(one);
  });

  it('makes a new visitor for an old ticket of another site', async () => {
    await env.KV.put('site:twin', JSON.stringify({ origins: [ORIGIN], adultsDeclared: true, proof: 'none' }));
    const worker = createTestWorker();
    const { token } = (await (await session(worker)).json()) as SessionAnswer;

    const renewing = { ...FROM, Authorization: `Bearer ${token}` };
    const twin = (await (await session(worker, renewing, { site: 'twin' })).json()) as SessionAnswer;

    const visitorIn = async (ticket: string) => {
      const binding = { origin: ORIGIN, prefix: PREFIX };
      const read = await readTicket([SECRET], binding, ticket, Math.floor(Date.now() / 1000));
      return read.ok ? read.value.visitor : undefined;
    };
    expect(await visitorIn(twin.token)).toMatch(/^[0-9a-f]{32}$/);
    expect(await visitorIn(twin.token)).not.toBe(await visitorIn(token));
  });

  it.each<[string, Record<string, string>, unknown, [number, string]]>([
    ['no page', { 'content-type': 'application/json' }, { site: 'default' }, [403, 'ORIGIN_DENIED']],
    ['a foreign page', { ...FROM, Origin: 'https://evil.example' }, { site: 'default' }, [403, 'ORIGIN_DENIED']],
    ['a form', { ...FROM, 'content-type': 'text/plain' }, { site: 'default' }, [415, 'TYPE_NOT_ALLOWED']],
    ['a kind of JSON', { ...FROM, 'content-type': 'application/json-patch+json' }, {}, [415, 'TYPE_NOT_ALLOWED']],
    ['another site', FROM, { site: 'other' }, [404, 'SITE_UNKNOWN']],
    ['a site that is no name', FROM, { site: 7 }, [400, 'INVALID_FIELD']],
    ['a body that is no object', FROM, [], [400, 'INVALID_FIELD']],
    ['a field that states an origin', FROM, { site: 'default', origin: ORIGIN }, [400, 'UNKNOWN_FIELD']],
    ['a body without end', FROM, { site: 'x'.repeat(10_000) }, [413, 'BODY_TOO_LARGE']],
  ])('refuses %s', async (_, headers, body, expected) => {
    expect(await reasonOf(await session(createTestWorker(), headers, body))).toEqual(expected);
  });
});

const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const PREFIX = '4:cb007107';
const easy = (site = 'default', origin = ORIGIN, prefix = PREFIX) => easyChallenge(SECRET, { site, origin, prefix });

const factsOf = async (worker: TestWorker, headers: Record<string, string> = FROM, site = 'default') =>
  ((await (await worker.fetch(`/peel/site?site=${site}`, { headers })).json()) as SiteFacts).proof;

const withProof = (worker: TestWorker, proof: unknown, headers: Record<string, string> = FROM, site = 'default') =>
  session(worker, headers, { site, proof });

/** The status, reason and `metadata` of a refusal. */
async function refusalOf(response: Response) {
  const { error } = (await response.json()) as ErrorAnswer;
  const [info] = error.details as { reason?: string; metadata?: Record<string, string> }[];
  return { status: response.status, reason: info?.reason, metadata: info?.metadata };
}

const refused = (why: string) => ({
  ...{ status: 400, reason: 'PROOF_INVALID' },
  metadata: { kind: 'pow', nonce: expect.stringMatching(/^v1\./), algorithm: 'SHA-256', difficulty: '13', why },
});

describe('a body that is not as it should be', () => {
  const both = { turnstile: 'x', pow: { nonce: 'a', solution: '0' } };
  it.each([
    [{ tunstile: 'x' }, ['UNKNOWN_FIELD', /proof\.tunstile.*turnstile, pow/]],
    [
      { pow: { nonce: 'a', solution: '0', difficulty: 13 } },
      ['UNKNOWN_FIELD', /proof\.pow\.difficulty.*nonce, solution/],
    ],
    [{ pow: { nonce: 'a' } }, ['INVALID_FIELD', /^proof\.pow\.solution must be given/]],
    [{ pow: 'x' }, ['INVALID_FIELD', /^proof\.pow must be an object/]],
    ['x', ['INVALID_FIELD', /^proof must be an object/]],
    [{ turnstile: 7 }, ['INVALID_FIELD', /^proof\.turnstile must be text/]],
    [both, ['INVALID_FIELD', /^proof must have turnstile or pow, and not both/]],
  ] as [unknown, [string, RegExp]][])('%j names its field', async (proof, [reason, message]) => {
    const answer = await withProof(createTestWorker({ SITE_PROOF: 'pow' }), proof);

    expect(await reasonOf(answer.clone())).toEqual([400, reason]);
    expect(((await answer.json()) as ErrorAnswer).error.message).toMatch(message);
  });
});

describe('a proof of work', () => {
  it('from the site’s facts is exchanged for a ticket of its rung', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' });
    const proof = await factsOf(worker);
    expect(proof).toMatchObject({ kind: 'pow', algorithm: 'SHA-256', difficulty: 13 });

    const answer = await withProof(worker, await powOf({ nonce: proof.nonce, difficulty: 13 }));

    const { token } = (await answer.json()) as SessionAnswer;
    expect((await models(worker, token)).status).toBe(200);
    const ticket = await readTicket([SECRET], { origin: ORIGIN, prefix: PREFIX }, token, Math.floor(Date.now() / 1000));
    expect(ticket).toMatchObject({ ok: true, value: { rung: 'pow' } });
  });

  it('from a refusal is exchanged as well', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' });
    const { metadata } = await refusalOf(await session(worker));
    const left = Date.parse(metadata?.expiresAt ?? '') - Date.now();

    const answer = await withProof(worker, await powOf({ nonce: metadata?.nonce ?? '', difficulty: 13 }));

    expect(answer.status).toBe(200);
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
  });

  it('is needed, and a renewal needs another', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' });
    const proof = await powOf(await easy());
    const { token } = (await (await withProof(worker, proof)).json()) as SessionAnswer;
    const renewing = { ...FROM, Authorization: `Bearer ${token}` };

    expect(await refusalOf(await session(worker))).toMatchObject(refused('missing'));
    expect(await refusalOf(await session(worker, renewing))).toMatchObject(refused('missing'));
    expect(await refusalOf(await withProof(worker, proof, renewing))).toMatchObject(refused('used'));
    expect((await withProof(worker, await powOf(await easy()), renewing)).status).toBe(200);
  });

  it('is used once, of five at the same time as well', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' });
    const proof = await powOf(await easy());

    const answers = await Promise.all(Array.from({ length: 5 }, () => withProof(worker, proof)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400]);
  });

  it('is valid for its site, page and address alone', async () => {
    const origins = { SITE_ORIGINS: `${ORIGIN},https://other.example` };
    const worker = createTestWorker({ ...origins, SITE_PROOF: 'pow' });
    const proof = await powOf(await easy());
    const ofOther = await powOf(await easy('other'));

    const elsewhere = await withProof(worker, proof, { ...FROM, 'CF-Connecting-IP': '203.0.113.8' });
    const otherPage = await withProof(worker, proof, { ...FROM, Origin: 'https://other.example' });

    expect(await refusalOf(elsewhere)).toMatchObject(refused('invalid'));
    expect(await refusalOf(otherPage)).toMatchObject(refused('invalid'));
    expect(await refusalOf(await withProof(worker, ofOther))).toMatchObject(refused('invalid'));
    expect((await withProof(worker, proof)).status).toBe(200);
  });

  it('is too old after 15 minutes', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' });
    const binding = { site: 'default', origin: ORIGIN, prefix: PREFIX };
    const old = await easyChallenge(SECRET, binding, Math.floor(Date.now() / 1000) - 901);

    expect(await refusalOf(await withProof(worker, await powOf(old)))).toMatchObject(refused('expired'));
  });

  it('asks no object before it is sealed by us and solved', async () => {
    const asked: string[] = [];
    const worker = createTestWorker({ SITE_PROOF: 'pow' }, (services) => ({
      ...services,
      proofs: createProofs({
        ...services,
        secrets: [SECRET],
        use: async (_, id) => asked.push(id) > 0,
        spentMicros: async () => 0,
      }),
    }));
    const challenge = await easy();
    const forged = await easyChallenge(SECRET.replace('9', '8'), { site: 'default', origin: ORIGIN, prefix: PREFIX });

    await withProof(worker, await powOf(forged));
    await withProof(worker, { pow: { nonce: challenge.nonce, solution: '0.0' } });
    expect(asked).toEqual([]);
    await withProof(worker, await powOf(challenge));
    expect(asked).toHaveLength(1);
  });

  it('gives no ticket where its use cannot be recorded', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow' }, (services) => ({
      ...services,
      proofs: createProofs({
        ...services,
        secrets: [SECRET],
        use: () => Promise.reject(new Error('unreachable')),
        spentMicros: async () => 0,
      }),
    }));

    const answer = await withProof(worker, await powOf(await easy()));

    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(await reasonOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  });

  it('grows harder where the day’s budget is spent faster than the day passes', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'pow', SITE_DAILY_BUDGET_USD: '1' }, (services) => ({
      ...services,
      proofs: createProofs({
        ...services,
        secrets: [SECRET],
        use: async () => true,
        spentMicros: async () => 40_000_000,
      }),
    }));

    expect(await factsOf(worker)).toMatchObject({ difficulty: 17 });
  });

  it.each([
    ['a nonce that is a number', { pow: { nonce: 1, solution: '' } }, 'proof.pow.nonce'],
    ['no solution', { pow: { nonce: 'v1.a.b' } }, 'proof.pow.solution'],
    ['a list', { pow: ['v1.a.b'] }, 'proof.pow'],
    ['a token that is no text', { turnstile: {} }, 'proof.turnstile'],
    ['a text', 'pow', 'proof'],
  ])('that is %s is refused by the name of the field', async (_, proof, field) => {
    const answer = await withProof(createTestWorker({ SITE_PROOF: 'pow' }), proof);

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(field);
  });

  it('is not asked for where the site says so', async () => {
    const worker = createTestWorker({ SITE_PROOF: 'none' });

    expect(await factsOf(worker)).toEqual({ kind: 'none', nonce: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect((await session(worker)).status).toBe(200);
  });
});

describe('Turnstile', () => {
  const KEYS = {
    TURNSTILE_SITE_KEY: '0x4AAAAAAAB1cDeFgHiJkLmN',
    TURNSTILE_SECRET_KEY: '0x4AAAAAAAB1cDeFgHiJkLmNoPqRsTuVwXy',
  };

  /** A worker whose siteverify gives this verdict on every token, or does not answer. */
  const verifying = (verdict: (token: string) => object | undefined, variables = {}) =>
    createTestWorker({ ...KEYS, ...variables }, (services) => ({
      ...services,
      proofs: createProofs({
        ...services,
        secrets: [SECRET],
        spentMicros: async () => 0,
        use: async (site, id, end) => env.PROOFS.getByName(site).use(id, end),
        turnstile: {
          siteKey: KEYS.TURNSTILE_SITE_KEY,
          siteverify: createSiteverify({
            ...{ secretKey: KEYS.TURNSTILE_SECRET_KEY, verifyUrl: 'https://verify.example/', isTest: false },
            ...{ now: services.now, log: () => undefined, createKey: () => crypto.randomUUID() },
            abortAfter: () => AbortSignal.timeout(2000),
            async fetch(_, { body }) {
              const answer = verdict(JSON.parse(String(body)).response);
              return answer ? Response.json(answer) : new Response('bad gateway', { status: 502 });
            },
          }),
        },
      }),
    }));

  const good = { success: true, 'error-codes': [], hostname: 'shop.example', action: 'peel-session' };
  /** The token of these tests is the nonce for which it was solved, and a random part. */
  const asSolved = (token: string) => ({ ...good, cdata: token.split('.')[0] });
  const tokenFor = ({ nonce }: { nonce: string }) => `${nonce}.${crypto.randomUUID()}`;

  it('is asked for where its keys are set, and exchanged for a ticket of its rung', async () => {
    const worker = verifying(asSolved, { SITE_PROOF: '' });
    const proof = await factsOf(worker);
    expect(proof).toMatchObject({ kind: 'turnstile', siteKey: KEYS.TURNSTILE_SITE_KEY });

    const { token } = (await (await withProof(worker, { turnstile: tokenFor(proof) })).json()) as SessionAnswer;

    const ticket = await readTicket([SECRET], { origin: ORIGIN, prefix: PREFIX }, token, Math.floor(Date.now() / 1000));
    expect(ticket).toMatchObject({ ok: true, value: { rung: 'turnstile' } });
  });

  it('is refused for another page, address or site, with a proof of work to do instead', async () => {
    const origins = { SITE_ORIGINS: `${ORIGIN},https://other.example`, SITE_PROOF: 'turnstile' };
    const worker = verifying(asSolved, origins);
    const token = tokenFor(await factsOf(worker));
    const otherPage = { ...FROM, Origin: 'https://other.example' };
    const elsewhere = { ...FROM, 'CF-Connecting-IP': '203.0.113.8' };

    expect(await refusalOf(await withProof(worker, { turnstile: token }, otherPage))).toMatchObject(refused('invalid'));
    expect(await refusalOf(await withProof(worker, { turnstile: token }, elsewhere))).toMatchObject(refused('invalid'));
    expect((await withProof(worker, { turnstile: token })).status).toBe(200);
  });

  it('is used once, even if Cloudflare lets a token pass again', async () => {
    const worker = verifying(asSolved, { SITE_PROOF: 'turnstile' });
    const token = tokenFor(await factsOf(worker));

    const answers = await Promise.all(Array.from({ length: 5 }, () => withProof(worker, { turnstile: token })));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400]);
  });

  it('that cannot be checked leads to the rung below', async () => {
    const worker = verifying(() => undefined, { SITE_PROOF: 'turnstile' });
    const token = tokenFor(await factsOf(worker));

    expect(await refusalOf(await withProof(worker, { turnstile: token }))).toMatchObject(refused('unavailable'));
    const { token: ticket } = (await (await withProof(worker, await powOf(await easy()))).json()) as SessionAnswer;

    const read = await readTicket([SECRET], { origin: ORIGIN, prefix: PREFIX }, ticket, Math.floor(Date.now() / 1000));
    expect(read).toMatchObject({ ok: true, value: { rung: 'pow' } });
  });

  it('is no proof on a site that asks for a proof of work', async () => {
    const worker = verifying(asSolved, { SITE_PROOF: 'pow' });

    expect(await refusalOf(await withProof(worker, { turnstile: 'a-token' }))).toMatchObject(refused('invalid'));
  });
});

describe('another worker', () => {
  it('gets no ticket for callers whose address is unknown', async () => {
    const answer = await session(createTestWorker(), { ...FROM, 'CF-Worker': 'relay.example' });

    expect(await reasonOf(answer)).toEqual([403, 'ORIGIN_DENIED']);
  });
});

describe('the owner ends tickets', () => {
  const put = (id: string, change: object) =>
    env.KV.put(`site:${id}`, JSON.stringify({ origins: [ORIGIN], adultsDeclared: true, proof: 'none', ...change }));

  it('by raising the epoch of their site, and a renewal keeps the visitor', async () => {
    await put('epochs', { epoch: 1 });
    const { token } = (await (await session(createTestWorker(), FROM, { site: 'epochs' })).json()) as SessionAnswer;
    expect((await models(createTestWorker(), token)).status).toBe(200);
    await put('epochs', { epoch: 2 });
    // Another isolate, which has not read the old record.
    const worker = createTestWorker();

    expect(await reasonOf(await models(worker, token))).toEqual([401, 'TICKET_EXPIRED']);
    const renewed = await session(worker, { ...FROM, Authorization: `Bearer ${token}` }, { site: 'epochs' });
    const next = (await renewed.json()) as SessionAnswer;
    expect((await models(worker, next.token)).status).toBe(200);
    const binding = { origin: ORIGIN, prefix: PREFIX };
    const now = Math.floor(Date.now() / 1000);
    const of = (ticket: string) => visitorOf([SECRET], binding, 'epochs', ticket, now);
    expect(await of(next.token)).toBe(await of(token));
  });

  it('and a renewed ticket is good at once, also where the change is not known yet', async () => {
    await put('behind', { epoch: 1 });
    const behind = createTestWorker();
    const { token } = (await (await session(behind, FROM, { site: 'behind' })).json()) as SessionAnswer;
    await put('behind', { epoch: 2 });
    const ahead = createTestWorker();
    expect(await reasonOf(await models(ahead, token))).toEqual([401, 'TICKET_EXPIRED']);
    const renewed = (await (await session(ahead, FROM, { site: 'behind' })).json()) as SessionAnswer;

    expect((await models(behind, token)).status).toBe(200);
    expect((await models(behind, renewed.token)).status).toBe(200);
  });

  it('by removing the origin of their page', async () => {
    await put('origins', {});
    const { token } = (await (await session(createTestWorker(), FROM, { site: 'origins' })).json()) as SessionAnswer;
    await put('origins', { origins: ['https://other.example'] });

    expect(await reasonOf(await models(createTestWorker(), token))).toEqual([403, 'ORIGIN_DENIED']);
  });
});
