import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failure, pictureChunk, STOP, streamOf } from '../support.ts';
import { all, last, never, setUp, TAKE } from './client.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('uses a ticket again until shortly before its end', async () => {
  const { worker, client } = setUp();

  await all(client.generate(TAKE, never()));
  vi.setSystemTime(Date.now() + 560_000);
  await all(client.generate(TAKE, never()));
  vi.setSystemTime(Date.now() + 20_000);
  await all(client.generate(TAKE, never()));

  const [first, second, more] = worker.askedFor('/peel/session');
  expect(first?.headers.has('Authorization')).toBe(false);
  expect(second?.headers.get('Authorization')).toBe('Bearer ticket-1');
  expect(more).toBeUndefined();
});

it.each(['TICKET_EXPIRED', 'TICKET_MISMATCH'])('renews the ticket once on %s, as the same visitor', async (reason) => {
  const { worker, client } = setUp();
  worker.generate = ({ headers }) =>
    headers.get('Authorization') === 'Bearer ticket-2' ? streamOf([pictureChunk(), STOP]) : failure(401, reason);

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ type: 'picture' });
  expect(worker.askedFor('/peel/session')[1]?.headers.get('Authorization')).toBe('Bearer ticket-1');
});

it('gives up where the renewed ticket is not taken either', async () => {
  const { worker, client } = setUp();
  worker.generate = () => failure(401, 'TICKET_MISMATCH');

  expect(last(await all(client.generate(TAKE, never())))).toMatchObject({ problem: { reason: 'TICKET_MISMATCH' } });
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(2);
});

it('says of a refused ticket that nothing was sent', async () => {
  const { worker, client } = setUp();
  worker.session = () => failure(429, 'BURST', '4s');

  expect(await all(client.generate(TAKE, never()))).toMatchObject([
    { type: 'failed', problem: { reason: 'BURST', retryAfterMs: 4000, unsent: true } },
  ]);
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(0);
});

it('gives every ticket on, which says how many pictures are left', async () => {
  const { client, tickets } = setUp();

  await all(client.generate(TAKE, never()));

  expect(tickets.map(({ remaining }) => remaining.day)).toEqual([20]);
});
