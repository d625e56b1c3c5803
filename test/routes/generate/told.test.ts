/** Providers' messages in refusals: a client reads those about its request, a visitor only known ones. */
import { reset } from 'cloudflare:test';
import { afterEach, expect, inject, it } from 'vitest';
import { createTestWorker } from '../../support.ts';
import { GENERATE, nameOf, newBody, SSE, visitorOf } from './money.ts';

afterEach(reset);

const KNOWN = 'Aspect ratio 1:4 is not supported for this model';
const INTERNAL = 'Field wish of template mugs-17 failed on host-9.';

async function refuse(prompt: string, message: string): Promise<void> {
  const body = JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', message } });
  const rule = { match: { promptIncludes: prompt }, behaviour: { body, status: 400 } };
  await fetch(`${inject('upstreamUrl')}/__control`, { method: 'POST', body: JSON.stringify(rule) });
}

it.each([
  { target: GENERATE, message: INTERNAL, client: INTERNAL, visitor: 'The image service refused the request.' },
  { target: SSE, message: INTERNAL, client: INTERNAL, visitor: 'The image service refused the request.' },
  { target: GENERATE, message: KNOWN, client: KNOWN, visitor: KNOWN },
])('of "$message" a client reads "$client" and a visitor "$visitor"', async ({ target, message, client, visitor }) => {
  const worker = createTestWorker();
  const ask = await visitorOf(worker, '198.51.100.77');
  const mine = newBody('');
  const theirs = newBody('');
  await refuse(nameOf(mine), message);
  await refuse(nameOf(theirs), message);

  const toClient = await worker.ask(target, mine);
  const toVisitor = await ask(theirs, target);

  expect([toClient.status, toVisitor.status]).toEqual([400, 400]);
  expect(((await toClient.json()) as { error: object }).error).toMatchObject({ message: client });
  expect(((await toVisitor.json()) as { error: object }).error).toMatchObject({ message: visitor });
});
