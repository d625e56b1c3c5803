/** The owner refuses one address of a site until midnight. */
import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../eventually.ts';
import { createTestWorker, ORIGIN, reasonOf, type TestWorker } from '../../support.ts';
import { type Body, GENERATE, moneyOf, newBody } from '../generate/money.ts';
import { call, OWNER, told } from './owner.ts';

const VARIABLES = { ...OWNER, SITE_PROOF: 'none' };

/** Asks as a visitor from an address. */
async function ask(worker: TestWorker, address: string, body: Body): Promise<Response> {
  const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': address };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers: from, body: '{}' });
  const { token } = (await answer.json()) as { token: string };
  return worker.ask(GENERATE, body, { ...from, 'x-goog-api-key': '', Authorization: `Bearer ${token}` });
}

async function prefixOfLast(worker: TestWorker): Promise<string | undefined> {
  await eventually(() => moneyOf(worker)).toMatchObject({ held: 0 });
  return (await lastOf(worker))?.visitor;
}

async function lastOf(worker: TestWorker): Promise<{ visitor?: string; visitorBlocked?: true } | undefined> {
  return (await told<{ pictures: { visitor?: string }[] }>(call(worker, 'GET', '/pictures'))).pictures[0];
}

afterEach(reset);

describe('a blocked prefix', () => {
  it('makes no new picture until midnight, gets kept ones, and bars no other address', async () => {
    const worker = createTestWorker(VARIABLES);
    const kept = newBody();
    expect((await ask(worker, '203.0.113.7', kept)).status).toBe(200);
    const prefix = await prefixOfLast(worker);

    const answer = await told<{ until: string }>(call(worker, 'POST', '/block', { prefix }));

    expect(answer).toEqual({
      site: 'default',
      prefix,
      blocked: true,
      until: expect.stringMatching(/T00:00:00\.000Z$/),
    });
    expect(await lastOf(worker)).toMatchObject({ visitor: prefix, visitorBlocked: true });
    expect(Date.parse(answer.until) - Date.now()).toBeLessThanOrEqual(86_400_000);
    const refused = await ask(worker, '203.0.113.7', newBody());
    expect(Number(refused.headers.get('Retry-After')) * 1000).toBeLessThanOrEqual(
      Date.parse(answer.until) - Date.now() + 2000,
    );
    expect(await reasonOf(refused)).toEqual([429, 'VISITOR_DAY']);
    expect((await ask(worker, '203.0.113.7', kept)).headers.get('Cache-Status')).toBe('peel; hit');
    expect((await ask(worker, '203.0.113.8', newBody())).status).toBe(200);

    await told(call(worker, 'POST', '/block', { prefix, blocked: false }));
    expect(await told(call(worker, 'GET', '/pictures'))).not.toHaveProperty('pictures.1.visitorBlocked');
    expect((await ask(createTestWorker(VARIABLES), '203.0.113.7', newBody())).status).toBe(200);
    const trail = await worker.services.deploymentLedger().changes(2);
    expect(trail).toMatchObject([
      { what: 'prefix_unblocked', who: 'token', site: 'default', target: prefix },
      { what: 'prefix_blocked', who: 'token', site: 'default', target: prefix },
    ]);
  });

  it.each([
    [{ prefix: '203.0.113.7' }, [400, 'INVALID_FIELD']],
    [{ prefix: 'default' }, [400, 'INVALID_FIELD']],
    [{ prefix: 7 }, [400, 'INVALID_FIELD']],
    [{}, [400, 'INVALID_FIELD']],
    [{ prefix: 'a'.repeat(43), until: 'tomorrow' }, [400, 'UNKNOWN_FIELD']],
    [{ prefix: 'a'.repeat(43), site: 'nowhere' }, [404, 'SITE_UNKNOWN']],
  ])('must be one that the list names: %j', async (body, expected) => {
    expect(await reasonOf(await call(createTestWorker(OWNER), 'POST', '/block', body))).toEqual(expected);
  });
});
