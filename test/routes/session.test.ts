import { describe, expect, it } from 'vitest';
import type { SessionAnswer } from '../../worker/protocol.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker } from '../support.ts';

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
