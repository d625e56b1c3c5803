/** The ticket of a site that wants a proof. */
import { expect, it, vi } from 'vitest';
import type { Proof } from '../../../worker/protocol.ts';
import { FACTS } from '../support.ts';
import { all, last, never, setUp, TAKE } from './client.ts';

const IN_TEN_MINUTES = new Date(Date.now() + 600_000).toISOString();
const CHALLENGE: Proof = {
  ...{ kind: 'pow', nonce: 'first', algorithm: 'SHA-256', difficulty: 13, expiresAt: IN_TEN_MINUTES },
};
const solved = (nonce: string) => ({ site: 'default', proof: { pow: { nonce, solution: `solution of ${nonce}` } } });

/** A refused proof, with another challenge. */
function refused(nonce: string, kind = 'pow'): Response {
  const metadata = { kind, nonce, algorithm: 'SHA-256', difficulty: '14', expiresAt: IN_TEN_MINUTES, why: 'used' };
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'PROOF_INVALID',
    domain: 'peel',
    metadata,
  };
  const error = { code: 400, status: 'INVALID_ARGUMENT', message: 'No.', details: [info] };
  return Response.json({ error }, { status: 400 });
}

it('answers the challenge of the facts it has', async () => {
  const { worker, client } = setUp({ challenge: CHALLENGE });

  expect(await client.token(never())).toBe('ticket-1');
  expect(worker.askedFor('/peel/session').map(({ body }) => body)).toEqual([solved('first')]);
  expect(worker.askedFor('/peel/site')).toEqual([]);
});

it('sends no proof where none is wanted', async () => {
  const { worker, client, proved } = setUp();

  await client.token(never());

  expect(worker.askedFor('/peel/session')[0]?.body).toEqual({ site: 'default' });
  expect(proved).toEqual([]);
});

it('answers each challenge once: a renewal reads another one', async () => {
  const { worker, client } = setUp({ challenge: CHALLENGE });
  worker.site = () => Response.json({ ...FACTS, proof: { ...CHALLENGE, nonce: 'second' } });
  const first = await client.token(never());

  await client.token(never(), first);

  expect(worker.askedFor('/peel/session').map(({ body }) => body)).toEqual([solved('first'), solved('second')]);
});

it('reads another challenge where the first has ended', async () => {
  const ended = { ...CHALLENGE, expiresAt: new Date(Date.now() - 1000).toISOString() };
  const { worker, client, proved } = setUp({ challenge: ended });
  worker.site = () => Response.json({ ...FACTS, proof: { ...CHALLENGE, nonce: 'second' } });

  await client.token(never());

  expect(proved.map(({ nonce }) => nonce)).toEqual(['second']);
});

it('asks without a proof where there are no facts, and answers what comes back', async () => {
  const ended = { ...CHALLENGE, expiresAt: new Date(0).toISOString() };
  const { worker, client } = setUp({ challenge: ended });
  worker.site = () => new Response('', { status: 502 });
  const { session } = worker;
  worker.session = (asked) =>
    (asked.body as { proof?: unknown }).proof ? session(asked) : refused('from the refusal');

  await client.token(never());

  expect(worker.askedFor('/peel/session').map(({ body }) => body)).toEqual([
    { site: 'default' },
    solved('from the refusal'),
  ]);
});

it('solves the challenge of a refusal, with its own difficulty', async () => {
  const { worker, client, proved } = setUp({ challenge: CHALLENGE });
  const { session } = worker;
  worker.session = (asked) => (worker.askedFor('/peel/session').length === 1 ? refused('second') : session(asked));

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture' });
  expect(proved.map(({ nonce, difficulty }) => [nonce, difficulty])).toEqual([
    ['first', 13],
    ['second', 14],
  ]);
});

it('gives up after two more challenges', async () => {
  const { worker, client } = setUp({ challenge: CHALLENGE });
  worker.session = () => refused(`after ${worker.askedFor('/peel/session').length}`);

  expect(await all(client.generate(TAKE, never()))).toMatchObject([
    { type: 'failed', problem: { reason: 'PROOF_INVALID', unsent: true } },
  ]);
  expect(worker.askedFor('/peel/session')).toHaveLength(3);
});

it('gives up where a refusal brings no challenge that it knows', async () => {
  const { worker, client } = setUp({ challenge: CHALLENGE });
  worker.session = () => refused('second', 'iris-scan');

  await expect(client.token(never())).rejects.toMatchObject({ problem: { reason: 'PROOF_INVALID' } });
  expect(worker.askedFor('/peel/session')).toHaveLength(1);
});

it('begins one proof for all who wait, and goes on while one of them waits', async () => {
  const { worker, client, proved } = setUp({ challenge: CHALLENGE });
  const leaving = new AbortController();
  const left = client.token(leaving.signal);
  const stayed = client.token(never());
  leaving.abort(new Error('Cancelled.'));

  await expect(left).rejects.toThrow('Cancelled.');
  expect(await stayed).toBe('ticket-1');
  expect(proved).toHaveLength(1);
  expect(worker.askedFor('/peel/session')).toHaveLength(1);
});

it('stops when nobody waits any more, and begins anew for the next', async () => {
  const { worker, client } = setUp({ challenge: CHALLENGE });
  const leaving = new AbortController();
  const { session } = worker;
  const held = Promise.withResolvers<AbortSignal | undefined>();
  worker.session = (asked) => {
    held.resolve(asked.signal);
    return new Promise(() => undefined);
  };
  const left = client.token(leaving.signal);
  const signal = await held.promise;
  leaving.abort(new Error('Cancelled.'));
  await expect(left).rejects.toThrow('Cancelled.');
  expect(signal?.aborted).toBe(true);
  worker.session = session;
  worker.site = () => Response.json({ ...FACTS, proof: { ...CHALLENGE, nonce: 'second' } });

  expect(await client.token(never())).toBe('ticket-2');
});

it.each(['TICKET_MISMATCH', 'SESSION_SPENT'])('proves once more for a ticket that is refused as %s', async (reason) => {
  const { worker, client, proved } = setUp({ challenge: CHALLENGE });
  worker.site = () => Response.json({ ...FACTS, proof: { ...CHALLENGE, nonce: 'second' } });
  const { generate } = worker;
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'peel' };
  const refusal = () => Response.json({ error: { code: 429, message: '', details: [info] } }, { status: 429 });
  worker.generate = (asked) => (asked.headers.get('Authorization') === 'Bearer ticket-1' ? refusal() : generate(asked));

  // Two takes of one press share the new ticket.
  const takes = [client.generate(TAKE, never()), client.generate(TAKE, never())];
  const ends = (await Promise.all(takes.map(all))).map(last);

  expect(ends).toMatchObject([{ type: 'picture' }, { type: 'picture' }]);
  expect(proved.map(({ nonce }) => nonce)).toEqual(['first', 'second']);
});

it('passes on what the proof fails with', async () => {
  const { client, worker } = setUp({ challenge: CHALLENGE });
  worker.session = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));

  expect(await all(client.generate(TAKE, never()))).toMatchObject([
    { type: 'failed', problem: { reason: 'UNREACHABLE', unsent: true } },
  ]);
});
